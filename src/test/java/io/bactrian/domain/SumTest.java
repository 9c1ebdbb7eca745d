package io.bactrian.domain;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.Row.Meaning;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the rows of one key add up to. */
class SumTest {

    private static final TableSchema SCHEMA = schema("day date, n int64 null, amount decimal(10,2) null, ratio double null");
    private static final Target TARGET = new Target("sums", Mode.ADD, List.of("day"), false);

    @Test
    void writesAddAndDeletesTakeAway() {
        Sum sum = sum(row(Meaning.WRITE, 5L, "1.10", 0.5), row(Meaning.WRITE, 2L, "0.20", 0.25), row(Meaning.DELETE, 1L, "0.30", 0.5));

        assertThat(sum.amounts()).containsEntry("n", 6L).containsEntry("amount", new BigDecimal("1.00")).containsEntry("ratio", 0.25)
                .hasSize(3);
    }

    @Test
    void nullCountsAsZero() {
        assertThat(sum(row(Meaning.WRITE, null, null, null), row(Meaning.WRITE, 2L, "0.20", 1.5)).amounts()).containsEntry("n", 2L)
                .containsEntry("amount", new BigDecimal("0.20")).containsEntry("ratio", 1.5);
        assertThat(sum(row(Meaning.DELETE, null, null, null)).amounts().values()).allMatch(amount -> amount.equals(0L));
    }

    @Test
    void aSumBeyondSixtyFourBitsIsRefusedAndDoesNotWrapAround() {
        assertThatThrownBy(() -> sum(row(Meaning.WRITE, Long.MAX_VALUE, null, null), row(Meaning.WRITE, 1L, null, null)))
                .isInstanceOf(ArithmeticException.class).hasMessage("column n: 9223372036854775807 and 1 make more than 64 bits hold");
        assertThatThrownBy(() -> sum(row(Meaning.DELETE, Long.MIN_VALUE, null, null))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> sum(row(Meaning.WRITE, BigInteger.TWO.pow(63), null, null))).isInstanceOf(ArithmeticException.class);
        assertThat(sum(row(Meaning.WRITE, BigInteger.TEN, null, null)).amounts()).containsEntry("n", 10L);
    }

    @Test
    void whatIsNoFiniteNumberIsRefused() {
        assertThatThrownBy(() -> sum(row(Meaning.WRITE, 1L, null, Double.NaN))).hasMessage("column ratio: NaN cannot be added up");
        assertThatThrownBy(() -> sum(row(Meaning.WRITE, 1L, null, Double.MAX_VALUE), row(Meaning.WRITE, 1L, null, Double.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void kindsOfNumbersMayMeet() {
        assertThat(sum(row(Meaning.WRITE, 5L, null, null), row(Meaning.WRITE, new BigDecimal("0.5"), null, null)).amounts())
                .containsEntry("n", new BigDecimal("5.5"));
        assertThat(sum(row(Meaning.WRITE, 5L, null, null), row(Meaning.WRITE, 0.5, null, null)).amounts()).containsEntry("n", 5.5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"int8 | int64", "uint32 | int64", "uint64 | int64", "decimal(10,2) | decimal(22,2)",
        "float | double", "double | double"})
    void aSumHasRoomForManyValues(String type, String expected) {
        assertThat(Sum.typeOf(new Column("n", ColumnType.parse(type), true))).isEqualTo(ColumnType.parse(expected));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsTakenHasAType(Kind kind) {
        Column column = new Column("n", ColumnType.of(kind), true);
        if (Sum.takes(column.type())) {
            assertThat(Sum.typeOf(column)).isNotNull();
        } else {
            assertThatThrownBy(() -> Sum.typeOf(column)).hasMessageContaining("cannot be added up");
        }
    }

    private static Sum sum(Row... rows) {
        Sum sum = new Sum();
        for (Row row : rows) {
            sum.apply(row);
        }
        return sum;
    }

    private static Row row(Meaning meaning, Object n, Object amount, Object ratio) {
        Image image = image(SCHEMA, "2026-11-21", n, amount instanceof String text ? new BigDecimal(text) : amount, ratio);
        return new Row(TARGET, meaning, image, insert(image), "r");
    }
}
