package io.bactrian.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The columns of a table and which of them are its primary key. One instance serves all changes made under it, so that
 * a million rows share one schema and looking up a column is one hash.
 */
public final class TableSchema {

    private final List<Column> columns;
    private final List<String> key;
    private final Map<String, Integer> places;
    private final boolean declared;
    private final int hash;
    // Routes that retype a column (a mask, say) do it for every row; the answer is the same each time.
    private final Map<Column, TableSchema> replaced = new ConcurrentHashMap<>();
    private final Map<List<String>, TableSchema> reduced = new ConcurrentHashMap<>();

    public TableSchema(List<Column> columns, List<String> key) {
        this(columns, key, true);
    }

    private TableSchema(List<Column> columns, List<String> key, boolean declared) {
        this.declared = declared;
        this.columns = List.copyOf(columns);
        this.key = List.copyOf(key);
        this.places = new HashMap<>(columns.size() * 2);
        for (int i = 0; i < this.columns.size(); i++) {
            if (places.put(this.columns.get(i).name(), i) != null) {
                throw new IllegalArgumentException("column '" + this.columns.get(i).name() + "' occurs twice");
            }
        }
        this.hash = 31 * this.columns.hashCode() + this.key.hashCode();
        for (String name : this.key) {
            if (!places.containsKey(name)) {
                throw new IllegalArgumentException("key column '" + name + "' is none of the columns " + places.keySet());
            }
        }
    }

    /**
     * A schema that nobody has declared: the types are told from one row's values. Another row may have a NULL or a
     * number of another class in the same column, so these types are a proposal for a column that is not there yet, and
     * no reason to change one that is.
     */
    static TableSchema toldFromValues(List<Column> columns) {
        return new TableSchema(columns, List.of(), false);
    }

    /** Whether somebody has declared the types, rather than that they were told from values. */
    public boolean declared() {
        return declared;
    }

    public List<Column> columns() {
        return columns;
    }

    /** Names of the primary key's columns, in its order; empty for a table without one. */
    public List<String> key() {
        return key;
    }

    public int size() {
        return columns.size();
    }

    public Column column(int place) {
        return columns.get(place);
    }

    /** The column's place, or -1. */
    public int place(String name) {
        Integer place = places.get(name);
        return place == null ? -1 : place;
    }

    /**
     * The column's place.
     *
     * @param step the step of a route that asks
     * @throws IllegalArgumentException when there is no such column
     */
    public int place(String name, String step, String table) {
        int place = place(name);
        if (place < 0) {
            throw new IllegalArgumentException(step + ": column '" + name + "' is not in " + table + ", which has " + names());
        }
        return place;
    }

    public List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    /** This schema with the column of that name replaced, or appended when there is none. */
    public TableSchema with(Column column) {
        return replaced.computeIfAbsent(column, c -> {
            List<Column> changed = new ArrayList<>(columns);
            int place = place(c.name());
            if (place < 0) {
                changed.add(c);
            } else {
                changed.set(place, c);
            }
            return new TableSchema(changed, key, declared);
        });
    }

    /** These columns without a key. */
    public TableSchema keyless() {
        // Without no columns a schema is itself, so that place in the map is free.
        return key.isEmpty() ? this : reduced.computeIfAbsent(List.of(), none -> new TableSchema(columns, List.of(), declared));
    }

    /** This schema without those columns; a key that loses a column is no key any more. */
    public TableSchema without(List<String> names) {
        if (names.isEmpty()) {
            return this;
        }
        return reduced.computeIfAbsent(List.copyOf(names), gone -> new TableSchema(
                columns.stream().filter(c -> !gone.contains(c.name())).toList(),
                key.stream().anyMatch(gone::contains) ? List.of() : key, declared));
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof TableSchema that && hash == that.hash && columns.equals(that.columns) && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return columns + " key " + key;
    }
}
