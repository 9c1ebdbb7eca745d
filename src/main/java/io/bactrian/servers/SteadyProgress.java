package io.bactrian.servers;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says at once what begins, then every two seconds where it stands, so that nobody takes slow work for a hang. */
public final class SteadyProgress implements AutoCloseable {

    private static final int SECONDS = 2;

    private final Progress progress;
    private final ScheduledExecutorService clock;
    private volatile String state;

    public SteadyProgress(Progress progress, String beginning) {
        this.progress = progress;
        this.state = beginning;
        progress.says(beginning);
        clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "bactrian-progress");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate(() -> progress.says(state), SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /** A new part of the work. */
    public void begins(String what) {
        state = what;
        progress.says(what);
    }

    /** How far that part is. */
    public void now(String where) {
        state = where;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
