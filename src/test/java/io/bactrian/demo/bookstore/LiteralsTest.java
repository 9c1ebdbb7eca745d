package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class LiteralsTest {

    @Test
    void everyMarkIsReplacedByItsValueAndMarksWithinValuesStay() {
        assertThat(statement("UPDATE t SET a = ?, b = ? WHERE c = ?", "why?", null, 3L))
                .isEqualTo("UPDATE t SET a = 'why?', b = null WHERE c = 3");
    }

    @Test
    void quotesAreWrittenTwiceAndBackslashesAsTheyAre() {
        assertThat(statement("?", "O'Connell \\ \"x\" 📚")).isEqualTo("'O''Connell \\ \"x\" 📚'");
    }

    @Test
    void numbersDatesAndBytesAreWrittenExactly() {
        assertThat(statement("?", new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(statement("?", new BigDecimal("12.90"))).isEqualTo("12.90");
        assertThat(statement("?", true)).isEqualTo("true");
        assertThat(statement("?", LocalDate.of(2024, 2, 29))).isEqualTo("'2024-02-29'");
        assertThat(statement("?", LocalDateTime.of(2024, 2, 29, 0, 0, 0, 1_000))).isEqualTo("'2024-02-29T00:00:00.000001'");
        assertThat(statement("?", (Object) new byte[]{0, (byte) 0xFF})).isEqualTo("X'00ff'");
    }

    @Test
    void aTypeWithoutALiteralIsRefused() {
        assertThatThrownBy(() -> statement("?", new StringBuilder())).hasMessageContaining("java.lang.StringBuilder");
    }

    private static String statement(String sql, Object... values) {
        StringBuilder text = new StringBuilder();
        Literals.appendStatement(text, sql, values);
        return text.toString();
    }
}
