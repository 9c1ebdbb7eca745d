package io.bactrian.infrastructure.jdbc;

import io.bactrian.application.SourceTables;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** Reads a MySQL source's tables by JDBC. */
public final class MySqlSource implements SourceTables {

    private final String url;
    private final Properties properties = new Properties();
    private final MySqlDialect dialect = new MySqlDialect();

    public MySqlSource(String host, int port, String user, String password) {
        this.url = "jdbc:mysql://" + host + ":" + port + "/";
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectionTimeZone", "UTC");
        properties.setProperty("forceConnectionTimeZoneToSession", "true");
        properties.setProperty("useCursorFetch", "true");
        properties.setProperty("yearIsDateType", "false");
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("allowPublicKeyRetrieval", "true");
    }

    @Override
    public Rows scan(String table) {
        String database = table.substring(0, table.indexOf('.'));
        String name = table.substring(database.length() + 1);
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Connection connection = DriverManager.getConnection(url, properties);
            open.add(connection);
            TableSchema schema = schema(connection, database, name);
            Statement statement = connection.createStatement();
            open.add(0, statement);
            statement.setFetchSize(1_000);
            ResultSet rows = statement.executeQuery(select(table, schema));
            open.add(0, rows);
            return new OpenRows(table, schema, rows, open);
        } catch (SQLException e) {
            IllegalStateException failure = failure(table, e);
            close(open, failure);
            throw failure;
        }
    }

    public SourceLooks look() {
        try {
            return new Looks(DriverManager.getConnection(url, properties));
        } catch (SQLException e) {
            throw new IllegalStateException("source " + url + ": could not connect: " + e.getMessage(), e);
        }
    }

    private final class Looks implements SourceLooks {

        private final Connection connection;

        private Looks(Connection connection) {
            this.connection = connection;
        }

        @Override
        public TableSchema schema(String table) {
            int dot = table.indexOf('.');
            try {
                return MySqlSource.schema(connection, table.substring(0, dot), table.substring(dot + 1));
            } catch (SQLException e) {
                throw failure(table, e);
            }
        }

        @Override
        public List<Image> rows(String table, TableSchema schema) {
            List<Image> images = new ArrayList<>();
            try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(select(table, schema))) {
                while (rows.next()) {
                    images.add(image(rows, schema));
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

    private String select(String table, TableSchema schema) {
        int dot = table.indexOf('.');
        return "select " + schema.columns().stream().map(c -> dialect.quote(c.name())).collect(Collectors.joining(","))
                + " from " + dialect.quote(table.substring(0, dot)) + "." + dialect.quote(table.substring(dot + 1));
    }

    private Image image(ResultSet rows, TableSchema schema) throws SQLException {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dialect.read(rows, i + 1, schema.column(i).type());
        }
        return new Image(schema, values);
    }

    private IllegalStateException failure(String table, SQLException e) {
        return new IllegalStateException("source " + url + ": could not read " + table + ": " + e.getMessage(), e);
    }

    private static void close(List<AutoCloseable> open, Exception failure) {
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    static TableSchema schema(Connection connection, String database, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name, data_type, column_type, is_nullable, "
                + "coalesce(character_maximum_length, numeric_precision, datetime_precision, 0), coalesce(numeric_scale, 0) "
                + "from information_schema.columns where table_schema=? and table_name=? order by ordinal_position")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String type = found.getString(2) + (found.getString(3).contains("unsigned") ? " unsigned" : "");
                    String name = found.getString(1);
                    columns.add(new Column(name, MySqlTypes.of(database + "." + table + "." + name, type, found.getLong(5), found.getInt(6), ""),
                            found.getString(4).equals("YES")));
                }
            }
        }
        if (columns.isEmpty()) {
            throw new SQLException("there is no table " + database + "." + table + ", or this user may not see it");
        }
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name from information_schema.statistics "
                + "where table_schema=? and table_name=? and index_name='PRIMARY' order by seq_in_index")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    key.add(found.getString(1));
                }
            }
        }
        return new TableSchema(columns, key);
    }

    private final class OpenRows implements Rows {
        private final String table;
        private final TableSchema schema;
        private final ResultSet rows;
        private final List<AutoCloseable> open;
        private boolean more;

        OpenRows(String table, TableSchema schema, ResultSet rows, List<AutoCloseable> open) throws SQLException {
            this.table = table;
            this.schema = schema;
            this.rows = rows;
            this.open = open;
            this.more = rows.next();
        }

        @Override
        public boolean hasNext() {
            return more;
        }

        @Override
        public Image next() {
            try {
                Image image = image(rows, schema);
                more = rows.next();
                return image;
            } catch (SQLException e) {
                throw failure(table, e);
            }
        }

        @Override
        public void close() {
            IllegalStateException failure = new IllegalStateException("source " + url + ": closing a read of " + table);
            MySqlSource.close(open, failure);
            if (failure.getSuppressed().length > 0) {
                throw failure;
            }
        }
    }
}
