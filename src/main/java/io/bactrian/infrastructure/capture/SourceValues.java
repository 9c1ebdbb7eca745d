package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.domain.ColumnType;
import io.bactrian.infrastructure.wire.ArrayJson;
import io.debezium.data.Enum;
import io.debezium.time.MicroTimestamp;
import io.debezium.time.NanoTimestamp;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** One value of a Debezium row as JSON, in the form that {@link ColumnType.Kind} names for it. */
final class SourceValues {

    private SourceValues() {
    }

    static void write(JsonGenerator json, ColumnType type, Schema schema, Object value) throws IOException {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR ->
                json.writeNumber(value instanceof Boolean truth ? (truth ? 1L : 0L) : ((Number) value).longValue());
            case UINT64 -> json.writeNumber(
                    value instanceof BigDecimal decimal ? decimal.toBigIntegerExact() : BigInteger.valueOf(((Number) value).longValue()));
            case DECIMAL -> json.writeString(value instanceof BigDecimal decimal ? decimal.toPlainString() : (String) value);
            case FLOAT -> json.writeNumber(((Number) value).floatValue());
            case DOUBLE -> json.writeNumber(((Number) value).doubleValue());
            case STRING, TEXT,
                    JSON ->
                json.writeString(value instanceof List<?> list
                        ? ArrayJson.write(list)
                        : Enum.LOGICAL_NAME.equals(schema.name()) ? enumValue((String) value) : (String) value);
            case BYTES, BLOB -> json.writeBinary(bytes(value));
            case DATE -> json.writeString(date(((Number) value).longValue()));
            case TIME -> json.writeString(value instanceof String text ? timeOfDay(text) : time(((Number) value).longValue()));
            case DATETIME -> json.writeString(moment(momentOf(schema, (Long) value)));
            case INSTANT -> json.writeString(instant(value));
            case BITS -> json.writeNumber(bits(value));
            case GEOMETRY -> geometry(json, (Struct) value);
        }
    }

    /** PostgreSQL's infinity, which no warehouse holds, comes as a day that no calendar has. */
    private static String date(long day) {
        LocalDate date = LocalDate.ofEpochDay(day);
        return date.getYear() < -5_000_000 ? "an infinity" : date.toString();
    }

    /** A time of day in UTC. */
    private static String timeOfDay(String text) {
        LocalTime time = OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalTime();
        return time(time.toNanoOfDay() / 1_000);
    }

    private static byte[] bytes(Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return (byte[]) value;
    }

    /** From the binlog Debezium 3.4 gives an ENUM's value with its commas escaped, from a snapshot as it is. */
    private static String enumValue(String value) {
        return value.indexOf('\\') < 0 ? value : value.replace("\\,", ",");
    }

    /** Microseconds as hours, minutes and seconds; MySQL's TIME goes from -838 to 838 hours. */
    static String time(long micros) {
        long rest = Math.abs(micros);
        long seconds = rest / 1_000_000;
        StringBuilder text = new StringBuilder(20);
        if (micros < 0) {
            text.append('-');
        }
        two(text, seconds / 3_600);
        two(text.append(':'), seconds / 60 % 60);
        two(text.append(':'), seconds % 60);
        return fraction(text, rest % 1_000_000).toString();
    }

    private record Moment(long second, long micro) {
    }

    private static Moment momentOf(Schema schema, long value) {
        String name = schema.name();
        long perSecond = MicroTimestamp.SCHEMA_NAME.equals(name)
                ? 1_000_000
                : NanoTimestamp.SCHEMA_NAME.equals(name) ? 1_000_000_000 : 1_000;
        long part = Math.floorMod(value, perSecond);
        return new Moment(Math.floorDiv(value, perSecond),
                perSecond == 1_000 ? part * 1_000 : perSecond == 1_000_000 ? part : part / 1_000);
    }

    private static String moment(Moment moment) {
        return moment(LocalDateTime.ofEpochSecond(moment.second(), 0, ZoneOffset.UTC), moment.micro()).toString();
    }

    private static StringBuilder moment(LocalDateTime time, long micro) {
        StringBuilder text = new StringBuilder(32);
        int year = time.getYear();
        if (year < 0 || year > 294_000) {
            // PostgreSQL's infinity, or a moment before our era: no warehouse holds either, and the dead letter shall
            // say which.
            return text.append(year > 0 ? "infinity" : year < -5_000 ? "-infinity" : time + " (before our era)");
        }
        text.append(year < 1000 ? "0".repeat(4 - Integer.toString(year).length()) : "").append(year);
        two(text.append('-'), time.getMonthValue());
        two(text.append('-'), time.getDayOfMonth());
        two(text.append('T'), time.getHour());
        two(text.append(':'), time.getMinute());
        two(text.append(':'), time.getSecond());
        return fraction(text, micro);
    }

    private static String instant(Object value) {
        String text = (String) value;
        if (text.endsWith("infinity")) {
            return text;
        }
        // As MySQL's connector writes it: UTC already, whole seconds there. Only zeros may be too many; parsing costs
        // ten times that.
        if (text.length() >= "2026-11-21T13:14:15Z".length() && text.charAt(4) == '-' && text.charAt(16) == ':' && text.endsWith("Z")
                && text.length() <= 27) {
            int end = text.length() - 1;
            if (text.indexOf('.') > 0) {
                while (text.charAt(end - 1) == '0') {
                    end--;
                }
                end -= text.charAt(end - 1) == '.' ? 1 : 0;
            }
            return end == text.length() - 1 ? text : text.substring(0, end) + "Z";
        }
        OffsetDateTime time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
        return moment(time.toLocalDateTime(), time.getNano() / 1_000).append('Z').toString();
    }

    private static void two(StringBuilder text, long number) {
        if (number < 10) {
            text.append('0');
        }
        text.append(number);
    }

    /** No trailing zeros: the same moment has one form, whatever precision its column has. */
    private static StringBuilder fraction(StringBuilder text, long micros) {
        if (micros == 0) {
            return text;
        }
        String digits = Long.toString(1_000_000 + micros);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return text.append('.').append(digits, 1, end);
    }

    /** Debezium gives a BIT(1) as a truth value and longer ones as bytes, the lowest first. */
    private static BigInteger bits(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? BigInteger.ONE : BigInteger.ZERO;
        }
        byte[] bytes = bytes(value);
        byte[] highestFirst = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            highestFirst[bytes.length - 1 - i] = bytes[i];
        }
        return new BigInteger(1, highestFirst);
    }

    private static void geometry(JsonGenerator json, Struct value) throws IOException {
        byte[] shape = value.getBytes("wkb");
        Integer srid = value.getInt32("srid");
        ByteBuffer bytes = ByteBuffer.allocate(4 + shape.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(srid == null ? 0 : srid).put(shape);
        json.writeBinary(bytes.array());
    }
}
