package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits; {@link ComputedColumnTest} has the rest. */
class ConversionTest {

    private static final ColumnType DOUBLE = ColumnType.of(Kind.DOUBLE);

    private static void assertMisfit(Object value, ColumnType type, String why) {
        assertThatIllegalArgumentException().isThrownBy(() -> Conversion.convert(value, type)).withMessage(why);
    }

    @Test
    void aNumberMayHaveFourHundredDigitsAndNoMore() {
        assertMisfit("1e399", DOUBLE, "it is too large");
        assertMisfit("1e400", DOUBLE, "it has too many digits");
        assertThat(Conversion.convert("1e-401", DOUBLE)).isEqualTo(0.0);
        assertMisfit("1e-402", DOUBLE, "it has too many digits");
    }

    @ParameterizedTest
    @CsvSource({"100:02:01.5, 360121.5", "-00:01:30, -90", "-01:00:00, -3600", "00:00:00, 0"})
    void secondsOfATime(String time, BigDecimal seconds) {
        assertThat(Conversion.seconds(time)).isEqualByComparingTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"int8, -128, 127", "int16, -32768, 32767", "int24, -8388608, 8388607", "int32, -2147483648, 2147483647",
        "int64, -9223372036854775808, 9223372036854775807", "uint8, 0, 255", "uint16, 0, 65535", "uint24, 0, 16777215",
        "uint32, 0, 4294967295", "uint64, 0, 18446744073709551615", "bits, 0, 1", "bits(12), 0, 4095"})
    void anIntegerHoldsAllFromItsLeastToItsMost(String type, BigDecimal least, BigDecimal most) {
        ColumnType column = ColumnType.parse(type);

        assertThat(Conversion.convert(least, column)).hasToString(least.toString());
        assertThat(Conversion.convert(most, column)).hasToString(most.toString());
        assertMisfit(least.subtract(BigDecimal.ONE), column, type + " holds " + least + " to " + most);
        assertMisfit(most.add(BigDecimal.ONE), column, type + " holds " + least + " to " + most);
    }

    @Test
    void aTextIsCountedInCharactersOrBytesAsItsTypeSays() {
        assertThat(Conversion.convert("äöü", ColumnType.of(Kind.STRING, 3))).isEqualTo("äöü");
        assertThat(Conversion.convert("äö", ColumnType.of(Kind.TEXT, 4))).isEqualTo("äö");
        assertMisfit("äöü", ColumnType.of(Kind.TEXT, 5), "it has 6 bytes, text(5) holds 5");
        assertThat((byte[]) Conversion.convert(new byte[2], ColumnType.of(Kind.BYTES, 2))).hasSize(2);
        assertThat((byte[]) Conversion.convert(new byte[2], ColumnType.of(Kind.BLOB))).hasSize(2);
    }

    @Test
    void theYearsOfAYearAreZeroAndThoseOfMySql() {
        ColumnType year = ColumnType.of(Kind.YEAR);

        assertThat(Conversion.convert(1901, year)).isEqualTo(1901L);
        assertThat(Conversion.convert(2155L, year)).isEqualTo(2155L);
        assertThat(Conversion.convert("0", year)).isEqualTo(0L);
        assertThat(Conversion.convert(Instant.parse("2026-12-31T23:00:00Z"), year)).isEqualTo(2026L);
        assertMisfit("-1", year, "year holds 0 and 1901 to 2155");
    }

    @Test
    void aMomentNeedsAZoneAndADayHasNone() {
        assertThat(Conversion.convert(ZonedDateTime.parse("2026-11-21T13:14:15+02:00[Europe/Helsinki]"), ColumnType.of(Kind.INSTANT)))
                .isEqualTo("2026-11-21T11:14:15Z");
        assertMisfit(LocalDate.of(2026, 11, 21), ColumnType.of(Kind.INSTANT),
                "it has no zone; expected a moment such as 2026-11-21T13:14:15Z");
    }
}
