package io.bactrian.domain;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ComputedColumnTest {

    private static final Change CHANGE = insert(image(schema("id int64", "id"), 1L));

    private static Object set(String type, Object value) {
        return new ComputedColumn("c", type).apply(CHANGE, image -> value).after().get("c");
    }

    static Stream<Arguments> fitting() {
        return Stream.of(Arguments.of("int8", "127", 127L), Arguments.of("int8", -128, -128L), Arguments.of("uint8", 255L, 255L),
                Arguments.of("int16", "1.00", 1L),
                Arguments.of("int24", 8388607, 8388607L), Arguments.of("uint24", 16777215, 16777215L), Arguments.of("int32", " 42 ", 42L),
                Arguments.of("int64", 1e3, 1000L),
                Arguments.of("int64", "-9223372036854775808", Long.MIN_VALUE), Arguments.of("int64", true, 1L),
                Arguments.of("int8", "false", 0L),
                Arguments.of("uint64", "18446744073709551615", new BigInteger("18446744073709551615")),
                Arguments.of("uint64", BigInteger.TWO, 2L), Arguments.of("bits(4)", 15, 15L),
                Arguments.of("year", "2026", 2026L), Arguments.of("year", "2026-11-21", 2026L), Arguments.of("year", 0, 0L),
                Arguments.of("year", LocalDate.of(1901, 1, 1), 1901L),
                Arguments.of("decimal(5,2)", "999.99", new BigDecimal("999.99")), Arguments.of("decimal(5,2)", 1L, new BigDecimal("1.00")),
                Arguments.of("Decimal(5, 2)", 0.1, new BigDecimal("0.10")),
                Arguments.of("float", "0.1", 0.1f), Arguments.of("double", new BigDecimal("0.5"), 0.5), Arguments.of("double", 0.1f, 0.1),
                Arguments.of("string(3)", "äöü", "äöü"), Arguments.of("string(2)", "🐫🐫", "🐫🐫"), Arguments.of("string(9)", 12L, "12"),
                Arguments.of("string(9)", new BigDecimal("1E+3"), "1000"),
                Arguments.of("string(9)", true, "true"), Arguments.of("text", Operation.READ, "READ"),
                Arguments.of("text(4)", "abcd", "abcd"), Arguments.of("json", "{}", "{}"),
                Arguments.of("date", "2026-11-21", "2026-11-21"), Arguments.of("date", "2026-11-21T23:59:59Z", "2026-11-21"),
                Arguments.of("date", LocalDate.of(2026, 1, 2), "2026-01-02"),
                Arguments.of("date", new Date(0), "1970-01-01"),
                Arguments.of("date", OffsetDateTime.parse("2026-01-01T00:30:00+01:00"), "2025-12-31"),
                Arguments.of("datetime", "2026-11-21 13:14", "2026-11-21T13:14:00"),
                Arguments.of("datetime", "2026-11-21T13:14:15.999", "2026-11-21T13:14:15"),
                Arguments.of("datetime(3)", Instant.parse("2026-11-21T13:14:15.678999Z"), "2026-11-21T13:14:15.678"),
                Arguments.of("datetime(6)", LocalDateTime.of(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
                Arguments.of("datetime", "2026-11-21", "2026-11-21T00:00:00"),
                Arguments.of("instant(6)", "2026-11-21T13:14:15.5Z", "2026-11-21T13:14:15.5Z"),
                Arguments.of("instant", "2026-11-21T13:14:15+02:00", "2026-11-21T11:14:15Z"),
                Arguments.of("instant(3)", Instant.parse("2026-11-21T13:14:15.678Z"), "2026-11-21T13:14:15.678Z"),
                Arguments.of("instant", new Date(1000), "1970-01-01T00:00:01Z"), Arguments.of("time", "25:00:01.9", "25:00:01"),
                Arguments.of("time(3)", "-800:00:01.500", "-800:00:01.5"),
                Arguments.of("time", "7:30", "07:30:00"), Arguments.of("time(6)", LocalTime.of(1, 2, 3, 4000), "01:02:03.000004"));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void aValueBecomesWhatAnImageKeeps(String type, Object value, Object expected) {
        assertThat(set(type, value)).isEqualTo(expected);
    }

    @Test
    void withoutATypeAColumnKeepsItsOwnAndANewOneIsText() {
        assertThat(new ComputedColumn("id", null).apply(CHANGE, image -> "7").after().values()).containsExactly(7L);
        assertThat(new ComputedColumn("id", null).apply(CHANGE, image -> 7).after().schema()).isEqualTo(schema("id int64 null", "id"));
        assertThat(new ComputedColumn("c", null).apply(CHANGE, image -> 7).after().values()).containsExactly(1L, "7");
        assertThat(new ComputedColumn("c", null).apply(CHANGE, image -> 7).after().schema())
                .isEqualTo(schema("id int64, c text null", "id"));
    }

    @Test
    void bytesStayBytesAndTextsBecomeUtf8() {
        assertThat((byte[]) set("bytes(2)", new byte[]{1, 2})).containsExactly(1, 2);
        assertThat((byte[]) set("blob", "ä")).containsExactly(0xc3, 0xa4);
        assertThat((byte[]) set("geometry", new byte[]{7})).containsExactly(7);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(Arguments.of("int8", "128", "int8 holds -128 to 127"), Arguments.of("int8", -129L, "int8 holds -128 to 127"),
                Arguments.of("uint8", -1, "uint8 holds 0 to 255"),
                Arguments.of("uint8", 256, "uint8 holds 0 to 255"),
                Arguments.of("int64", "9223372036854775808", "int64 holds -9223372036854775808 to 9223372036854775807"),
                Arguments.of("uint64", "18446744073709551616", "uint64 holds 0 to 18446744073709551615"),
                Arguments.of("bits(4)", 16, "bits(4) holds 0 to 15"),
                Arguments.of("int32", "1.5", "it has digits after the point"), Arguments.of("int32", "", "it is no number"),
                Arguments.of("int32", "1e999999999", "it has too many digits"),
                Arguments.of("int32", Double.NaN, "it is no number"),
                Arguments.of("int32", LocalTime.NOON, "it is no number but a LocalTime"),
                Arguments.of("year", 1900, "year holds 0 and 1901 to 2155"),
                Arguments.of("year", "2156-01-01", "year holds 0 and 1901 to 2155"),
                Arguments.of("decimal(5,2)", "1000", "decimal(5,2) holds 3 digits before the point"),
                Arguments.of("decimal(5,2)", 0.125, "decimal(5,2) holds 2 digits after the point; round it first"),
                Arguments.of("float", "1e300", "it is too large"),
                Arguments.of("string(2)", "abc", "it has 3 characters, string(2) holds 2"),
                Arguments.of("text(3)", "äö", "it has 4 bytes, text(3) holds 3"),
                Arguments.of("bytes(1)", "ab", "it has 2 bytes, bytes(1) holds 1"),
                Arguments.of("geometry", "POINT(1 2)", "it is no shape but a String"),
                Arguments.of("date", "2026-02-30", "it is no date; expected 2026-11-21 or 2026-11-21T13:14:15"),
                Arguments.of("datetime", 5L, "it is no date but a Long"),
                Arguments.of("instant", "2026-11-21T13:14:15", "it has no zone; expected a moment such as 2026-11-21T13:14:15Z"),
                Arguments.of("instant", LocalDateTime.of(2026, 1, 1, 0, 0),
                        "it has no zone; expected a moment such as 2026-11-21T13:14:15Z"),
                Arguments.of("time", "1:60", "it is no time; expected 25:00:01.5"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void aValueThatDoesNotFitIsAnError(String type, Object value, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> set(type, value))
                .withMessage("set-column: '" + value + "' cannot be " + type + " in column 'c' of store.customers: " + why);
    }

    @Test
    void bytesAreNoText() {
        assertThatIllegalArgumentException().isThrownBy(() -> set("string(9)", new byte[1])).withMessageEndingWith(": bytes are no text");
    }

    @Test
    void nullIsNullInEveryType() {
        for (ColumnType.Kind kind : ColumnType.Kind.values()) {
            assertThat(set(kind == ColumnType.Kind.DECIMAL ? "decimal(3,1)" : kind.name() + "(9)", null)).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"string | string(255)", "bytes | bytes(16)", "decimal | decimal(12,2)"})
    void aTypeMustSayHowMuchItHolds(String type, String better) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ComputedColumn("c", type))
                .withMessage(
                        "set-column: type of column 'c': '" + type + "' does not say how much it holds; expected for instance " + better);
    }

    @Test
    void everyTypeCanBeWritten() {
        assertThat(Arrays.stream(ColumnType.Kind.values()).map(kind -> new ComputedColumn("c", kind.name() + "(5)")))
                .hasSize(ColumnType.Kind.values().length);
    }
}
