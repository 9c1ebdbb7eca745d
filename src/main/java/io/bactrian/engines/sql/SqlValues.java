package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.regex.Pattern;

/**
 * Values on their way into parameters and out of results, such that no driver changes them on the way: no time zone of
 * the JVM, no rounding. A value that the database does not take fails when its statement is executed, not here.
 */
public interface SqlValues {

    Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    /** A value of an image, as the driver wants it for a parameter. */
    Object parameter(Object value, ColumnType type);

    /** Reads a value as {@link Image} keeps it. @param position from 1 on */
    Object read(ResultSet row, int position, ColumnType type) throws SQLException;

    /** A row of a result that has the schema's columns, in their order. */
    default Image image(ResultSet row, TableSchema schema) throws SQLException {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(row, i + 1, schema.column(i).type());
        }
        return new Image(schema, values);
    }

    /**
     * Reads a value such that equal ones are equal, and {@link #bound} gives back what stands for just this one. Bytes
     * are a {@link ByteBuffer}.
     */
    Object plain(ResultSet row, int position, int jdbcType) throws SQLException;

    /** A value that {@link #plain} read, as the driver wants it for a parameter. */
    default Object bound(Object plain) {
        return plain instanceof ByteBuffer bytes ? bytes.array() : plain;
    }

    /** A primitive that was read last, or null if that column was NULL. */
    static Object orNull(ResultSet row, Object value) throws SQLException {
        return row.wasNull() ? null : value;
    }

    /** A day, also from a column that keeps the time of day: one that was a moment once stays wide. */
    static String day(String text) {
        String midnight = " 00:00:00";
        return text != null && text.endsWith(midnight) ? text.substring(0, text.length() - midnight.length()) : text;
    }

    /** A whole number as an image keeps it: as a long if it is one. */
    static Object whole(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
    }

    /** A whole number, also from a column that was made wider for others: a value stays what it was. */
    static Object whole(ResultSet row, int position) throws SQLException {
        return switch (row.getMetaData().getColumnType(position)) {
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR -> number(row.getString(position));
            case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE -> wholeIfItIs(row.getBigDecimal(position));
            default -> orNull(row, row.getLong(position));
        };
    }

    /** Likewise one that is larger than a long. */
    static Object unsigned(ResultSet row, int position) throws SQLException {
        return isText(row, position) ? number(row.getString(position)) : wholeIfItIs(row.getBigDecimal(position));
    }

    static Object decimal(ResultSet row, int position) throws SQLException {
        return isText(row, position) ? number(row.getString(position)) : row.getBigDecimal(position);
    }

    private static boolean isText(ResultSet row, int position) throws SQLException {
        return switch (row.getMetaData().getColumnType(position)) {
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR -> true;
            default -> false;
        };
    }

    /** A driver would round it. */
    private static Object wholeIfItIs(BigDecimal value) {
        return value == null ? null : value.stripTrailingZeros().scale() <= 0 ? whole(value.toBigInteger()) : value;
    }

    /** The number that a text is, written as a number is written into a column of texts; any other text is itself. */
    private static Object number(String text) {
        if (text == null || !NUMBER.matcher(text).matches()) {
            return text;
        }
        BigDecimal number = new BigDecimal(text);
        return number.toPlainString().equals(text) ? number.scale() == 0 ? whole(number.toBigInteger()) : number : text;
    }

    /** The JDBC types of a result's columns, for {@link #plain}: asked once for all of its rows. */
    static int[] types(ResultSet rows) throws SQLException {
        int[] types = new int[rows.getMetaData().getColumnCount()];
        for (int i = 0; i < types.length; i++) {
            types[i] = rows.getMetaData().getColumnType(i + 1);
        }
        return types;
    }
}
