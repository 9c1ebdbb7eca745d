package io.bactrian.application;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.List;

/** The tables of the pipelines' warehouses, read by routes that look something up. */
public interface ReferenceTables {

    /** A table as it was read. */
    record Table(TableSchema schema, List<Image> rows) {
        public Table {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Reads those columns of all rows. Repeating it is safe.
     *
     * @param most to read no more than this many rows
     * @throws RuntimeException when that was not possible, for nobody: the warehouse is away, there is no such table or
     * column
     */
    Table load(String pipeline, String table, List<String> columns, int most);

    /** Counts a row that was looked up in vain. */
    void missed(String pipeline);
}
