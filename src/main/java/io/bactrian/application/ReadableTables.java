package io.bactrian.application;

import java.util.List;

/**
 * The tables and views of a warehouse, whoever made them, read whole by routes that look something up. It changes
 * nothing, so repeating it is safe.
 */
public interface ReadableTables {

    /**
     * Those columns of a table or view, of its first rows in no order.
     *
     * @param most read no more rows than this
     * @throws RuntimeException if that was not possible, for nobody: the warehouse is away, there is no such table or
     * column
     */
    ReferenceTables.Table readAll(String table, List<String> columns, int most);
}
