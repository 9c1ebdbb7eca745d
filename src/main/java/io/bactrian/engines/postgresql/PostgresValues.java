package io.bactrian.engines.postgresql;

import io.bactrian.domain.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;

/**
 * Values on their way to PostgreSQL and back: as texts, which the server reads as its columns' types want, and refuses
 * where it can not.
 */
final class PostgresValues {

    private PostgresValues() {
    }

    /**
     * The type of a column that holds every value of the source's. None has a length or a number of digits: PostgreSQL
     * rounds a number and cuts blanks at a text's end to fit those without a word, and saves no room by them.
     */
    static String typeFor(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, UINT8, YEAR -> "smallint";
            case INT24, INT32, UINT16, UINT24 -> "integer";
            case INT64, UINT32 -> "bigint";
            case UINT64, DECIMAL -> "numeric";
            case FLOAT -> "real";
            case DOUBLE -> "double precision";
            case STRING, TEXT -> "text";
            case BYTES, BLOB, GEOMETRY -> "bytea";
            case DATE -> "date";
            // Its own time ends at 24:00:00.
            case TIME -> "interval";
            case DATETIME -> "timestamp";
            case INSTANT -> "timestamptz";
            case JSON -> "jsonb";
            case BITS -> "bit(" + Math.max(1, type.length()) + ")";
        };
    }

    static Object parameter(Object value, ColumnType type) {
        if (type.kind() == ColumnType.Kind.BITS && value instanceof Number number) {
            String bits = (number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue())).toString(2);
            return "0".repeat((int) Math.max(0, Math.max(1, type.length()) - bits.length())) + bits;
        }
        return value;
    }

    /**
     * As a text without a type, so that the column's type decides: a number with a fraction is refused by a bigint,
     * which would round a typed one.
     */
    static void bind(PreparedStatement statement, int place, Object value) throws SQLException {
        if (value == null) {
            statement.setNull(place, Types.NULL);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(place, bytes);
        } else {
            statement.setString(place, value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString());
        }
    }

    /** What PostgreSQL holds in no text, and the driver or COPY would make something else of. */
    static void checkText(String text, String column) throws SQLException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new SQLException(
                        "column " + column + " has a text with the character NUL at place " + (i + 1)
                                + ", which PostgreSQL holds in no text",
                        PostgresErrors.NO_UTF8);
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new SQLException("column " + column + " has half of a character, which is no UTF-8", PostgresErrors.NO_UTF8);
            }
        }
    }

    static Object read(ResultSet row, int place, ColumnType type) throws SQLException {
        return switch (type.kind()) {
            case INT8 -> small(row.getString(place));
            case INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> orNull(row, row.getLong(place));
            case UINT64 -> {
                BigDecimal value = row.getBigDecimal(place);
                yield value == null ? null : small(value.toBigIntegerExact());
            }
            case BITS -> {
                String bits = row.getString(place);
                yield bits == null ? null : small(new BigInteger(bits, 2));
            }
            case DECIMAL -> row.getBigDecimal(place);
            case FLOAT -> orNull(row, row.getFloat(place));
            case DOUBLE -> orNull(row, row.getDouble(place));
            case BYTES, BLOB, GEOMETRY -> row.getBytes(place);
            case STRING, TEXT, JSON, DATE, TIME -> row.getString(place);
            case DATETIME -> moment(row.getString(place));
            case INSTANT -> instant(row.getString(place));
        };
    }

    /** A boolean of somebody's own table is 1 or 0, as one of a source's is. */
    private static Object small(String text) {
        return text == null ? null : text.equals("t") ? 1L : text.equals("f") ? 0L : (Object) Long.valueOf(text);
    }

    private static Object small(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
    }

    private static Object orNull(ResultSet row, Object value) throws SQLException {
        return row.wasNull() ? null : value;
    }

    private static String moment(String text) {
        return text == null ? null : text.replace(' ', 'T');
    }

    /** The session's zone is UTC. */
    private static String instant(String text) {
        return text == null || !text.endsWith("+00") ? text : moment(text.substring(0, text.length() - 3)) + "Z";
    }

    static Object plain(ResultSet row, int place, int jdbcType) throws SQLException {
        return switch (jdbcType) {
            case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> orNull(row, row.getLong(place));
            case Types.REAL, Types.DOUBLE -> row.getObject(place);
            case Types.NUMERIC -> number(row.getString(place));
            case Types.BINARY, Types.VARBINARY -> {
                byte[] bytes = row.getBytes(place);
                yield bytes == null ? null : ByteBuffer.wrap(bytes);
            }
            // As text: no Java class in between shifts a moment, or tells two equal documents apart.
            default -> row.getString(place);
        };
    }

    /** 1.0 and 1.00 are one number; NaN and infinity are no BigDecimal. */
    private static Object number(String text) {
        return text == null || !Character.isDigit(text.charAt(text.length() - 1)) ? text : new BigDecimal(text).stripTrailingZeros();
    }
}
