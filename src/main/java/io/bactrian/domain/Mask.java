package io.bactrian.domain;

import io.bactrian.domain.ColumnType.Kind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hides personal values. A keyed hash keeps equal values equal, so that joins and counts work, and without the key
 * nobody can find the value by trying all phone numbers. The other ways make different values one: a key column that
 * they hide is no key any more, else rows would overwrite each other.
 *
 * <p>NULL stays NULL, and a column that is not there is an error.
 */
public final class Mask {

    private static final String ALGORITHM = "HmacSHA256";
    private static final ColumnType HASH = ColumnType.of(Kind.STRING, 64);
    /** What is left to see. */
    private static final int LAST = 4;

    private final SecretKeySpec key;

    public Mask(String key) {
        if (key == null || key.length() < 16) {
            throw new IllegalArgumentException("bactrian.mask.key has " + (key == null ? 0 : key.length())
                    + " characters, expected at least 16; a short key can be guessed, and with it every masked value");
        }
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The change with those columns hashed in both images. */
    public Change hash(Change change, List<String> columns) {
        Mac mac = mac();
        return hide(change, columns, true, column -> new Column(column.name(), HASH, column.nullable()), value -> hash(mac, value));
    }

    /** The change with a constant text in those columns. */
    public static Change redact(Change change, List<String> columns, String text) {
        ColumnType type = ColumnType.of(Kind.STRING, Math.max(1, text.codePointCount(0, text.length())));
        return hide(change, columns, false, column -> new Column(column.name(), type, column.nullable()), value -> text);
    }

    /** The change with stars for all but the last four characters; for all of them when there are fewer than five. */
    public static Change lastFour(Change change, List<String> columns) {
        return hide(change, columns, false, column -> new Column(column.name(), textOf(column, change.table()), column.nullable()),
                value -> lastFour(value.toString()));
    }

    /** The change with the years of those dates or moments. */
    public static Change yearOnly(Change change, List<String> columns) {
        return hide(change, columns, false, column -> new Column(column.name(), yearOf(column, change.table()), column.nullable()),
                value -> value instanceof String date ? Long.valueOf(date.substring(0, date.indexOf('-', 1))) : value);
    }

    private static Change hide(Change change, List<String> columns, boolean keepsApart, UnaryOperator<Column> column,
            UnaryOperator<Object> value) {
        return change.mapImages(image -> {
            Image hidden = image;
            boolean inKey = false;
            for (String name : columns) {
                int place = image.schema().place(name, "mask", change.table());
                Object old = image.valueOrUnknown(place);
                hidden = hidden.with(column.apply(image.schema().column(place)),
                        old == null || old == Image.UNKNOWN ? old : value.apply(old));
                inKey |= image.schema().key().contains(name);
            }
            return inKey && !keepsApart ? hidden.keyless() : hidden;
        });
    }

    /** A text that holds any value of the column, star by star. */
    private static ColumnType textOf(Column column, String table) {
        ColumnType type = column.type();
        return switch (type.kind()) {
            case STRING, TEXT -> type;
            case JSON -> ColumnType.of(Kind.TEXT);
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, BITS, YEAR -> ColumnType.of(Kind.STRING, 20);
            // A sign and a point.
            case DECIMAL -> ColumnType.of(Kind.STRING, type.length() + 2);
            case FLOAT, DOUBLE, DATE, TIME, DATETIME, INSTANT -> ColumnType.of(Kind.STRING, 32);
            case BYTES, BLOB, GEOMETRY ->
                throw new IllegalArgumentException("mask: how=last-four shows the end of a text, and column '" + column.name()
                        + "' of " + table + " is " + type + "; use how=hash or how=redact");
        };
    }

    private static ColumnType yearOf(Column column, String table) {
        return switch (column.type().kind()) {
            // Not a YEAR: that of MySQL begins with 1901, and people are older.
            case DATE, DATETIME, INSTANT, YEAR -> ColumnType.of(Kind.INT16);
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, STRING, TEXT, BYTES, BLOB,
                    TIME, JSON,
                    BITS, GEOMETRY ->
                throw new IllegalArgumentException("mask: how=year-only needs a date, datetime or instant, and column '"
                        + column.name() + "' of " + table + " is " + column.type() + "; use how=hash or how=redact");
        };
    }

    private static String lastFour(String text) {
        int characters = text.codePointCount(0, text.length());
        if (characters <= LAST) {
            return "*".repeat(characters);
        }
        return "*".repeat(characters - LAST) + text.substring(text.offsetByCodePoints(text.length(), -LAST));
    }

    private static String hash(Mac mac, Object value) {
        byte[] bytes = value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(mac.doFinal(bytes));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM + "; this one does not", e);
        }
    }
}
