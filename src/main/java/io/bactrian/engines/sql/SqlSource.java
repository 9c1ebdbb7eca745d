package io.bactrian.engines.sql;

import io.bactrian.application.SourceTables;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a source's tables past its log; a table is {@code database.name}. Values are in the form in which the capture
 * writes them.
 */
public abstract class SqlSource implements SourceTables {

    private static final int ROWS_AT_A_TIME = 1_000;

    public final String url;

    public SqlSource(String url) {
        this.url = url;
    }

    /**
     * How one table is read, as it is now.
     *
     * @param select all of its rows, the columns in the schema's order
     */
    public record Reading(TableSchema schema, String select, Values values) {
    }

    public interface Values {
        /** @param column from 0 on; in the result it is at the place after it */
        Object value(ResultSet rows, int column) throws SQLException;
    }

    public abstract Connection connect() throws SQLException;

    /** Lets the server hold what was not fetched yet, where a connection does not do so by itself. */
    public void prepareToScan(Connection connection) throws SQLException {
    }

    /** @throws SQLException also when there is no such table, or the user may not see it */
    public abstract Reading reading(Connection connection, String database, String table) throws SQLException;

    Reading reading(Connection connection, String table) throws SQLException {
        int dot = table.indexOf('.');
        return reading(connection, table.substring(0, dot), table.substring(dot + 1));
    }

    @Override
    public final Rows scan(String table) {
        Connection connection = null;
        try {
            connection = connect();
            prepareToScan(connection);
            Reading reading = reading(connection, table);
            Statement statement = connection.createStatement();
            statement.setFetchSize(ROWS_AT_A_TIME);
            Connection open = connection;
            return new OpenRows(statement.executeQuery(reading.select()), rows -> image(rows, reading, reading.schema()),
                    e -> failure(table, e), () -> closeRead(table, open));
        } catch (SQLException e) {
            IllegalStateException failure = failure(table, e);
            close(connection, failure);
            throw failure;
        }
    }

    @Override
    public final TableSchema schema(String table) {
        try (Looks looks = look()) {
            return looks.schema(table);
        }
    }

    public final Looks look() {
        try {
            return new Looks(connect());
        } catch (SQLException e) {
            throw new IllegalStateException("source " + url + ": could not connect: " + e.getMessage(), e);
        }
    }

    static Image image(ResultSet rows, Reading reading, TableSchema schema) throws SQLException {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = reading.values().value(rows, i);
        }
        return new Image(schema, values);
    }

    private IllegalStateException failure(String table, SQLException e) {
        return new IllegalStateException("source " + url + ": could not read " + table + ": " + e.getMessage(), e);
    }

    private void closeRead(String table, Connection connection) {
        IllegalStateException failure = new IllegalStateException("source " + url + ": closing a read of " + table);
        close(connection, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /** What a connection has opened goes with it. */
    public static void close(Connection connection, Exception failure) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Many looks at small tables, by one connection. Each sees what is committed by then. */
    public final class Looks implements AutoCloseable {

        private final Connection connection;
        /** Those whose schema somebody has: who asks for the rows need not ask for it again. */
        private final Map<String, Reading> readings = new HashMap<>();

        private Looks(Connection connection) {
            this.connection = connection;
        }

        /** The columns and the key, as they are now. */
        public TableSchema schema(String table) {
            try {
                readings.put(table, reading(connection, table));
                return readings.get(table).schema();
            } catch (SQLException e) {
                throw failure(table, e);
            }
        }

        /** All of its rows. */
        public List<Image> rows(String table, TableSchema schema) {
            List<Image> images = new ArrayList<>();
            try (Statement statement = connection.createStatement()) {
                Reading known = readings.get(table);
                Reading reading = known != null && known.schema() == schema ? known : reading(connection, table);
                try (ResultSet rows = statement.executeQuery(reading.select())) {
                    while (rows.next()) {
                        images.add(image(rows, reading, schema));
                    }
                }
                return images;
            } catch (SQLException e) {
                throw failure(table, e);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException("source " + url + ": could not close a connection: " + e.getMessage(), e);
            }
        }
    }
}
