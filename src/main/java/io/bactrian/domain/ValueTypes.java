package io.bactrian.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** What column a plain Java value, made by a route, wants; and how {@link Image} keeps it. */
final class ValueTypes {

    /** As {@link ColumnType.Kind} shows it: always with seconds, and without zeros at the end of their fraction. */
    static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true).toFormatter(Locale.ROOT);

    private ValueTypes() {
    }

    static ColumnType typeOf(Object value) {
        if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long) {
            return ColumnType.of(ColumnType.Kind.INT64);
        }
        if (value instanceof BigInteger) {
            return ColumnType.of(ColumnType.Kind.UINT64);
        }
        if (value instanceof BigDecimal) {
            return ColumnType.decimal(38, 10);
        }
        if (value instanceof Float || value instanceof Double) {
            return ColumnType.of(ColumnType.Kind.DOUBLE);
        }
        if (value instanceof Boolean) {
            return ColumnType.of(ColumnType.Kind.INT8);
        }
        if (value instanceof byte[]) {
            return ColumnType.of(ColumnType.Kind.BLOB);
        }
        if (value instanceof LocalDate) {
            return ColumnType.of(ColumnType.Kind.DATE);
        }
        if (value instanceof LocalDateTime) {
            return ColumnType.of(ColumnType.Kind.DATETIME, 6);
        }
        if (value instanceof Instant) {
            return ColumnType.of(ColumnType.Kind.INSTANT, 6);
        }
        return ColumnType.of(ColumnType.Kind.TEXT);
    }

    static Object canonical(Object value) {
        if (value == null || value instanceof Long || value instanceof BigInteger || value instanceof BigDecimal
                || value instanceof Double || value instanceof Float || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        if (value instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        if (value instanceof LocalDateTime time) {
            return MOMENT.format(time);
        }
        if (value instanceof Instant instant) {
            return MOMENT.format(instant.atOffset(ZoneOffset.UTC)) + "Z";
        }
        return value.toString();
    }
}
