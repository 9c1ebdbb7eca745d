package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.SqlValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;

/** Values on their way to MySQL and back; the session's time zone is UTC. */
final class MySqlValues implements SqlValues {

    @Override
    public Object parameter(Object value, ColumnType type) {
        if (value instanceof String text && type.kind() == ColumnType.Kind.INSTANT && text.endsWith("Z")) {
            // The session's time zone is UTC, and MySQL does not know the letter.
            return text.substring(0, text.length() - 1);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value;
    }

    @Override
    public Object read(ResultSet row, int position, ColumnType type) throws SQLException {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> SqlValues.whole(row, position);
            case UINT64 -> SqlValues.unsigned(row, position);
            case BITS -> bits(row.getBytes(position));
            case DECIMAL -> SqlValues.decimal(row, position);
            case FLOAT -> SqlValues.orNull(row, row.getFloat(position));
            case DOUBLE -> SqlValues.orNull(row, row.getDouble(position));
            case BYTES, BLOB, GEOMETRY -> row.getBytes(position);
            case DATE -> SqlValues.day(trimmed(row.getString(position), ColumnType.of(ColumnType.Kind.TIME)));
            case STRING, TEXT, JSON, TIME -> trimmed(row.getString(position), type);
            case DATETIME -> moment(row.getString(position), "");
            case INSTANT -> moment(row.getString(position), "Z");
        };
    }

    private static Object bits(byte[] bytes) {
        return bytes == null ? null : SqlValues.whole(new BigInteger(1, bytes));
    }

    private static String trimmed(String text, ColumnType type) {
        return text == null || type.kind() != ColumnType.Kind.TIME ? text : withoutZeros(text);
    }

    private static String moment(String text, String zone) {
        return text == null ? null : withoutZeros(text.replace(' ', 'T')) + zone;
    }

    private static String withoutZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    @Override
    public Object plain(ResultSet row, int position, int jdbcType) throws SQLException {
        return switch (jdbcType) {
            // As text: no Java class in between shifts it by somebody's time zone.
            case Types.DATE, Types.TIME, Types.TIMESTAMP, Types.TIME_WITH_TIMEZONE, Types.TIMESTAMP_WITH_TIMEZONE ->
                row.getString(position);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BIT, Types.BLOB -> {
                byte[] bytes = row.getBytes(position);
                yield bytes == null ? null : ByteBuffer.wrap(bytes);
            }
            default -> row.getObject(position);
        };
    }
}
