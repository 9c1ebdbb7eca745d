package io.bactrian.engines.sql;

import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads tables of a SQL source in pieces; what differs between databases the subclasses say. */
public abstract class SqlTableReader implements TableReader {

    /** Few: rows may be large. */
    private static final int ROWS_AT_A_TIME = 200;

    private final SqlSource source;
    private final SqlWords words;
    private final SqlValues values;
    private Connection connection;
    private String readingOf;
    private SqlSource.Reading reading;

    public SqlTableReader(SqlSource source, SqlWords words, SqlValues values) {
        this.source = source;
        this.words = words;
        this.values = values;
    }

    /** @return the names of the types, in the database's own words, of the key's columns */
    protected abstract List<String> keyTypes(Connection connection, String database, String table, List<String> key) throws SQLException;

    /** Whether rows can be ordered by a column of that type and compared with a value of it, and both agree. */
    protected abstract boolean isOrdered(String type);

    /** A parameter that stands for a value of a key column. */
    protected abstract String placeholder(String type);

    protected abstract long estimate(Connection connection, String database, String table) throws SQLException;

    protected abstract String position(Connection connection) throws SQLException;

    private Connection connection() throws SQLException {
        if (connection == null || !connection.isValid(5)) {
            close();
            connection = source.connect();
        }
        return connection;
    }

    protected abstract void awaitVisible(Connection connection, String taken) throws SQLException;

    @Override
    public final void awaitVisible(String taken) throws SQLException {
        if (!taken.isEmpty()) {
            awaitVisible(connection(), taken);
        }
    }

    protected abstract Map<String, String> tables(Connection connection) throws SQLException;

    protected abstract TableShape shape(Connection connection, String database, String table, TableSchema schema) throws SQLException;

    @Override
    public final Map<String, String> tables() throws SQLException {
        return tables(connection());
    }

    @Override
    public final TableShape shape(String table) throws SQLException {
        return shape(connection(), database(table), name(table), source.reading(connection(), table).schema());
    }

    private static String database(String table) {
        return table.substring(0, table.indexOf('.'));
    }

    private static String name(String table) {
        return table.substring(table.indexOf('.') + 1);
    }

    @Override
    public final TableSchema schema(String table) throws SQLException {
        reading = source.reading(connection(), table);
        readingOf = table;
        return reading.schema();
    }

    private SqlSource.Reading reading(String table, TableSchema schema) throws SQLException {
        if (!table.equals(readingOf) || reading.schema() != schema) {
            throw new IllegalStateException("the schema of " + table + " is not the one that was asked for last");
        }
        return reading;
    }

    @Override
    public final long estimate(String table) throws SQLException {
        return estimate(connection(), database(table), name(table));
    }

    @Override
    public final boolean isOrdered(String table, TableSchema schema) throws SQLException {
        return !schema.key().isEmpty()
                && keyTypes(connection(), database(table), name(table), schema.key()).stream().allMatch(this::isOrdered);
    }

    @Override
    public final String position() throws SQLException {
        return position(connection());
    }

    @Override
    public final Piece next(String table, TableSchema schema, Image after, String where, int rows, long bytes) throws SQLException {
        Connection open = connection();
        List<String> types = keyTypes(open, database(table), name(table), schema.key());
        List<String> conditions = new ArrayList<>();
        if (!where.isEmpty()) {
            conditions.add("(" + where + ")");
        }
        if (after != null) {
            conditions.add(behind(schema.key(), types));
        }
        String sql = reading(table, schema).select() + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
                + " order by " + words.quoted(schema.key()) + " limit " + rows;
        open.setAutoCommit(false);
        try (PreparedStatement statement = open.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_AT_A_TIME);
            if (after != null) {
                set(statement, after, schema);
            }
            try (ResultSet found = statement.executeQuery()) {
                Piece piece = take(found, schema, rows, bytes);
                return new Piece(piece.rows(), piece.last() && piece.rows().size() < rows);
            }
        } finally {
            open.rollback();
            open.setAutoCommit(true);
        }
    }

    /** {@code a>? or a=? and (b>? or b=? and c>?)}: what an index of the key serves. */
    private String behind(List<String> key, List<String> types) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            String column = words.quote(key.get(i));
            String value = placeholder(types.get(i));
            sql.append("(").append(column).append(">").append(value);
            if (i + 1 < key.size()) {
                sql.append(" or ").append(column).append("=").append(value).append(" and ");
            }
        }
        return sql.append(")".repeat(key.size())).toString();
    }

    private void set(PreparedStatement statement, Image after, TableSchema schema) throws SQLException {
        int position = 1;
        for (int i = 0; i < schema.key().size(); i++) {
            String name = schema.key().get(i);
            Column column = schema.column(schema.place(name));
            Object value = values.parameter(after.get(name), column.type());
            statement.setObject(position++, value);
            if (i + 1 < schema.key().size()) {
                statement.setObject(position++, value);
            }
        }
    }

    /** The rows that fit; {@code last} if no more came. */
    private Piece take(ResultSet found, TableSchema schema, int rows, long bytes) throws SQLException {
        List<Image> images = new ArrayList<>();
        long size = 0;
        while (images.size() < rows && size < bytes) {
            if (!found.next()) {
                return new Piece(images, true);
            }
            Image image = SqlSource.image(found, reading, schema);
            images.add(image);
            size += size(image);
        }
        return new Piece(images, false);
    }

    private static long size(Image image) {
        long size = 0;
        for (int i = 0; i < image.size(); i++) {
            size += image.value(i) instanceof String text ? text.length() : image.value(i) instanceof byte[] raw ? raw.length : 8;
        }
        return size;
    }

    /** Makes the look on one connection; the other is there to keep writers away meanwhile. @return the boundary */
    protected abstract String look(Connection reading, Connection locking, String database, String table) throws SQLException;

    /** How many rows the driver is to ask for at a time, so that neither side holds all of a table. */
    protected int rowsAtATime() {
        return ROWS_AT_A_TIME;
    }

    @Override
    public final ExactPieces exactly(String table, TableSchema schema, int rows, long bytes) throws SQLException {
        Connection open = source.connect();
        try {
            String boundary;
            try (Connection locking = source.connect()) {
                boundary = look(open, locking, database(table), name(table));
            }
            return new OpenPieces(open, boundary, reading(table, schema).select(), schema, rows, bytes);
        } catch (SQLException e) {
            SqlSource.close(open, e);
            throw e;
        }
    }

    @Override
    public final Pieces all(String table, TableSchema schema, String where, int rows, long bytes) throws SQLException {
        // A connection of its own: the look stays open while others ask for positions.
        Connection open = source.connect();
        try {
            source.prepareToScan(open);
            return new OpenPieces(open, "", reading(table, schema).select() + (where.isEmpty() ? "" : " where " + where), schema, rows,
                    bytes);
        } catch (SQLException e) {
            SqlSource.close(open, e);
            throw e;
        }
    }

    /** What one look finds; its connection goes with it. */
    private final class OpenPieces implements ExactPieces {

        private final Connection open;
        private final String boundary;
        private final ResultSet found;
        private final TableSchema schema;
        private final int rows;
        private final long bytes;
        private boolean ended;

        OpenPieces(Connection open, String boundary, String sql, TableSchema schema, int rows, long bytes) throws SQLException {
            this.open = open;
            this.boundary = boundary;
            this.schema = schema;
            this.rows = rows;
            this.bytes = bytes;
            PreparedStatement statement = open.prepareStatement(sql);
            statement.setFetchSize(rowsAtATime());
            this.found = statement.executeQuery();
        }

        @Override
        public String boundary() {
            return boundary;
        }

        @Override
        public Piece next() throws SQLException {
            Piece piece = take(found, schema, rows, bytes);
            ended = piece.last();
            return piece;
        }

        @Override
        public void close() {
            SQLException closing = new SQLException("closing");
            if (!ended) {
                abort(closing);
            }
            SqlSource.close(open, closing);
        }

        /** Closed before its end, a result may be read to its end by the driver first. */
        private void abort(SQLException closing) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                closing.addSuppressed(e);
            }
        }
    }

    @Override
    public final void close() {
        if (connection != null) {
            SqlSource.close(connection, new IllegalStateException("closing"));
            connection = null;
        }
    }
}
