package io.bactrian.engines.sql;

import java.util.List;

/**
 * A table that rows are written to.
 *
 * @param columns all columns that can be written; a bulk load that replaces whole rows must know them all
 */
public record TargetTable(String name, List<String> key, List<String> columns) {
}
