package io.bactrian.application;

import io.bactrian.application.StatusReport.Lifeless;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether the threads that do the work get on with it: what a restart of the process would fix, and nothing else. A
 * server that is away is no matter of liveness: each try and each pause is a step, and readiness tells of it.
 *
 * <p>A thread is lifeless when it has ended without having been asked to, or when it has been at one step for longer
 * than {@code bactrian.health.hung-after}.
 */
public final class Liveness {

    /** One thread and what it is doing. Its methods cost nanoseconds: they are called for each change. */
    public static final class Worker {

        private final LongSupplier nanoTime;
        private volatile Thread thread;
        private volatile boolean ended = true;
        // Written by the worker alone and in this order, so that whoever reads a new step reads its time or an older
        // one.
        private volatile long stepAt;
        private volatile String doing;
        private volatile Object what = "";

        private Worker(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        /** Starts the thread; from now on it is missed when it is not there. */
        public void start(Thread started) {
            step("starting");
            thread = null;
            ended = false;
            started.start();
            thread = started;
        }

        public void step(String doing) {
            step(doing, "");
        }

        /** @param what it is doing it with; its text is made only when somebody asks */
        public void step(String doing, Object what) {
            stepAt = nanoTime.getAsLong();
            this.what = what;
            this.doing = doing;
        }

        /** Waits for something that may never come, and that is as it should be. */
        public void rests() {
            doing = null;
        }

        /** The thread ends in order, or has told {@link Health} why it ends and a restart would not help. */
        public void ends() {
            ended = true;
        }
    }

    private final Duration hungAfter;
    private final LongSupplier nanoTime;
    private final Map<String, Worker> workers = new ConcurrentSkipListMap<>();

    public Liveness(Duration hungAfter) {
        this(hungAfter, System::nanoTime);
    }

    Liveness(Duration hungAfter, LongSupplier nanoTime) {
        this.hungAfter = hungAfter;
        this.nanoTime = nanoTime;
    }

    /** A worker that nobody watches. */
    static Worker nobodys() {
        return new Worker(System::nanoTime);
    }

    /** @param part as {@link Health} calls it */
    public Worker worker(String part) {
        return workers.computeIfAbsent(part, name -> new Worker(nanoTime));
    }

    /** The parts whose threads were started and have not ended in order. */
    public Set<String> parts() {
        Set<String> parts = new TreeSet<>();
        workers.forEach((part, worker) -> {
            if (!worker.ended) {
                parts.add(part);
            }
        });
        return parts;
    }

    /** Empty when everything lives. */
    public List<Lifeless> lifeless() {
        List<Lifeless> found = new ArrayList<>();
        workers.forEach((part, worker) -> {
            String doing = worker.doing;
            Object what = worker.what;
            long nanos = nanoTime.getAsLong() - worker.stepAt;
            if (worker.ended) {
                return;
            }
            String at = doing == null ? "waiting" : (doing + " " + what).strip();
            Thread thread = worker.thread;
            if (thread == null) {
                return;
            }
            if (!thread.isAlive()) {
                // Asked twice: it may have ended in order between the two looks.
                if (!worker.ended) {
                    found.add(new Lifeless(part, "its thread has ended without being asked to, the last that it did was " + at
                            + "; .bactrian/logs/bactrian.log says why. Only a restart of this process brings it back"));
                }
            } else if (doing != null && nanos > hungAfter.toNanos()) {
                found.add(new Lifeless(part,
                        "it has been " + at + " for " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s, and bactrian.health.hung-after is "
                                + hungAfter.toSeconds() + " s" + where(thread) + ". Restart this process; nothing is lost by that"));
            }
        });
        return found;
    }

    private static String where(Thread thread) {
        StackTraceElement[] frames = thread.getStackTrace();
        return frames.length == 0 ? "" : "; it is in " + frames[0].getClassName() + "." + frames[0].getMethodName();
    }
}
