package io.bactrian.cases;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A value as a case file has it, kept as it was written: what it means, the type of the column says that it is for.
 *
 * @param text null for NULL
 */
record Cell(CaseLocation place, String text) {

    /** Matches whatever is not NULL. */
    static final String ANY = "(any)";

    private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Whether the value of a warehouse's column is what this says. */
    boolean matches(Object found, ColumnType type) {
        if (text == null || found == null) {
            return text == null && found == null;
        }
        if (text.equals(ANY)) {
            return true;
        }
        try {
            return same(typed(type), found, type);
        } catch (IllegalArgumentException notOfThatType) {
            return false;
        }
    }

    private boolean same(Object expected, Object found, ColumnType type) {
        return switch (type.kind()) {
            case DECIMAL -> ((BigDecimal) expected).compareTo((BigDecimal) found) == 0;
            case BYTES, BLOB, GEOMETRY -> java.util.Arrays.equals((byte[]) expected, (byte[]) found);
            case JSON -> Image.sameValue(type, text, found);
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, STRING, TEXT, DATE, TIME, DATETIME,
                    INSTANT, YEAR, BITS ->
                expected.equals(found);
        };
    }

    /**
     * The value as an image of that column holds it.
     *
     * @throws IllegalArgumentException when it is none of that column's, with a message that names the column
     */
    Object typed(String table, Column column) {
        try {
            return text == null ? null : typed(column.type());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": '" + text + "' is no value of " + table + "." + column.name() + ", which is "
                    + column.type() + "; expected " + form(column.type()), e);
        }
    }

    private Object typed(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, YEAR, BITS -> whole();
            case DECIMAL -> new BigDecimal(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BYTES, BLOB, GEOMETRY -> bytes();
            case STRING, TEXT, JSON, DATE -> text;
            case TIME -> shortened(text);
            case DATETIME -> shortened(text.replace(' ', 'T'));
            case INSTANT -> shortened(text.replace(' ', 'T').replaceFirst("Z$", "")) + "Z";
        };
    }

    private Object whole() {
        BigInteger value = switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> BigInteger.ONE;
            case "false" -> BigInteger.ZERO;
            default -> exactly(new BigDecimal(text));
        };
        return value.compareTo(LONGEST) > 0 ? value : (Object) value.longValueExact();
    }

    private static BigInteger exactly(BigDecimal number) {
        try {
            return number.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(number + " is not whole", e);
        }
    }

    private byte[] bytes() {
        if (!text.startsWith("0x")) {
            throw new IllegalArgumentException(text);
        }
        return HexFormat.of().parseHex(text.substring(2));
    }

    /** Without zeros at the end of the second's fraction, as images have it. */
    private static String shortened(String time) {
        return time.indexOf('.') < 0 ? time : time.replaceFirst("\\.?0+$", "");
    }

    private static String form(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, YEAR, BITS -> "a whole number, true or false";
            case DECIMAL, FLOAT, DOUBLE -> "a number";
            case BYTES, BLOB, GEOMETRY -> "bytes, such as 0x00ff";
            case STRING, TEXT, JSON, DATE, TIME, DATETIME, INSTANT -> "text";
        };
    }

    String shown() {
        return shown(text);
    }

    /** As a case file would have it. */
    static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        String text = String.valueOf(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
        boolean plain = value == null || !(value instanceof String) || !text.isBlank() && text.strip().equals(text) && !text.equals("null");
        return plain ? text : "'" + text + "'";
    }
}
