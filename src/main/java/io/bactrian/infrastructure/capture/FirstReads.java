package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader.ExactPieces;
import io.bactrian.engines.TableReader.NoTableException;
import io.bactrian.engines.TableReader.Piece;
import io.bactrian.engines.TableReader;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the tables held before the capture: several at a time, each by one look that knows where in the log it
 * stands. A table's changes wait until its rows have been written; those that the look holds already are passed over.
 * So its topic is what it would be if somebody had listened since the table was made, without what was deleted since.
 * After a kill, the tables that are finished stay so; of the others what was written is withdrawn, and they are read
 * from their beginning. For one life of an engine.
 */
final class FirstReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirstReads.class);

    private static final int AT_A_TIME = 4;
    /** How long a log that was begun may tell nothing until it is given something to tell. */
    private static final long SILENCE_MILLIS = 100;
    private static final String REASON = "what it holds was never read";

    private final String source;
    private final Captures.Capture capture;
    private final Supplier<TableReader> readers;
    private final Output output;
    private final ReentrantLock lock;
    private final Condition changed;
    private final List<Thread> threads = new ArrayList<>();

    // ---- whoever touches these holds the lock

    /** Whether the engine has told where it begins: no look may be older. */
    private boolean begun;
    /** Whether it is known which tables are to be read. */
    private boolean listed;
    private final Deque<Reread> waiting = new ArrayDeque<>();
    private final Set<String> unfinished = new HashSet<>();
    private boolean closed;

    /** Takes what was read, in the capture's own transactions. Its methods are called by whoever holds the lock. */
    interface Output {

        /** Nothing is known of any table: what the topics hold is withdrawn, and these are to be read. */
        void begin(List<Asked> tables);

        /** @param boundary of the look, with the table's last rows; else null */
        void write(List<CapturedChange> rows, Progress progress, String boundary);

        /** All tables have been read. */
        void end();

        void failed(Exception failure);
    }

    /**
     * @param open those that an earlier life has noted, and not finished
     * @param begins whether this life of the engine is the first one: all tables are to be read
     */
    FirstReads(String source, Captures.Capture capture, List<Reread> open, boolean begins, Supplier<TableReader> readers,
            ReentrantLock lock, Output output) {
        this.source = source;
        this.capture = capture;
        this.readers = readers;
        this.output = output;
        this.lock = lock;
        this.changed = lock.newCondition();
        if (!begins) {
            begun = true;
            list(open);
        }
    }

    private void list(List<Reread> tables) {
        waiting.addAll(tables);
        tables.forEach(table -> unfinished.add(topic(table)));
        listed = true;
        capture.rereads = List.copyOf(tables);
    }

    private String topic(Reread table) {
        return SourceCatalog.topic(source, table.asked().table());
    }

    void start() {
        begin("", this::prepare);
    }

    private void begin(String which, Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                fail(e);
            }
        }, "capture-" + source + "-first-reads" + which);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    // ---- the log's side; the caller holds the lock

    /** The engine has told something: from there on the log will be read. */
    void begun() {
        if (!begun) {
            begun = true;
            changed.signalAll();
        }
    }

    boolean isDone() {
        return listed && unfinished.isEmpty();
    }

    /** Whether changes of that topic have to wait. */
    boolean holds(String topic) {
        return !listed || unfinished.contains(topic);
    }

    /** Waits a moment for what holds the log. */
    void await() throws InterruptedException {
        changed.await(1, TimeUnit.SECONDS);
    }

    // ---- the readers' side

    private void prepare() {
        if (isOver()) {
            return;
        }
        try (TableReader reader = readers.get()) {
            askLog(reader);
            lock.lock();
            try {
                if (!listed && !closed) {
                    List<Asked> tables = new ArrayList<>();
                    for (String table : reader.tables().keySet()) {
                        tables.add(new Asked(source, table, UUID.randomUUID().toString(), REASON, "", 0, System.currentTimeMillis(), false,
                                true));
                    }
                    output.begin(tables);
                    list(tables.stream().map(asked -> new Reread(asked, null)).toList());
                }
            } finally {
                lock.unlock();
            }
            sort(reader);
        } catch (SQLException | InterruptedException e) {
            fail(e);
            return;
        }
        lock.lock();
        try {
            if (unfinished.isEmpty() && !closed) {
                finish();
            } else if (!closed) {
                LOG.info("capture {}: reading {} tables, {} at a time", source, unfinished.size(), Math.min(AT_A_TIME, unfinished.size()));
                for (int i = 0; i < Math.min(AT_A_TIME, waiting.size()); i++) {
                    begin("-" + (i + 1), this::readTables);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            if (isDone() && !closed) {
                finish();
            }
            return isDone() || closed;
        } finally {
            lock.unlock();
        }
    }

    /** An engine that has begun, and whose log is idle, says nothing by itself for a while. */
    private void askLog(TableReader reader) throws SQLException, InterruptedException {
        while (true) {
            lock.lock();
            try {
                if (begun || closed || changed.await(SILENCE_MILLIS, TimeUnit.MILLISECONDS) && (begun || closed)) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            reader.position();
        }
    }

    /** Small ones first: none of them waits for a large one. */
    private void sort(TableReader reader) throws SQLException {
        Map<String, Long> sizes = new HashMap<>();
        List<Reread> tables;
        lock.lock();
        try {
            tables = List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
        for (Reread table : tables) {
            sizes.put(table.asked().table(), reader.estimate(table.asked().table()));
        }
        lock.lock();
        try {
            waiting.clear();
            tables.stream().sorted(Comparator.comparing(table -> sizes.get(table.asked().table()))).forEach(waiting::add);
        } finally {
            lock.unlock();
        }
    }

    private void readTables() {
        try (TableReader reader = readers.get()) {
            for (Reread table = next(); table != null; table = next()) {
                read(reader, table);
            }
        } catch (SQLException e) {
            fail(e);
        }
    }

    private Reread next() {
        lock.lock();
        try {
            return closed ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void read(TableReader reader, Reread table) throws SQLException {
        Asked asked = table.asked();
        long began = System.currentTimeMillis();
        TableSchema schema;
        try {
            schema = reader.schema(asked.table());
        } catch (NoTableException e) {
            // Dropped since they were listed: the log will tell.
            write(List.of(), progress(asked, State.GONE, 0, 0, began, null));
            return;
        }
        RereadRows rows = RereadRows.first(source, asked.table(), topic(table), schema);
        long estimate = reader.estimate(asked.table());
        long read = 0;
        try (ExactPieces pieces = reader.exactly(asked.table(), schema, TableReading.MOST_ROWS, TableReading.PIECE_BYTES)) {
            Piece piece;
            do {
                piece = pieces.next();
                List<CapturedChange> changes = new ArrayList<>(piece.rows().size() + 1);
                if (read == 0 && table.progress() != null) {
                    changes.add(rows.withdrawal());
                }
                changes.addAll(rows.changes(piece.rows()));
                read += piece.rows().size();
                if (!write(changes, progress(asked, piece.last() ? State.DONE : State.READING, read, estimate, began,
                        piece.last() ? pieces.boundary() : null))) {
                    return;
                }
            } while (!piece.last());
        } catch (SQLException e) {
            throw new SQLException("table " + asked.table() + " could not be read: " + e.getMessage(), e);
        }
        LOG.info("capture {}: {} has been read: {} rows in {} ms", source, asked.table(), read, System.currentTimeMillis() - began);
    }

    private Progress progress(Asked asked, State state, long read, long estimate, long began, String boundary) {
        return new Progress(source, asked.table(), asked.id(), state, null, read, Math.max(read, estimate), Map.of(), began,
                System.currentTimeMillis(), "", boundary);
    }

    /** @return false when nothing more is to be written */
    private boolean write(List<CapturedChange> rows, Progress progress) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            output.write(rows, progress, progress.covered());
            boolean done = progress.state() != State.READING;
            capture.rereads = capture.rereads.stream().filter(one -> !done || !one.asked().id().equals(progress.id()))
                    .map(one -> one.asked().id().equals(progress.id()) ? new Reread(one.asked(), progress) : one).toList();
            if (done) {
                unfinished.remove(SourceCatalog.topic(source, progress.table()));
                changed.signalAll();
                if (unfinished.isEmpty()) {
                    finish();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        capture.snapshot = false;
        output.end();
    }

    private void fail(Exception failure) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                changed.signalAll();
                output.failed(failure);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Thread> running;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            running = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : running) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
