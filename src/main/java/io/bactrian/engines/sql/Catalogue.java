package io.bactrian.engines.sql;

import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * What the database knows of the tables and views of the warehouse's own schema, at this moment: nothing is remembered.
 * Names are compared as they are. A table that is not there is no failure unless a method says so; every other
 * {@link SQLException} is the server's.
 */
public interface Catalogue {

    /** Names of the table's columns that can be written, in order; empty if there is no such table. */
    List<String> columns(Connection connection, String table) throws SQLException;

    /**
     * All columns of a table or view, with their types.
     *
     * @throws SQLException also if there is no such table
     */
    TableSchema schema(Connection connection, String table) throws SQLException;

    /** The table as it is; without columns if there is no such table. */
    StoredTable table(Connection connection, String table) throws SQLException;

    /** The statements that give others the rights that they have on a table or view now. */
    List<String> grants(Connection connection, String table) throws SQLException;

    /** Statements that change tables. */
    interface Alteration {
        void run() throws SQLException;
    }

    /**
     * Changes tables while no other instance does, so that what it has seen of them before stays true. Ends the
     * connection's transaction. If the work fails, what it has done is taken back, as far as the database can do that.
     * Fails if somebody uses a table for so long that waiting for it would keep everybody else from it.
     */
    void alone(Connection connection, Alteration work) throws SQLException;

    /** Columns of every unique index of this database, in the index's order, by table. */
    Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException;

    /** Whether the table has an index that begins with those columns. @param columns in lower case */
    boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException;

    boolean isView(Connection connection, String table) throws SQLException;

    /** How many digits after the point a number's column keeps; absent for those that keep all that they are given. */
    Map<String, Integer> digits(Connection connection, String table) throws SQLException;

    /**
     * Replaces a table by another, in one step: readers see one or the other. Ends the connection's transaction, and
     * fails if readers of the old one do not let go of it in time; then the old one stays.
     *
     * @param shadow the new one, which gets the table's name
     * @param retired the name of the old one until it is dropped
     */
    void swap(Connection connection, String table, String shadow, String retired) throws SQLException;
}
