package io.bactrian.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What some rows of one key add to a table of sums. Whole numbers and decimals are exact; a double is what doubles are.
 */
public final class Sum {

    private final Map<String, Number> amounts = new LinkedHashMap<>();

    /** Whether values of that type can be added up. */
    public static boolean takes(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE -> true;
            case STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME, INSTANT, YEAR, JSON, BITS, GEOMETRY -> false;
        };
    }

    /** The type of a column that holds a sum: many values need more digits than one. */
    public static ColumnType typeOf(Column column) {
        ColumnType type = column.type();
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64 -> ColumnType.of(ColumnType.Kind.INT64);
            case DECIMAL -> ColumnType.decimal((int) type.length() + 12, type.scale());
            case FLOAT, DOUBLE -> ColumnType.of(ColumnType.Kind.DOUBLE);
            case STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME, INSTANT, YEAR, JSON, BITS, GEOMETRY ->
                throw new IllegalArgumentException("column " + column.name() + " of type " + type + " cannot be added up");
        };
    }

    /**
     * A write adds the row's values, a delete takes them away; NULL counts as zero.
     *
     * @throws ArithmeticException when a sum goes beyond what its type holds
     */
    public void apply(Row row) {
        for (int i = 0; i < row.image().size(); i++) {
            Column column = row.image().schema().column(i);
            if (!row.target().key().contains(column.name())) {
                Number amount = number(column, row.image().value(i));
                amounts.merge(column.name(), row.meaning() == Row.Meaning.DELETE ? negated(amount) : amount,
                        (a, b) -> added(column.name(), a, b));
            }
        }
    }

    /** By column. */
    public Map<String, Number> amounts() {
        return Collections.unmodifiableMap(amounts);
    }

    private static Number number(Column column, Object value) {
        if (value == null) {
            return 0L;
        }
        if (value instanceof BigInteger integer) {
            return integer.longValueExact();
        }
        if (value instanceof Double || value instanceof Float) {
            return finite(column.name(), ((Number) value).doubleValue());
        }
        return (Number) value;
    }

    private static double finite(String column, double value) {
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("column " + column + ": " + value + " cannot be added up");
        }
        return value;
    }

    private static Number negated(Number amount) {
        if (amount instanceof BigDecimal decimal) {
            return decimal.negate();
        }
        if (amount instanceof Double number) {
            return -number;
        }
        return Math.negateExact(amount.longValue());
    }

    private static Number added(String column, Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            try {
                return Math.addExact(x, y);
            } catch (ArithmeticException e) {
                throw new ArithmeticException("column " + column + ": " + x + " and " + y + " make more than 64 bits hold");
            }
        }
        if (a instanceof Double || b instanceof Double) {
            return finite(column, a.doubleValue() + b.doubleValue());
        }
        return decimal(a).add(decimal(b));
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
    }
}
