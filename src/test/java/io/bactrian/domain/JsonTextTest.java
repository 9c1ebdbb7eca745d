package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void membersAreInOrderAndNumbersHaveNoDigitsTooMany() {
        assertThat(JsonText.canonical(" { \"b\" : [ 1.50 , true\n, false\t, null\r] , \"a\" : { \"c\" : -0.10 } } "))
                .isEqualTo("{\"a\":{\"c\":-0.1,},\"b\":[1.5,true,false,null,],}");
    }

    @Test
    void whatIsEscapedIsTheCharacterThatItStandsFor() {
        assertThat(JsonText.canonical("\"\\n\\t\\r\\b\\f\\u00e9\\/\\\\\\\"x\"")).isEqualTo("\"\n\t\r\b\fé/\\\\\\\"x\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[", "\"a", "\"a\\", "\"\\u00", "\"\\u00zz\"", "{ \"a\" 1}", "{ \"a\" }", "{ \"a\": }",
        "{ \"a\": 1.0,}", "{ ,}",
        "{ \"a\": 1.0; \"b\": 2}", "{ a: 1.0}", "[ 1.0; 2]", "[ 1.0,]", "[ ,]", "[ 1.0 2]", "1.0 2", "1.0 }", "truth", "{ \"a\": 1.0"})
    void whatIsNoJsonStaysAsItIs(String text) {
        assertThat(JsonText.canonical(text)).isEqualTo(text);
    }
}
