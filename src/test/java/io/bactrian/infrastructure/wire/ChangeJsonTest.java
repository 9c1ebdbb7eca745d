package io.bactrian.infrastructure.wire;

import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.Given.schema;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Delivery;
import io.bactrian.application.UnreadableChangeException;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.UnknownValueException;
import io.bactrian.testing.Given;
import java.util.Base64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeJsonTest {

    private static final TableSchema CUSTOMERS = schema("id uint64, name string(20), email string(254) null", "id");
    private static final String HEAD = "\"op\":\"c\",\"source\":\"shop\",\"table\":\"store.customers\",\"ts_ms\":1795353255678";

    private final ChangeJson reader = new ChangeJson();

    @Test
    void readsAnUpdate() {
        Change change = read(CUSTOMERS, """
                {"op":"u","source":"shop","table":"store.customers","ts_ms":1795353255678,"snapshot":true,"origin":"binlog.000003 815 0",
                "before":{"id":1,"name":"Ada","email":null},"after":{"id":1,"name":"Ada","email":"a@b"}}""");

        assertThat(change)
                .isEqualTo(new Change("shop", "store.customers", Operation.UPDATE, new Image(CUSTOMERS, new Object[]{1L, "Ada", null}),
                        new Image(CUSTOMERS, new Object[]{1L, "Ada", "a@b"}), at(9), "binlog.000003 815 0",
                        Instant.ofEpochMilli(1795353255678L), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "r | READ     | \"after\":{\"id\":1}", "r | READ     | \"before\":null,\"after\":{\"id\":1}", "c | INSERT   | \"after\":{\"id\":1}",
        "d | DELETE   | \"before\":{\"id\":1}", "d | DELETE   | \"before\":{\"id\":1},\"after\":null", "t | TRUNCATE | \"before\":null"})
    void readsEveryOperation(String letter, Operation operation, String images) {
        Change change = read(CUSTOMERS,
                "{\"op\":\"" + letter + "\",\"source\":\"shop\",\"table\":\"store.customers\",\"ts_ms\":0," + images + "}");

        assertThat(change.operation()).isEqualTo(operation);
        assertThat(change.snapshot()).isFalse();
        assertThat(change.origin()).isEmpty();
        if (operation != Operation.TRUNCATE) {
            assertThat(change.row().get("id")).isEqualTo(1L);
        }
    }

    @Test
    void aTruncationNeedsNoSchema() {
        String value = "{\"op\":\"t\",\"source\":\"shop\",\"table\":\"store.customers\",\"ts_ms\":7,\"snapshot\":true}";
        Change change = reader.read(new Delivery(at(9), Given.COMMITTED, null, value.getBytes(UTF_8), null));

        assertThat(change.operation()).isEqualTo(Operation.TRUNCATE);
        assertThat(change.snapshot()).isTrue();
    }

    @Test
    void fieldsOfLaterVersionsArePassedOver() {
        assertThat(read(CUSTOMERS,
                "{\"v\":[1,{\"op\":\"d\"}],\"txn\":{\"id\":{\"table\":\"x\"}}," + HEAD + ",\"after\":{\"id\":1},\"z\":null}").table())
                .isEqualTo("store.customers");
    }

    @ParameterizedTest
    @CsvSource({
        "int8, -128", "int8, 127", "int16, -32768", "int16, 32767", "int24, -8388608", "int24, 8388607", "int32, -2147483648",
        "int32, 2147483647",
        "int64, -9223372036854775808", "int64, 9223372036854775807", "int64, 0", "uint8, 255", "uint16, 65535", "uint24, 16777215",
        "uint32, 4294967295",
        "uint64, 0", "uint64, 9223372036854775807", "year, 1901", "year, 2155", "year, 0", "bits(1), 1", "bits(63), 9223372036854775807",
        // A number that its column cannot hold is the warehouse's to refuse, under its own name; it arrives as it was
        // sent.
        "int8, 128", "int8, -129", "uint8, 256", "uint8, -1", "int24, 8388608"})
    void integersAreExact(String type, long number) {
        assertThat(value(type, Long.toString(number))).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"uint64, 9223372036854775808", "uint64, 18446744073709551615", "uint64, 18446744073709551616",
        "bits(64), 18446744073709551615",
        "bits(64), 9223372036854775808"})
    void numbersAboveALongAreBigIntegers(String type, BigInteger number) {
        assertThat(value(type, number.toString())).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"int64, 9223372036854775808", "int64, -9223372036854775809", "uint32, 99999999999999999999", "int64, 1.5", "int64, 1e3",
        "int8, 0.1",
        "uint64, 1.5", "bits(8), 2.5", "year, 2026.5", "int64, \"5\"", "int64, true", "int64, {}", "int64, []", "uint64, \"5\"",
        "bits(8), false"})
    void whatIsNoIntegerOfItsKindIsNotMadeOne(String type, String json) {
        assertUnreadable(type, json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00", "-0.10", "1234567890.12", "99999999999999999999999999999999999.999999999999999999999999999999",
        "-1"})
    void decimalsKeepTheirScale(String number) {
        assertThat(value("decimal(65,30)", '"' + number + '"')).isEqualTo(new BigDecimal(number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "5", "\"\"", "\"a\"", "\"1,5\"", "\"1e\"", "true", "{}", "[\"1\"]"})
    void whatIsNoTextOfADecimalIsNotMadeOne(String json) {
        assertUnreadable("decimal(10,2)", json);
    }

    @Test
    void floatingNumbersAreExact() {
        for (double number : new double[]{0, -0.0, 1.5, 0.1, Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 1e22,
            123456789.123456789}) {
            assertThat(value("double", Double.toString(number))).isEqualTo(number);
        }
        for (float number : new float[]{0, 1.5f, 0.1f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 16777217f}) {
            assertThat(value("float", Float.toString(number))).isEqualTo(number);
        }
        assertThat(value("double", "5")).isEqualTo(5.0);
    }

    @ParameterizedTest
    @CsvSource({"double, 1e400", "double, -1e400", "float, 1e39", "double, \"NaN\"", "float, \"1.5\"", "double, NaN", "float, Infinity"})
    void whatAFloatingNumberCanNotHoldIsNotMadeInfinite(String type, String json) {
        assertUnreadable(type, json);
    }

    @Test
    void textIsReadAsItIs() {
        String text = "tab\t newline\n return\r NUL\0 quote\" back\\slash /slash \u0001 é € 🐪 \u2028";
        String json = "\"tab\\t newline\\n return\\r NUL\\u0000 quote\\\" back\\\\slash \\/slash \\u0001 é \\u20ac \\ud83d\\udc2a \u2028\"";
        for (String type : List.of("string(255)", "text", "json")) {
            assertThat(value(type, json)).isEqualTo(text);
        }
        assertThat(value("text", "\"🐪\"")).isEqualTo("🐪");
        assertThat(value("text", "\"\"")).isEqualTo("");
    }

    @Test
    void timesStayTheTextThatTheyAre() {
        assertThat(value("date", "\"2026-11-21\"")).isEqualTo("2026-11-21");
        assertThat(value("time(6)", "\"-838:59:59.000001\"")).isEqualTo("-838:59:59.000001");
        assertThat(value("datetime(6)", "\"2026-11-21T13:14:15.123456\"")).isEqualTo("2026-11-21T13:14:15.123456");
        assertThat(value("instant(3)", "\"2026-11-21T13:14:15.12Z\"")).isEqualTo("2026-11-21T13:14:15.12Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "true", "{}", "[]", "[\"a\"]", "{\"a\":1}"})
    void whatIsNoTextIsNotMadeText(String json) {
        for (String type : List.of("string(255)", "text", "json", "date", "time", "datetime", "instant")) {
            assertUnreadable(type, json);
        }
    }

    @Test
    void bytesAreBase64() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        for (String type : List.of("bytes(256)", "blob", "geometry")) {
            assertThat((byte[]) value(type, '"' + Base64.getEncoder().encodeToString(bytes) + '"')).isEqualTo(bytes);
            assertThat((byte[]) value(type, "\"\"")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%\"", "\"A\"", "5", "true", "[]", "{}"})
    void whatIsNoBase64IsNotMadeBytes(String json) {
        assertUnreadable("blob", json);
    }

    @Test
    void aRowOfSixteenMebibytesIsReadWhole() {
        byte[] bytes = new byte[16 << 20];
        Arrays.fill(bytes, (byte) 0xa5);
        assertThat((byte[]) value("blob", '"' + Base64.getEncoder().encodeToString(bytes) + '"')).isEqualTo(bytes);

        String text = "ä".repeat(8 << 20) + "a".repeat((16 << 20) - (8 << 20));
        assertThat(value("text", '"' + text + '"')).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anyKindMayBeNull(String type) {
        assertThat(value(type, "null")).isNull();
    }

    static List<String> kinds() {
        return Arrays.stream(io.bactrian.domain.ColumnType.Kind.values()).map(kind -> kind.name().toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    @Test
    void columnsMayComeInAnyOrderAndOneThatIsMissingIsNotNull() {
        Change change = read(CUSTOMERS, "{\"after\":{\"email\":\"a@b\",\"id\":3}," + HEAD + "}");

        assertThat(change.after().get("id")).isEqualTo(3L);
        assertThat(change.after().get("email")).isEqualTo("a@b");
        assertThat(change.after().whole()).isFalse();
        assertThatThrownBy(() -> change.after().get("name")).isInstanceOf(UnknownValueException.class)
                .hasMessageContaining("the value of column 'name' is needed here");
    }

    @Test
    void equalSchemasAreOneInstanceInAllThreads() throws InterruptedException {
        Change first = read(CUSTOMERS, "{" + HEAD + ",\"after\":{\"id\":1}}");
        Change[] second = new Change[1];
        Thread other = new Thread(() -> second[0] = read(CUSTOMERS, "{" + HEAD + ",\"after\":{\"id\":2}}"));
        other.start();
        other.join();

        assertThat(second[0].after().schema()).isSameAs(first.after().schema());
    }

    @Test
    void aTableThatGotAColumnIsReadWithIt() {
        TableSchema wider = schema("id uint64, name string(20), email string(254) null, age uint8 null", "id");
        String value = "{" + HEAD + ",\"after\":{\"id\":1}}";

        assertThat(read(CUSTOMERS, value).after()).hasSize(3);
        assertThat(read(wider, value).after()).hasSize(4);
        assertThat(read(CUSTOMERS, value).after()).hasSize(3);
    }

    @Test
    void aTombstoneIsNoChange() {
        assertThatThrownBy(() -> reader.read(new Delivery(at(9), Given.COMMITTED, new byte[0], null, null)))
                .isInstanceOf(UnreadableChangeException.class)
                .hasMessage(
                        "the record shop.store.customers-0@9 is no change: it has no value (a tombstone); Bactrian "
                                + "writes none; it begins with nothing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``                                                                          | expected a JSON object",
        "[]                                                                          | expected a JSON object",
        "5                                                                           | expected a JSON object",
        "null                                                                        | expected a JSON object",
        "hello                                                                       | Unrecognized token 'hello'",
        "{}                                                                          | expected the fields op, source, table and ts_ms",
        "{HEAD                                                                       | Unexpected end-of-input",
        "{HEAD,\"after\":{\"id\":1}                                                  | Unexpected end-of-input",
        "{HEAD,\"after\":{\"id\":1,\"name\":\"A                                      | Unexpected end-of-input",
        "{HEAD,\"after\":{\"id\":1}} trailing                                        | Unrecognized token 'trailing'",
        "{HEAD,\"after\":{\"id\":1}}{}                                               | expected nothing after the change",
        "{\"op\":\"x\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1}                 | 'x' is no operation; expected r, c, u, d, t or g",
        "{\"op\":null,\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1}                  | expected text",
        "{\"op\":[\"c\"],\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1}               | expected text",
        "{\"op\":\"t\",\"table\":\"t\",\"ts_ms\":1,\"source\":{}}                    | expected text",
        "{\"op\":\"t\",\"source\":\"s\",\"ts_ms\":1,\"table\":[\"t\"]}               | expected text",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":null,\"ts_ms\":1}                  | expected text",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1,\"origin\":{}}   | expected text",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":\"1\"}             | VALUE_STRING",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1.5}               | expected a whole number",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":-1}                | expected the fields op, source, table and ts_ms",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\",\"ts_ms\":1,\"snapshot\":0}  | Current token "
                + "(VALUE_NUMBER_INT) not of boolean type",
        "{\"op\":\"t\",\"source\":\"s\",\"table\":\"t\"}                             | expected the fields op, source, table and ts_ms",
        "{HEAD}                                                                      | the insert of store.customers "
                + "(shop.store.customers-0@9) has no row before and no row after",
        "{HEAD,\"before\":{\"id\":1},\"after\":{\"id\":1}}                           | has a row before and a row after",
        "{HEAD,\"after\":5}                                                          | expected an object of columns, "
                + "found VALUE_NUMBER_INT",
        "{HEAD,\"after\":[]}                                                         | expected an object of columns, found START_ARRAY",
        "{HEAD,\"after\":{\"id\":1,\"age\":5}}                                       | column 'age' is not in the "
                + "schema of the change, which has",
        "{HEAD,\"after\":{\"name\":5}}                                               | expected text, found VALUE_NUMBER_INT"})
    void whatIsNoChangeIsNamedWithItsPositionAndWhy(String value, String why) {
        String json = value.replace("HEAD", HEAD);

        assertThatThrownBy(() -> read(CUSTOMERS, json)).isInstanceOf(UnreadableChangeException.class)
                .hasMessageStartingWith("the record shop.store.customers-0@9 is no change: ").hasMessageContaining(why)
                .hasMessageContaining("; it begins '" + json.substring(0, Math.min(60, json.length())) + "'");
    }

    @Test
    void aRowWithoutTheSchemaHeaderIsNamed() {
        String value = "{" + HEAD + ",\"after\":{\"id\":1}}";

        assertThatThrownBy(() -> reader.read(new Delivery(at(9), Given.COMMITTED, null, value.getBytes(UTF_8), null)))
                .isInstanceOf(UnreadableChangeException.class).hasMessageContaining("expected the header bactrian.schema");
    }

    @Test
    void aHeaderThatIsNoSchemaIsNamed() {
        String value = "{" + HEAD + ",\"after\":{\"id\":1}}";
        for (String header : List.of("", "x", "{}", "{\"columns\":[[\"id\",\"number\"]],\"key\":[]}")) {
            assertThatThrownBy(() -> reader.read(new Delivery(at(9), Given.COMMITTED, null, value.getBytes(UTF_8), header.getBytes(UTF_8))))
                    .isInstanceOf(UnreadableChangeException.class)
                    .hasMessageStartingWith("the record shop.store.customers-0@9 is no change: ");
        }
    }

    @Test
    void theBeginningIsShownWithoutWhatWouldSpoilAScreen() {
        assertThatThrownBy(() -> read(CUSTOMERS, "\u001b[2J\n" + "x".repeat(100)))
                .hasMessageEndingWith("; it begins '?[2J?" + "x".repeat(55) + "'")
                .hasMessageMatching("[^\\p{Cntrl}]*");
    }

    @Property(tries = 2_000)
    void anyBytesAreAChangeOrNamedAsNone(@ForAll byte[] value, @ForAll byte[] header) {
        assertChangeOrUnreadable(value, header);
        assertChangeOrUnreadable(value, SchemaJson.write(CUSTOMERS));
    }

    @Property(tries = 5_000)
    void aChangeThatWasDamagedIsAChangeOrNamedAsNone(@ForAll("pieces") List<String> pieces, @ForAll int at, @ForAll byte damage) {
        assertChangeOrUnreadable(String.join("", pieces).getBytes(UTF_8), SchemaJson.write(CUSTOMERS));
        byte[] whole = ("{\"op\":\"u\",\"source\":\"shop\",\"table\":\"store.customers\",\"ts_ms\":1795353255678,"
                + "\"before\":{\"id\":1,\"name\":\"Ada\",\"email\":null},"
                + "\"after\":{\"id\":18446744073709551615,\"name\":\"Ad\\u00e4\",\"email\":\"a@b\"}}").getBytes(UTF_8);
        byte[] damaged = whole.clone();
        damaged[Math.floorMod(at, whole.length)] = damage;
        assertChangeOrUnreadable(damaged, SchemaJson.write(CUSTOMERS));
        assertChangeOrUnreadable(Arrays.copyOf(whole, Math.floorMod(at, whole.length)), SchemaJson.write(CUSTOMERS));
        byte[] header = SchemaJson.write(CUSTOMERS);
        header[Math.floorMod(at, header.length)] = damage;
        assertChangeOrUnreadable(whole, header);
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries
                .of("{", "}", "[", "]", ":", ",", "\"op\"", "\"u\"", "\"c\"", "\"t\"", "\"source\"", "\"table\"", "\"x\"", "\"ts_ms\"", "1",
                        "-1.5e9", "null",
                        "true", "\"before\"", "\"after\"", "\"id\"", "\"name\"", "\"snapshot\"", "\"origin\"", "\"", "\\", " ")
                .list().ofMaxSize(30);
    }

    private void assertChangeOrUnreadable(byte[] value, byte[] header) {
        Delivery delivery = new Delivery(new Position("shop.store.customers", 0, 9), Given.COMMITTED, null, value, header);
        try {
            assertThat(reader.read(delivery)).isNotNull();
        } catch (UnreadableChangeException e) {
            assertThat(e).hasMessageContaining("shop.store.customers-0@9 is no change: ");
            assertThat(e.getMessage()).doesNotContain("is no change: null").doesNotContain("is no change: ;");
        }
    }

    private Object value(String type, String json) {
        Change change = read(schema("v " + type + " null"), "{" + HEAD + ",\"after\":{\"v\":" + json + "}}");
        return change.after().get("v");
    }

    private void assertUnreadable(String type, String json) {
        assertThatThrownBy(() -> value(type, json)).as(type + " " + json).isInstanceOf(UnreadableChangeException.class)
                .hasMessageStartingWith("the record shop.store.customers-0@9 is no change: ");
    }

    private Change read(TableSchema schema, String json) {
        return reader.read(new Delivery(at(9), Given.COMMITTED, null, json.getBytes(UTF_8), SchemaJson.write(schema)));
    }
}
