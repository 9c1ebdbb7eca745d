package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of a column, at its edges, into a table made for it and back. */
class WarehouseTypesIT extends EveryWarehouse {

    private static final TableSchema SCHEMA = Given.schema(
            "id int64, i8 int8 null, i16 int16 null, i24 int24 null, i32 int32 null, i64 int64 null, u8 uint8 null, u16 uint16 null, "
                    + "u24 uint24 null, u32 uint32 null, u64 uint64 null, d decimal(65,30) null, money decimal(10,2) "
                    + "null, f float null, dbl double null, s string(200) null, t text null, "
                    + "b bytes(300) null, bl blob null, dt date null, tm time(6) null, dtm datetime(6) null, ts "
                    + "instant(6) null, y year null, j json null, b1 bits(1) null, b64 bits(64) null",
            "id");

    private static final Object[] LOWEST = {-128L, -32768L, -8388608L, -2147483648L, Long.MIN_VALUE, 0L, 0L, 0L, 0L, 0L,
        new BigDecimal("-99999999999999999999999999999999999.999999999999999999999999999999"), new BigDecimal("-99999999.99"), -1.5f,
        -Double.MAX_VALUE, "", "",
        new byte[0], new byte[0], "1000-01-01", "-838:59:58.000001", "1000-01-01T00:00:00", "1970-01-01T00:00:01.000001Z", 1901L, "{}", 0L,
        0L};
    private static final Object[] HIGHEST = {127L, 32767L, 8388607L, 2147483647L, Long.MAX_VALUE, 255L, 65535L, 16777215L, 4294967295L,
        BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
        new BigDecimal("99999999999999999999999999999999999.999999999999999999999999999999"), new BigDecimal("99999999.99"), 0.015625f,
        2.2250738585072014e-308,
        "tab\t newline\n return\r backslash\\ quote' 📚 书 \\N", "long 🐫".repeat(20_000), allBytes(), allBytes(), "9999-12-31",
        "838:59:58.999999",
        "9999-12-31T23:59:59.999999", "2038-01-19T03:14:07.499999Z", 2155L,
        "{\"a\": [1, 2.50, -1e40, null, true], \"é\": {\"x\": \"📚 \\\" \\\\ \\n\"}}", 1L,
        BigInteger.TWO.pow(64).subtract(BigInteger.ONE)};

    private static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static Object[] with(long id, Object[] values) {
        Object[] all = new Object[SCHEMA.size()];
        all[0] = id;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    /** Few and many rows go different ways. */
    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void everyValueComesBackWhereverTheJvmIs(int times) {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/St_Johns"));
        try {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                for (Object[] values : List.of(LOWEST, HIGHEST, new Object[SCHEMA.size() - 1])) {
                    Object[] shorter = values.clone();
                    if (i > 0 && values == HIGHEST) {
                        shorter[15] = "short";
                    }
                    rows.add(row(Given.image(SCHEMA, with(rows.size(), shorter)), rows.size()));
                }
            }
            for (int again = 0; again < 2; again++) {
                written(rows);
            }
            Map<Object, Image> there = stored().read(rows.get(0).target(), rows.stream().map(Row::image).toList());
            assertThat(there).hasSize(rows.size());
            for (Row row : rows) {
                Image found = there.get(row.key());
                for (int i = 0; i < SCHEMA.size(); i++) {
                    assertThat(Image.sameValue(SCHEMA.column(i).type(), row.image().value(i), found.value(i)))
                            .as("%s: %s came back as %s", SCHEMA.column(i).name(), shown(row.image().value(i)),
                                    shown(found.value(i)))
                            .isTrue();
                }
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static String shown(Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
    }

    private static Row row(Image image, long offset) {
        return new Row(new Target("types", Mode.MIRROR, List.of("id"), false), Meaning.WRITE, image,
                new Change("shop", Given.TABLE, Operation.INSERT, null, image,
                        new Position(Given.TOPIC, 0, offset), "", Given.COMMITTED, false),
                "r");
    }
}
