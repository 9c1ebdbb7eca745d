package io.bactrian.engines.postgresql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What PostgreSQL knows of the tables of the session's own schema, which is the first of its search_path. */
final class PostgresCatalog {

    private static final String OWN = "join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema() ";
    private static final String COLUMNS = "select a.attname, t.typname, a.atttypmod, a.attnotnull from pg_class c " + OWN
            + "join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid "
            + "where c.relname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped";
    private static final String INDEXED = "select c.relname, i.indexrelid, a.attname from pg_index i join pg_class c on c.oid = i.indrelid "
            + OWN
            + "cross join lateral unnest(i.indkey) with ordinality k(number, place) "
            + "join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number where k.place <= i.indnkeyatts and "
            + "i.indpred is null and i.indisvalid";
    private static final String IN_ORDER = " order by c.relname, i.indexrelid, k.place";
    private static final int BEFORE_A_LENGTH = 4;
    /** A numeric of any number of digits. */
    static final ColumnType ANY_NUMBER = ColumnType.decimal(1_000, 500);

    private PostgresCatalog() {
    }

    /** Those that can be written. */
    static List<String> columns(Connection connection, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + " and a.attgenerated = '' order by a.attnum")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(found.getString(1));
                }
            }
        }
        return columns;
    }

    static TableSchema schema(Connection connection, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + " order by a.attnum")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(new Column(found.getString(1), type(found.getString(2), found.getInt(3)), !found.getBoolean(4)));
                }
            }
        }
        if (columns.isEmpty()) {
            throw new SQLException("there is no table " + table + " in the schema that the URL chooses, or this user may not see it");
        }
        return new TableSchema(columns, List.of());
    }

    /** @param modifier as pg_attribute has it: -1 for none */
    private static ColumnType type(String name, int modifier) {
        int length = modifier < BEFORE_A_LENGTH ? 0 : modifier - BEFORE_A_LENGTH;
        return switch (name) {
            case "bool" -> ColumnType.of(Kind.INT8);
            case "int2" -> ColumnType.of(Kind.INT16);
            case "int4" -> ColumnType.of(Kind.INT32);
            case "int8" -> ColumnType.of(Kind.INT64);
            case "numeric" -> length == 0 ? ANY_NUMBER : ColumnType.decimal(length >> 16, length & 0x7ff);
            case "float4" -> ColumnType.of(Kind.FLOAT);
            case "float8" -> ColumnType.of(Kind.DOUBLE);
            case "varchar", "bpchar" -> length == 0 ? ColumnType.of(Kind.TEXT) : ColumnType.of(Kind.STRING, length);
            case "bytea" -> ColumnType.of(Kind.BLOB);
            case "date" -> ColumnType.of(Kind.DATE);
            case "interval" -> ColumnType.of(Kind.TIME, 6);
            case "timestamp" -> ColumnType.of(Kind.DATETIME, 6);
            case "timestamptz" -> ColumnType.of(Kind.INSTANT, 6);
            case "json", "jsonb" -> ColumnType.of(Kind.JSON);
            case "bit" -> ColumnType.of(Kind.BITS, Math.max(1, modifier));
            // Everything has a text.
            default -> ColumnType.of(Kind.TEXT);
        };
    }

    static Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException {
        Map<String, List<List<String>>> indexes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXED + " and i.indisunique" + IN_ORDER)) {
            read(statement).forEach((index, columns) -> indexes.computeIfAbsent(index.table(), table -> new ArrayList<>()).add(columns));
        }
        return indexes;
    }

    static boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INDEXED + " and c.relname = ?" + IN_ORDER)) {
            statement.setString(1, table);
            return read(statement).values().stream().map(index -> index.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList())
                    .anyMatch(index -> index.size() >= columns.size() && index.subList(0, columns.size()).equals(columns));
        }
    }

    private record Index(String table, long number) {
    }

    private static Map<Index, List<String>> read(PreparedStatement statement) throws SQLException {
        Map<Index, List<String>> indexes = new LinkedHashMap<>();
        try (ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                indexes.computeIfAbsent(new Index(found.getString(1), found.getLong(2)), index -> new ArrayList<>())
                        .add(found.getString(3));
            }
        }
        return indexes;
    }

    static boolean isView(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select 1 from pg_class c " + OWN + "where c.relname = ? and c.relkind in ('v', 'm')")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }
}
