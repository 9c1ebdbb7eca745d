package io.bactrian.infrastructure.wire;

import static io.bactrian.testing.Given.schema;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaJsonTest {

    @Test
    void isShort() {
        assertThat(SchemaJson.write(schema("id uint64, name string(255) null", "id"))).asString()
                .isEqualTo("{\"columns\":[[\"id\",\"uint64\"],[\"name\",\"string(255)\",\"null\"]],\"key\":[\"id\"]}");
    }

    @Test
    void aTableWithoutAKeyHasAnEmptyOne() throws IOException {
        assertThat(SchemaJson.read(SchemaJson.write(schema("name text")))).isEqualTo(schema("name text"));
    }

    @Property
    void isReadBackAsItWasWritten(@ForAll @Size(max = 20) List<@net.jqwik.api.From("columns") Column> columns,
            @ForAll @Size(max = 4) List<Integer> keys)
            throws IOException {
        Map<String, Column> byName = new LinkedHashMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        List<String> names = new ArrayList<>(byName.keySet());
        List<String> key = names.isEmpty()
                ? List.of()
                : keys.stream().map(at -> names.get(Math.floorMod(at, names.size()))).distinct().toList();
        TableSchema schema = new TableSchema(List.copyOf(byName.values()), key);

        assertThat(SchemaJson.read(SchemaJson.write(schema))).isEqualTo(schema);
    }

    @Provide
    Arbitrary<Column> columns() {
        Arbitrary<ColumnType> types = Combinators
                .combine(Arbitraries.of(Kind.class), Arbitraries.longs().between(0, 4_294_967_295L), Arbitraries.integers().between(0, 30))
                .as((kind, length, scale) -> new ColumnType(kind, kind == Kind.DECIMAL ? length % 66 : length,
                        kind == Kind.DECIMAL ? scale : 0));
        Arbitrary<String> names = Arbitraries.strings().withChars('"', '\\', ' ', '`', 'é', '\t', 'a', 'b', '\u0000').ofMinLength(1)
                .ofMaxLength(10);
        return Combinators.combine(names, types, Arbitraries.of(true, false)).as(Column::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "null", "[]", "5", "{}", "{\"columns\":[]}", "{\"columns\":{},\"key\":[]}",
        "{\"columns\":[],\"key\":\"id\"}",
        "{\"columns\":[[\"id\",\"int64\"]],\"key\":["})
    void whatIsNoSchemaIsRefused(String text) {
        assertThatThrownBy(() -> SchemaJson.read(text.getBytes(UTF_8))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"columns\":[[\"id\"]],\"key\":[]}", "{\"columns\":[\"id\"],\"key\":[]}",
        "{\"columns\":[[\"id\",\"number\"]],\"key\":[]}",
        "{\"columns\":[[\"id\",\"int64\"],[\"id\",\"int64\"]],\"key\":[]}", "{\"columns\":[[\"id\",\"int64\"]],\"key\":[\"nr\"]}"})
    void aSchemaThatContradictsItselfIsRefused(String text) {
        assertThatThrownBy(() -> SchemaJson.read(text.getBytes(UTF_8))).isInstanceOf(IllegalArgumentException.class);
    }
}
