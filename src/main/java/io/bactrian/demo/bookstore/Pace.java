package io.bactrian.demo.bookstore;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A steady rate by the clock, shared by all writers: transaction {@code n} is due at {@code start + n / rate}, whatever
 * the ones before took (an open loop; waiting a fixed time after each would slow the shop down just when its server is
 * slow). Who is late catches up, but only what fell due within {@code patience}: after an outage of a minute nobody
 * sends a minute's worth at once. The rest is counted as missed.
 */
final class Pace {

    private final double nanosBetween;
    private final long patienceNanos;
    private final LongSupplier nanoClock;
    private final long start;
    private long next;
    private long missed;

    /** {@code perSecond} may be infinite: everything is due at once, nothing is ever missed. */
    Pace(double perSecond, Duration patience, LongSupplier nanoClock) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("A rate of " + perSecond + " transactions a second cannot be kept; it must be"
                    + " above 0 (Double.POSITIVE_INFINITY is as fast as the server can).");
        }
        this.nanosBetween = 1e9 / perSecond;
        this.patienceNanos = patience.toNanos();
        this.nanoClock = nanoClock;
        this.start = nanoClock.getAsLong();
    }

    /** Takes the next turn; answers how many nanoseconds from now it is due, 0 or less when it is due already. */
    synchronized long nanosUntilNextTurn() {
        long now = nanoClock.getAsLong() - start;
        if (nanosBetween > 0) {
            long tooOld = (long) Math.ceil((now - patienceNanos) / nanosBetween) - next;
            if (tooOld > 0) {
                missed += tooOld;
                next += tooOld;
            }
        }
        return (long) (next++ * nanosBetween) - now;
    }

    synchronized long missed() {
        return missed;
    }
}
