package io.bactrian.engines.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTextTest {

    @Test
    void fieldsAreSeparatedByTabsAndLinesByNewlines() {
        LoadText text = new LoadText("");
        text.field(1L, false);
        text.field("a", false);
        text.field(null, true);
        text.field(null, false);
        text.field("", true);

        assertThat(written(text)).isEqualTo("1\ta\t\\N\n\\N\t\n");
    }

    @Test
    void whatSeparatesIsEscaped() {
        assertThat(written("a\tb\nc\\d\0e\rf'g\"h")).isEqualTo("a\\tb\\nc\\\\d\\0e\\rf'g\"h\n");
    }

    @Test
    void hexDigitsBeginAsTheDatabaseWants() {
        LoadText text = new LoadText("\\\\x");
        text.field(new byte[]{0, (byte) 0xff}, false);
        text.field(new byte[0], true);

        assertThat(written(text)).isEqualTo("\\\\x00ff\t\\\\x\n");
    }

    @Test
    void aTextThatLooksLikeNullIsNone() {
        assertThat(written("\\N")).isEqualTo("\\\\N\n");
        assertThat(written("NULL")).isEqualTo("NULL\n");
    }

    @Test
    void textIsUtf8() {
        for (String text : List.of("\u007f\u0080\u07ff\u0800\uffff", "🐪", "\ud800\udc00\udbff\udfff", "é€")) {
            assertThat(bytes(text)).isEqualTo((text + "\n").getBytes(UTF_8));
        }
    }

    @Test
    void halfACharacterIsWrittenSoThatTheServerRefusesItInsteadOfAnother() {
        assertThat(bytes("a\ud83d")).containsExactly('a', 0xed, 0xa0, 0xbd, '\n');
        assertThat(bytes("\udc2aa")).containsExactly(0xed, 0xb0, 0xaa, 'a', '\n');
        assertThat(bytes("\udc2a\ud83d")).containsExactly(0xed, 0xb0, 0xaa, 0xed, 0xa0, 0xbd, '\n');
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, 99, 100, -10, 999_999_999, 1_000_000_000, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L,
        -1_000_000_000_000_000_000L,
        Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void numbersAreWrittenInFull(long number) {
        assertThat(written(number)).isEqualTo(number + "\n");
    }

    @Property
    void everyNumberIsWrittenInFull(@ForAll long number) {
        assertThat(written(number)).isEqualTo(number + "\n");
    }

    @Test
    void bytesAreHexDigits() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(written(all)).isEqualTo(HexFormat.of().formatHex(all) + "\n");
        assertThat(written(new byte[0])).isEqualTo("\n");
    }

    @Test
    void otherNumbersAreWrittenAsTheyAre() {
        assertThat(written(new BigDecimal("1E+3"))).isEqualTo("1000\n");
        assertThat(written(new BigDecimal("-0.0000000001"))).isEqualTo("-0.0000000001\n");
        assertThat(written(new BigInteger("18446744073709551615"))).isEqualTo("18446744073709551615\n");
        assertThat(written(1.5e300)).isEqualTo("1.5E300\n");
        assertThat(written(0.1f)).isEqualTo("0.1\n");
    }

    @Test
    void aValueLargerThanAllRoomMakesRoom() {
        String large = "ä\t".repeat(1 << 20);
        byte[] bytes = new byte[3 << 20];
        Arrays.fill(bytes, (byte) 0x5a);
        LoadText text = new LoadText("");
        text.field(large, false);
        text.field(bytes, false);
        text.field("end", true);

        assertThat(written(text)).isEqualTo("ä\\t".repeat(1 << 20) + "\t" + "5a".repeat(3 << 20) + "\tend\n");
    }

    @Test
    void roomIsMadeWhereverItEnds() {
        Object[] values = {Long.MIN_VALUE + 1, "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac", null, "", new byte[]{1, 2, 3}, "\t\n\\"};
        String[] written = {Long.toString(Long.MIN_VALUE + 1), "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac", "\\N", "", "010203",
            "\\t\\n\\\\"};
        for (int kind = 0; kind < values.length; kind++) {
            int size = written[kind].getBytes(UTF_8).length + 1;
            // The room that there is at first ends at each place of the value once.
            for (int shift = 0; shift <= size; shift++) {
                LoadText text = new LoadText("");
                for (int i = 0; i < shift; i++) {
                    text.field("", true);
                }
                int count = (1 << 18) / size + 2;
                for (int i = 0; i < count; i++) {
                    text.field(values[kind], true);
                }

                assertThat(written(text)).isEqualTo("\n".repeat(shift) + (written[kind] + "\n").repeat(count));
            }
        }
    }

    @Property
    void isWhatASlowWriterWouldWrite(@ForAll("values") List<Object> values) {
        LoadText text = new LoadText("");
        StringBuilder slow = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            boolean last = i % 3 == 2;
            text.field(values.get(i), last);
            slow.append(slow(values.get(i))).append(last ? '\n' : '\t');
        }

        assertThat(written(text)).isEqualTo(slow.toString());
    }

    private static String slow(Object value) {
        if (value == null) {
            return "\\N";
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        return value.toString().replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0");
    }

    @Provide
    Arbitrary<List<Object>> values() {
        // Whole characters only: a slow writer has no bytes for half of one.
        Arbitrary<String> texts = Arbitraries.of("a", "\t", "\n", "\\", "\0", "N", "é", "€", "🐪", "\r", "\u001a").list().ofMaxSize(20)
                .map(list -> String.join("", list));
        return Arbitraries
                .oneOf(texts.asGeneric(), Arbitraries.longs().asGeneric(), Arbitraries.bytes().array(byte[].class).asGeneric(),
                        Arbitraries.just(null))
                .list().ofMaxSize(30);
    }

    private static byte[] bytes(Object value) {
        LoadText text = new LoadText("");
        text.field(value, true);
        return Arrays.copyOf(text.bytes(), text.length());
    }

    private static String written(Object value) {
        return new String(bytes(value), UTF_8);
    }

    private static String written(LoadText text) {
        return new String(text.bytes(), 0, text.length(), UTF_8);
    }
}
