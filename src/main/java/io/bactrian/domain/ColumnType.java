package io.bactrian.domain;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The type of a column, in words that belong to no database: a source translates its own types into these, a warehouse
 * makes its own types from them.
 *
 * @param length characters, bytes, digits, bits or fractional seconds, as the kind says; 0 when it says nothing
 * @param scale digits after the point of a decimal
 */
public record ColumnType(Kind kind, long length, int scale) {

    /** How the value of a kind is written is said once, here; see {@link Image} for the Java types. */
    public enum Kind {
        INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64,
        /** {@code length} digits, {@code scale} of them after the point. */
        DECIMAL, FLOAT, DOUBLE,
        /** At most {@code length} characters. */
        STRING,
        /** Text of at most {@code length} bytes; 0 is the largest that the database has. */
        TEXT,
        /** At most {@code length} bytes. */
        BYTES,
        /** Bytes of at most {@code length}; 0 is the largest that the database has. */
        BLOB,
        /** {@code 2026-11-21} */
        DATE,
        /** {@code 25:00:01.5}: a time span of hours, may be negative or beyond a day. */
        TIME,
        /** {@code 2026-11-21T13:14:15.123456}: what the wall clock said, without a zone. */
        DATETIME,
        /** {@code 2026-11-21T13:14:15.123456Z}: a moment. */
        INSTANT, YEAR,
        /** The text of a JSON document. */
        JSON,
        /** An unsigned number of {@code length} bits. */
        BITS,
        /** Four bytes of SRID, low byte first, then the shape as WKB. */
        GEOMETRY;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    public ColumnType {
        Objects.requireNonNull(kind, "kind");
    }

    public static ColumnType of(Kind kind) {
        return new ColumnType(kind, 0, 0);
    }

    public static ColumnType of(Kind kind, long length) {
        return new ColumnType(kind, length, 0);
    }

    public static ColumnType decimal(int digits, int scale) {
        return new ColumnType(Kind.DECIMAL, digits, scale);
    }

    /**
     * Whether every value of the other type fits into this one, without being rounded or cut: {@code int64} holds
     * {@code uint32}, {@code decimal(12,2)} holds {@code decimal(10,2)}, {@code datetime(6)} holds {@code date}, and a
     * text that is long enough holds a whole number or a decimal.
     */
    public boolean holds(ColumnType other) {
        return WiderTypes.holds(this, other);
    }

    /**
     * The smallest type that {@link #holds} both: {@code int64} for {@code int32} and {@code uint32}. What a column of
     * one of them has can be converted to it in place, and stays what it is. Empty if there is none.
     */
    public static Optional<ColumnType> union(ColumnType one, ColumnType other) {
        return WiderTypes.union(one, other);
    }

    /**
     * Whether a column of this type can be written with every value of the other, such that it comes back as it went.
     * That is more than {@link #holds}: a text takes moments too, but what another column has of them becomes a text in
     * another form.
     */
    public boolean takes(ColumnType other) {
        return WiderTypes.takes(this, other);
    }

    /** {@code decimal(10,2)}, {@code string(255)}, {@code int64}: what {@link #parse} reads. */
    @Override
    public String toString() {
        if (kind == Kind.DECIMAL) {
            return "decimal(" + length + "," + scale + ")";
        }
        return length == 0 ? kind.word : kind.word + "(" + length + ")";
    }

    public static ColumnType parse(String text) {
        int open = text.indexOf('(');
        String word = open < 0 ? text : text.substring(0, open);
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word)) {
                return open < 0 ? of(kind) : withArguments(kind, text, open);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no column type; expected one of the words of ColumnType.Kind, "
                + "such as decimal(10,2), string(255) or int64");
    }

    private static ColumnType withArguments(Kind kind, String text, int open) {
        int close = text.length() - 1;
        if (text.charAt(close) != ')') {
            throw new IllegalArgumentException("'" + text + "' is no column type: its parenthesis is not closed");
        }
        int comma = text.indexOf(',', open);
        try {
            return comma < 0
                    ? of(kind, Long.parseLong(text, open + 1, close, 10))
                    : new ColumnType(kind, Long.parseLong(text, open + 1, comma, 10), Integer.parseInt(text, comma + 1, close, 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no column type: expected one or two numbers in its parentheses", e);
        }
    }
}
