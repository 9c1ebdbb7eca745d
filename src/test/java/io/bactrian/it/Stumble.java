package io.bactrian.it;

import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.domain.Change;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.RetriableException;

/** Steps of routes that fail when the test wants them to. Routes name this class; one test runs at a time. */
public final class Stumble {

    /** How many batches, or changes, are still to fail. */
    static final AtomicInteger FAILURES_LEFT = new AtomicInteger();
    static final AtomicInteger FAILED = new AtomicInteger();

    /** A step of a route: {@code bean} of this class and that method. */
    static String step(String method) {
        return "- bean:\n    beanType: " + Stumble.class.getName() + "\n    method: " + method;
    }

    static void fail(int times) {
        FAILED.set(0);
        FAILURES_LEFT.set(times);
    }

    private static boolean isToFail() {
        boolean fails = FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (fails) {
            FAILED.incrementAndGet();
        }
        return fails;
    }

    public void onTheFirst() {
        if (isToFail()) {
            throw new IllegalStateException("stumbled as the test wants");
        }
    }

    public void retriablyOnTheFirst() {
        if (isToFail()) {
            throw new RetriableException("stumbled retriably, as the test wants");
        }
    }

    /** A condition that is false while there are failures left. */
    public boolean isWell() {
        return !isToFail();
    }

    /** Lets some pass before all that follow fail. */
    static final AtomicInteger PASSES_LEFT = new AtomicInteger(Integer.MAX_VALUE);

    /**
     * Batches without changes always pass: a snapshot begins with the tables' structure, in as many batches as the
     * machine is slow.
     */
    public void afterTheFirst(CapturedBatch batch) {
        if (batch.size() > 0 && PASSES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) <= 0) {
            FAILED.incrementAndGet();
            throw new IllegalStateException("stumbled for good, as the test wants");
        }
    }

    public void onThirteen(Change change) {
        if (Long.valueOf(13).equals(change.row().get("id"))) {
            throw new IllegalArgumentException("13 brings bad luck");
        }
    }
}
