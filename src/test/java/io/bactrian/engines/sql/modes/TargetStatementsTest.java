package io.bactrian.engines.sql.modes;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** How rows of a table without a key are told apart. */
class TargetStatementsTest {

    private static final TableSchema SCHEMA = schema("a text null, b text null");

    @Test
    void equalRowsHaveEqualHashes() {
        assertThat(hash("x", "y")).isEqualTo(hash("x", "y")).hasSize(32);
        assertThat(hash("x", "y")).isNotEqualTo(hash("y", "x"));
    }

    @Test
    void aColumnThatIsNullMightAsWellNotBeThere() {
        Image wider = image(SCHEMA, "x", "y").with(new Column("c", ColumnType.of(Kind.INT8), true), null);

        assertThat(hash(wider)).isEqualTo(hash("x", "y"));
        assertThat(hash(image(schema("a text null"), "x"))).isEqualTo(hash("x", null));
        assertThat(hash(wider.with(new Column("c", ColumnType.of(Kind.INT8), true), 0L))).isNotEqualTo(hash("x", "y"));
    }

    @Test
    void nullIsNotEmptyAndNotTheWord() {
        assertThat(hash(null, "x")).isNotEqualTo(hash("x", null));
        assertThat(hash(null, null)).isNotEqualTo(hash("", "")).isNotEqualTo(hash("null", "null"));
    }

    @Test
    void whereAValueEndsMatters() {
        assertThat(hash("ab", "c")).isNotEqualTo(hash("a", "bc"));
        assertThat(hash("a", null)).isNotEqualTo(hash("a\0b\0001\0", null));
        assertThat(hash("1\0x", "b")).isNotEqualTo(hash("1", "x\0b"));
    }

    @Test
    void bytesAreHashedByTheirBytes() {
        TableSchema schema = schema("a blob");

        assertThat(hash(image(schema, new byte[]{1, 2}))).isEqualTo(hash(image(schema, new byte[]{1, 2})))
                .isNotEqualTo(hash(image(schema, new byte[]{2, 1})));
    }

    /** The hash is in the warehouse's tables: another one would no longer find the rows that are there. */
    @Test
    void theHashStaysTheSameFromVersionToVersion() {
        assertThat(hash("x", "y")).isEqualTo("27275cb8040d2636419412574785943f");
    }

    @Property
    void rowsThatDifferHaveDifferentHashes(@ForAll String a, @ForAll String b, @ForAll String c, @ForAll String d) {
        assertThat(hash(a, b).equals(hash(c, d))).isEqualTo(List.of(utf8(a), utf8(b)).equals(List.of(utf8(c), utf8(d))));
        assertThat(hash(a, b).equals(hash(a + b, ""))).isEqualTo(b.isEmpty());
    }

    private static String utf8(String text) {
        return new String(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String hash(String a, String b) {
        return hash(image(SCHEMA, a, b));
    }

    private static String hash(Image image) {
        return HexFormat.of().formatHex(TargetStatements.hash(image));
    }
}
