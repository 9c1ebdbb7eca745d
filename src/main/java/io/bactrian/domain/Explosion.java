package io.bactrian.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a row of each element of an array that a column holds: the source row's key, the element's position (1 is the
 * first) and the element. The rows are those of a table of their own, so that an element that goes is a delete there
 * and one that comes an insert.
 */
public final class Explosion {

    /** Reads the array that a column holds. */
    public interface Elements {
        /** @return the elements' columns; a column that an element does not have may be left out of its map */
        List<Map<String, Object>> of(Object value);
    }

    /** @param key places of the source row's key */
    private record Base(int column, int[] key, Map<Set<String>, TableSchema> byElementColumns) {
    }

    private final String column;
    private final String number;
    private final ColumnType type;
    private final Elements elements;
    private final PerSchema<Base> bases;

    /**
     * @param number name of the position's column
     * @param type type of the elements' columns, as {@link ColumnType#parse} reads it
     */
    public Explosion(String column, String number, String type, Elements elements) {
        this.column = column;
        this.number = number;
        try {
            this.type = Conversion.typeOf(type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("explode: type: " + e.getMessage(), e);
        }
        this.elements = elements;
        this.bases = new PerSchema<>(this::base);
    }

    private Base base(TableSchema schema, String table) {
        int place = schema.place(column, "explode", table);
        if (schema.key().isEmpty()) {
            throw new IllegalArgumentException("explode: " + table + " has no primary key, so nobody could tell whose elements are whose."
                    + " Explode a table that has one, before a step that drops it");
        }
        return new Base(place, schema.key().stream().mapToInt(schema::place).toArray(), new ConcurrentHashMap<>());
    }

    public List<Change> apply(Change change) {
        if (change.clears()) {
            return List.of(change);
        }
        List<Map<String, Object>> before = change.before() == null ? List.of() : elements(change, change.before());
        List<Map<String, Object>> after = change.after() == null ? List.of() : elements(change, change.after());
        // The columns of both: one that an element has lost must become NULL.
        Set<String> columns = new LinkedHashSet<>();
        before.forEach(element -> columns.addAll(element.keySet()));
        after.forEach(element -> columns.addAll(element.keySet()));
        boolean sameKey = change.operation() == Operation.UPDATE
                && change.before().keyOf(change.before().schema().key()).equals(change.after().keyOf(change.after().schema().key()));
        List<Change> changes = new ArrayList<>();
        int stay = sameKey ? Math.min(before.size(), after.size()) : 0;
        for (int i = 0; i < stay; i++) {
            changes.add(change.as(Operation.UPDATE, row(change, change.before(), columns, before, i),
                    row(change, change.after(), columns, after, i)));
        }
        for (int i = stay; i < before.size(); i++) {
            changes.add(change.as(Operation.DELETE, row(change, change.before(), columns, before, i), null));
        }
        Operation coming = change.operation() == Operation.READ ? Operation.READ : Operation.INSERT;
        for (int i = stay; i < after.size(); i++) {
            changes.add(change.as(coming, null, row(change, change.after(), columns, after, i)));
        }
        return changes;
    }

    private List<Map<String, Object>> elements(Change change, Image image) {
        Object value = image.value(bases.of(image.schema(), change.table()).column());
        if (value == null) {
            return List.of();
        }
        try {
            return elements.of(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("explode: column '" + column + "' of " + change.table() + ": " + e.getMessage(), e);
        }
    }

    private Image row(Change change, Image image, Set<String> columns, List<Map<String, Object>> array, int index) {
        Base base = bases.of(image.schema(), change.table());
        TableSchema schema = base.byElementColumns().computeIfAbsent(columns, names -> schema(image.schema(), change.table(), names));
        Object[] values = new Object[schema.size()];
        int i = 0;
        for (int place : base.key()) {
            values[i++] = image.valueOrUnknown(place);
        }
        values[i++] = index + 1L;
        Map<String, Object> element = array.get(index);
        for (; i < values.length; i++) {
            String name = schema.column(i).name();
            values[i] = converted(element.get(name), name, index + 1, change.table());
        }
        return new Image(schema, values);
    }

    private TableSchema schema(TableSchema source, String table, Set<String> names) {
        List<Column> columns = new ArrayList<>();
        source.key().forEach(name -> columns.add(source.column(source.place(name))));
        columns.add(new Column(number, ColumnType.of(ColumnType.Kind.INT32), false));
        // In the order of their names: which element came first must not matter.
        names.stream().sorted().forEach(name -> columns.add(new Column(name, type, true)));
        Map<String, Column> byName = new HashMap<>();
        for (Column one : columns) {
            if (byName.put(one.name(), one) != null) {
                throw new IllegalArgumentException("explode: the rows made of column '" + column + "' of " + table
                        + " would have two columns '" + one.name()
                        + "'; the key's columns are " + source.key() + ", the position is in '" + number
                        + "' (number), and the elements have "
                        + names.stream().sorted().toList()
                        + ". Give the position's column another name, keep the elements whole with as=, or rename the key's column before");
            }
        }
        List<String> key = new ArrayList<>(source.key());
        key.add(number);
        return new TableSchema(columns, key);
    }

    private Object converted(Object value, String name, int place, String table) {
        try {
            return Conversion.convert(value, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "explode: '" + value + "' cannot be " + type + " in column '" + name + "' of element " + place + " of column '"
                            + column + "' of " + table + ": " + e.getMessage(),
                    e);
        }
    }
}
