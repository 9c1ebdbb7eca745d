package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What differs between databases, and nothing else: nobody but a dialect asks which database it is. */
public interface Dialect {

    /** What a connection of the warehouse needs besides URL, user and password. */
    void configure(HikariConfig config);

    String quote(String name);

    /** The type of a warehouse column that holds every value of the source's type. */
    String typeFor(ColumnType type, boolean inKey);

    /**
     * The types of all columns of a table that is to be made: like {@link #typeFor}, but such that they fit into one
     * row, and those of the key into one index.
     *
     * @param ours how many numbers of ours that index holds too
     */
    Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours);

    /** The statements that make a table when it is not there. */
    List<String> createTable(String name, List<String> definitions, List<Index> indexes);

    /** Makes the view, or makes it anew when it has come to have more columns. */
    String createView(String name, String select);

    String createIndex(String table, List<String> columns);

    /** Columns of every unique index of this database, in the index's order, by table. */
    Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException;

    /** A type for the same values that takes next to nothing of a row's length. */
    String typeOutsideRow(ColumnType type);

    boolean isRowTooLong(SQLException failure);

    /** Statements that make Bactrian's own tables when they are not there. */
    List<String> bookkeeping();

    /** The definition of a column that numbers rows by itself and is the primary key. */
    String rowNumber(String name);

    /** Names of the table's columns that can be written, in order; empty when there is no such table. */
    List<String> columns(Connection connection, String table) throws SQLException;

    /**
     * All columns of a table or view, with their types.
     *
     * @throws SQLException also when there is no such table
     */
    TableSchema schema(Connection connection, String table) throws SQLException;

    boolean isDuplicateColumn(SQLException failure);

    boolean isUnknownTable(SQLException failure);

    boolean isDuplicateKey(SQLException failure);

    /**
     * Whether this row alone is at fault: tried again it fails again, and others pass. Everything else concerns all.
     */
    boolean refusesRow(SQLException failure);

    /**
     * Whether the database has ended the transaction in favour of another that was in its way: begun again, it passes.
     */
    default boolean gaveWay(SQLException failure) {
        return "40001".equals(failure.getSQLState());
    }

    /** Why, in the words of STYLE: what the database said. */
    String reason(SQLException failure);

    /**
     * Writes many rows with as few statements as the database allows.
     *
     * @param lines rows of values, in the columns' order
     * @param replace whether a row of the same key is replaced; else rows are only added
     * @throws SQLException one that {@link #refusesRow} when a value was refused or would have been changed in writing
     */
    void write(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException;

    /**
     * Adds rows; where a row of the same key is there, the line's values are added to its own, and the offset becomes
     * the newer of both.
     *
     * @param sums the columns that are added up
     */
    void add(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException;

    /** The end of an INSERT of which a row may be there: what is set of that one then. */
    String onDuplicate(List<String> key, String sets);

    /**
     * A query that locks the rows of {@code count} keys, one after the other in the keys' order, which is everybody's.
     */
    String lockEach(String columns, String table, List<String> key, int count);

    /** A DELETE of as many rows as its last parameter says, the first in that order. */
    String deleteSome(String table, String where, String order);

    /**
     * Makes sure that what a transaction reads from now on is not older than the rows that it locks, to share, by the
     * query.
     */
    void hold(Connection connection, String select) throws SQLException;

    /** The text of a model in the words of this database. */
    String ownWords(String sql);

    /** How many digits after the point a number's column keeps; absent for those that keep all that they are given. */
    Map<String, Integer> digits(Connection connection, String table) throws SQLException;

    /** Reads a value as {@link io.bactrian.domain.Image} keeps it. */
    Object read(ResultSet row, int place, ColumnType type) throws SQLException;

    /** Reads a value such that equal ones are equal, and {@link #bound} gives back what stands for just this one. */
    Object plain(ResultSet row, int place, int jdbcType) throws SQLException;

    /** The JDBC types of a result's columns, for {@link #plain}: asked once for all of its rows. */
    static int[] types(ResultSet rows) throws SQLException {
        int[] types = new int[rows.getMetaData().getColumnCount()];
        for (int i = 0; i < types.length; i++) {
            types[i] = rows.getMetaData().getColumnType(i + 1);
        }
        return types;
    }

    /** A value that {@link #plain} read, as the driver wants it for a parameter. */
    Object bound(Object plain);

    /**
     * Whether the statement itself does not fit the tables or functions that are there: it fails each time, for
     * everybody.
     */
    boolean isStatementFault(SQLException failure);

    /** Whether the table has an index that begins with those columns. */
    boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException;

    boolean isView(Connection connection, String table) throws SQLException;

    /**
     * Puts a table in the place of another, which gets the third name; readers see one or the other. Ends the
     * connection's transaction, and gives up when readers of the old one do not let go of it.
     */
    void swap(Connection connection, String table, String shadow, String retired) throws SQLException;

    /** A value as the driver wants it for a parameter. */
    Object parameter(Object value, ColumnType type);

    record Index(String name, boolean unique, List<String> columns) {
    }

    record WarehouseColumn(String name, ColumnType type) {
    }

    /** @param columns all columns that can be written; a bulk load that replaces whole rows must know them all */
    record Table(String name, List<String> key, List<String> columns) {
    }
}
