package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Restriction;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads and writes rows by many keys, and makes the rows of a model's table, on one connection. Lists are filled up to
 * a power of two by repeating their last element, so that few different texts occur and the driver can keep them
 * prepared.
 */
final class ModelStatements {

    private static final int KEYS_A_STATEMENT = 512;

    private final Connection connection;
    private final SqlWords words;
    private final SqlValues values;

    ModelStatements(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.words = dialect.words();
        this.values = dialect.values();
    }

    /** Adds all rows of the model to a table that has none. */
    void fill(String table, Model model) throws SQLException {
        write("insert into " + words.quote(table) + " select * from (" + words.ownWords(model.select()) + "\n) m where "
                + hasKey(model, words), List.of());
    }

    /** Replaces the rows of those keys in a table that holds the model. */
    void refreshKeys(String table, Model model, List<List<Object>> keys) throws SQLException {
        List<String> quoted = model.key().stream().map(words::quote).toList();
        List<String> made = model.key().stream().map(name -> "m." + words.quote(name)).toList();
        List<Restriction> restrictions = model.restrictions();
        for (List<List<Object>> some : pieces(keys)) {
            List<Object> flat = flat(some);
            write("delete from " + words.quote(table) + " where " + Placeholders.in(quoted, some.size()), flat);
            List<Object> parameters = new ArrayList<>();
            String select = words.ownWords(restricted(model, restrictions, some, parameters));
            parameters.addAll(flat);
            write("insert into " + words.quote(table) + " select * from (" + select + "\n) m where "
                    + Placeholders.in(made, some.size()), parameters);
        }
    }

    private static String restricted(Model model, List<Restriction> restrictions, List<List<Object>> keys, List<Object> parameters) {
        StringBuilder sql = new StringBuilder();
        int end = 0;
        for (Restriction restriction : restrictions) {
            sql.append(model.select(), end, restriction.begin()).append(" and ")
                    .append(Placeholders.in(restriction.expressions(), keys.size()));
            for (List<Object> key : keys) {
                restriction.keyPlaces().forEach(place -> parameters.add(key.get(place)));
            }
            end = restriction.end();
        }
        return sql.append(model.select().substring(end)).toString();
    }

    /** What is in the model: a row whose key has a NULL is no key's row, and no refresh would find it. */
    static String hasKey(Model model, SqlWords words) {
        return model.key().stream().map(name -> "m." + words.quote(name) + " is not null").collect(Collectors.joining(" and "));
    }

    void delete(String quotedTable, String column, List<List<Object>> found) throws SQLException {
        for (List<List<Object>> some : pieces(found)) {
            List<Object> flat = flat(some);
            write("delete from " + quotedTable + " where " + Placeholders.in(List.of(column), some.size()), flat);
        }
    }

    interface Each {
        void row(List<Object> values) throws SQLException;
    }

    void read(String sql, List<Object> parameters, Each each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                int[] types = SqlValues.types(rows);
                while (rows.next()) {
                    List<Object> row = new ArrayList<>(types.length);
                    for (int i = 0; i < types.length; i++) {
                        row.add(values.plain(rows, i + 1, types[i]));
                    }
                    each.row(row);
                }
            }
        }
    }

    void write(String sql, List<Object> parameters) throws SQLException {
        if (parameters.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(sql);
            }
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            statement.executeUpdate();
        }
    }

    private void bind(PreparedStatement statement, List<Object> parameters) throws SQLException {
        int position = 1;
        for (Object value : parameters) {
            statement.setObject(position++, values.bound(value));
        }
    }

    /** The keys in pieces of a statement each. */
    static List<List<List<Object>>> pieces(List<List<Object>> keys) {
        List<List<List<Object>>> pieces = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += KEYS_A_STATEMENT) {
            List<List<Object>> some = new ArrayList<>(keys.subList(from, Math.min(keys.size(), from + KEYS_A_STATEMENT)));
            while (Integer.bitCount(some.size()) > 1) {
                some.add(some.get(some.size() - 1));
            }
            pieces.add(some);
        }
        return pieces;
    }

    interface Where {
        String sql(String in);
    }

    void each(List<List<Object>> keys, List<String> columns, Where where, Each each) throws SQLException {
        for (List<List<Object>> some : pieces(keys)) {
            List<Object> flat = flat(some);
            read(where.sql(Placeholders.in(columns, some.size())), flat, each);
        }
    }

    static List<Object> flat(List<List<Object>> keys) {
        List<Object> flat = new ArrayList<>();
        keys.forEach(flat::addAll);
        return flat;
    }
}
