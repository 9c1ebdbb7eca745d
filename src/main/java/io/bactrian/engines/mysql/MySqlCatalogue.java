package io.bactrian.engines.mysql;

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
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What MySQL's information_schema knows of the connection's database. */
final class MySqlCatalogue implements Catalogue {

    /**
     * Collations in which two texts are one only if all of their characters are; even utf8mb4_bin ignores blanks at the
     * end.
     */
    private static final Set<String> EXACT = Set.of("utf8mb4_0900_bin", "binary");
    private static final int SECONDS_TO_WAIT = 20;
    /** A lock's name belongs to the whole server, and has at most 64 characters. */
    private static final String LOCK = "concat('bactrian tables ', left(sha2(database(), 256), 40))";

    private final SqlWords words;

    MySqlCatalogue(SqlWords words) {
        this.words = words;
    }

    @Override
    public List<String> columns(Connection connection, String table) throws SQLException {
        return FirstColumn.of(connection, "select column_name from information_schema.columns "
                + "where table_schema = database() and table_name = ? and extra not like '% GENERATED%' order by ordinal_position", table);
    }

    @Override
    public TableSchema schema(Connection connection, String table) throws SQLException {
        return MySqlSource.schema(connection, connection.getCatalog(), table);
    }

    @Override
    public StoredTable table(Connection connection, String table) throws SQLException {
        Map<String, StoredColumn> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name, data_type, column_type, "
                + "coalesce(character_maximum_length, numeric_precision, datetime_precision, 0), numeric_scale, collation_name, extra "
                + "from information_schema.columns where table_schema = database() and table_name = ? order by ordinal_position")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String collation = found.getString(6);
                    columns.put(found.getString(1),
                            new StoredColumn(found.getString(3), type(found), isFaithful(found),
                                    collation == null || EXACT.contains(collation), found.getString(7).contains(" GENERATED")));
                }
            }
        }
        return new StoredTable(columns, columns.isEmpty() ? List.of() : unique(connection, table));
    }

    /** Null for a type that is not known. */
    private static ColumnType type(ResultSet column) throws SQLException {
        try {
            return MySqlTypes.of(column.getString(1), column.getString(2) + (column.getString(3).contains("unsigned") ? " unsigned" : ""),
                    column.getLong(4), column.getInt(5), "");
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isFaithful(ResultSet column) throws SQLException {
        boolean unsigned = column.getString(3).contains("unsigned");
        return switch (column.getString(2).toLowerCase(Locale.ROOT)) {
            // They take blanks away from the end of a text, add zeros to bytes, or write a text as one of theirs is
            // written.
            case "char", "binary", "enum", "set" -> false;
            // FLOAT(7,4) rounds.
            case "float", "double" -> column.getObject(5) == null && !unsigned;
            case "decimal" -> !unsigned;
            default -> true;
        };
    }

    private List<UniqueIndex> unique(Connection connection, String table) throws SQLException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        Set<String> partly = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("select index_name, column_name, sub_part, expression "
                + "from information_schema.statistics where table_schema = database() and table_name = ? and non_unique = 0 "
                + "order by index_name = 'PRIMARY' desc, index_name, seq_in_index")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String index = found.getString(1);
                    boolean whole = found.getString(2) != null && found.getString(3) == null;
                    columns.computeIfAbsent(index, i -> new ArrayList<>()).add(whole
                            ? found.getString(2)
                            : found.getString(2) == null ? found.getString(4) : found.getString(2) + "(" + found.getString(3) + ")");
                    if (!whole) {
                        partly.add(index);
                    }
                }
            }
        }
        List<UniqueIndex> indexes = new ArrayList<>();
        columns.forEach((index, of) -> {
            boolean primary = index.equals("PRIMARY");
            indexes.add(new UniqueIndex(index, primary, List.copyOf(of), !partly.contains(index), "alter table " + words.legible(table)
                    + (primary ? " drop primary key" : " drop index " + words.legible(index))));
        });
        return indexes;
    }

    @Override
    public List<String> grants(Connection connection, String table) {
        // They belong to the name, and stay when a table or view is replaced.
        return List.of();
    }

    @Override
    public void alone(Connection connection, Alteration work) throws SQLException {
        if (!FirstColumn.of(connection, "select get_lock(" + LOCK + ", " + SECONDS_TO_WAIT + ")").contains("1")) {
            throw new SQLException("another instance is changing tables of this warehouse, and has not ended within "
                    + SECONDS_TO_WAIT + " s");
        }
        try (Statement statement = connection.createStatement()) {
            // Who reads the table holds it; without a limit its next reader would wait for the change, and that for
            // ever.
            statement.execute("set session lock_wait_timeout = " + SECONDS_TO_WAIT);
            try {
                work.run();
            } finally {
                statement.execute("set session lock_wait_timeout = default");
                statement.execute("do release_lock(" + LOCK + ")");
            }
        }
    }

    @Override
    public Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException {
        Map<String, Map<String, List<String>>> found = new LinkedHashMap<>();
        try (PreparedStatement statement = connection
                .prepareStatement("select table_name, index_name, column_name from information_schema.statistics "
                        + "where table_schema = database() and non_unique = 0 and column_name is not null order by "
                        + "table_name, index_name, seq_in_index");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.computeIfAbsent(rows.getString(1), table -> new LinkedHashMap<>())
                        .computeIfAbsent(rows.getString(2), index -> new ArrayList<>()).add(rows.getString(3));
            }
        }
        Map<String, List<List<String>>> indexes = new LinkedHashMap<>();
        found.forEach((table, of) -> indexes.put(table, List.copyOf(of.values())));
        return indexes;
    }

    @Override
    public boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("select index_name, column_name from information_schema.statistics "
                + "where table_schema = database() and table_name = ? order by index_name, seq_in_index")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    indexes.computeIfAbsent(found.getString(1), name -> new ArrayList<>()).add(found.getString(2).toLowerCase(Locale.ROOT));
                }
            }
        }
        return indexes.values().stream()
                .anyMatch(index -> index.size() >= columns.size() && index.subList(0, columns.size()).equals(columns));
    }

    @Override
    public boolean isView(Connection connection, String table) throws SQLException {
        return !FirstColumn.of(connection, "select 1 from information_schema.views where table_schema = database() and table_name = ?",
                table).isEmpty();
    }

    @Override
    public Map<String, Integer> digits(Connection connection, String table) throws SQLException {
        Map<String, Integer> digits = new HashMap<>();
        // Not a prepared one: the driver keeps those, and with them how many columns there were.
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from " + words.quote(table) + " where 1=0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                int type = none.getMetaData().getColumnType(i);
                if (type != Types.DOUBLE && type != Types.FLOAT && type != Types.REAL) {
                    digits.put(none.getMetaData().getColumnName(i), none.getMetaData().getScale(i));
                }
            }
        }
        return digits;
    }

    @Override
    public void swap(Connection connection, String table, String shadow, String retired) throws SQLException {
        boolean there = !columns(connection, table).isEmpty();
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + words.quote(retired));
            // Who reads the old one holds it; without a limit its next reader would wait for the rename, and that for
            // ever.
            statement.execute("set session lock_wait_timeout = 20");
            try {
                statement.execute("rename table " + (there ? words.quote(table) + " to " + words.quote(retired) + ", " : "")
                        + words.quote(shadow) + " to " + words.quote(table));
            } finally {
                statement.execute("set session lock_wait_timeout = default");
            }
            statement.execute("drop table if exists " + words.quote(retired));
        }
    }
}
