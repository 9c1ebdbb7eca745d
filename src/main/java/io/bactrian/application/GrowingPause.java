package io.bactrian.application;

import java.time.Duration;

/** How long to wait before the next try: doubles from a first pause to a longest one. Not for several threads. */
public final class GrowingPause {

    private final Duration first;
    private final Duration longest;
    private Duration next;

    public GrowingPause(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.next = first;
    }

    public Duration next() {
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return pause;
    }

    public void reset() {
        next = first;
    }
}
