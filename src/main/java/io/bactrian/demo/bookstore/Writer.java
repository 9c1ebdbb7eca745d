package io.bactrian.demo.bookstore;

import io.bactrian.application.GrowingPause;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that writes transactions as they fall due. The first connection is its maker's, so that a wrong URL shows
 * at once.
 */
final class Writer implements Runnable {

    /** Opens a session and lays out the desk on it; done again after each loss of the connection. */
    interface Opening {
        Session session() throws SQLException;

        Shop shop(Session session) throws SQLException;
    }

    private static final int CONFLICTS_IN_A_ROW = 200;

    private final Opening opening;
    private final Pace pace;
    private final Tally tally;
    private final GrowingPause pause = new GrowingPause(Duration.ofMillis(50), Duration.ofSeconds(3));
    private Session session;
    private Shop shop;
    private Thread thread;
    private volatile boolean stopped;

    Writer(Opening opening, Pace pace, Tally tally) throws SQLException {
        this.opening = opening;
        this.pace = pace;
        this.tally = tally;
        connect();
    }

    void start(String name) {
        thread = new Thread(this, name);
        // A program that ends without closing the bookstore must not be held by it.
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks it to stop after the transaction in flight. */
    void stop() {
        stopped = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    void join() throws InterruptedException {
        if (thread != null) {
            thread.join();
        }
    }

    void disconnect() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                rest(pace.nanosUntilNextTurn());
                if (!stopped) {
                    writeOne();
                }
            }
        } catch (Throwable failure) {
            tally.failed(failure);
        } finally {
            disconnect();
        }
    }

    private void writeOne() throws SQLException {
        int conflicts = 0;
        while (!stopped) {
            try {
                if (session == null) {
                    connect();
                }
                Shop.Done done = shop.performAny(session);
                tally.committed(done.kind(), done.rowChanges());
                pause.reset();
                return;
            } catch (SQLException failure) {
                switch (SqlFault.of(failure)) {
                    case CONFLICT -> {
                        if (++conflicts > CONFLICTS_IN_A_ROW) {
                            throw failure;
                        }
                        tally.conflicted();
                        rollBackToTryAgain();
                    }
                    case LOST -> {
                        tally.lostConnection();
                        disconnect();
                        rest(pause.next().toNanos());
                    }
                    case FATAL -> throw failure;
                }
            }
        }
    }

    private void rollBackToTryAgain() {
        try {
            session.rollBackToTryAgain();
        } catch (SQLException lost) {
            disconnect();
        }
    }

    private void connect() throws SQLException {
        session = opening.session();
        try {
            shop = opening.shop(session);
        } catch (SQLException | RuntimeException failure) {
            disconnect();
            throw failure;
        }
    }

    private void rest(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
