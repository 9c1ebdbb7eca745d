package io.bactrian.domain;

import java.time.Instant;

/**
 * One version of a row in a history, valid from one moment up to, but not including, another.
 *
 * @param number 1 for the first version of a key
 * @param deletedAt when the row was deleted; null for a version that is open, that another one followed, or that a
 * snapshot which began again has not come across yet
 * @param log names the log of the last change that touched this version
 * @param offset of that change
 */
public record Version(int number, Image image, Instant validFrom, Instant validTo, boolean current, Instant deletedAt, long log,
        long offset) {

    /**
     * Since when a version counts that a snapshot found: what was before is not known, and facts of before must find
     * it.
     */
    public static final Instant BEGINNING = Instant.parse("1000-01-01T00:00:00Z");
    /** Up to when an open version counts. */
    public static final Instant OPEN_END = Instant.parse("9999-12-31T00:00:00Z");

    static Version open(int number, Image image, Instant from, long log, long offset) {
        return new Version(number, image, from, OPEN_END, true, null, log, offset);
    }

    /** Open, or open again, with those values. */
    Version continued(Image values, long log, long offset) {
        return new Version(number, values, validFrom, OPEN_END, true, null, log, offset);
    }

    /** Ended, since another version follows. */
    Version followed(Instant at, long log, long offset) {
        return new Version(number, image, validFrom, at, false, null, log, offset);
    }

    Version deleted(Instant at, long log, long offset) {
        return new Version(number, image, validFrom, at, false, at, log, offset);
    }
}
