package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.KeptModels.Checked;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares a model's table with its SELECT run in full, both as they are at one moment, row by row in the key's order.
 */
final class ModelCheck {

    /** Keys that are told with their differences; the others are counted. */
    private static final int NAMED = 10;

    private final ModelledWarehouse warehouse;
    private final SqlWords words;
    private final SqlValues values;

    ModelCheck(ModelledWarehouse warehouse) {
        this.warehouse = warehouse;
        this.words = warehouse.dialect().words();
        this.values = warehouse.dialect().values();
    }

    Checked check(Model model) throws SQLException {
        String key = words.quoted(model.key());
        List<String> columns;
        try (Connection one = warehouse.connect()) {
            columns = warehouse.dialect().catalogue().columns(one, model.name());
        }
        String list = words.quoted(columns);
        try (Connection connection = warehouse.connect()) {
            int patience = connection.getNetworkTimeout();
            int isolation = connection.getTransactionIsolation();
            connection.setNetworkTimeout(Runnable::run, 0);
            // Both reads see the same moment, and between two batches a model is as its SELECT.
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try (PreparedStatement kept = connection
                    .prepareStatement("select " + list + " from " + words.quote(model.name()) + " order by " + key);
                    PreparedStatement full = connection
                            .prepareStatement("select " + list + " from (" + words.ownWords(model.select()) + "\n) m where "
                                    + ModelStatements.hasKey(model, words) + " order by " + key)) {
                kept.setFetchSize(1_000);
                full.setFetchSize(1_000);
                try (ResultSet a = kept.executeQuery(); ResultSet b = full.executeQuery()) {
                    return compare(model, columns, a, b);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
                connection.setTransactionIsolation(isolation);
                connection.setNetworkTimeout(Runnable::run, patience);
            }
        }
    }

    private Checked compare(Model model, List<String> columns, ResultSet kept, ResultSet full) throws SQLException {
        int[] keyPlaces = model.key().stream().mapToInt(k -> indexOf(columns, k)).toArray();
        long rows = 0;
        // Rows that only one side has had so far: the two orders are the same, so these stay few.
        Map<List<Object>, List<Object>> onlyKept = new LinkedHashMap<>();
        Map<List<Object>, List<Object>> onlyFull = new LinkedHashMap<>();
        long differences = 0;
        List<String> named = new ArrayList<>();
        int[] keptTypes = SqlValues.types(kept);
        int[] fullTypes = SqlValues.types(full);
        boolean moreKept = kept.next();
        boolean moreFull = full.next();
        while (moreKept || moreFull) {
            if (moreKept) {
                rows++;
                List<Object> row = row(kept, keptTypes);
                differences += match(model, columns, key(row, keyPlaces), row, onlyFull, onlyKept, false, named);
                moreKept = kept.next();
            }
            if (moreFull) {
                List<Object> row = row(full, fullTypes);
                differences += match(model, columns, key(row, keyPlaces), row, onlyKept, onlyFull, true, named);
                moreFull = full.next();
            }
        }
        for (List<Object> key : onlyKept.keySet()) {
            differences++;
            name(named, key(model, key) + " is in the table and not in the SELECT");
        }
        for (List<Object> key : onlyFull.keySet()) {
            differences++;
            name(named, key(model, key) + " is in the SELECT and not in the table");
        }
        return new Checked(model.name(), rows, differences, named);
    }

    private static int match(Model model, List<String> columns, List<Object> key, List<Object> row, Map<List<Object>, List<Object>> others,
            Map<List<Object>, List<Object>> own, boolean rowIsFull, List<String> named) {
        List<Object> other = others.remove(key);
        if (other == null) {
            own.put(key, row);
            return 0;
        }
        List<Object> table = rowIsFull ? other : row;
        List<Object> select = rowIsFull ? row : other;
        if (table.equals(select)) {
            return 0;
        }
        List<String> how = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!Objects.equals(table.get(i), select.get(i))) {
                how.add(columns.get(i) + " is " + table.get(i) + " in the table and " + select.get(i) + " in the SELECT");
            }
        }
        name(named, key(model, key) + ": " + String.join(", ", how));
        return 1;
    }

    private static void name(List<String> named, String what) {
        if (named.size() < NAMED) {
            named.add(what);
        }
    }

    private static String key(Model model, List<Object> key) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            parts.add(model.key().get(i) + "=" + key.get(i));
        }
        return String.join(" ", parts);
    }

    private static int indexOf(List<String> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new IllegalStateException("no column " + name + " among " + columns);
    }

    private List<Object> row(ResultSet rows, int[] types) throws SQLException {
        List<Object> row = new ArrayList<>(types.length);
        for (int i = 0; i < types.length; i++) {
            row.add(values.plain(rows, i + 1, types[i]));
        }
        return row;
    }

    private static List<Object> key(List<Object> row, int[] places) {
        List<Object> key = new ArrayList<>(places.length);
        for (int place : places) {
            key.add(row.get(place));
        }
        return key;
    }
}
