package io.bactrian.engines.postgresql;

import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.SqlValues;
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
final class PostgresValues implements SqlValues {

    @Override
    public Object parameter(Object value, ColumnType type) {
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
    static void bind(PreparedStatement statement, int position, Object value) throws SQLException {
        if (value == null) {
            statement.setNull(position, Types.NULL);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(position, bytes);
        } else {
            statement.setString(position, value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString());
        }
    }

    /** What PostgreSQL holds in no text, and the driver or COPY would make something else of. */
    static void checkText(String text, String column) throws SQLException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new SQLException(
                        "column " + column + " has a text with the character NUL at position " + (i + 1)
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

    @Override
    public Object read(ResultSet row, int position, ColumnType type) throws SQLException {
        return switch (type.kind()) {
            case INT8 -> small(row, position);
            case INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> SqlValues.whole(row, position);
            case UINT64 -> SqlValues.unsigned(row, position);
            case BITS -> {
                String bits = row.getString(position);
                yield bits == null ? null : SqlValues.whole(new BigInteger(bits, 2));
            }
            case DECIMAL -> SqlValues.decimal(row, position);
            case FLOAT -> SqlValues.orNull(row, row.getFloat(position));
            case DOUBLE -> SqlValues.orNull(row, row.getDouble(position));
            case BYTES, BLOB, GEOMETRY -> row.getBytes(position);
            case DATE -> SqlValues.day(row.getString(position));
            case STRING, TEXT, JSON, TIME -> row.getString(position);
            case DATETIME -> moment(row.getString(position));
            case INSTANT -> instant(row.getString(position));
        };
    }

    /** A boolean of somebody's own table is 1 or 0, as one of a source's is. */
    private static Object small(ResultSet row, int position) throws SQLException {
        return row.getMetaData().getColumnType(position) == Types.BIT
                ? SqlValues.orNull(row, row.getBoolean(position) ? 1L : 0L)
                : SqlValues.whole(row, position);
    }

    private static String moment(String text) {
        return text == null ? null : text.replace(' ', 'T');
    }

    /** The session's zone is UTC. */
    private static String instant(String text) {
        return text == null || !text.endsWith("+00") ? text : moment(text.substring(0, text.length() - 3)) + "Z";
    }

    @Override
    public Object plain(ResultSet row, int position, int jdbcType) throws SQLException {
        return switch (jdbcType) {
            case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> SqlValues.orNull(row, row.getLong(position));
            case Types.REAL, Types.DOUBLE -> row.getObject(position);
            case Types.NUMERIC -> number(row.getString(position));
            case Types.BINARY, Types.VARBINARY -> {
                byte[] bytes = row.getBytes(position);
                yield bytes == null ? null : ByteBuffer.wrap(bytes);
            }
            // As text: no Java class in between shifts a moment, or tells two equal documents apart.
            default -> row.getString(position);
        };
    }

    /** 1.0 and 1.00 are one number; NaN and infinity are no BigDecimal. */
    private static Object number(String text) {
        return text == null || !Character.isDigit(text.charAt(text.length() - 1)) ? text : new BigDecimal(text).stripTrailingZeros();
    }
}
