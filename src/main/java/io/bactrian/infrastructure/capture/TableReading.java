package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.TableReader.NoTableException;
import io.bactrian.engines.TableReader;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table again, while the log goes on.
 *
 * <p>A reader of its own looks at the table, piece by piece. A piece is written among the changes of the log, once the
 * log has come as far as the look may have seen: so no older change comes after it. From before the look until then the
 * keys that the log tells of are remembered, and their rows left out: so no newer change is covered by it. At the end
 * each partition is told where it ended when the re-read began: what is older now, the source no longer has. Nothing is
 * emptied first, and the rows come in the same Kafka transactions as the changes and the source's offsets, with how far
 * the re-read has come: after a kill at most the pieces that were not written are read once more.
 */
final class TableReading {

    private static final Logger LOG = LoggerFactory.getLogger(TableReading.class);

    static final int MOST_ROWS = 10_000;
    /** Until the size of its rows is known. */
    private static final int FIRST_ROWS = 100;
    static final long PIECE_BYTES = 4L << 20;
    private static final int MOST_WAITING = 2;

    private final String source;
    private final Captures.Capture capture;
    private final ChangeLog log;
    private final TableReader reader;
    /** Who holds it is alone with the log's changes, and with what is waiting here. */
    private final ReentrantLock lock;
    private final Condition changed;
    private final CaptureProgress progress;
    private final CoveredChanges covered;
    private final Runnable writeNow;
    private volatile boolean closed;
    /** The re-read under way; null when there is none. */
    private RereadPass pass;
    /** Rows of an exact look that are to be written now. */
    private List<CapturedChange> exact;
    /** What is to be noted besides pieces. */
    private Progress failed;

    /**
     * @param writeNow writes what {@link #addTo} gives, for whoever holds the lock: the log may have nothing to tell
     */
    TableReading(String source, Captures.Capture capture, ChangeLog log, TableReader reader, ReentrantLock lock, CaptureProgress progress,
            CoveredChanges covered, Runnable writeNow) {
        this.source = source;
        this.capture = capture;
        this.log = log;
        this.reader = reader;
        this.lock = lock;
        this.changed = lock.newCondition();
        this.progress = progress;
        this.covered = covered;
        this.writeNow = writeNow;
    }

    // ---- the log's side; the caller holds the lock

    /** A change of the log that is about to be written. */
    void passes(CapturedChange change) {
        if (pass != null) {
            pass.passes(change);
        }
    }

    /** The table got other columns: what was read of it, or will have been, has the old ones. */
    void alters(String topic) {
        if (pass != null && pass.topic.equals(topic)) {
            pass.spoiled = true;
        }
    }

    /** Adds the pieces that the log has come far enough for, and what is to be noted about them. */
    void addTo(List<CapturedChange> changes, List<Progress> notes) {
        if (failed != null) {
            notes.add(failed);
            failed = null;
        }
        if (pass != null && exact != null) {
            changes.addAll(exact);
            exact = null;
            notes.add(noted(pass, pass.done ? State.DONE : State.READING, ""));
            return;
        }
        if (pass == null || pass.spoiled) {
            changed.signalAll();
            return;
        }
        while (pass.isReached(progress)) {
            pass.write(changes);
            notes.add(noted(pass, pass.done ? State.DONE : State.READING, ""));
            show(notes.get(notes.size() - 1));
        }
        changed.signalAll();
    }

    private void show(Progress now) {
        capture.rereads = capture.rereads.stream()
                .map(reread -> reread.asked().id().equals(now.id()) ? new Reread(reread.asked(), now) : reread).toList();
    }

    private Progress noted(RereadPass one, State state, String fault) {
        return one.progress(state, fault, covered.boundary(one.topic));
    }

    // ---- the reader's side

    /** @return whether it is over; else this life of the engine is */
    boolean read(Reread reread) throws SQLException, InterruptedException {
        Asked asked = reread.asked();
        RereadPass mine = new RereadPass(asked, SourceCatalog.topic(source, asked.table()));
        TableSchema schema;
        try {
            schema = reader.schema(asked.table());
        } catch (NoTableException e) {
            end(mine, State.GONE, "there is no table " + asked.table() + " in the source, or its user may not see it");
            return true;
        }
        mine.estimate = reader.estimate(asked.table());
        Progress before = reread.progress();
        boolean ordered = reader.isOrdered(asked.table(), schema);
        if (schema.key().isEmpty() && !asked.where().isEmpty()) {
            end(mine, State.FAILED,
                    "table " + asked.table() + " has no primary key; some of its rows cannot be told from the others. Leave out --where");
            return true;
        }
        begin(mine, ordered ? before : null);
        LOG.info("capture {}: reading {} again, {}: {}", source, asked.table(), mine.rows == 0 ? "from its beginning" : "from where it was",
                asked.reason());
        if (schema.key().isEmpty()) {
            readExactly(mine, schema);
        } else if (ordered) {
            readInOrder(mine, schema);
        } else {
            readInOneGo(mine, schema);
        }
        if (mine.done) {
            LOG.info("capture {}: {} has been read again: {} rows in {} s", source, asked.table(), mine.rows,
                    (System.currentTimeMillis() - mine.began) / 1000);
        }
        return mine.done;
    }

    private void end(RereadPass mine, State state, String fault) {
        LOG.warn("capture {}: {} cannot be read again: {}", source, mine.asked.table(), fault);
        lock.lock();
        try {
            pass = mine;
            failed = noted(mine, state, fault);
            writeNow.run();
        } finally {
            pass = null;
            lock.unlock();
        }
    }

    private void begin(RereadPass mine, Progress before) {
        lock.lock();
        try {
            if (before != null && before.after() != null) {
                mine.resume(before);
            } else {
                mine.older = log.ends(mine.topic);
                mine.began = System.currentTimeMillis();
            }
            pass = mine;
        } finally {
            lock.unlock();
        }
    }

    private void readInOrder(RereadPass mine, TableSchema first) throws SQLException, InterruptedException {
        TableSchema schema = first;
        byte[] after = mine.after;
        int rows = FIRST_ROWS;
        RereadRows encoder = new RereadRows(source, mine.asked.table(), mine.topic, schema);
        while (!closed && !mine.done) {
            RereadPass.Piece piece = open(mine, new HashSet<>());
            reader.awaitVisible(piece.taken);
            TableReader.Piece read = reader.next(mine.asked.table(), schema, after == null ? null : encoder.row(after), mine.asked.where(),
                    rows, PIECE_BYTES);
            fill(mine, piece, encoder.changes(read.rows()), read.last(), reader.position());
            after = piece.after == null ? after : piece.after;
            rows = rowsThatFit(mine, piece, rows);
            if (await(mine, piece.last)) {
                // What was not written is read once more, of the table as it is by now.
                schema = reader.schema(mine.asked.table());
                encoder = new RereadRows(source, mine.asked.table(), mine.topic, schema);
                after = mine.after;
                piece.last = false;
            }
            throttle(mine);
        }
    }

    private static int rowsThatFit(RereadPass mine, RereadPass.Piece piece, int rows) {
        long bytes = piece.rows.stream().mapToLong(row -> row.value().length).sum();
        // One that is slowed down goes in steps of a second at most.
        long most = mine.asked.rowsPerSecond() > 0 ? Math.min(MOST_ROWS, mine.asked.rowsPerSecond()) : MOST_ROWS;
        return bytes == 0 ? rows : (int) Math.max(1, Math.min(most, PIECE_BYTES * piece.rows.size() / bytes));
    }

    /** For keys that do not serve as an order: all keys that pass meanwhile are remembered, and a kill begins anew. */
    private void readInOneGo(RereadPass mine, TableSchema first) throws SQLException, InterruptedException {
        TableSchema schema = first;
        while (!closed && !mine.done) {
            RereadRows encoder = new RereadRows(source, mine.asked.table(), mine.topic, schema);
            Set<ByteBuffer> passed = new HashSet<>();
            // It stays until the end, so that no key is missed between two pieces.
            RereadPass.Piece next = open(mine, passed);
            reader.awaitVisible(next.taken);
            boolean spoiled = false;
            try (TableReader.Pieces pieces = reader.all(mine.asked.table(), schema, mine.asked.where(), FIRST_ROWS, PIECE_BYTES)) {
                String position = reader.position();
                while (!closed && !spoiled && !mine.done) {
                    TableReader.Piece read = pieces.next();
                    RereadPass.Piece piece = next;
                    if (!read.last()) {
                        next = open(mine, passed);
                    }
                    fill(mine, piece, encoder.changes(read.rows()), read.last(), position);
                    spoiled = await(mine, read.last());
                    throttle(mine);
                }
            }
            if (spoiled) {
                schema = reader.schema(mine.asked.table());
            }
        }
    }

    /**
     * For rows that nothing tells apart: the log waits while all of them are read and written, and afterwards the
     * table's changes that the look holds already are passed over.
     */
    private void readExactly(RereadPass mine, TableSchema schema) throws SQLException {
        RereadRows encoder = new RereadRows(source, mine.asked.table(), mine.topic, schema);
        lock.lock();
        try (TableReader.ExactPieces pieces = reader.exactly(mine.asked.table(), schema, MOST_ROWS, PIECE_BYTES)) {
            // Not before the lock: what the log told in between would stay beside the rows that hold it already.
            mine.older = log.ends(mine.topic);
            while (!closed && !mine.done) {
                TableReader.Piece read = pieces.next();
                exact = new ArrayList<>(encoder.changes(read.rows()));
                mine.rows += read.rows().size();
                if (read.last()) {
                    mine.sweep(exact);
                    mine.done = true;
                    covered.cover(mine.topic, pieces.boundary());
                }
                writeNow.run();
            }
        } finally {
            pass = null;
            lock.unlock();
        }
    }

    /** From here on the log's keys are remembered for it. */
    private RereadPass.Piece open(RereadPass mine, Set<ByteBuffer> passed) {
        lock.lock();
        try {
            RereadPass.Piece piece = new RereadPass.Piece(passed, progress.taken());
            mine.pieces.add(piece);
            return piece;
        } finally {
            lock.unlock();
        }
    }

    private void fill(RereadPass mine, RereadPass.Piece piece, List<CapturedChange> rows, boolean last, String position) {
        lock.lock();
        try {
            piece.after = rows.isEmpty() ? null : rows.get(rows.size() - 1).key();
            piece.last = last;
            piece.position = position;
            piece.rows = rows;
            if (!mine.spoiled && mine.isReached(progress)) {
                writeNow.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Until there is room for the next piece, or after the last one until all are written.
     *
     * @return whether what waited was thrown away, since something happened to the whole table
     */
    private boolean await(RereadPass mine, boolean last) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !mine.spoiled && !mine.done && mine.pieces.stream().filter(piece -> piece.rows != null).count() >= (last
                    ? 1
                    : MOST_WAITING)) {
                changed.await();
            }
            if (mine.spoiled) {
                mine.pieces.clear();
                mine.spoiled = false;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void throttle(RereadPass mine) throws InterruptedException {
        if (mine.asked.rowsPerSecond() <= 0 || mine.done) {
            return;
        }
        long due = mine.began + mine.rows * 1_000 / mine.asked.rowsPerSecond();
        long wait = due - System.currentTimeMillis();
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(wait);
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a table is being read. */
    boolean isUnderWay() {
        lock.lock();
        try {
            return pass != null && pass.older != null;
        } finally {
            lock.unlock();
        }
    }

    /** The one under way has failed, and is begun again from what was written. */
    void giveUp() {
        lock.lock();
        try {
            pass = null;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
