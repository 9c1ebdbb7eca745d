package io.bactrian.engines.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes many rows with as few statements as the database allows, within the connection's transaction.
 *
 * <p>A value arrives as it is or not at all: if the database rejects one, or would change it in writing, both methods
 * throw an exception that {@link SqlErrors#refusesRow} recognizes. Some of the rows may have been written by then; who
 * wants to go on takes them back to a savepoint. Safe for many threads, each with its own connection.
 */
public interface BulkWriting {

    /**
     * @param lines rows of values, in the columns' order
     * @param replace whether a row of the same key is replaced; else rows are only added, and one that is there fails
     * with {@link SqlErrors#isDuplicateKey}
     */
    void write(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException;

    /**
     * Adds rows; where a row of the same key is there, the line's values are added to its own, and the offset becomes
     * the newer of both.
     *
     * @param sums the columns that are added up
     */
    void add(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException;
}
