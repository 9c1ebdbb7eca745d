package io.bactrian.infrastructure.wire;

import static io.bactrian.testing.Given.at;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Delivery;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is read as it was. */
class ChangeWriterTest {

    private final ChangeJson reader = new ChangeJson();

    private Change again(Change change) {
        byte[] schema = change.row() == null ? null : SchemaJson.write(change.row().schema());
        return reader.read(new Delivery(at(9), Given.COMMITTED, null, ChangeWriter.value(change, "curated.customers"), schema));
    }

    private static Change change(Operation operation, Image image) {
        boolean before = operation == Operation.UPDATE || operation == Operation.DELETE;
        boolean sweep = operation == Operation.SWEEP;
        boolean after = operation != Operation.DELETE && operation != Operation.TRUNCATE && !sweep;
        return new Change("shop", "curated.customers", operation, before ? image : null, after ? image : null, at(9),
                "binlog.000003 815 \"0\"",
                Instant.ofEpochMilli(1795353255678L), operation == Operation.READ, sweep, sweep ? 4 : 9);
    }

    private static Object value(Kind kind) {
        return switch (kind) {
            case INT8, INT16, INT24, INT32, INT64 -> -7L;
            case UINT8, UINT16, UINT24, UINT32, YEAR -> 7L;
            case UINT64, BITS -> new BigInteger("18446744073709551615");
            case DECIMAL -> new BigDecimal("-1234567890123456789012345678.900");
            case FLOAT -> 0.1f;
            case DOUBLE -> 0.1;
            case STRING, TEXT -> "Öz \"x\" \\ \n \uD83D\uDEAA";
            case BYTES, BLOB, GEOMETRY -> new byte[]{0, -1, 127};
            case DATE -> "2026-11-21";
            case TIME -> "-838:59:59.5";
            case DATETIME -> "2026-11-21T13:14:15.123456";
            case INSTANT -> "2026-11-21T13:14:15.123456Z";
            case JSON -> "{\"a\": [1, null]}";
        };
    }

    private static void assertSame(Change found, Change expected) {
        assertThat(found.mapImages(ChangeWriterTest::comparable)).isEqualTo(expected.mapImages(ChangeWriterTest::comparable));
    }

    /** Arrays are equal to themselves only. */
    private static Image comparable(Image image) {
        Object[] values = new Object[image.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.value(i) instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : image.value(i);
        }
        return new Image(image.schema(), values);
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationWithAValueOfEveryTypeAndANull(Operation operation) {
        List<Column> columns = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            ColumnType type = kind == Kind.DECIMAL ? ColumnType.decimal(31, 3) : ColumnType.of(kind, 60);
            columns.add(new Column("some " + kind, type, true));
            values.add(value(kind));
            columns.add(new Column("no " + kind, type, true));
            values.add(null);
        }
        Change change = change(operation, new Image(new TableSchema(columns, List.of()), values.toArray()));

        assertSame(again(change), change);
    }

    @Property(tries = 2_000)
    void anyTextNumberAndBytes(@ForAll String text, @ForAll long number, @ForAll double real, @ForAll byte[] bytes) {
        String paired = new String(text.getBytes(UTF_8), UTF_8);
        TableSchema schema = Given.schema("t string(100), n int64, d double, b bytes(100)", "n");
        Change change = change(Operation.UPDATE, Given.image(schema, paired, number, real, bytes));

        assertSame(again(change), change);
    }

    @Test
    void aKeyIsWrittenAsCaptureWritesIt() {
        Image image = Given.image(Given.schema("a int32, b string(9), c int32", "b", "a"), 1L, "x", 2L);

        assertThat(new String(ChangeWriter.key(image, List.of("b", "a")), UTF_8)).isEqualTo("{\"b\":\"x\",\"a\":1}");
        assertThat(ChangeWriter.key(image, List.of())).isNull();
    }
}
