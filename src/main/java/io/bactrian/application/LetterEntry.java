package io.bactrian.application;

/**
 * What the warehouse knows of a dead letter.
 *
 * @param state {@code open}, {@code replayed} or {@code discarded}
 * @param supersededBy offset of a newer change of the same key in the same partition, or -1
 * @param cleared what became of all rows of its partition since
 */
public record LetterEntry(String id, String state, long supersededBy, Cleared cleared) {

    /** What came over a whole partition. */
    public enum Cleared {
        NO,
        /** The source's table was truncated. */
        TRUNCATED,
        /** A snapshot began again: everything that is in the source was read once more. */
        READ_AGAIN
    }

    public LetterEntry(String id, String state, long supersededBy) {
        this(id, state, supersededBy, Cleared.NO);
    }

    public boolean isOpen() {
        return state.equals("open");
    }
}
