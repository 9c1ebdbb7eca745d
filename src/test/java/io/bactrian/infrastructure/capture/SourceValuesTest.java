package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.debezium.data.geometry.Point;
import io.debezium.time.MicroTimestamp;
import io.debezium.time.NanoTimestamp;
import io.debezium.time.Timestamp;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SourceValuesTest {

    private static final Schema ANY = Schema.OPTIONAL_STRING_SCHEMA;
    private final TimeZone zone = TimeZone.getDefault();

    @BeforeEach
    void inAZoneThatNobodyExpects() {
        TimeZone.setDefault(TimeZone.getTimeZone("Australia/Lord_Howe"));
    }

    @AfterEach
    void backHome() {
        TimeZone.setDefault(zone);
    }

    @ParameterizedTest
    @EnumSource
    void nullIsNullForEveryKind(Kind kind) throws IOException {
        assertThat(json(ColumnType.of(kind), ANY, null)).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({"0, 00:00:00", "1, 00:00:00.000001", "-1, -00:00:00.000001", "500000, 00:00:00.5", "-500000, -00:00:00.5",
        "1000000, 00:00:01",
        "86399999999, 23:59:59.999999", "86400000000, 24:00:00", "90000500000, 25:00:00.5", "3020399000000, 838:59:59",
        "-3020399000000, -838:59:59",
        "359999000000, 99:59:59", "360000000000, 100:00:00", "-3661000100, -01:01:01.0001"})
    void aTimeIsASpanThatMayBeNegativeOrLongerThanADay(long micros, String text) throws IOException {
        assertThat(SourceValues.time(micros)).isEqualTo(text);
        assertThat(json(ColumnType.of(Kind.TIME, 6), ANY, micros)).isEqualTo('"' + text + '"');
    }

    @ParameterizedTest
    @CsvSource({"0, 1970-01-01", "-1, 1969-12-31", "20778, 2026-11-21", "-354285, 1000-01-01", "2932896, 9999-12-31", "11016, 2000-02-29"})
    void aDateIsCountedInDays(int day, String text) throws IOException {
        assertThat(json(ColumnType.of(Kind.DATE), ANY, day)).isEqualTo('"' + text + '"');
    }

    @ParameterizedTest
    @CsvSource({"0, 1970-01-01T00:00:00", "-1, 1969-12-31T23:59:59.999", "1795353255678, 2026-11-22T13:14:15.678",
        "1795353255000, 2026-11-22T13:14:15",
        "-30610224000000, 1000-01-01T00:00:00", "253402300799999, 9999-12-31T23:59:59.999", "-62135596800000, 0001-01-01T00:00:00"})
    void aDateTimeOfMilliseconds(long millis, String text) throws IOException {
        assertThat(json(ColumnType.of(Kind.DATETIME, 3), Timestamp.schema(), millis)).isEqualTo('"' + text + '"');
    }

    @ParameterizedTest
    @CsvSource({"0, 1970-01-01T00:00:00", "-1, 1969-12-31T23:59:59.999999", "1795353255678901, 2026-11-22T13:14:15.678901",
        "1795353255600000, 2026-11-22T13:14:15.6", "-30610224000000000, 1000-01-01T00:00:00",
        "253402300799999999, 9999-12-31T23:59:59.999999"})
    void aDateTimeOfMicroseconds(long micros, String text) throws IOException {
        assertThat(json(ColumnType.of(Kind.DATETIME, 6), MicroTimestamp.schema(), micros)).isEqualTo('"' + text + '"');
    }

    @Test
    void aDateTimeOfNanosecondsHasSixDigits() throws IOException {
        assertThat(json(ColumnType.of(Kind.DATETIME, 6), NanoTimestamp.schema(), 1_795_353_255_678_901_000L))
                .isEqualTo("\"2026-11-22T13:14:15.678901\"");
        assertThat(json(ColumnType.of(Kind.DATETIME, 6), NanoTimestamp.schema(), -1_000L)).isEqualTo("\"1969-12-31T23:59:59.999999\"");
    }

    @Property
    void aDateTimeIsTheMomentThatItCounts(@ForAll @LongRange(min = -30_610_224_000_000_000L, max = 253_402_300_799_999_999L) long micros)
            throws IOException {
        String text = json(ColumnType.of(Kind.DATETIME, 6), MicroTimestamp.schema(), micros).replace("\"", "");
        LocalDateTime time = LocalDateTime.parse(text);

        assertThat(time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000).isEqualTo(micros);
        assertThat(text).doesNotMatch(".*\\.\\d*0");
    }

    @ParameterizedTest
    @CsvSource({"2026-11-21T13:14:15Z, 2026-11-21T13:14:15Z", "2026-11-21T13:14:15.120Z, 2026-11-21T13:14:15.12Z",
        "2026-11-21T13:14Z, 2026-11-21T13:14:00Z",
        "2026-11-21T13:14:15.123456+02:00, 2026-11-21T11:14:15.123456Z", "2026-01-01T00:30:00+01:00, 2025-12-31T23:30:00Z",
        "1970-01-01T00:00:01Z, 1970-01-01T00:00:01Z", "2038-01-19T03:14:07.999999Z, 2038-01-19T03:14:07.999999Z",
        "2026-11-21T13:14:15.000000Z, 2026-11-21T13:14:15Z"})
    void anInstantHasOneForm(String value, String text) throws IOException {
        assertThat(json(ColumnType.of(Kind.INSTANT, 6), ANY, value)).isEqualTo('"' + text + '"');
    }

    @Test
    void bitsComeLowestByteFirst() throws IOException {
        assertThat(json(ColumnType.of(Kind.BITS, 1), ANY, true)).isEqualTo("1");
        assertThat(json(ColumnType.of(Kind.BITS, 1), ANY, false)).isEqualTo("0");
        assertThat(json(ColumnType.of(Kind.BITS, 9), ANY, new byte[]{1, 1})).isEqualTo("257");
        assertThat(json(ColumnType.of(Kind.BITS, 16), ANY, new byte[]{2, 1})).isEqualTo("258");
        assertThat(json(ColumnType.of(Kind.BITS, 8), ANY, new byte[]{-1})).isEqualTo("255");
        assertThat(json(ColumnType.of(Kind.BITS, 64), ANY, new byte[]{-1, -1, -1, -1, -1, -1, -1, -1})).isEqualTo("18446744073709551615");
        assertThat(json(ColumnType.of(Kind.BITS, 64), ANY, new byte[]{0, 0, 0, 0, 0, 0, 0, (byte) 0x80})).isEqualTo("9223372036854775808");
        assertThat(json(ColumnType.of(Kind.BITS, 16), ANY, ByteBuffer.wrap(new byte[]{2, 1}))).isEqualTo("258");
    }

    @Test
    void ofABufferOnlyWhatIsLeftInItCounts() throws IOException {
        ByteBuffer part = ByteBuffer.wrap(new byte[]{9, 2, 1, 9}, 1, 2).slice();
        ByteBuffer readOnly = ByteBuffer.wrap(new byte[]{2, 1}).asReadOnlyBuffer();

        assertThat(json(ColumnType.of(Kind.BITS, 16), ANY, part)).isEqualTo("258");
        assertThat(json(ColumnType.of(Kind.BITS, 16), ANY, readOnly)).isEqualTo("258");
        assertThat(json(ColumnType.of(Kind.BYTES, 16), ANY, part)).isEqualTo("\"AgE=\"");
        assertThat(json(ColumnType.of(Kind.BLOB), ANY, readOnly)).isEqualTo("\"AgE=\"");
        assertThat(part.remaining()).isEqualTo(2);
    }

    @Test
    void bytesAreBase64() throws IOException {
        assertThat(json(ColumnType.of(Kind.BYTES, 4), ANY, new byte[]{0, -1, 127, -128})).isEqualTo("\"AP9/gA==\"");
        assertThat(json(ColumnType.of(Kind.BLOB), ANY, ByteBuffer.allocate(0))).isEqualTo("\"\"");
    }

    @Test
    void aGeometryIsItsSridThenItsShape() throws IOException {
        Schema schema = Point.builder().build();
        Struct point = new Struct(schema).put("x", 1.0).put("y", 2.0).put("wkb", new byte[]{1, 1, 0}).put("srid", 4326);

        assertThat(new ObjectMapper().readTree(json(ColumnType.of(Kind.GEOMETRY), schema, point)).binaryValue()).containsExactly(0xe6, 0x10,
                0, 0, 1, 1, 0);
        assertThat(new ObjectMapper().readTree(json(ColumnType.of(Kind.GEOMETRY), schema, point.put("srid", null))).binaryValue())
                .containsExactly(0, 0, 0, 0, 1, 1, 0);
    }

    @Test
    void integersMayComeInAnyJavaType() throws IOException {
        assertThat(json(ColumnType.of(Kind.INT8), ANY, (short) -128)).isEqualTo("-128");
        assertThat(json(ColumnType.of(Kind.INT8), ANY, true)).isEqualTo("1");
        assertThat(json(ColumnType.of(Kind.INT8), ANY, false)).isEqualTo("0");
        assertThat(json(ColumnType.of(Kind.UINT32), ANY, 4_294_967_295L)).isEqualTo("4294967295");
        assertThat(json(ColumnType.of(Kind.INT64), ANY, Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(json(ColumnType.of(Kind.UINT64), ANY, new BigDecimal("18446744073709551615"))).isEqualTo("18446744073709551615");
        assertThat(json(ColumnType.of(Kind.UINT64), ANY, 5L)).isEqualTo("5");
        assertThat(json(ColumnType.of(Kind.YEAR), ANY, 2026)).isEqualTo("2026");
    }

    @Test
    void decimalsAreTextWithTheirScaleAndWithoutAnExponent() throws IOException {
        assertThat(json(ColumnType.decimal(10, 2), ANY, new BigDecimal("1.50"))).isEqualTo("\"1.50\"");
        assertThat(json(ColumnType.decimal(40, 0), ANY, new BigDecimal("1E+20"))).isEqualTo("\"100000000000000000000\"");
        assertThat(json(ColumnType.decimal(40, 20), ANY, new BigDecimal("-1E-20"))).isEqualTo("\"-0.00000000000000000001\"");
    }

    @Test
    void anEnumsCommasAreNotEscapedAndOtherTextIsLeftAlone() throws IOException {
        Schema fruit = io.debezium.data.Enum.builder(java.util.List.of("a,b", "c")).optional().build();

        assertThat(json(ColumnType.of(Kind.STRING, 64), fruit, "a\\,b")).isEqualTo("\"a,b\"");
        assertThat(json(ColumnType.of(Kind.STRING, 64), fruit, "a,b")).isEqualTo("\"a,b\"");
        assertThat(json(ColumnType.of(Kind.STRING, 64), ANY, "a\\,b")).isEqualTo("\"a\\\\,b\"");
    }

    private static String json(ColumnType type, Schema schema, Object value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            SourceValues.write(json, type, schema, value);
        }
        return text.toString();
    }
}
