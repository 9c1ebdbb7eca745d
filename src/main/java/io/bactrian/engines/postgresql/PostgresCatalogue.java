package io.bactrian.engines.postgresql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.FirstColumn;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.StoredColumn;
import io.bactrian.engines.sql.StoredTable;
import io.bactrian.engines.sql.UniqueIndex;
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
    private static final ColumnType ANY_NUMBER = PostgresWords.ANY_NUMBER;
    private static final int SECONDS_TO_WAIT = 20;
    /** A domain is the type under it. */
    private static final String STORED = "select a.attname, coalesce(b.typname, t.typname), "
            + "case when b.oid is null then a.atttypmod else t.typtypmod end, format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', "
            + "coalesce(l.collisdeterministic, true) from pg_class c " + OWN + "join pg_attribute a on a.attrelid = c.oid "
            + "join pg_type t on t.oid = a.atttypid left join pg_type b on t.typtype = 'd' and b.oid = t.typbasetype "
            + "left join pg_collation l on l.oid = a.attcollation "
            + "where c.relname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped order by a.attnum";
    private static final String UNIQUE = "select x.relname, i.indisprimary, i.indpred is null and i.indexprs is null and i.indimmediate "
            + "and i.indisvalid, k.conname, array_to_string(array(select pg_get_indexdef(i.indexrelid, p, true) "
            + "from generate_series(1, i.indnkeyatts) p), chr(1)), array_to_string(array(select a.attname from unnest(i.indkey) "
            + "with ordinality u(number, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = u.number "
            + "where u.place <= i.indnkeyatts order by u.place), chr(1)) from pg_index i join pg_class c on c.oid = i.indrelid " + OWN
            + "join pg_class x on x.oid = i.indexrelid "
            + "left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x') "
            + "where c.relname = ? and (i.indisunique or i.indisexclusion) order by i.indisprimary desc, x.relname";

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
    public StoredTable table(Connection connection, String table) throws SQLException {
        Map<String, StoredColumn> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STORED)) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String type = found.getString(2);
                    columns.put(found.getString(1), stored(type, found.getInt(3), found.getString(4),
                            found.getBoolean(6) && !type.equals("citext"), found.getBoolean(5)));
                }
            }
        }
        return new StoredTable(columns, columns.isEmpty() ? List.of() : unique(connection, table));
    }

    /** Unlike {@link #type}, which tells how a value is read, it tells which values are kept as they are. */
    private static StoredColumn stored(String name, int modifier, String words, boolean exact, boolean computed) {
        int fraction = modifier < 0 ? 6 : modifier;
        ColumnType type = switch (name) {
            // Of a number with a negative scale the last digits before the point are zeros.
            case "numeric" -> modifier < BEFORE_A_LENGTH
                    ? ANY_NUMBER
                    : ColumnType.decimal((modifier - BEFORE_A_LENGTH) >> 16, Math.max(0, scale(modifier)));
            case "money" -> ColumnType.decimal(19, 2);
            case "timestamp" -> ColumnType.of(Kind.DATETIME, fraction);
            case "timestamptz" -> ColumnType.of(Kind.INSTANT, fraction);
            case "time" -> ColumnType.of(Kind.TIME, fraction);
            case "name" -> ColumnType.of(Kind.STRING, 63);
            case "char" -> ColumnType.of(Kind.STRING, 1);
            case "varbit" -> ColumnType.of(Kind.BITS, modifier < 0 ? Integer.MAX_VALUE : modifier);
            default -> type(name, modifier);
        };
        boolean faithful = switch (name) {
            // They add blanks or take them away, cut what is too long, have exactly so many bits.
            case "bpchar", "name", "char", "bit" -> false;
            case "numeric" -> modifier < BEFORE_A_LENGTH || scale(modifier) >= 0;
            // Of one with a modifier only some fields are kept.
            case "interval" -> modifier < 0;
            default -> true;
        };
        return new StoredColumn(words, type, faithful, exact, computed);
    }

    /** Eleven bits with a sign. */
    private static int scale(int modifier) {
        return ((modifier - BEFORE_A_LENGTH & 0x7ff) ^ 1_024) - 1_024;
    }

    private List<UniqueIndex> unique(Connection connection, String table) throws SQLException {
        List<UniqueIndex> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE)) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    boolean whole = found.getBoolean(3);
                    String constraint = found.getString(4);
                    indexes.add(new UniqueIndex(found.getString(1), found.getBoolean(2),
                            List.of(found.getString(whole ? 6 : 5).split(String.valueOf((char) 1))), whole, constraint == null
                                    ? "drop index " + words.legible(found.getString(1))
                                    : "alter table " + words.legible(table) + " drop constraint " + words.legible(constraint)));
                }
            }
        }
        return indexes;
    }

    @Override
    public List<String> grants(Connection connection, String table) throws SQLException {
        return FirstColumn.of(connection, "select format('grant %s on table %I to %s%s', g.privilege_type, c.relname, "
                + "case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end, "
                + "case when g.is_grantable then ' with grant option' else '' end) from pg_class c " + OWN
                + "cross join lateral aclexplode(c.relacl) g where c.relname = ? and g.grantee <> c.relowner", table);
    }

    @Override
    public void alone(Connection connection, Alteration work) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Who reads the table holds it; without a limit its next reader would wait for the change, and that for
            // ever.
            statement.execute("set local lock_timeout = '" + SECONDS_TO_WAIT + "s'");
            statement.execute(PostgresWords.ONE_MAKES_TABLES);
            work.run();
            connection.commit();
        } catch (SQLException e) {
            takeBack(connection, e);
            throw e;
        }
        takeBack(connection, null);
    }

    private static void takeBack(Connection connection, SQLException failure) throws SQLException {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            if (failure == null) {
                throw e;
            }
            failure.addSuppressed(e);
        }
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
