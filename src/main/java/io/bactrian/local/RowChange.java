package io.bactrian.local;

import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happened to one row of a source table, before it has a place in a topic. */
public record RowChange(String table, Operation operation, Image before, Image after) {

    /**
     * What was done to a table, told from its rows before and after: deletes, then updates, then inserts, each in the
     * order of the rows. A row whose key changed is a delete and an insert, as MySQL's capture gives it; so is every
     * changed row of a table without a primary key, of which nobody can tell which row became which.
     */
    public static List<RowChange> between(String table, List<Image> before, List<Image> after) {
        Map<Object, List<Image>> gone = new LinkedHashMap<>();
        before.forEach(row -> gone.computeIfAbsent(keyOf(row), key -> new ArrayList<>()).add(row));
        List<RowChange> updates = new ArrayList<>();
        List<RowChange> inserts = new ArrayList<>();
        for (Image row : after) {
            List<Image> same = gone.getOrDefault(keyOf(row), List.of());
            if (same.isEmpty()) {
                inserts.add(new RowChange(table, Operation.INSERT, null, row));
            } else {
                Image was = same.remove(0);
                if (!allOf(was).equals(allOf(row))) {
                    updates.add(new RowChange(table, Operation.UPDATE, was, row));
                }
            }
        }
        List<RowChange> all = new ArrayList<>();
        gone.values().forEach(rows -> rows.forEach(row -> all.add(new RowChange(table, Operation.DELETE, row, null))));
        all.addAll(updates);
        all.addAll(inserts);
        return all;
    }

    /**
     * The same where the log has nothing but the key of the row before; of an update's too, since the key has stayed.
     */
    public RowChange knowingTheKeyBefore() {
        if (before == null) {
            return this;
        }
        Object[] values = new Object[before.schema().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = before.schema().key().contains(before.schema().column(i).name()) ? before.value(i) : Image.UNKNOWN;
        }
        return new RowChange(table, operation, new Image(before.schema(), values), after);
    }

    private static Object keyOf(Image row) {
        return row.schema().key().isEmpty() ? allOf(row) : row.keyOf(row.schema().key());
    }

    private static Object allOf(Image row) {
        return row.keyOf(row.schema().columns().stream().map(Column::name).toList());
    }
}
