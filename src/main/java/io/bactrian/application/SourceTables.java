package io.bactrian.application;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.Iterator;

/** Reads a source's tables directly, past the capture: for comparing. */
public interface SourceTables {

    /** All rows of a table, {@code store.customers}, as the source has them now. */
    Rows scan(String table);

    /** The table's columns and key, as the source has them now. */
    TableSchema schema(String table);

    /** An open read. */
    interface Rows extends Iterator<Image>, AutoCloseable {
        @Override
        void close();
    }
}
