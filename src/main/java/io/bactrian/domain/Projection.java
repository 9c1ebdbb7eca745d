package io.bactrian.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Takes columns out of rows or gives them other names. A column that is not there is an error, never nothing. */
public final class Projection {

    private interface Choice {
        Plan of(TableSchema schema, String table);
    }

    /** @param from the place that each column of the new schema has in the old one */
    private record Plan(TableSchema schema, int[] from) {
        Image apply(Image image) {
            Object[] values = new Object[from.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = image.valueOrUnknown(from[i]);
            }
            return new Image(schema, values);
        }
    }

    private final PerSchema<Plan> plans;

    private Projection(Choice choice) {
        this.plans = new PerSchema<>(choice::of);
    }

    /** All but those columns; a key that loses a column is no key any more. */
    public static Projection dropping(List<String> names) {
        return new Projection((schema, table) -> {
            names.forEach(name -> schema.place(name, "drop-columns", table));
            TableSchema rest = schema.without(names);
            if (rest.size() == 0) {
                throw new IllegalArgumentException("drop-columns: nothing would be left of " + table + ", which has " + schema.names()
                        + "; leave at least one column");
            }
            return byName(schema, rest);
        });
    }

    /** Those columns only, in the table's order; a key that loses a column is no key any more. */
    public static Projection keeping(List<String> names) {
        return new Projection((schema, table) -> {
            names.forEach(name -> schema.place(name, "keep-columns", table));
            return byName(schema, schema.without(schema.names().stream().filter(name -> !names.contains(name)).toList()));
        });
    }

    private static Plan byName(TableSchema schema, TableSchema rest) {
        return new Plan(rest, rest.names().stream().mapToInt(schema::place).toArray());
    }

    /** @param names the new name of each column that gets one; two may swap theirs */
    public static Projection renaming(Map<String, String> names) {
        return new Projection((schema, table) -> {
            names.keySet().forEach(old -> schema.place(old, "rename", table));
            List<Column> columns = new ArrayList<>();
            // Warehouses do not tell names by their case: two that differ in nothing else would be one column.
            Map<String, String> oldOfNew = new HashMap<>();
            int[] from = new int[schema.size()];
            for (int i = 0; i < from.length; i++) {
                Column column = schema.column(i);
                String name = names.getOrDefault(column.name(), column.name());
                String other = oldOfNew.put(name.toLowerCase(Locale.ROOT), column.name());
                if (other != null) {
                    throw new IllegalArgumentException(
                            "rename: '" + other + "' and '" + column.name() + "' of " + table + " would both be called '"
                                    + name + "'; rename or drop one of them");
                }
                columns.add(new Column(name, column.type(), column.nullable()));
                from[i] = i;
            }
            return new Plan(new TableSchema(columns, schema.key().stream().map(name -> names.getOrDefault(name, name)).toList()), from);
        });
    }

    public Change apply(Change change) {
        return change.mapImages(image -> plans.of(image.schema(), change.table()).apply(image));
    }
}
