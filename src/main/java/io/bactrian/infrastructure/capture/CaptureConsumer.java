package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.Reread;
import io.bactrian.domain.OneLine;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.SourceLog;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import io.debezium.DebeziumException;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Debezium engine and routes its batches, one exchange a batch. A batch is marked processed only after its
 * exchange succeeded; any failure ends the engine, and it starts again, after a growing pause, from the offsets of the
 * last Kafka transaction. A stop waits for the batch under way.
 */
final class CaptureConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureConsumer.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    /** Snapshot modes that read rows; the others' snapshot records only tell the tables' structure. */
    private static final Set<String> READING_MODES = Set.of("initial", "initial_only", "always", "when_needed");

    private static final long WATCH_MILLIS = 500;
    private static final long LOG_WATCH_SECONDS = 10;
    private static final long IDLE_WRITE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** What Debezium wraps around each failure of its own. */
    private static final String SAYS_NOTHING = "An exception occurred in the change event producer";
    private static final Throwable BEGINS_ANEW = new DebeziumException("it begins anew");
    private static final String CONNECTION_LOST = "the connection to the source's log was lost";

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
        return connectionLost ? CONNECTION_LOST + ": " + reason : reason.toString();
    }

    /** One life of an engine; returns why it ended. */
    private Throwable captureOnce(GrowingPause pause) {
        Throwable[] failure = new Throwable[1];
        // Opening fences whoever captured this source before; only then are the offsets final.
        try (ChangeLog log = changeLogs.open(source)) {
            ChangeLog.Tables tables = log.tables();
            Optional<Reread> everything = tables.everything().filter(Reread::isOpen);
            Map<String, String> offsets = everything.isPresent() ? Map.of() : log.offsets();
            Properties run = new Properties();
            run.putAll(properties);
            if (everything.isPresent()) {
                LOG.warn("{}: begins anew where the log ends now, and reads all tables again: {}", part(),
                        everything.get().asked().reason());
                // The engine reads the tables' structure and no rows.
                run.setProperty("snapshot.mode", "no_data");
            }
            run.setProperty(ResumedOffsets.PROPERTY, ResumedOffsets.property(offsets));
            kind.prepare(run, offsets);
            Batches batches = new Batches(log, pause, kind.progress(offsets), tables, everything);
            engine = DebeziumEngine.create(Connect.class)
                    .using(run)
                    .notifying(batches)
                    .using((success, message, error) -> failure[0] = batches.failure != null
                            ? batches.failure
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
                try (AutoCloseable watch = batches.watch(); TableReads reads = batches.reads) {
                    reads.start();
                    engine.run();
                }
            }
            if (batches.connectionLost && !isStopRequested()) {
                confirmOwnership(log);
            }
            return batches.anew ? BEGINS_ANEW : failure[0] == null ? batches.failure : failure[0];
        } catch (ChangeLog.FencedException e) {
            return e;
        } catch (Exception e) {
            return failure[0] == null ? e : failure[0];
        } finally {
            engine = null;
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

    /**
     * The engine's handler. Whatever leaves it must not be retriable: of a retriable batch the engine polls the next.
     */
    private final class Batches implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>> {

        private final ChangeLog log;
        private final GrowingPause pause;
        private final CaptureProgress progress;
        private final ChangeEncoder encoder = new ChangeEncoder(source, kind);
        /** Until it is noted that the capture has begun anew; else null. */
        private Reread everything;
        private final SchemaChanges schemas;
        /** What was learned before the first batch, which notes it. */
        private final SchemaChanges.Consequences learned = new SchemaChanges.Consequences();
        private final TableReads reads;
        private final LogConnection connection = new LogConnection(source, properties.getProperty("custom.metric.tags", ""));
        private boolean first = true;
        private volatile boolean streaming;
        private volatile long heardAt;
        private long writtenAt = System.nanoTime() - IDLE_WRITE_NANOS;
        private volatile Throwable failure;
        private volatile boolean connectionLost;
        private volatile boolean anew;

        Batches(ChangeLog log, GrowingPause pause, CaptureProgress progress, ChangeLog.Tables tables, Optional<Reread> everything) {
            this.everything = everything.orElse(null);
            this.progress = progress;
            this.log = log;
            this.pause = pause;
            this.schemas = new SchemaChanges(source, tables.shapes());
            this.reads = new TableReads(source, capture, log, tables.rereads(), kind.reader(), batchUnderWay, progress, this::writeReads,
                    this::compare, this::beginAnew, isRead, health);
            everything.ifPresent(reads::isAnew);
            if (schemas.isNew()) {
                // Before the first snapshot reads them: what happens from here on must be a difference.
                reads.look((found, reader) -> schemas.compare(found, table -> shape(reader, table), reader::isGone, learned));
            }
        }

        @Override
        public void handleBatch(List<ChangeEvent<SourceRecord, SourceRecord>> events,
                DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer) throws InterruptedException {
            batchUnderWay.lock();
            try {
                worker.step("writing a batch to Kafka");
                heardAt = System.nanoTime();
                capture.heard.set(System.currentTimeMillis());
                if (isStopRequested()) {
                    throw new DebeziumException("the capture is being stopped; this batch comes again");
                }
                if (connection.isLost()) {
                    connectionLost = true;
                    throw new DebeziumException(CONNECTION_LOST);
                }
                CapturedBatch batch = batch(events);
                if (batch.isEmpty() && System.nanoTime() - writtenAt < IDLE_WRITE_NANOS) {
                    // Heartbeats only tell how far an idle log has been read; they are noted now and then.
                    return;
                }
                route(batch);
                for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
                    committer.markProcessed(event);
                }
                committer.markBatchFinished();
                pause.reset();
                failing = false;
                health.up(part());
            } catch (RuntimeException e) {
                failure = e;
                throw new DebeziumException("a batch of " + events.size() + " records was not written", e);
            } finally {
                heardAt = System.nanoTime();
                // How long the source has nothing to say, or does not answer, is nothing that a restart would fix.
                worker.rests();
                batchUnderWay.unlock();
            }
        }

        /** Only of a log that has begun to tell: a snapshot may ask the server one question for minutes. */
        private boolean isSilent() {
            return streaming && !batchUnderWay.isLocked()
                    && kind.longestSilence().filter(silence -> System.nanoTime() - heardAt > silence.toNanos()).isPresent();
        }

        /** A lost connection brings no more batches that could tell: somebody has to look. */
        private AutoCloseable watch() {
            CountDownLatch ended = new CountDownLatch(1);
            Thread watch = new Thread(() -> {
                try {
                    while (!ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                        if ((connection.isLost() || isSilent()) && !isStopRequested()) {
                            // The batch under way ends first; one that begins after it looks for itself.
                            batchUnderWay.lock();
                            connectionLost = true;
                            failure = failure == null ? new DebeziumException(CONNECTION_LOST) : failure;
                            batchUnderWay.unlock();
                            closeEngine();
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "capture-" + source + "-watch");
            watch.setDaemon(true);
            watch.start();
            return ended::countDown;
        }

        private CapturedBatch batch(List<ChangeEvent<SourceRecord, SourceRecord>> events) {
            List<CapturedChange> changes = new ArrayList<>(events.size());
            boolean withdraw = false;
            SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
            for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
                SourceRecord record = event.value();
                if (first && progress.beginsSnapshot(record)) {
                    withdraw = everything == null && READING_MODES.contains(properties.getProperty("snapshot.mode", "initial"));
                }
                capture.snapshot = ChangeEncoder.snapshotMarker(record) != null;
                first = false;
                streaming = !capture.snapshot;
                // What is no change (a heartbeat, a statement that changed a table) still moves the offset.
                if (progress.isNew(record) && ChangeEncoder.isChange(record) && !reads.isCovered(record)) {
                    CapturedChange change = encoder.encode(record);
                    schemas.conclude(changes, consequences);
                    altered(consequences);
                    reads.passes(change);
                    changes.add(change);
                } else if (!ChangeEncoder.isChange(record)) {
                    List<SchemaEvent> told = kind.schemaEvents(record);
                    if (ChangeEncoder.snapshotMarker(record) != null) {
                        schemas.learn(told, consequences);
                    } else if (!told.isEmpty()) {
                        schemas.take(told, record.sourceOffset(), changes, consequences);
                    }
                }
            }
            schemas.conclude(changes, consequences);
            altered(consequences);
            changes.stream().filter(change -> change.everyPartition()).forEach(reads::passes);
            return batch(changes, withdraw, consequences);
        }

        private void altered(SchemaChanges.Consequences consequences) {
            consequences.altered.forEach(reads::alters);
        }

        /** Those changes, what of the re-reads can be written now, and the offsets after both. */
        private CapturedBatch batch(List<CapturedChange> changes, boolean withdraw, SchemaChanges.Consequences consequences) {
            learned.shapes.forEach(consequences.shapes::putIfAbsent);
            learned.shapes.clear();
            List<Reread.Progress> notes = new ArrayList<>(consequences.failed);
            reads.addTo(changes, notes);
            if (everything != null && progress.isPastSnapshot()) {
                notes.add(reads.readEverything(everything, consequences.asked));
                everything = null;
            }
            Reread.Progress failed = reads.takeFailed();
            if (failed != null) {
                notes.add(failed);
            }
            Map<String, String> texts = new LinkedHashMap<>();
            progress.offsets().forEach((partition, offset) -> texts.put(json(partition), json(offset)));
            return new CapturedBatch(source, changes, texts, withdraw,
                    new ChangeLog.Notes(consequences.forgotten, consequences.asked, notes, consequences.shapes), log, new AtomicBoolean());
        }

        /** The log has nothing to tell, and has come far enough for what was read. The caller holds the lock. */
        private void writeReads() {
            if (failure != null || isStopRequested()) {
                return;
            }
            write(new SchemaChanges.Consequences());
        }

        /** Somebody has asked for it: this life of the engine ends, and the next one sees to it. */
        private void beginAnew() {
            anew = true;
            closeEngine();
        }

        /** What the catalogue tells, and the log did not. The caller holds the lock. */
        private void compare(Map<String, String> tables, TableReader reader) {
            if (failure != null || isStopRequested()) {
                return;
            }
            SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
            schemas.compare(tables, table -> shape(reader, table), reader::isGone, consequences);
            if (!consequences.isEmpty()) {
                altered(consequences);
                write(consequences);
            }
        }

        private TableShape shape(TableReader reader, String table) {
            try {
                return reader.shape(table);
            } catch (SQLException e) {
                throw new DebeziumException("the columns of " + table + " could not be looked at: " + e.getMessage(), e);
            }
        }

        private void write(SchemaChanges.Consequences consequences) {
            try {
                route(batch(new ArrayList<>(), false, consequences));
            } catch (RuntimeException e) {
                failure = e;
                closeEngine();
                throw e;
            }
        }

        private void route(CapturedBatch batch) {
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
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new DebeziumException("the capture route failed", e);
            } finally {
                releaseExchange(exchange, false);
            }
            writtenAt = System.nanoTime();
            capture.changes.add(batch.size());
            capture.batches.increment();
            if (!batch.changes().isEmpty()) {
                capture.newestCommit.set(batch.changes().get(batch.size() - 1).committedAt());
            }
        }
    }

    private static String json(Map<String, ?> map) {
        try {
            return JSON.writeValueAsString(map);
        } catch (IOException e) {
            throw new DebeziumException("an offset could not be written as JSON: " + map, e);
        }
    }
}
