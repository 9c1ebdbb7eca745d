package io.bactrian.engines.sql;

import java.util.List;

/**
 * A unique index of a table of the warehouse, or its primary key.
 *
 * @param columns in the index's order; for people only if it is not whole
 * @param whole whether it tells all rows apart, by the whole values of those columns, at once
 * @param dropping the statement that drops it
 */
public record UniqueIndex(String name, boolean primary, List<String> columns, boolean whole, String dropping) {

    @Override
    public String toString() {
        return (primary ? "the primary key (" : "the unique index " + name + " (") + String.join(", ", columns) + ")";
    }
}
