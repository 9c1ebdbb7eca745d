package io.bactrian.engines.mysql;

import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.FirstColumn;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What MySQL's information_schema knows of the connection's database. */
final class MySqlCatalogue implements Catalogue {

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
