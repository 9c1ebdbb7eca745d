package io.bactrian.engines.mysql;

import io.bactrian.domain.TableSchema;
import io.bactrian.engines.CapturedNames;
import io.bactrian.engines.TableShape;
import io.bactrian.engines.sql.SqlTableReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/** Reads tables of a MySQL source; a position is a binlog's name and a place in it. */
final class MySqlTableReader extends SqlTableReader {

    /** An ENUM is ordered by its number and compared by its text; a FLOAT differs from what is written of it. */
    private static final Set<String> UNORDERED = Set.of("enum", "set", "float", "double");

    /** ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142);

    private final Properties engine;

    MySqlTableReader(Properties engine) {
        super(new MySqlSource(engine.getProperty("database.hostname"), Integer.parseInt(engine.getProperty("database.port", "3306")),
                engine.getProperty("database.user"), engine.getProperty("database.password", "")), new MySqlWords(), new MySqlValues());
        this.engine = engine;
    }

    /** A server sends what it has logged before it commits it, with semi-synchronous replicas even long before. */
    @Override
    protected void awaitVisible(Connection connection, String taken) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select wait_for_executed_gtid_set(?, 30)")) {
            statement.setString(1, taken);
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                if (found.getInt(1) != 0) {
                    throw new SQLException("the log has told of transaction " + taken + ", and after 30 s the server has not committed it");
                }
            }
        }
    }

    /** The log tells of every change of a table, so that only their names are of interest. */
    @Override
    protected Map<String, String> tables(Connection connection) throws SQLException {
        Map<String, String> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select table_schema, table_name from information_schema.tables "
                        + "where table_type='BASE TABLE' "
                        + "and table_schema not in ('mysql','information_schema','performance_schema','sys')")) {
            while (found.next()) {
                String table = found.getString(1) + "." + found.getString(2);
                if (isTaken(table)) {
                    tables.put(table, "");
                }
            }
        }
        return tables;
    }

    private boolean isTaken(String table) {
        String database = table.substring(0, table.indexOf('.'));
        return CapturedNames.matches(engine, "database.include.list", database, true)
                && !CapturedNames.matches(engine, "database.exclude.list", database, false)
                && CapturedNames.matches(engine, "table.include.list", table, true)
                && !CapturedNames.matches(engine, "table.exclude.list", table, false);
    }

    /** One that was dropped or renamed the log tells of, when it comes to that. */
    @Override
    public boolean isGone(String table) {
        return !isTaken(table);
    }

    /** The catalogue may be ahead of the log, by a statement that the log is still to tell of. */
    @Override
    protected TableShape shape(Connection connection, String database, String table, TableSchema schema) {
        return TableShape.unknown();
    }

    @Override
    protected List<String> keyTypes(Connection connection, String database, String table, List<String> key) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select column_name, data_type from information_schema.columns where table_schema=? and table_name=?")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    types.put(found.getString(1), found.getString(2).toLowerCase(Locale.ROOT));
                }
            }
        }
        return key.stream().map(column -> types.getOrDefault(column, "")).toList();
    }

    @Override
    protected boolean isOrdered(String type) {
        return !UNORDERED.contains(type);
    }

    @Override
    protected String placeholder(String type) {
        return "?";
    }

    @Override
    protected long estimate(Connection connection, String database, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select coalesce(table_rows, 0) from information_schema.tables where table_schema=? and table_name=?")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    @Override
    protected String position(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = status(statement)) {
            if (!found.next()) {
                throw new SQLException("the server has no binary log (log_bin is OFF)");
            }
            return MySqlLogPosition.of(found.getString(1), found.getLong(2)).toString();
        }
    }

    /** Who writes to the table waits from the lock to the position; the look itself keeps nobody waiting. */
    @Override
    protected String look(Connection reading, Connection locking, String database, String table) throws SQLException {
        MySqlWords words = new MySqlWords();
        try (Statement lock = locking.createStatement(); Statement look = reading.createStatement()) {
            lock.execute("set session lock_wait_timeout = 10");
            lock(lock, words.quote(database) + "." + words.quote(table));
            // The server waits while what was read is being written.
            look.execute("set session net_write_timeout = 86400");
            reading.setAutoCommit(false);
            look.execute("start transaction with consistent snapshot");
            String boundary = position(reading);
            lock.execute("unlock tables");
            return boundary;
        }
    }

    private static void lock(Statement lock, String table) throws SQLException {
        try {
            lock.execute("lock tables " + table + " read");
        } catch (SQLException e) {
            if (!DENIED.contains(e.getErrorCode())) {
                throw e;
            }
            // Who may not lock one table may hold all of them still.
            lock.execute("flush tables with read lock");
        }
    }

    /** As they come: with a cursor, the server would copy the whole table first. */
    @Override
    protected int rowsAtATime() {
        return Integer.MIN_VALUE;
    }

    private static ResultSet status(Statement statement) throws SQLException {
        try {
            return statement.executeQuery("show binary log status");
        } catch (SQLSyntaxErrorException e) {
            // Servers before 8.2 call it so.
            return statement.executeQuery("show master status");
        }
    }
}
