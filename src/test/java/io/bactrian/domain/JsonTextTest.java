package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"b\":1,\"a\":[1.50, -1e40, 0]} | { \"a\" : [1.5,-10000000000000000000000000000000000000000,0.0],\"b\":1 }",
        "\"\\u00e9\\n\\/\" | \"é\\n/\"",
        "[] | [ ]", "{} | { }", "[[],{}] | [ [ ] , { } ]", "true | true ", "{\"a\":null} | {\"a\": null}", "0 | -0.0"})
    void textsOfOneDocumentAreOne(String one, String other) {
        assertThat(JsonText.canonical(one)).isEqualTo(JsonText.canonical(other));
        assertThat(Image.sameValue(ColumnType.of(ColumnType.Kind.JSON), one, other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[1,2] | [2,1]", "\"1\" | 1", "{\"a\":1} | {\"a\":1,\"b\":null}", "[\"a,b\"] | [\"a\",\"b\"]", "\"a\\\"\" | \"a\"", "[1 | [1]",
        "nonsense | nonsense ,", "null | \"null\"",
        "\" a\" | \"a\""})
    void textsOfTwoDocumentsStayTwo(String one, String other) {
        assertThat(Image.sameValue(ColumnType.of(ColumnType.Kind.JSON), one, other)).isFalse();
    }
}
