package io.bactrian.engines.postgresql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.sql.SqlSource;
import io.bactrian.infrastructure.wire.ArrayJson;
import io.debezium.time.Interval;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.util.PGInterval;

/** Reads a PostgreSQL source's tables; what others call a database is a schema here. */
public final class PostgresSource extends SqlSource {

    private static final String COLUMNS = """
            with recursive base as (
              select a.attnum, a.attname, a.attnotnull, a.atttypid as type, a.atttypmod as modifier from pg_attribute a
                join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = ? and c.relname = ? and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              union all
              select b.attnum, b.attname, b.attnotnull or t.typnotnull, t.typbasetype, case when b.modifier = -1 then \
            t.typtypmod else b.modifier end
                from base b join pg_type t on t.oid = b.type where t.typtype = 'd')
            select b.attname, b.attnotnull, case when t.typtype = 'e' then 'enum' else t.typname end, b.modifier
              from base b join pg_type t on t.oid = b.type where t.typtype <> 'd' order by b.attnum""";

    private static final String KEY = """
            select a.attname from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
              where n.nspname = ? and c.relname = ? and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)""";

    private final Properties properties = new Properties();

    public PostgresSource(String host, int port, String database, String user, String password) {
        super("jdbc:postgresql://" + host + ":" + port + "/" + database);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "10");
    }

    /** @param word PostgreSQL's own name of the type */
    private record Typed(Column column, String word) {
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set time zone 'UTC'; set datestyle = 'ISO'");
            return connection;
        } catch (SQLException e) {
            close(connection, e);
            throw e;
        }
    }

    /** A cursor lives in a transaction. */
    @Override
    public void prepareToScan(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public Reading reading(Connection connection, String schemaName, String table) throws SQLException {
        List<Typed> columns = columns(connection, schemaName, table);
        TableSchema schema = new TableSchema(columns.stream().map(Typed::column).toList(), key(connection, schemaName, table));
        String select = "select " + columns.stream().map(PostgresSource::expression).collect(Collectors.joining(", "))
                + " from " + PostgresTables.quoted(schemaName) + "." + PostgresTables.quoted(table);
        return new Reading(schema, select, (rows, column) -> value(rows, column + 1, columns.get(column)));
    }

    /**
     * A column as the catalogue has it; of a domain, what it is made of.
     *
     * @param word PostgreSQL's own name of the type
     */
    record Found(String name, boolean nullable, String word, int modifier) {

        /** @throws IllegalArgumentException when the type is not known */
        ColumnType type(String table) {
            return PostgresTypes.of(table + "." + name, word, length(word, modifier), scale(word, modifier));
        }

        String shownType() {
            return word.replaceFirst("^_(.*)", "$1[]");
        }

        boolean isKnown() {
            try {
                type("");
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /** Without generated ones, which the log does not have. */
    static List<Found> found(Connection connection, String schema, String table) throws SQLException {
        List<Found> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(new Found(found.getString(1), !found.getBoolean(2), found.getString(3), found.getInt(4)));
                }
            }
        }
        return columns;
    }

    private static List<Typed> columns(Connection connection, String schema, String table) throws SQLException {
        List<Found> found = found(connection, schema, table);
        if (found.isEmpty()) {
            throw new TableReader.NoTableException("there is no table " + schema + "." + table + ", or this user may not see it");
        }
        // The capture does not start with a column of any other type, so it was told to leave those out.
        return found.stream().filter(Found::isKnown)
                .map(one -> new Typed(new Column(one.name(), one.type(schema + "." + table), one.nullable()), one.word())).toList();
    }

    /** The type of a column as it is now: what a domain is made of, above all. */
    public static ColumnType typeOf(Connection connection, String table, String column) throws SQLException {
        int dot = table.indexOf('.');
        for (Found one : found(connection, table.substring(0, dot), table.substring(dot + 1))) {
            if (one.name().equals(column)) {
                return one.type(table);
            }
        }
        throw new SQLException("there is no column " + table + "." + column + " any more");
    }

    private static int length(String word, int modifier) {
        return switch (word) {
            case "numeric" -> modifier < 0 ? 0 : modifier - 4 >> 16 & 0xffff;
            case "varchar", "bpchar" -> modifier < 0 ? 0 : modifier - 4;
            case "bit" -> Math.max(1, modifier);
            default -> 0;
        };
    }

    private static int scale(String word, int modifier) {
        // Eleven bits with a sign.
        return word.equals("numeric") && modifier >= 0 ? (modifier - 4 & 0x7ff ^ 1024) - 1024 : 0;
    }

    static List<String> key(Connection connection, String schema, String table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    key.add(found.getString(1));
                }
            }
        }
        return key;
    }

    private static String expression(Typed typed) {
        String name = PostgresTables.quoted(typed.column().name());
        return switch (typed.word()) {
            case "bool" -> name + "::int";
            case "oid" -> name + "::bigint";
            case "money" -> name + "::numeric::text";
            case "numeric", "bit" -> name + "::text";
            case "timetz" -> "(" + name + " at time zone 'UTC')::time::text";
            default -> name;
        };
    }

    private static Object value(ResultSet rows, int place, Typed typed) throws SQLException {
        String text = typed.word().startsWith("_") || typed.word().equals("bytea") ? null : rows.getString(place);
        if (typed.word().startsWith("_")) {
            Array array = rows.getArray(place);
            return array == null ? null : ArrayJson.write(Arrays.asList((Object[]) array.getArray()));
        }
        if (typed.word().equals("bytea")) {
            return rows.getBytes(place);
        }
        if (text == null) {
            return null;
        }
        return switch (typed.column().type().kind()) {
            case INT8, INT16, INT24, INT32, INT64 -> Long.valueOf(text);
            // What is no number stays text: no warehouse has it either.
            case DECIMAL -> text.matches("-?[0-9.]+") ? new BigDecimal(text) : text;
            case FLOAT -> (Object) rows.getFloat(place);
            case DOUBLE -> (Object) rows.getDouble(place);
            case BITS -> bits(new BigInteger(text, 2));
            case DATETIME -> text.replace(' ', 'T');
            case INSTANT -> text.replace(' ', 'T').replaceFirst("\\+00$", "Z");
            case STRING -> typed.word().equals("interval") ? interval(text) : text;
            default -> text;
        };
    }

    private static Object bits(BigInteger value) {
        return value.bitLength() < 64 ? (Object) value.longValue() : value;
    }

    private static String interval(String text) throws SQLException {
        PGInterval interval = new PGInterval(text);
        return Interval.toIsoString(interval.getYears(), interval.getMonths(), interval.getDays(), interval.getHours(),
                interval.getMinutes(),
                BigDecimal.valueOf(interval.getSeconds()));
    }
}
