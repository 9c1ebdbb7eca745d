package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.OneLine;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.TableReader.NoTableException;
import io.bactrian.engines.TableReader;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tables of a source again while its log goes on. For one life of an engine.
 *
 * <p>A reader of its own looks at the table, piece by piece. A piece is written among the changes of the log, once the
 * log has come as far as the look may have seen: so no older change comes after it. From before the look until then the
 * keys that the log tells of are remembered, and their rows left out: so no newer change is covered by it. At the end
 * each partition is told where it ended when the re-read began: what is older now, the source no longer has. Nothing is
 * emptied first, and the rows come in the same Kafka transactions as the changes and the source's offsets, with how far
 * the re-read has come: after a kill at most the pieces that were not written are read once more.
 */
final class TableReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableReads.class);

    private static final int MOST_ROWS = 10_000;
    /** Until the size of its rows is known. */
    private static final int FIRST_ROWS = 100;
    private static final long PIECE_BYTES = 4L << 20;
    private static final int MOST_WAITING = 2;
    private static final long COMPARE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String source;
    private final Captures.Capture capture;
    private final ChangeLog log;
    private final TableReader reader;
    /** Who holds it is alone with the log's changes, and with what is waiting here. */
    private final ReentrantLock lock;
    private final Condition changed;
    private final CaptureProgress progress;
    private final Runnable writeNow;
    private final Comparing comparing;
    private final Runnable beginAnew;
    private final Predicate<String> isRead;
    private boolean compares = true;
    private long comparedAt;
    private final Health health;
    private final Set<String> reported = new HashSet<>();
    /** Ids of those that are over: what was written about them may not have come back yet. */
    private final Set<String> ended = new HashSet<>();
    private final Thread thread;
    private volatile boolean closed;
    /** The re-read under way; null when there is none. */
    private RereadPass pass;
    /** Rows of an exact look that are to be written now. */
    private List<CapturedChange> exact;
    /** By topic, up to where a look has been written that holds the changes of the log already. */
    private final Map<String, String> covered = new HashMap<>();

    /**
     * @param writeNow writes what {@link #addTo} gives, for whoever holds the lock: the log may have nothing to tell
     */
    TableReads(String source, Captures.Capture capture, ChangeLog log, List<Reread> known, TableReader reader, ReentrantLock lock,
            CaptureProgress progress, Runnable writeNow,
            Comparing comparing, Runnable beginAnew, Predicate<String> isRead, Health health) {
        this.source = source;
        this.capture = capture;
        this.log = log;
        this.reader = reader;
        this.lock = lock;
        this.changed = lock.newCondition();
        this.progress = progress;
        this.writeNow = writeNow;
        this.comparing = comparing;
        this.beginAnew = beginAnew;
        this.isRead = isRead;
        this.health = health;
        this.thread = new Thread(this::run, "capture-" + source + "-rereads");
        thread.setDaemon(true);
        for (Reread reread : known) {
            if (reread.progress() != null && reread.progress().covered() != null) {
                covered.put(SourceCatalog.topic(source, reread.asked().table()), reread.progress().covered());
            }
        }
    }

    void start() {
        thread.start();
    }

    /** This life of the engine is the one that begins anew: what was asked for is under way. */
    void isAnew(Reread everything) {
        ended.add(everything.asked().id());
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

    /** Asks for all tables that the capture takes, and notes that this is done. */
    Progress readEverything(Reread everything, List<Asked> asked) {
        long now = System.currentTimeMillis();
        Set<String> tables;
        try {
            tables = reader.tables().keySet();
        } catch (SQLException e) {
            throw new IllegalStateException("source " + source + ": could not list the tables: " + e.getMessage(), e);
        }
        tables.forEach(table -> asked.add(new Asked(source, table, UUID.randomUUID().toString(), everything.asked().reason(), "",
                everything.asked().rowsPerSecond(), now, false)));
        return new Progress(source, Reread.EVERYTHING, everything.asked().id(), State.DONE, null, 0, 0, Map.of(), now, now, "", null);
    }

    /** Adds the pieces that the log has come far enough for, and what is to be noted about them. */
    void addTo(List<CapturedChange> changes, List<Progress> notes) {
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
        return one.progress(state, fault, covered.get(one.topic));
    }

    // ---- the reader's side

    private void run() {
        GrowingPause pause = new GrowingPause(Duration.ofMillis(500), Duration.ofSeconds(30));
        while (!closed) {
            try (ChangeLog.RereadFeed feed = log.rereads()) {
                while (!closed) {
                    lookAtTheCatalogue();
                    ChangeLog.Tables known = feed.next();
                    if (known.everything().filter(everything -> everything.isOpen() && !ended.contains(everything.asked().id()))
                            .isPresent()) {
                        // Not by this life of the engine: it ends, and the next one begins anew.
                        beginAnew.run();
                        return;
                    }
                    List<Reread> all = known.rereads();
                    reportTables(all);
                    List<Reread> open = all.stream().filter(this::isToDo).toList();
                    capture.rereads = open;
                    for (Reread reread : open) {
                        if (!closed) {
                            read(reread);
                            pause.reset();
                            capture.rereads = capture.rereads.stream().filter(this::isToDo).toList();
                        }
                    }
                }
            } catch (SQLException | RuntimeException e) {
                giveUp();
                if (!closed) {
                    report(e);
                    waitFor(pause.next());
                }
            } catch (InterruptedException e) {
                giveUp();
                return;
            }
        }
    }

    /** At once, by whoever makes this. */
    void look(Comparing first) {
        try {
            first.compare(reader.tables(), reader);
        } catch (SQLException e) {
            throw new IllegalStateException("source " + source + ": could not list the tables: " + e.getMessage(), e);
        }
    }

    private void lookAtTheCatalogue() throws SQLException {
        if (!compares || !progress.isPastSnapshot() || comparedAt != 0 && System.nanoTime() - comparedAt < COMPARE_NANOS) {
            return;
        }
        Map<String, String> tables = reader.tables();
        lock.lock();
        try {
            comparing.compare(tables, reader);
        } finally {
            lock.unlock();
        }
        comparedAt = System.nanoTime();
        // Where the log tells of changes, the catalogue is looked at once.
        compares = tables.isEmpty() || tables.values().stream().anyMatch(fingerprint -> !fingerprint.isEmpty());
    }

    /** Follows what the catalogue has, for whoever holds the lock. */
    interface Comparing {
        void compare(Map<String, String> tables, TableReader reader);
    }

    private String part() {
        return "re-reads of " + source;
    }

    private void report(Exception e) {
        health.down(part(), "a table cannot be read again: " + OneLine.of(e.getMessage() == null ? e.toString() : e.getMessage())
                + "; nothing is lost, it is tried again with growing pauses of up to 30 s");
        LOG.debug("{}", part(), e);
    }

    private boolean isToDo(Reread reread) {
        return reread.isOpen() && isWanted(reread) && !ended.contains(reread.asked().id());
    }

    /** One that no route reads waits until one does. */
    private boolean isWanted(Reread reread) {
        return reread.asked().byPerson() || isRead.test(SourceCatalog.topic(source, reread.asked().table()));
    }

    /**
     * What the capture found to be needed and cannot be done is a person's to know; whoever asked has an answer
     * already.
     */
    private static boolean isToReport(Reread reread) {
        return reread.progress() != null && reread.progress().state() == State.FAILED && !reread.asked().byPerson();
    }

    private void reportTables(List<Reread> all) {
        Map<String, String> faults = new HashMap<>();
        all.stream().filter(TableReads::isToReport).filter(this::isWanted)
                .forEach(reread -> faults.put("table " + reread.asked().table(), reread.progress().fault()));
        faults.forEach(health::down);
        reported.stream().filter(part -> !faults.containsKey(part)).forEach(health::gone);
        reported.clear();
        reported.addAll(faults.keySet());
    }

    private void waitFor(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void giveUp() {
        lock.lock();
        try {
            pass = null;
        } finally {
            lock.unlock();
        }
        reader.close();
    }

    private void read(Reread reread) throws SQLException, InterruptedException {
        Asked asked = reread.asked();
        RereadPass mine = new RereadPass(asked, SourceCatalog.topic(source, asked.table()));
        TableSchema schema;
        try {
            schema = reader.schema(asked.table());
        } catch (NoTableException e) {
            end(mine, State.GONE, "there is no table " + asked.table() + " in the source, or its user may not see it");
            return;
        }
        mine.estimate = reader.estimate(asked.table());
        Progress before = reread.progress();
        boolean ordered = reader.isOrdered(asked.table(), schema);
        if (schema.key().isEmpty() && !asked.where().isEmpty()) {
            end(mine, State.FAILED,
                    "table " + asked.table() + " has no primary key; some of its rows cannot be told from the others. Leave out --where");
            return;
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
        health.gone(part());
        if (mine.done) {
            ended.add(asked.id());
            LOG.info("capture {}: {} has been read again: {} rows in {} s", source, asked.table(), mine.rows,
                    (System.currentTimeMillis() - mine.began) / 1000);
        }
    }

    private void end(RereadPass mine, State state, String fault) {
        LOG.warn("capture {}: {} cannot be read again: {}", source, mine.asked.table(), fault);
        ended.add(mine.asked.id());
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

    /** What is to be noted besides pieces. */
    private Progress failed;

    /** Likewise. @return null if there is nothing */
    Progress takeFailed() {
        Progress taken = failed;
        failed = null;
        return taken;
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
                    covered.put(mine.topic, pieces.boundary());
                }
                writeNow.run();
            }
        } finally {
            pass = null;
            lock.unlock();
        }
    }

    /**
     * Whether a change of the log is passed over, since a look at the whole table, which has been written, holds it
     * already. The caller holds the lock.
     */
    boolean isCovered(SourceRecord record) {
        if (covered.isEmpty() || !ChangeEncoder.isChange(record)) {
            return false;
        }
        covered.values().removeIf(progress::isBehind);
        String boundary = covered.get(SourceCatalog.topic(source, ChangeEncoder.tableName(record)));
        return boundary != null && progress.isCovered(record, boundary);
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

    /** How far the re-read under way is, for status; null when there is none. */
    Progress underWay() {
        lock.lock();
        try {
            return pass == null || pass.older == null ? null : noted(pass, State.READING, "");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            join();
        }
        reported.forEach(health::gone);
        reported.clear();
        health.gone(part());
    }

    private void join() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
