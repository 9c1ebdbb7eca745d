package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.SourceLog;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import io.debezium.DebeziumException;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one life of an engine makes of the log: batches of changes, of rows that were read beside it, and of what is
 * noted about tables. Whatever leaves its handler must not be retriable: of a retriable batch the engine polls the
 * next.
 */
final class CapturedBatches implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CapturedBatches.class);
    static final String CONNECTION_LOST = "the connection to the source's log was lost";

    private static final long IDLE_WRITE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Servers give up on whoever reads their log and does not read on: MySQL after a minute. */
    private static final long LONG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String source;
    private final SourceLog kind;
    private final Captures.Capture capture;
    private final ReentrantLock batchUnderWay;
    private final Liveness.Worker worker;
    private final EngineOwner owner;
    private final ChangeLog log;
    private final CaptureProgress progress;
    private final ChangeEncoder encoder;
    /** Until it is noted that the capture has begun anew; else null. */
    private Reread everything;
    /** Whether the engine itself reads the rows, in the snapshot that it begins with. */
    private final boolean engineReads;
    private final SchemaChanges schemas;
    /** What was learned before the first batch, which notes it. */
    private final SchemaChanges.Consequences learned = new SchemaChanges.Consequences();
    private final FirstReads firstReads;
    private final CoveredChanges covered;
    private final TableReading reading;
    private final TableReads reads;
    private final LogConnection connection;
    private boolean first = true;
    private volatile boolean streaming;
    private volatile boolean waits;
    private volatile long heardAt;
    private long writtenAt = System.nanoTime() - IDLE_WRITE_NANOS;
    private volatile Throwable failure;
    private volatile boolean connectionLost;
    private volatile boolean anew;

    /** How a life of an engine begins. */
    enum Start {
        /** From the offsets that are in Kafka. */
        GOES_ON,
        /** With the first read of all tables. */
        FIRST_READS,
        /** With a snapshot that the engine takes itself. */
        ENGINE_READS
    }

    /** @param metricTags what custom.metric.tags adds to the names of the engine's MBeans */
    CapturedBatches(String source, String metricTags, SourceLog kind, Captures.Capture capture, ReentrantLock batchUnderWay,
            Liveness.Worker worker, EngineOwner owner, ChangeLog log, CaptureProgress progress, Start start, Optional<Reread> everything,
            Predicate<String> isRead, Health health) {
        ChangeLog.Tables tables = log.tables();
        this.source = source;
        this.kind = kind;
        this.capture = capture;
        this.batchUnderWay = batchUnderWay;
        this.worker = worker;
        this.owner = owner;
        this.log = log;
        this.progress = progress;
        this.encoder = new ChangeEncoder(source, kind);
        this.connection = new LogConnection(source, metricTags);
        this.everything = everything.orElse(null);
        this.engineReads = start == Start.ENGINE_READS;
        this.schemas = new SchemaChanges(source, tables.shapes());
        this.covered = new CoveredChanges(source, progress,
                start == Start.FIRST_READS || everything.isPresent() ? List.of() : tables.rereads());
        TableReader reader = kind.reader();
        this.reading = new TableReading(source, capture, log, reader, batchUnderWay, progress, covered, this::writeReads);
        this.reads = new TableReads(source, capture, log, reader, batchUnderWay, progress, reading, this::compare, this::beginAnew, isRead,
                health);
        List<Reread> unread = tables.rereads().stream().filter(reread -> reread.asked().first() && reread.isOpen()).toList();
        this.firstReads = new FirstReads(source, capture, everything.isPresent() ? List.of() : unread, start == Start.FIRST_READS,
                kind::reader, batchUnderWay, new ReadRows());
        everything.ifPresent(reads::isAnew);
        if (schemas.isNew()) {
            // Before the first rows are read: what happens from here on must be a difference.
            reads.look((found, looking) -> schemas.compare(found, table -> shape(looking, table), looking::isGone, learned));
        }
    }

    void start() {
        capture.snapshot = !firstReads.isDone();
        firstReads.start();
    }

    @Override
    public void close() {
        firstReads.close();
        reads.close();
    }

    Throwable failure() {
        return failure;
    }

    boolean isConnectionLost() {
        return connectionLost;
    }

    /** Whether this life was ended so that the next one begins, with nothing amiss. */
    boolean endsForTheNext() {
        return anew;
    }

    @Override
    public void handleBatch(List<ChangeEvent<SourceRecord, SourceRecord>> events,
            DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer) throws InterruptedException {
        batchUnderWay.lock();
        try {
            awaitFirstReads(events);
            worker.step("writing a batch to Kafka");
            heardAt = System.nanoTime();
            capture.heard.set(System.currentTimeMillis());
            if (owner.isStopRequested()) {
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
            owner.isWell();
        } catch (RuntimeException e) {
            failure = failure == null ? e : failure;
            throw new DebeziumException("a batch of " + events.size() + " records was not written", e);
        } finally {
            heardAt = System.nanoTime();
            // How long the source has nothing to say, or does not answer, is nothing that a restart would fix.
            worker.rests();
            batchUnderWay.unlock();
        }
    }

    /** The changes of a table that is being read for the first time wait, and with them all behind them. */
    private void awaitFirstReads(List<ChangeEvent<SourceRecord, SourceRecord>> events) throws InterruptedException {
        firstReads.begun();
        long began = System.nanoTime();
        boolean isLong = false;
        waits = true;
        try {
            while (!firstReads.isDone() && (isLong || isHeld(events)) && failure == null && !owner.isStopRequested()) {
                firstReads.await();
                capture.heard.set(System.currentTimeMillis());
                isLong = System.nanoTime() - began > LONG_WAIT_NANOS;
            }
        } finally {
            heardAt = System.nanoTime();
            waits = false;
        }
        if (failure != null) {
            throw new DebeziumException("a table could not be read", failure);
        }
        if (isLong && !owner.isStopRequested()) {
            anew = true;
            throw new DebeziumException("the log has waited for the first read of tables, and is asked for anew");
        }
    }

    private boolean isHeld(List<ChangeEvent<SourceRecord, SourceRecord>> events) {
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            SourceRecord record = event.value();
            if (ChangeEncoder.isChange(record)
                    ? firstReads.holds(SourceCatalog.topic(source, ChangeEncoder.tableName(record)))
                    : ChangeEncoder.snapshotMarker(record) == null && !kind.schemaEvents(record).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Only of a log that has begun to tell: a snapshot may ask the server one question for minutes. */
    private boolean isCut() {
        // While the log waits for first reads, they come first.
        return !waits && (connection.isLost() || streaming && !batchUnderWay.isLocked()
                && kind.longestSilence().filter(silence -> System.nanoTime() - heardAt > silence.toNanos()).isPresent());
    }

    /**
     * A lost connection brings no more batches that could tell: somebody has to look. Nor may a reader that has failed
     * end the engine itself: it holds what the engine's handler waits for.
     */
    AutoCloseable watch() {
        return LogConnection.watch("capture-" + source + "-watch", () -> {
            if (failure != null && !owner.isStopRequested()) {
                owner.closeEngine();
            } else if (isCut() && !owner.isStopRequested()) {
                // The batch under way ends first; one that begins after it looks for itself.
                batchUnderWay.lock();
                connectionLost = true;
                failure = failure == null ? new DebeziumException(CONNECTION_LOST) : failure;
                batchUnderWay.unlock();
                owner.closeEngine();
            }
        });
    }

    private CapturedBatch batch(List<ChangeEvent<SourceRecord, SourceRecord>> events) {
        List<CapturedChange> changes = new ArrayList<>(events.size());
        boolean withdraw = false;
        SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
        for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
            SourceRecord record = event.value();
            if (first && engineReads && progress.beginsSnapshot(record)) {
                withdraw = true;
                covered.forget();
            }
            boolean ofSnapshot = ChangeEncoder.snapshotMarker(record) != null;
            capture.snapshot = ofSnapshot || !firstReads.isDone();
            first = false;
            streaming = !ofSnapshot;
            // What is no change (a heartbeat, a statement that changed a table) still moves the offset.
            if (progress.isNew(record) && ChangeEncoder.isChange(record) && !covered.holds(record)) {
                CapturedChange change = encoder.encode(record);
                schemas.conclude(changes, consequences);
                altered(consequences);
                reading.passes(change);
                changes.add(change);
            } else if (!ChangeEncoder.isChange(record)) {
                List<SchemaEvent> told = kind.schemaEvents(record);
                if (ofSnapshot) {
                    schemas.learn(told, consequences);
                } else if (!told.isEmpty()) {
                    schemas.take(told, record.sourceOffset(), changes, consequences);
                }
            }
        }
        schemas.conclude(changes, consequences);
        altered(consequences);
        changes.stream().filter(change -> change.everyPartition()).forEach(reading::passes);
        return batch(changes, withdraw, consequences);
    }

    private void altered(SchemaChanges.Consequences consequences) {
        consequences.altered.forEach(reading::alters);
    }

    /** Those changes, what of the re-reads can be written now, and the offsets after both. */
    private CapturedBatch batch(List<CapturedChange> changes, boolean withdraw, SchemaChanges.Consequences consequences) {
        learned.shapes.forEach(consequences.shapes::putIfAbsent);
        learned.shapes.clear();
        List<Progress> notes = new ArrayList<>(consequences.notes);
        reading.addTo(changes, notes);
        if (everything != null && progress.isPastSnapshot()) {
            notes.add(reads.readEverything(everything, consequences.asked));
            everything = null;
        }
        return new CapturedBatch(source, changes, ResumedOffsets.texts(progress.offsets()), withdraw,
                new ChangeLog.Notes(consequences.forgotten, consequences.asked, notes, consequences.shapes), log, new AtomicBoolean());
    }

    /** The log has nothing to tell, and has come far enough for what was read. The caller holds the lock. */
    private void writeReads() {
        if (failure != null || owner.isStopRequested()) {
            return;
        }
        write(new ArrayList<>(), false, new SchemaChanges.Consequences());
    }

    /** Somebody has asked for it: this life of the engine ends, and the next one sees to it. */
    private void beginAnew() {
        anew = true;
        owner.closeEngine();
    }

    /** What the catalogue tells, and the log did not. The caller holds the lock. */
    private void compare(Map<String, String> tables, TableReader reader) {
        if (failure != null || owner.isStopRequested()) {
            return;
        }
        SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
        schemas.compare(tables, table -> shape(reader, table), reader::isGone, consequences);
        if (!consequences.isEmpty()) {
            altered(consequences);
            write(new ArrayList<>(), false, consequences);
        }
    }

    private TableShape shape(TableReader reader, String table) {
        try {
            return reader.shape(table);
        } catch (SQLException e) {
            throw new DebeziumException("the columns of " + table + " could not be looked at: " + e.getMessage(), e);
        }
    }

    private void write(List<CapturedChange> changes, boolean withdraw, SchemaChanges.Consequences consequences) {
        try {
            route(batch(changes, withdraw, consequences));
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** Rows of first reads go the way of the log's changes. */
    private final class ReadRows implements FirstReads.Output {

        @Override
        public void begin(List<Asked> tables) {
            SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
            consequences.asked.addAll(tables);
            write(new ArrayList<>(), true, consequences);
        }

        @Override
        public void write(List<CapturedChange> rows, Progress progress, String boundary) {
            SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
            consequences.notes.add(progress);
            if (boundary != null) {
                covered.cover(SourceCatalog.topic(source, progress.table()), boundary);
            }
            write(rows, false, consequences);
        }

        private void write(List<CapturedChange> rows, boolean withdraw, SchemaChanges.Consequences consequences) {
            if (failure != null || owner.isStopRequested()) {
                throw new DebeziumException("the capture ends; what was read is read again");
            }
            CapturedBatches.this.write(rows, withdraw, consequences);
        }

        @Override
        public void end() {
            reads.start();
        }

        @Override
        public void failed(Exception e) {
            if (!owner.isStopRequested()) {
                LOG.debug("capture {}: first reads", source, e);
                failure = failure == null ? e : failure;
            }
        }
    }

    private void route(CapturedBatch batch) {
        try {
            owner.route(batch);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new DebeziumException("the capture route failed", e);
        }
        writtenAt = System.nanoTime();
        capture.changes.add(batch.size());
        capture.batches.increment();
        if (!batch.changes().isEmpty()) {
            capture.newestCommit.set(batch.changes().get(batch.size() - 1).committedAt());
        }
    }
}
