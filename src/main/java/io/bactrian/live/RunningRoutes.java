package io.bactrian.live;

import io.bactrian.application.Health;
import io.bactrian.application.SourceCatalog;
import io.bactrian.routes.LiveRoutes;
import io.bactrian.settings.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that run, and follow their files while they do. An edit is tried as a whole, in a Camel context of its
 * own: what starts there takes over between two batches, and what does not leaves the routes as they were.
 * docs/decisions/008-live-routes.md
 */
public final class RunningRoutes implements AutoCloseable {

    /** What pipelines need beside their routes. */
    public interface Pipelines {
        /** @throws ConfigurationException if somebody has asked for one that is not among them */
        void checkNames(Set<String> all);

        /** @throws ConfigurationException if a setting is missing */
        void check(String pipeline);

        /** Starts those that are new. */
        void start();
    }

    private static final Logger LOG = LoggerFactory.getLogger(RunningRoutes.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(10);
    static final String PART = "routes";

    private final Path folder;
    private final Function<String, RowRouteContext> rowContexts;
    /** Null where nothing is captured. */
    private final CaptureRoutes captures;
    private final SourceCatalog sources;
    private final RouteEdit.Backlogs backlogs;
    private final Pipelines pipelines;
    private final Health health;
    private final LiveRoutes live = new LiveRoutes();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Thread thread;

    private volatile RowRouteContext rows;
    private int generation;
    private RouteFiles running;
    /** What the last look found. */
    private RouteFiles seen;
    private RouteFiles rejected;
    private long retryAt;
    private String said = "";

    /**
     * @param rowContexts makes a context of the given name, with all that row routes need
     * @param pipelines checks and starts what routes need
     */
    public RunningRoutes(Path folder, Function<String, RowRouteContext> rowContexts, CaptureRoutes captures, SourceCatalog sources,
            RouteEdit.Backlogs backlogs,
            Pipelines pipelines, Health health) {
        this.folder = folder;
        this.rowContexts = rowContexts;
        this.captures = captures;
        this.sources = sources;
        this.backlogs = backlogs;
        this.pipelines = pipelines;
        this.health = health;
    }

    public LiveRoutes live() {
        return live;
    }

    public CamelContext camel() {
        return rows.camel();
    }

    public Set<String> warehouseTables() {
        return rows.warehouseTables();
    }

    public Set<String> passedOnTo() {
        return rows.passedOnTo();
    }

    /** @throws ConfigurationException when a route is wrong: nothing has started */
    public void start() {
        running = RouteFiles.read(folder);
        rows = candidate(running);
        pipelines.checkNames(rows.routes().pipelines());
        live.replace(rows.routes());
        if (captures != null) {
            captures.start(running);
        }
    }

    /** From here on edits are followed. */
    public void follow() {
        thread = new Thread(this::followForEver, "routes");
        thread.start();
    }

    private void followForEver() {
        try {
            while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.debug("routes", e);
                    reject(seen, "the routes could not be checked for edits: " + e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        health.gone(PART);
    }

    private void look() throws InterruptedException {
        RouteFiles now = RouteFiles.read(folder);
        // Whoever is still writing has not finished: only what is the same twice is looked at.
        boolean quiet = now.equals(seen);
        seen = now;
        if (!quiet) {
            return;
        }
        if (now.equals(running)) {
            allWell();
        } else if (!now.equals(rejected) || System.nanoTime() - retryAt >= 0) {
            take(now);
        }
    }

    private void take(RouteFiles now) throws InterruptedException {
        RowRouteContext candidate = null;
        try {
            List<Path> edited = now.changedSince(running);
            boolean capturesToo = captures != null && edited.stream().anyMatch(now::isCapture);
            if (!now.there() || now.rows().isEmpty() && !running.rows().isEmpty()) {
                throw new ConfigurationException(List.of(folder
                        + " has no routes any more; expected some, and removing all at once looks like a mistake. "
                        + "Stop Bactrian if nothing is to run"));
            }
            if (edited.stream().anyMatch(file -> !now.isCapture(file))) {
                candidate = candidate(now);
            }
            if (capturesToo) {
                captures.tryOut(now);
            }
            if (!RouteFiles.read(folder).equals(now)) {
                // What was tried is perhaps not what was read: once more, when it is quiet.
                close(candidate);
                return;
            }
            if (capturesToo) {
                captures.replace(running, now);
            }
        } catch (Exception e) {
            close(candidate);
            LOG.debug("routes", e);
            reject(now, (e instanceof ConfigurationException ? e : CauseMessages.explain(e)).getMessage());
            return;
        }
        RouteEdit edit = new RouteEdit(running, now, live.reads(), backlogs);
        running = now;
        if (candidate == null) {
            edit.report(live.reads());
        } else {
            takeOver(candidate, edit);
        }
        allWell();
    }

    /** Nothing here can be wrong about the routes: they run. */
    private void takeOver(RowRouteContext candidate, RouteEdit edit) throws InterruptedException {
        RowRouteContext before = rows;
        // While what they begin to read is still what it was.
        List<String> lines = edit.lines(candidate.routes().reads());
        LiveRoutes.Replaced replaced = live.replace(candidate.routes());
        rows = candidate;
        lines.forEach(LOG::info);
        try {
            pipelines.start();
        } finally {
            replaced.awaitUnheld();
            before.close();
        }
    }

    private RowRouteContext candidate(RouteFiles files) {
        RowRouteContext context = rowContexts.apply("bactrian-routes-" + ++generation);
        try {
            context.start(sources, files);
            context.routes().pipelines().forEach(pipelines::check);
            return context;
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private static void close(RowRouteContext context) {
        if (context != null) {
            context.close();
        }
    }

    private void reject(RouteFiles files, String faults) {
        rejected = files;
        // What was rejected because of something outside the files may be accepted later.
        retryAt = System.nanoTime() + RETRY.toNanos();
        String all = faults.lines().map(fault -> fault.endsWith(".") || fault.endsWith("?") ? fault : fault + ".")
                .collect(Collectors.joining(" ")) + " The previous routes go on";
        boolean news = health.parts().containsKey(PART) && !health.parts().get(PART).up() && !all.equals(said);
        health.down(PART, all);
        if (news) {
            LOG.error("{}: {}", PART, all);
        }
        said = all;
    }

    private void allWell() {
        rejected = null;
        said = "";
        health.up(PART);
    }

    /** Returns when an edit that is being taken has been. */
    public void stopFollowing() {
        stopping.countDown();
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** After {@link #stopFollowing}, and when nothing holds a route any more. */
    @Override
    public void close() {
        if (captures != null) {
            captures.close();
        }
        close(rows);
    }
}
