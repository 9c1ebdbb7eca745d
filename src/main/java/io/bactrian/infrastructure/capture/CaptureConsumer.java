package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.Reread;
import io.bactrian.domain.OneLine;
import io.bactrian.engines.SourceLog;
import io.debezium.DebeziumException;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Debezium engine and routes its batches, one exchange a batch. A batch is marked processed only after its
 * exchange succeeded; any failure ends the engine, and it starts again, after a growing pause, from the offsets of the
 * last Kafka transaction. A stop waits for the batch under way.
 */
final class CaptureConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureConsumer.class);
    /** Snapshot modes in which the engine reads rows; the others' snapshot records only tell the tables' structure. */
    private static final Set<String> READING_MODES = Set.of("initial", "initial_only", "always", "when_needed");
    /** With one of these, only the engine knows what its snapshot is to read. */
    private static final List<String> OF_THE_ENGINE = List.of("snapshot.include.collection.list", "snapshot.select.statement.overrides",
            "column.include.list", "column.exclude.list", "column.mask.", "column.truncate.", "message.key.columns", "transforms",
            "converters");
    private static final long LOG_WATCH_SECONDS = 10;
    /** What Debezium wraps around each failure of its own. */
    private static final String SAYS_NOTHING = "An exception occurred in the change event producer";
    private static final Throwable BEGINS_ANEW = new DebeziumException("it begins anew");

    private final Properties properties;
    private final SourceLog kind;
    private final String source;
    private final ChangeLog.Opener changeLogs;
    private final Predicate<String> isRead;
    private final Captures.Capture capture;
    private final Health health;
    private final Liveness.Worker worker;
    private final ReentrantLock batchUnderWay = new ReentrantLock();
    private volatile CountDownLatch stopping = new CountDownLatch(1);
    private volatile DebeziumEngine<?> engine;
    private volatile boolean failing;
    private Thread thread;

    CaptureConsumer(Endpoint endpoint, Processor processor, Properties properties, SourceLog kind, ChangeLog.Opener changeLogs,
            Captures captures, Predicate<String> isRead, Health health, Liveness liveness) {
        super(endpoint, processor);
        this.properties = properties;
        this.kind = kind;
        this.source = properties.getProperty("topic.prefix");
        this.changeLogs = changeLogs;
        this.isRead = isRead;
        this.capture = captures.of(source);
        this.health = health;
        this.worker = liveness.worker(part());
    }

    private String part() {
        return "capture " + source;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stopping = new CountDownLatch(1);
        thread = new Thread(this::run, "capture-" + source);
        worker.start(thread);
        Thread watch = new Thread(this::watchLog, "capture-" + source + "-log");
        watch.setDaemon(true);
        watch.start();
    }

    /** Also while the capture itself is down: then above all. */
    private void watchLog() {
        CountDownLatch ended = stopping;
        try {
            while (!ended.await(LOG_WATCH_SECONDS, TimeUnit.SECONDS)) {
                kind.watch(source, health);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void doStop() throws Exception {
        stopping.countDown();
        // From here on no batch begins; the one under way ends first.
        batchUnderWay.lock();
        batchUnderWay.unlock();
        boolean interrupted = false;
        while (thread.isAlive() && !interrupted) {
            closeEngine();
            try {
                thread.join(200);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        health.gone(part());
        super.doStop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeEngine() {
        DebeziumEngine<?> running = engine;
        if (running != null) {
            try {
                running.close();
            } catch (IllegalStateException e) {
                // It is just starting, or already stopping: the caller asks again until the thread has ended.
                LOG.debug("{}: engine not ready to be closed: {}", part(), e.getMessage());
            } catch (IOException e) {
                LOG.warn("{}: closing the engine: {}", part(), e.toString());
            }
        }
    }

    private boolean isStopRequested() {
        return stopping.getCount() == 0;
    }

    private void run() {
        captureForEver();
        // Also when it was fenced: another instance captures now, and a restart would only fence that one.
        worker.ends();
    }

    private void captureForEver() {
        GrowingPause pause = new GrowingPause(Duration.ofMillis(500), Duration.ofSeconds(30));
        while (!isStopRequested()) {
            Throwable failure = captureOnce(pause);
            if (isStopRequested()) {
                return;
            }
            if (failure == BEGINS_ANEW) {
                continue;
            }
            if (causedBy(failure, ChangeLog.FencedException.class)) {
                health.down(part(), "another instance captures source " + source + " now (it uses the same transactional id); "
                        + "this one has stopped and takes over again when it is restarted");
                return;
            }
            capture.restarts.increment();
            failing = true;
            Duration wait = pause.next();
            String reason = reason(failure);
            // A statement to run may be at its end.
            health.down(part(), reason + (reason.endsWith(";") ? " " : "; ")
                    + "it starts again from its last Kafka transaction, with growing pauses of up to 30 s");
            try {
                if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private String reason(Throwable failure) {
        if (failure == null) {
            return "the engine ended without saying why";
        }
        StringBuilder reason = new StringBuilder();
        String last = "";
        boolean connectionLost = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            connectionLost |= kind.isLostConnection(cause);
            String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : OneLine.of(cause.getMessage());
            if (said.startsWith(SAYS_NOTHING) && cause.getCause() != null) {
                continue;
            }
            if (!said.equals(last) && !last.contains(said)) {
                reason.append(reason.length() == 0 ? "" : ": ").append(said);
            }
            last = said;
        }
        if (kind.isLogGone(reason.toString())) {
            reason.append(". Run: bactrian reread --everything ").append(source);
        }
        return connectionLost ? CapturedBatches.CONNECTION_LOST + ": " + reason : reason.toString();
    }

    /** One life of an engine; returns why it ended. */
    private Throwable captureOnce(GrowingPause pause) {
        Throwable[] failure = new Throwable[1];
        // Opening fences whoever captured this source before; only then are the offsets final.
        try (ChangeLog log = changeLogs.open(source)) {
            Optional<Reread> everything = log.tables().everything().filter(Reread::isOpen);
            Map<String, String> offsets = everything.isPresent() ? Map.of() : log.offsets();
            CapturedBatches.Start start = everything.isPresent() ? CapturedBatches.Start.GOES_ON : start(offsets);
            Properties run = new Properties();
            run.putAll(properties);
            if (everything.isPresent()) {
                LOG.warn("{}: begins anew where the log ends now, and reads all tables again: {}", part(),
                        everything.get().asked().reason());
            }
            if (everything.isPresent() || start == CapturedBatches.Start.FIRST_READS) {
                // The engine reads the tables' structure and no rows.
                offsets = Map.of();
                run.setProperty("snapshot.mode", "no_data");
            }
            run.setProperty(ResumedOffsets.PROPERTY, ResumedOffsets.property(offsets));
            kind.prepare(run, offsets);
            try (CapturedBatches batches = new CapturedBatches(source, properties.getProperty("custom.metric.tags", ""), kind, capture,
                    batchUnderWay, worker, new Life(pause), log, kind.progress(offsets), start, everything, isRead, health)) {
                return run(batches, run, log, failure);
            }
        } catch (ChangeLog.FencedException e) {
            return e;
        } catch (Exception e) {
            return failure[0] == null ? e : failure[0];
        } finally {
            engine = null;
        }
    }

    /** Whether the tables are to be read, and by whom. */
    private CapturedBatches.Start start(Map<String, String> offsets) {
        String mode = properties.getProperty("snapshot.mode", "initial");
        if (!READING_MODES.contains(mode)) {
            return CapturedBatches.Start.GOES_ON;
        }
        if (!mode.equals("initial") || isOfTheEngine(properties)) {
            return CapturedBatches.Start.ENGINE_READS;
        }
        return kind.progress(offsets).isPastSnapshot() ? CapturedBatches.Start.GOES_ON : CapturedBatches.Start.FIRST_READS;
    }

    static boolean isOfTheEngine(Properties properties) {
        return properties.stringPropertyNames().stream()
                .anyMatch(name -> OF_THE_ENGINE.stream().anyMatch(name::startsWith) && !properties.getProperty(name).isEmpty());
    }

    private Throwable run(CapturedBatches batches, Properties run, ChangeLog log, Throwable[] failure) throws Exception {
        engine = DebeziumEngine.create(Connect.class)
                .using(run)
                .notifying(batches)
                .using((success, message, error) -> failure[0] = batches.failure() != null
                        ? batches.failure()
                        : error != null ? error : success ? null : new DebeziumException(message))
                .using(new DebeziumEngine.ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        // After a failure only a batch tells that it is over; an idle source sends heartbeats.
                        if (!failing) {
                            health.up(part());
                        }
                    }
                })
                .build();
        if (!isStopRequested()) {
            try (AutoCloseable watch = batches.watch()) {
                batches.start();
                engine.run();
            } finally {
                // Nobody else may write when it is found out who is the owner.
                batches.close();
            }
        }
        if (batches.isConnectionLost() && !isStopRequested()) {
            confirmOwnership(log);
        }
        return batches.endsForTheNext() ? BEGINS_ANEW : failure[0] == null ? batches.failure() : failure[0];
    }

    /** What a life of an engine asks of the capture. */
    private final class Life implements EngineOwner {

        private final GrowingPause pause;

        Life(GrowingPause pause) {
            this.pause = pause;
        }

        @Override
        public void route(CapturedBatch batch) throws Exception {
            Exchange exchange = createExchange(false);
            try {
                exchange.getMessage().setBody(batch);
                getProcessor().process(exchange);
                if (exchange.getException() != null) {
                    throw new DebeziumException("the capture route failed", exchange.getException());
                }
                if (!batch.isWritten()) {
                    throw new DebeziumException("the capture route " + getRouteId() + " ended without writing its batch of " + batch.size()
                            + " changes: the batch would be lost. Every way through it must end in bean:changeLog");
                }
            } finally {
                releaseExchange(exchange, false);
            }
        }

        @Override
        public void isWell() {
            pause.reset();
            failing = false;
            health.up(part());
        }

        @Override
        public boolean isStopRequested() {
            return CaptureConsumer.this.isStopRequested();
        }

        @Override
        public void closeEngine() {
            CaptureConsumer.this.closeEngine();
        }
    }

    /**
     * A second instance has the same server id, and so takes the first one's connection to the source's log away. The
     * first must not take it back: writing the offsets once more, as they are, tells who is the owner.
     */
    private void confirmOwnership(ChangeLog log) {
        Map<String, String> offsets = log.offsets();
        if (!offsets.isEmpty()) {
            new CapturedBatch(source, List.of(), offsets, false, log, new AtomicBoolean()).write();
        }
    }
}
