package io.bactrian.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

/**
 * A row as it was at one moment: an immutable map from column name to value, kept as one array beside a shared schema.
 *
 * <p>Values are {@code null} or, by kind: {@code Long} for integers ({@code BigInteger} above its range),
 * {@code BigDecimal}, {@code Double} (a {@code Float} for FLOAT), {@code byte[]} for BYTES, BLOB and GEOMETRY, and
 * {@code String} for everything else: text, JSON, and times in the form that {@link ColumnType.Kind} shows.
 */
public final class Image extends AbstractMap<String, Object> {

    /**
     * Stands where a value would be that the source did not send: PostgreSQL leaves out large values that an update did
     * not change, and of the row before all that the table's replica identity does not hold. It is not NULL, and nobody
     * can take it for a value: to ask for it is an error.
     */
    public static final Object UNKNOWN = new Object() {
        @Override
        public String toString() {
            return "(not sent)";
        }
    };

    private final TableSchema schema;
    private final Object[] values;
    private final boolean whole;

    /** Takes the array as it is, without a copy: who calls this gives it away. */
    public Image(TableSchema schema, Object[] values) {
        if (values.length != schema.size()) {
            throw new IllegalArgumentException(values.length + " values for " + schema.size() + " columns: " + schema);
        }
        this.schema = schema;
        this.values = values;
        this.whole = isWhole(values);
    }

    private static boolean isWhole(Object[] values) {
        for (Object value : values) {
            if (value == UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Whether the source has sent all values. */
    public boolean whole() {
        return whole;
    }

    public boolean knows(int place) {
        return values[place] != UNKNOWN;
    }

    public TableSchema schema() {
        return schema;
    }

    /** @throws UnknownValueException when the source did not send it */
    public Object value(int place) {
        Object value = values[place];
        if (value == UNKNOWN) {
            throw new UnknownValueException(schema.column(place).name());
        }
        return value;
    }

    /** The value, or {@link #UNKNOWN}: for steps that pass values on as they are. */
    public Object valueOrUnknown(int place) {
        return values[place];
    }

    /** This image with the values that the source did not send taken from another of the same row. */
    public Image completedFrom(Image other) {
        Object[] copy = values.clone();
        for (int i = 0; i < copy.length; i++) {
            int place = copy[i] == UNKNOWN ? other.schema.place(schema.column(i).name()) : -1;
            copy[i] = place < 0 ? copy[i] : other.values[place];
        }
        return new Image(schema, copy);
    }

    @Override
    public Object get(Object name) {
        int place = name instanceof String text ? schema.place(text) : -1;
        return place < 0 ? null : value(place);
    }

    @Override
    public boolean containsKey(Object name) {
        return name instanceof String text && schema.place(text) >= 0;
    }

    @Override
    public int size() {
        return values.length;
    }

    /** This image with one column's value, and its type, replaced or appended. */
    public Image with(Column column, Object value) {
        TableSchema changed = schema.with(column);
        return under(changed, changed.place(column.name()), value);
    }

    /** These values under a schema that differs from this one's in that place only, or has it after the last. */
    Image under(TableSchema changed, int place, Object value) {
        Object[] copy = Arrays.copyOf(values, changed.size());
        copy[place] = value;
        return new Image(changed, copy);
    }

    /** The same values, of which none is a key any more. */
    Image keyless() {
        return schema.key().isEmpty() ? this : new Image(schema.keyless(), values);
    }

    public Image without(List<String> names) {
        TableSchema changed = schema.without(names);
        Object[] copy = new Object[changed.size()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[schema.place(changed.column(i).name())];
        }
        return new Image(changed, copy);
    }

    /**
     * The values of those columns as one object that can be compared: two rows are the same row when these are equal.
     *
     * @throws IllegalArgumentException when a column is missing
     */
    public Object keyOf(List<String> columns) {
        if (columns.size() == 1) {
            return comparable(required(columns.get(0)));
        }
        List<Object> key = new ArrayList<>(columns.size());
        for (String column : columns) {
            key.add(comparable(required(column)));
        }
        return key;
    }

    private Object required(String column) {
        int place = schema.place(column);
        if (place < 0) {
            throw new IllegalArgumentException("key column '" + column + "' is not among the row's columns "
                    + schema.columns().stream().map(Column::name).toList());
        }
        return value(place);
    }

    /**
     * Whether two values are one: a decimal's zeros at the end, an integer's class and the place of an array do not
     * count.
     */
    public static boolean sameValue(Object a, Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (isExact(a) && isExact(b) && !(a instanceof Long && b instanceof Long)) {
            return decimal(a).compareTo(decimal(b)) == 0;
        }
        return Objects.equals(a, b);
    }

    /** Likewise; and the texts of one JSON document are one. */
    public static boolean sameValue(ColumnType type, Object a, Object b) {
        return sameValue(a, b) || type.kind() == ColumnType.Kind.JSON && a instanceof String one && b instanceof String other
                && JsonText.canonical(one).equals(JsonText.canonical(other));
    }

    /** This image with each JSON document in the one form that all its texts have in common. */
    public Image canonical() {
        Object[] copy = values.clone();
        for (int i = 0; i < copy.length; i++) {
            if (schema.column(i).type().kind() == ColumnType.Kind.JSON && copy[i] instanceof String text) {
                copy[i] = JsonText.canonical(text);
            }
        }
        return new Image(schema, copy);
    }

    private static boolean isExact(Object value) {
        return value instanceof Long || value instanceof BigInteger || value instanceof BigDecimal;
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal decimal
                ? decimal
                : value instanceof BigInteger integer ? new BigDecimal(integer) : BigDecimal.valueOf((Long) value);
    }

    private static Object comparable(Object value) {
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Object>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < values.length;
                    }

                    @Override
                    public Entry<String, Object> next() {
                        if (next >= values.length) {
                            throw new NoSuchElementException();
                        }
                        return new SimpleImmutableEntry<>(schema.column(next).name(), value(next++));
                    }
                };
            }

            @Override
            public int size() {
                return values.length;
            }
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ", ").append(schema.column(i).name()).append('=').append(values[i]);
        }
        return text.append('}').toString();
    }

    /** An image of values that no source's schema describes: the columns' types are told from the values. */
    public static Image of(Map<String, ?> values) {
        if (values instanceof Image image) {
            return image;
        }
        Collection<? extends Entry<String, ?>> entries = values.entrySet();
        List<Column> columns = new ArrayList<>(entries.size());
        Object[] array = new Object[entries.size()];
        int i = 0;
        for (Entry<String, ?> entry : entries) {
            array[i++] = ValueTypes.canonical(entry.getValue());
            columns.add(new Column(entry.getKey(), ValueTypes.typeOf(entry.getValue()), true));
        }
        return new Image(TableSchema.toldFromValues(columns), array);
    }
}
