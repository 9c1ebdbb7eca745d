package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The writers that keep one rate together. */
final class Writers implements Bookstore.Writing {

    /** What fell due longer ago than this is not made up for. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Tally tally = new Tally(this::stop);
    private final Pace pace;
    private final List<Writer> writers = new CopyOnWriteArrayList<>();

    private Writers(Pace pace) {
        this.pace = pace;
    }

    /** Connects all of them, then starts them. */
    static Writers start(SourceServers servers, Clock clock, long seed, double transactionsPerSecond, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("The bookstore cannot be written to by " + count + " writers; at least 1 is needed.");
        }
        Writers writers = new Writers(new Pace(transactionsPerSecond, PATIENCE, System::nanoTime));
        Newest newest = new Newest();
        try {
            for (int i = 0; i < count; i++) {
                writers.writers.add(new Writer(opening(servers, newest, clock, seed, i, count), writers.pace, writers.tally));
            }
        } catch (SQLException failure) {
            writers.disconnect();
            throw new BookstoreException("The bookstore's writers cannot work on " + servers + ": " + failure.getMessage()
                    + ". Is the server up, and were the tables made (createTables)?", failure);
        } catch (RuntimeException failure) {
            writers.disconnect();
            throw failure;
        }
        for (int i = 0; i < count; i++) {
            writers.writers.get(i).start("bookstore-writer-" + i);
        }
        return writers;
    }

    private static Writer.Opening opening(SourceServers servers, Newest newest, Clock clock, long seed, int writer, int writers) {
        return new Writer.Opening() {
            @Override
            public Session session() throws SQLException {
                return servers.session();
            }

            @Override
            public Shop shop(Session session) throws SQLException {
                return new Shop(Desk.prepare(session, newest, clock, seed, writer, writers));
            }
        };
    }

    private void disconnect() {
        writers.forEach(Writer::disconnect);
    }

    private void stop() {
        writers.forEach(Writer::stop);
    }

    @Override
    public long transactions() {
        return tally.transactions();
    }

    @Override
    public long rowChanges() {
        return tally.rowChanges();
    }

    @Override
    public Map<String, Long> byKind() {
        return tally.byKind();
    }

    @Override
    public long missed() {
        return pace.missed();
    }

    @Override
    public long conflicts() {
        return tally.conflicts();
    }

    @Override
    public long lostConnections() {
        return tally.lostConnections();
    }

    @Override
    public Optional<Throwable> failure() {
        return tally.failure();
    }

    @Override
    public void close() {
        stop();
        try {
            for (Writer writer : writers) {
                writer.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
