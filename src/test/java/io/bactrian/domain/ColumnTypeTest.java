package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bactrian.domain.ColumnType.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {

    @ParameterizedTest
    @EnumSource
    void everyKindIsReadBackFromItsWord(Kind kind) {
        ColumnType type = ColumnType.of(kind);

        assertThat(ColumnType.parse(type.toString())).isEqualTo(type);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsReadBackWithItsLength(Kind kind) {
        ColumnType type = ColumnType.of(kind, 4_294_967_295L);

        assertThat(ColumnType.parse(type.toString())).isEqualTo(type);
    }

    @Property
    void aDecimalIsReadBackWithItsScale(@ForAll @LongRange(min = 0, max = 65) long digits, @ForAll @IntRange(max = 30) int scale) {
        ColumnType type = ColumnType.decimal((int) digits, scale);

        assertThat(ColumnType.parse(type.toString())).isEqualTo(type);
    }

    @Test
    void isWrittenAsPeopleWouldWriteIt() {
        assertThat(ColumnType.of(Kind.INT64)).hasToString("int64");
        assertThat(ColumnType.of(Kind.STRING, 255)).hasToString("string(255)");
        assertThat(ColumnType.decimal(10, 2)).hasToString("decimal(10,2)");
        assertThat(ColumnType.decimal(10, 0)).hasToString("decimal(10,0)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(", "()", "INT64", "int65", " int64", "int 64", "null", "decimal10,2", "12"})
    void whatBeginsWithNoKindIsNoColumnType(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnType.parse(text))
                .withMessageContaining("'" + text + "' is no column type")
                .withMessageContaining("decimal(10,2), string(255) or int64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"string(", "string(5", "decimal(10,2", "decimal(10,2) "})
    void anOpenParenthesisIsNamed(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnType.parse(text))
                .withMessage("'" + text + "' is no column type: its parenthesis is not closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"string()", "string(a)", "decimal(,)", "decimal(1,)", "decimal(,2)", "decimal(1,2,3)",
        "string(99999999999999999999)"})
    void argumentsThatAreNoNumbersAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnType.parse(text))
                .withMessage("'" + text + "' is no column type: expected one or two numbers in its parentheses");
    }

    @Property
    void anyTextEitherIsAColumnTypeOrIsRefused(@ForAll String text, @ForAll Kind kind) {
        for (String one : new String[]{text, ColumnType.of(kind) + text, ColumnType.of(kind) + "(" + text + ")"}) {
            try {
                assertThat(ColumnType.parse(one)).isNotNull();
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("is no column type");
            }
        }
    }
}
