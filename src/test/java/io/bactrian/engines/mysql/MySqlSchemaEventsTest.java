package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.SchemaEvent.Kind;
import io.bactrian.engines.SchemaEvent;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The structures are those that Debezium 3.4 gives for these statements. */
class MySqlSchemaEventsTest {

    private static final Schema COLUMN = SchemaBuilder.struct().field("name", Schema.STRING_SCHEMA)
            .field("typeName", Schema.STRING_SCHEMA).field("length", Schema.OPTIONAL_INT32_SCHEMA)
            .field("scale", Schema.OPTIONAL_INT32_SCHEMA).field("optional", Schema.BOOLEAN_SCHEMA)
            .field("defaultValueExpression", Schema.OPTIONAL_STRING_SCHEMA)
            .field("enumValues", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build()).build();
    private static final Schema TABLE = SchemaBuilder.struct()
            .field("primaryKeyColumnNames", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
            .field("columns", SchemaBuilder.array(COLUMN).build()).optional().build();
    private static final Schema CHANGE = SchemaBuilder.struct().field("type", Schema.STRING_SCHEMA).field("id", Schema.STRING_SCHEMA)
            .field("table", TABLE).build();

    private static Struct column(String name, String type, boolean optional) {
        return new Struct(COLUMN).put("name", name).put("typeName", type).put("optional", optional);
    }

    private static Struct change(String type, String table, Struct... columns) {
        Struct change = new Struct(CHANGE).put("type", type).put("id", "\"store\".\"" + table + "\"");
        return type.equals("DROP")
                ? change
                : change.put("table", new Struct(TABLE).put("primaryKeyColumnNames", List.of("id")).put("columns", List.of(columns)));
    }

    private static List<SchemaEvent> altered(String ddl) {
        return MySqlSchemaEvents.of(ddl, "store", List.of(change("ALTER", "t", column("id", "INT", false))));
    }

    @Test
    void tellsTheColumnsAsTheyAre() {
        SchemaEvent event = MySqlSchemaEvents.of("alter table t add e enum('a','b') default 'b'", "store",
                List.of(change("ALTER", "t", column("id", "INT UNSIGNED", false), column("v", "VARCHAR", true).put("length", 40),
                        column("b", "BINARY", true).put("length", 4),
                        column("e", "ENUM", true).put("defaultValueExpression", "b").put("enumValues", List.of("'a'", "'b'")))))
                .get(0);
        assertThat(event.table()).isEqualTo("store.t");
        assertThat(event.kind()).isEqualTo(Kind.ALTERED);
        assertThat(event.movesRows()).isFalse();
        assertThat(event.shape().key()).containsExactly("id");
        assertThat(event.shape().columns().toString()).isEqualTo("[ShapeColumn[name=id, type=uint32, padded=false, nullable=false, "
                + "filled=true, members=[]], ShapeColumn[name=v, type=string(40), padded=false, nullable=true, filled=false, members=[]], "
                + "ShapeColumn[name=b, type=bytes(4), padded=true, nullable=true, filled=false, members=[]], "
                + "ShapeColumn[name=e, type=string(64), padded=false, nullable=true, filled=true, members=['a', 'b']]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alter table t add g int as (id + 1)", "ALTER TABLE t ADD g INT GENERATED ALWAYS AS (id) STORED"})
    void aComputedColumnIsFilled(String ddl) {
        SchemaEvent event = MySqlSchemaEvents.of(ddl, "store", List.of(change("ALTER", "t", column("g", "INT", true)))).get(0);
        assertThat(event.shape().columns().get(0).filled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alter table t truncate partition p0", "ALTER TABLE `t` DROP PARTITION p0, p1",
        "alter table t exchange partition p with table x without validation", "alter table t discard tablespace",
        "/* gh-ost */ alter table t import partition p tablespace"})
    void someStatementsMoveRowsWithoutTellingOfEach(String ddl) {
        assertThat(altered(ddl).get(0).movesRows()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alter table t add column truncated int", "alter table t drop column p", "alter table t rename column a to b",
        "alter table t rename index a to b", "alter table t rename key a to b", "alter table t comment 'drop it'",
        "alter table t reorganize partition a into (partition b values less than (3))", "/* truncate partition */ alter table t add i int"})
    void othersDoNot(String ddl) {
        assertThat(altered(ddl)).singleElement().satisfies(event -> assertThat(event.movesRows()).isFalse());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rename table t to u | store.t", "RENAME TABLE `store`.`t` TO `other`.`u` | store.t", "alter table t rename to u | store.t",
        "alter table t rename u | store.t", "alter table other.t rename as u | other.t", "alter table `a``b` rename = u | store.a`b",
        "alter table t add x int, rename to u | store.t"})
    void aNameIsGoneByRenaming(String ddl, String gone) {
        List<SchemaEvent> events = MySqlSchemaEvents.of(ddl, "store", List.of(change("ALTER", "u", column("id", "INT", false))));
        assertThat(events).extracting(SchemaEvent::table).containsExactly(gone, "store.u");
        assertThat(events).extracting(SchemaEvent::kind).containsExactly(Kind.RENAMED, Kind.ALTERED);
        assertThat(events.get(1).movesRows()).isTrue();
    }

    @Test
    void anExchangeConcernsTheOtherTableToo() {
        assertThat(altered("alter table t exchange partition p with table `store`.x")).extracting(SchemaEvent::table)
                .containsExactly("store.t", "store.x");
    }

    @Test
    void aDroppedTableAndADroppedDatabase() {
        assertThat(MySqlSchemaEvents.of("DROP TABLE `store`.`t`", "store", List.of(change("DROP", "t"))).get(0).kind())
                .isEqualTo(Kind.DROPPED);
        assertThat(MySqlSchemaEvents.of("drop database store", "store", List.of()).get(0))
                .isEqualTo(new SchemaEvent("store.", Kind.DROPPED, null, "drop database store", true));
    }
}
