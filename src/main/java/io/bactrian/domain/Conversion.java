package io.bactrian.domain;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Date;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes of a value that a route has computed what {@link Image} keeps for a column of a type. Nothing is rounded or cut
 * to fit, but the fraction of a second, whose digits the type names.
 */
final class Conversion {

    /** More digits than any column holds; a text such as 1e999999999 must not become that many. */
    private static final int DIGITS = 400;

    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart().appendPattern("['T'][ ]").append(DateTimeFormatter.ISO_LOCAL_TIME).optionalEnd()
            .optionalStart().appendOffsetId().optionalEnd().toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private static final Pattern TIME = Pattern.compile("(-?)(\\d{1,3}):([0-5]\\d)(?::([0-5]\\d)(?:\\.(\\d{1,9}))?)?");

    private Conversion() {
    }

    /**
     * @throws IllegalArgumentException why the value does not fit, as the second half of a sentence that began with the
     * value
     */
    static Object convert(Object value, ColumnType type) {
        if (value == null) {
            return null;
        }
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, BITS -> integer(value, type);
            case YEAR -> year(value, type);
            case DECIMAL -> decimal(value, type);
            case FLOAT -> finite(number(value).floatValue());
            case DOUBLE -> finite(number(value).doubleValue());
            case STRING -> string(value, type.length());
            case TEXT -> text(value, type);
            case JSON -> text(value);
            case BYTES, BLOB -> bytes(value, type);
            case GEOMETRY -> geometry(value);
            case DATE -> local(value).toLocalDate().toString();
            case DATETIME -> moment(local(value), type);
            case INSTANT -> moment(instant(value), type) + "Z";
            case TIME -> time(value, type);
        };
    }

    private static Object integer(Object value, ColumnType type) {
        BigInteger whole;
        try {
            whole = number(value).toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("it has digits after the point");
        }
        BigInteger least = least(type);
        BigInteger most = most(type);
        if (whole.compareTo(least) < 0 || whole.compareTo(most) > 0) {
            throw new IllegalArgumentException(type + " holds " + least + " to " + most);
        }
        return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
    }

    private static int bits(ColumnType type) {
        return switch (type.kind()) {
            case INT8, UINT8 -> 8;
            case INT16, UINT16 -> 16;
            case INT24, UINT24 -> 24;
            case INT32, UINT32 -> 32;
            case INT64, UINT64 -> 64;
            case BITS -> (int) Math.max(1, type.length());
            case DECIMAL, FLOAT, DOUBLE, STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME, INSTANT, YEAR, JSON, GEOMETRY ->
                throw new IllegalArgumentException(type + " is no integer");
        };
    }

    private static boolean signed(Kind kind) {
        return kind == Kind.INT8 || kind == Kind.INT16 || kind == Kind.INT24 || kind == Kind.INT32 || kind == Kind.INT64;
    }

    private static BigInteger least(ColumnType type) {
        return signed(type.kind()) ? BigInteger.ONE.shiftLeft(bits(type) - 1).negate() : BigInteger.ZERO;
    }

    private static BigInteger most(ColumnType type) {
        return BigInteger.ONE.shiftLeft(signed(type.kind()) ? bits(type) - 1 : bits(type)).subtract(BigInteger.ONE);
    }

    private static Object year(Object value, ColumnType type) {
        boolean dated = !(value instanceof Number) && !(value instanceof CharSequence text && text.length() <= 4);
        long year = dated ? local(value).getYear() : ((Number) integer(value, ColumnType.of(Kind.INT64))).longValue();
        if (year != 0 && (year < 1901 || year > 2155)) {
            throw new IllegalArgumentException(type + " holds 0 and 1901 to 2155");
        }
        return year;
    }

    private static BigDecimal decimal(Object value, ColumnType type) {
        BigDecimal number = number(value);
        if (number.stripTrailingZeros().scale() > type.scale()) {
            throw new IllegalArgumentException(type + " holds " + type.scale() + " digits after the point; round it first");
        }
        BigDecimal scaled = number.setScale(type.scale());
        if (scaled.precision() > type.length()) {
            throw new IllegalArgumentException(type + " holds " + (type.length() - type.scale()) + " digits before the point");
        }
        return scaled;
    }

    private static Object finite(Object number) {
        if (Double.isInfinite(((Number) number).doubleValue())) {
            throw new IllegalArgumentException("it is too large");
        }
        return number;
    }

    private static BigDecimal number(Object value) {
        BigDecimal number;
        try {
            if (value instanceof BigDecimal decimal) {
                number = decimal;
            } else if (value instanceof BigInteger integer) {
                number = new BigDecimal(integer);
            } else if (value instanceof Boolean truth) {
                number = truth ? BigDecimal.ONE : BigDecimal.ZERO;
            } else if (value instanceof Number || value instanceof CharSequence) {
                String text = value.toString().strip();
                number = text.equals("true") ? BigDecimal.ONE : text.equals("false") ? BigDecimal.ZERO : new BigDecimal(text);
            } else {
                throw new IllegalArgumentException("it is no number but " + described(value));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it is no number");
        }
        if (Math.abs((long) number.precision() - number.scale()) > DIGITS) {
            throw new IllegalArgumentException("it has too many digits");
        }
        return number;
    }

    private static String string(Object value, long length) {
        String text = text(value);
        // Never more characters than chars, so that most texts need not be counted.
        if (text.length() > length) {
            int characters = text.codePointCount(0, text.length());
            if (characters > length) {
                throw new IllegalArgumentException("it has " + characters + " characters, string(" + length + ") holds " + length);
            }
        }
        return text;
    }

    private static String text(Object value, ColumnType type) {
        String text = text(value);
        if (type.length() > 0 && text.length() > type.length() / 3) {
            holds(text.getBytes(StandardCharsets.UTF_8).length, type);
        }
        return text;
    }

    private static void holds(int bytes, ColumnType type) {
        if (type.length() > 0 && bytes > type.length()) {
            throw new IllegalArgumentException("it has " + bytes + " bytes, " + type + " holds " + type.length());
        }
    }

    private static String text(Object value) {
        if (value instanceof byte[]) {
            throw new IllegalArgumentException("bytes are no text");
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Boolean) {
            return value.toString();
        }
        return ValueTypes.canonical(value instanceof Date date ? Instant.ofEpochMilli(date.getTime()) : value).toString();
    }

    private static byte[] bytes(Object value, ColumnType type) {
        byte[] bytes = value instanceof byte[] raw ? raw : text(value).getBytes(StandardCharsets.UTF_8);
        holds(bytes.length, type);
        return bytes;
    }

    private static byte[] geometry(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw new IllegalArgumentException("it is no shape but " + described(value));
    }

    private static String moment(LocalDateTime moment, ColumnType type) {
        int step = 1;
        for (long digits = type.length(); digits < 9; digits++) {
            step *= 10;
        }
        return ValueTypes.MOMENT.format(moment.withNano(moment.getNano() / step * step));
    }

    private static LocalDateTime local(Object value) {
        if (value instanceof LocalDateTime time) {
            return time;
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        TemporalAccessor parsed = parse(value);
        ZoneOffset offset = parsed.query(TemporalQueries.offset());
        LocalDateTime local = localOf(parsed);
        return offset == null ? local : local.minusSeconds(offset.getTotalSeconds());
    }

    /** What the clock of Greenwich shows at the moment. */
    private static LocalDateTime instant(Object value) {
        if (value instanceof LocalDateTime || value instanceof LocalDate
                || !isMoment(value) && parse(value).query(TemporalQueries.offset()) == null) {
            throw new IllegalArgumentException("it has no zone; expected a moment such as 2026-11-21T13:14:15Z");
        }
        return local(value);
    }

    private static boolean isMoment(Object value) {
        return value instanceof Instant || value instanceof Date || value instanceof OffsetDateTime || value instanceof ZonedDateTime;
    }

    private static LocalDateTime localOf(TemporalAccessor parsed) {
        LocalTime time = parsed.query(TemporalQueries.localTime());
        return parsed.query(TemporalQueries.localDate()).atTime(time == null ? LocalTime.MIDNIGHT : time);
    }

    private static TemporalAccessor parse(Object value) {
        if (value instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (value instanceof Date date) {
            return Instant.ofEpochMilli(date.getTime()).atOffset(ZoneOffset.UTC);
        }
        if (value instanceof OffsetDateTime || value instanceof ZonedDateTime) {
            return (TemporalAccessor) value;
        }
        if (value instanceof CharSequence text) {
            try {
                return MOMENT.parse(text.toString().strip());
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("it is no date; expected 2026-11-21 or 2026-11-21T13:14:15", e);
            }
        }
        throw new IllegalArgumentException("it is no date but " + described(value));
    }

    private static String time(Object value, ColumnType type) {
        if (value instanceof LocalTime time) {
            return span(false, time.getHour(), time.getMinute(), time.getSecond(), time.getNano(), type);
        }
        Matcher parts = TIME.matcher(value instanceof CharSequence text ? text.toString().strip() : "");
        if (!parts.matches()) {
            throw new IllegalArgumentException("it is no time; expected 25:00:01.5");
        }
        String fraction = parts.group(5) == null ? "" : parts.group(5);
        return span(!parts.group(1).isEmpty(), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)),
                parts.group(4) == null ? 0 : Integer.parseInt(parts.group(4)), Integer.parseInt((fraction + "000000000").substring(0, 9)),
                type);
    }

    private static String span(boolean negative, int hours, int minutes, int seconds, int nanos, ColumnType type) {
        String fraction = String.format(Locale.ROOT, "%09d", nanos).substring(0, (int) Math.min(9, type.length())).replaceAll("0+$", "");
        return (negative ? "-" : "") + String.format(Locale.ROOT, "%02d:%02d:%02d", hours, minutes, seconds)
                + (fraction.isEmpty() ? "" : "." + fraction);
    }

    /** Seconds and their fraction of a time as {@link Kind#TIME} shows it. */
    static BigDecimal seconds(String time) {
        boolean negative = time.startsWith("-");
        int minutes = time.indexOf(':');
        BigDecimal seconds = new BigDecimal(time.substring(minutes + 4)).add(BigDecimal.valueOf(
                Long.parseLong(time.substring(negative ? 1 : 0, minutes)) * 3600
                        + Long.parseLong(time.substring(minutes + 1, minutes + 3)) * 60));
        return negative ? seconds.negate() : seconds;
    }

    private static String described(Object value) {
        return "a " + value.getClass().getSimpleName();
    }

    /** Reads a type that somebody wrote, and wants all that a warehouse must know to make a column of it. */
    static ColumnType typeOf(String text) {
        ColumnType type = ColumnType.parse(text.strip().toLowerCase(Locale.ROOT).replace(" ", ""));
        String better = switch (type.kind()) {
            case STRING -> "string(255)";
            case BYTES -> "bytes(16)";
            case DECIMAL -> "decimal(12,2)";
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, TEXT, BLOB, DATE, TIME, DATETIME,
                    INSTANT, YEAR,
                    JSON, BITS, GEOMETRY ->
                null;
        };
        if (better != null && type.length() == 0) {
            throw new IllegalArgumentException("'" + text + "' does not say how much it holds; expected for instance " + better);
        }
        return type;
    }
}
