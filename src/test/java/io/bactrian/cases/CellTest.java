package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellTest {

    private static final CaseLocation PLACE = new CaseLocation(Path.of("c.yaml"), 7);

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int32          | 12                          | 12                         | true",
        "int32          | 12.0                        | 12                         | true",
        "int32          | 12                          | 13                         | false",
        "int32          | 12.5                        | 12                         | false",
        "int32          | twelve                      | 12                         | false",
        "int8           | true                        | 1                          | true",
        "int8           | false                       | 0                          | true",
        "int8           | true                        | 0                          | false",
        "uint64         | 18446744073709551615        | 18446744073709551615       | true",
        "uint64         | 18446744073709551615        | 18446744073709551614       | false",
        "decimal(10,2)  | 12.5                        | 12.50                      | true",
        "decimal(10,2)  | 12.50                       | 12.50                      | true",
        "decimal(10,2)  | 12.501                      | 12.50                      | false",
        "double         | 0.1                         | 0.1                        | true",
        "double         | 1                           | 1.0                        | true",
        "double         | 0.1                         | 0.10000000000000002        | false",
        "float          | 0.1                         | 0.1                        | true",
        "string(20)     | 007                         | 007                        | true",
        "string(20)     | 7                           | 007                        | false",
        "string(20)     | true                        | true                       | true",
        "string(20)     | Lyon                        | lyon                       | false",
        "text           | Lyon                        | Lyon                       | true",
        "bytes(4)       | 0x00ff                      | 00ff                       | true",
        "bytes(4)       | 0x00FF                      | 00ff                       | true",
        "bytes(4)       | 00ff                        | 00ff                       | false",
        "blob           | 0x00fe                      | 00ff                       | false",
        "date           | 2026-01-01                  | 2026-01-01                 | true",
        "date           | 2026-01-02                  | 2026-01-01                 | false",
        "time(3)        | 17:30:00                    | 17:30:00                   | true",
        "time(3)        | 17:30:00.500                | 17:30:00.5                 | true",
        "datetime(6)    | 2026-01-01T00:01:00         | 2026-01-01T00:01:00        | true",
        "datetime(6)    | 2026-01-01 00:01:00.000     | 2026-01-01T00:01:00        | true",
        "datetime(6)    | 2026-01-01T00:01:00Z        | 2026-01-01T00:01:00        | false",
        "instant(6)     | 2026-01-01T00:01:00Z        | 2026-01-01T00:01:00Z       | true",
        "instant(6)     | 2026-01-01 00:01:00.10      | 2026-01-01T00:01:00.1Z     | true",
        "instant(6)     | 2026-01-01T00:01:10Z        | 2026-01-01T00:01:01Z       | false",
        "json           | {\"a\": 1, \"b\": [2]}      | {\"b\":[2],\"a\":1}        | true",
        "json           | {\"a\": 2}                  | {\"a\": 1}                 | false",
        "json           | no JSON                     | {\"a\": 1}                 | false",
        "year           | 2026                        | 2026                       | true",
        "bits(3)        | 5                           | 5                          | true",
        "string(20)     | (any)                       | whatever                   | true",
        "int32          | (any)                       | 0                          | true"})
    void matchesByTheColumnsType(String type, String expected, String found, boolean matches) {
        ColumnType columnType = ColumnType.parse(type);
        assertThat(new Cell(PLACE, expected).matches(value(columnType, found), columnType)).isEqualTo(matches);
    }

    @Test
    void onlyNullIsNull() {
        ColumnType type = ColumnType.parse("string(20)");

        assertThat(new Cell(PLACE, null).matches(null, type)).isTrue();
        assertThat(new Cell(PLACE, null).matches("null", type)).isFalse();
        assertThat(new Cell(PLACE, "null").matches(null, type)).isFalse();
        assertThat(new Cell(PLACE, "").matches(null, type)).isFalse();
        assertThat(new Cell(PLACE, Cell.ANY).matches(null, type)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int32       | one   | c.yaml:7: 'one' is no value of store.t.c, which is int32; expected a whole number, true or false",
        "int32       | 1.5   | c.yaml:7: '1.5' is no value of store.t.c, which is int32; expected a whole number, true or false",
        "decimal(5,2)| x     | c.yaml:7: 'x' is no value of store.t.c, which is decimal(5,2); expected a number",
        "bytes(4)    | cafe  | c.yaml:7: 'cafe' is no value of store.t.c, which is bytes(4); expected bytes, such as 0x00ff",
        "bytes(4)    | 0xcaf | c.yaml:7: '0xcaf' is no value of store.t.c, which is bytes(4); expected bytes, such as 0x00ff"})
    void aValueOfAnotherTypeIsNamed(String type, String text, String message) {
        assertThatThrownBy(() -> new Cell(PLACE, text).typed("store.t", new Column("c", ColumnType.parse(type), true))).hasMessage(message);
    }

    @Test
    void isShownAsACaseFileWouldHaveIt() {
        assertThat(Cell.shown(null)).isEqualTo("null");
        assertThat(Cell.shown("null")).isEqualTo("'null'");
        assertThat(Cell.shown("")).isEqualTo("''");
        assertThat(Cell.shown(" a ")).isEqualTo("' a '");
        assertThat(Cell.shown("two\nlines")).isEqualTo("two\\nlines");
        assertThat(Cell.shown(new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(Cell.shown(new byte[]{0, -1})).isEqualTo("0x00ff");
        assertThat(Cell.shown(12L)).isEqualTo("12");
    }

    private static Object value(ColumnType type, String text) {
        return switch (type.kind()) {
            case UINT64 -> new BigInteger(text);
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR, BITS -> Long.valueOf(text);
            case DECIMAL -> new BigDecimal(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BYTES, BLOB, GEOMETRY -> HexFormat.of().parseHex(text);
            case STRING, TEXT, JSON, DATE, TIME, DATETIME, INSTANT -> text;
        };
    }
}
