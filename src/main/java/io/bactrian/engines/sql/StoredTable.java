package io.bactrian.engines.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table as the warehouse has it.
 *
 * @param columns by name, in order; empty if there is no such table
 * @param unique its primary key and all its unique indexes
 */
public record StoredTable(Map<String, StoredColumn> columns, List<UniqueIndex> unique) {

    /** The column of that name, whatever the case of its letters; null if there is none. */
    StoredColumn column(String name) {
        StoredColumn exactly = columns.get(name);
        if (exactly != null) {
            return exactly;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return columns.entrySet().stream().filter(column -> column.getKey().toLowerCase(Locale.ROOT).equals(lower))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }
}
