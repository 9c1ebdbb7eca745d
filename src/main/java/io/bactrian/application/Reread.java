package io.bactrian.application;

import java.util.Map;
import java.util.Objects;

/**
 * That a table of a source is to be read again, and how far that has come. Both are kept in Kafka beside the source's
 * offsets: what was asked for by whoever asks, the progress by the capture, in the transaction of the rows that it is
 * about.
 *
 * @param progress null until the capture has begun with it
 */
public record Reread(Asked asked, Progress progress) {

    /** In the place of a table: the capture begins anew where the log ends now, and reads all tables again. */
    public static final String EVERYTHING = "";

    /** How a re-read stands. */
    public enum State {
        READING, DONE,
        /** The table is no longer there. What became of it the log tells, or the catalogue. */
        GONE,
        /** It cannot be done; the fault says why. If nobody asked for it, the table is reported until somebody acts. */
        FAILED
    }

    /**
     * @param table {@code store.orders}
     * @param id tells this request from an earlier one for the same table
     * @param reason why, in words for people
     * @param where which rows, as a condition in the source's SQL; empty for all
     * @param rowsPerSecond at most; 0 for as many as come
     * @param byPerson whether somebody waits for the answer; else the capture itself found that it is needed
     * @param first whether the table has never been read: its changes wait until it has been
     */
    public record Asked(String source, String table, String id, String reason, String where, long rowsPerSecond, long at,
            boolean byPerson, boolean first) {
        public Asked {
            Objects.requireNonNull(id, "id");
        }

        public Asked(String source, String table, String id, String reason, String where, long rowsPerSecond, long at, boolean byPerson) {
            this(source, table, id, reason, where, rowsPerSecond, at, byPerson, false);
        }
    }

    /**
     * @param after the key of the last row that was written, as JSON; null before the first
     * @param older where each partition ended when it began: what is older at the end, and was not read, is gone
     * @param estimate how many rows the table has, as far as the source knows without counting
     * @param covered the boundary in the log up to which the rows that were read hold the table's changes already; null
     * where each row tells
     */
    public record Progress(String source, String table, String id, State state, String after, long rows, long estimate,
            Map<Integer, Long> older, long began, long at, String fault, String covered) {
        public Progress {
            older = Map.copyOf(older);
        }
    }

    /** Whether the capture still has something to do for it. */
    public boolean isOpen() {
        return progress == null || progress.state() == State.READING;
    }
}
