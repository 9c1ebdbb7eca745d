package io.bactrian.application;

import io.bactrian.domain.Image;
import io.bactrian.domain.Target;
import java.util.Iterator;

/**
 * All that a warehouse holds, read back to be counted or compared. It reads what is committed, or what was written last
 * where rows count at once. What it throws means "not now, for nobody"; it changes nothing, so repeating it is safe.
 */
public interface StoredRows extends RowsByKey {

    /** Number of rows; zero if the table is not there. */
    long count(String table);

    /** Number of rows that stand for rows of the source: neither deleted ones that are kept nor ended versions. */
    long count(Target target);

    /**
     * All rows that {@link #count(Target)} counts, streamed. The iterator is closed with the whole read by
     * {@link Rows#close}.
     */
    Rows scan(Target target, Image like);

    /** An open read. */
    interface Rows extends Iterator<Image>, AutoCloseable {
        @Override
        void close();
    }
}
