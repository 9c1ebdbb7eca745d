package io.bactrian.engines.postgresql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.FirstColumn;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What PostgreSQL knows of the tables of the session's own schema, which is the first of its search_path. */
final class PostgresCatalogue implements Catalogue {

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
    private static final ColumnType ANY_NUMBER = ColumnType.decimal(1_000, 500);

    private final SqlWords words;

    PostgresCatalogue(SqlWords words) {
        this.words = words;
    }

    @Override
    public List<String> columns(Connection connection, String table) throws SQLException {
        return FirstColumn.of(connection, COLUMNS + " and a.attgenerated = '' order by a.attnum", table);
    }

    @Override
    public TableSchema schema(Connection connection, String table) throws SQLException {
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

    @Override
    public Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException {
        Map<String, List<List<String>>> indexes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXED + " and i.indisunique" + IN_ORDER)) {
            read(statement).forEach((index, columns) -> indexes.computeIfAbsent(index.table(), table -> new ArrayList<>()).add(columns));
        }
        return indexes;
    }

    @Override
    public boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INDEXED + " and c.relname = ?" + IN_ORDER)) {
            statement.setString(1, table);
            return read(statement).values().stream().map(index -> index.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList())
                    .anyMatch(index -> index.size() >= columns.size() && index.subList(0, columns.size()).equals(columns));
        }
    }

    private record IndexOfTable(String table, long number) {
    }

    private static Map<IndexOfTable, List<String>> read(PreparedStatement statement) throws SQLException {
        Map<IndexOfTable, List<String>> indexes = new LinkedHashMap<>();
        try (ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                indexes.computeIfAbsent(new IndexOfTable(found.getString(1), found.getLong(2)), index -> new ArrayList<>())
                        .add(found.getString(3));
            }
        }
        return indexes;
    }

    @Override
    public boolean isView(Connection connection, String table) throws SQLException {
        return !FirstColumn.of(connection, "select 1 from pg_class c " + OWN + "where c.relname = ? and c.relkind in ('v', 'm')", table)
                .isEmpty();
    }

    /**
     * None of them rounds but a number with a fixed number of digits, which somebody else than Bactrian has made, and a
     * whole one.
     */
    @Override
    public Map<String, Integer> digits(Connection connection, String table) throws SQLException {
        Map<String, Integer> digits = new HashMap<>();
        for (Column column : schema(connection, table).columns()) {
            switch (column.type().kind()) {
                case INT16, INT32, INT64 -> digits.put(column.name(), 0);
                case DECIMAL -> {
                    if (column.type().length() != ANY_NUMBER.length()) {
                        digits.put(column.name(), column.type().scale());
                    }
                }
                case INT8, INT24, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME,
                        INSTANT, YEAR, JSON, BITS, GEOMETRY -> {
                    // None of what a sum is kept in here.
                }
            }
        }
        return digits;
    }

    @Override
    public void swap(Connection connection, String table, String shadow, String retired) throws SQLException {
        boolean there = !columns(connection, table).isEmpty();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Who reads the old one holds it; without a limit its next reader would wait for the change of names, and
            // that for ever.
            statement.execute("set local lock_timeout = '20s'; drop table if exists " + words.quote(retired)
                    + (there ? "; alter table " + words.quote(table) + " rename to " + words.quote(retired) : "")
                    + "; alter table " + words.quote(shadow) + " rename to " + words.quote(table) + "; drop table if exists "
                    + words.quote(retired));
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
