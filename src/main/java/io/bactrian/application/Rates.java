package io.bactrian.application;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * How fast counters grow, over the last ten seconds: they are looked at now and then, and the hot path knows nothing of
 * it.
 */
public final class Rates {

    private static final long SPAN_NANOS = Duration.ofSeconds(10).toNanos();

    private record Sample(long nanos, Map<String, Long> counts) {
    }

    private final Deque<Sample> samples = new ArrayDeque<>();

    public synchronized void sample(long nanos, Map<String, Long> counts) {
        samples.addLast(new Sample(nanos, Map.copyOf(counts)));
        // The first one that is as old as the span stays: from it on is counted.
        while (samples.size() > 2 && nanos - second().nanos() >= SPAN_NANOS) {
            samples.removeFirst();
        }
    }

    private Sample second() {
        var all = samples.iterator();
        all.next();
        return all.next();
    }

    /** Zero before there are two samples. */
    public synchronized double perSecond(String counter) {
        if (samples.size() < 2) {
            return 0;
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        double seconds = (last.nanos() - first.nanos()) / 1e9;
        return (last.counts().getOrDefault(counter, 0L) - first.counts().getOrDefault(counter, 0L)) / seconds;
    }
}
