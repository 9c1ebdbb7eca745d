package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.OneLine;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.TableReader;
import java.sql.SQLException;
import java.time.Duration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tables of a source again while its log goes on: those that somebody asks for, or that the capture finds to need
 * it, one after the other. For one life of an engine.
 */
final class TableReads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableReads.class);

    private static final long COMPARE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String source;
    private final Captures.Capture capture;
    private final ChangeLog log;
    private final TableReader reader;
    /** Who holds it is alone with the log's changes. */
    private final ReentrantLock lock;
    private final Condition changed;
    private final CaptureProgress progress;
    private final TableReading reading;
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

    TableReads(String source, Captures.Capture capture, ChangeLog log, TableReader reader, ReentrantLock lock,
            CaptureProgress progress, TableReading reading, Comparing comparing, Runnable beginAnew, Predicate<String> isRead,
            Health health) {
        this.source = source;
        this.capture = capture;
        this.log = log;
        this.reader = reader;
        this.lock = lock;
        this.changed = lock.newCondition();
        this.progress = progress;
        this.reading = reading;
        this.comparing = comparing;
        this.beginAnew = beginAnew;
        this.isRead = isRead;
        this.health = health;
        this.thread = new Thread(this::run, "capture-" + source + "-rereads");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** This life of the engine is the one that begins anew: what was asked for is under way. */
    void isAnew(Reread everything) {
        ended.add(everything.asked().id());
    }

    /** Asks for all tables that the capture takes, and notes that this is done. The caller holds the lock. */
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
                            if (reading.read(reread)) {
                                ended.add(reread.asked().id());
                            }
                            health.gone(part());
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

    /** First reads are over by now: that the last one is done may only not have come back yet. */
    private boolean isToDo(Reread reread) {
        return reread.isOpen() && !reread.asked().first() && isWanted(reread) && !ended.contains(reread.asked().id());
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
        reading.giveUp();
        reader.close();
    }

    @Override
    public void close() {
        closed = true;
        reading.close();
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
        if (!thread.isAlive()) {
            reader.close();
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
