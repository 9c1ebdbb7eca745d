package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.application.Warehouse.TableFault;
import io.bactrian.domain.Change;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.MySqlUnderTest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of a table when its source's columns and key change, or when somebody has made it otherwise beforehand:
 * it is widened, or it is at fault. No value is rounded, and no row takes another one's place.
 */
class EvolvingTablesIT extends EveryWarehouse {

    private static final Target MIRROR = new Target("t", Mode.MIRROR, List.of("id"), false);
    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final AtomicLong offset = new AtomicLong();

    private Row row(Target target, Image image) {
        return row(target, Meaning.WRITE, image);
    }

    private Row row(Target target, Meaning meaning, Image image) {
        Change change = new Change("shop", "store.orders", meaning == Meaning.DELETE ? Operation.DELETE : Operation.INSERT,
                meaning == Meaning.DELETE ? image : null, meaning == Meaning.DELETE ? null : image,
                new Position(Given.TOPIC, 0, offset.getAndIncrement()), "", Given.COMMITTED, false);
        return new Row(target, meaning, image, change, "r");
    }

    private static TableSchema schema(String type) {
        return Given.schema("id int64, v " + type + " null", "id");
    }

    private Row valued(String type, long id, Object value) {
        return row(MIRROR, Given.image(schema(type), id, value));
    }

    private boolean isMySql() {
        return kind instanceof MySqlUnderTest;
    }

    /** A statement in the words of either. */
    private void sql(String mySql, String postgreSql) {
        database.execute(isMySql() ? mySql : postgreSql);
    }

    private List<TableFault> faults(Row... rows) {
        return warehouse.prepare(List.of(rows));
    }

    private String fault(Row... rows) {
        List<TableFault> faults = faults(rows);
        assertThat(faults).hasSize(1);
        return faults.get(0).reason();
    }

    private static Object value(ColumnType type, String text) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> Long.valueOf(text);
            case UINT64, BITS -> {
                BigInteger number = new BigInteger(text);
                yield number.bitLength() < 64 ? (Object) number.longValueExact() : number;
            }
            case DECIMAL -> new BigDecimal(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case BYTES, BLOB, GEOMETRY -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            case STRING, TEXT, DATE, TIME, DATETIME, INSTANT, JSON -> text;
        };
    }

    /** The values of the narrower column, those of the wider one, and late ones of the narrower; few and many. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            string(5)     | string(50)      | short               | much longer than before
            string(5)     | text            | short               | much longer than before
            string(5)     | string(5000)    | short               | much longer than before
            text(255)     | text            | short               | much longer than before
            int8          | int16           | -128                | 32767
            int16         | int24           | 32767               | 8388607
            int32         | int64           | -2147483648         | 9223372036854775807
            int32         | uint32          | -5                  | 4294967295
            int64         | uint64          | -9223372036854775808 | 18446744073709551615
            uint8         | int8            | 255                 | -128
            decimal(10,2) | decimal(14,4)   | -99999999.99        | 9999999999.9999
            decimal(10,2) | decimal(9,4)    | 99999999.99         | 99999.9999
            int32         | decimal(10,2)   | 2147483647          | 99999999.99
            float         | double          | 1.5                 | 0.1
            int16         | double          | -32768              | 0.1
            year          | int8            | 2155                | -128
            bytes(4)      | bytes(300)      | abcd                | abcdefghijkl
            bytes(4)      | blob            | abcd                | abcdefghijkl
            date          | datetime(6)     | 2026-11-21          | 2026-11-21T13:14:15.123456
            datetime      | datetime(6)     | 2026-11-21T13:14:15 | 2026-11-21T13:14:15.623456
            instant       | instant(6)      | 2026-11-21T13:14:15Z | 2026-11-21T13:14:15.623456Z
            time          | time(6)         | 25:00:01            | 25:00:01.623456
            bits(8)       | bits(16)        | 5                   | 65535
            int32         | string(5)       | -2147483648         | text
            uint64        | string(30)      | 18446744073709551615 | text
            decimal(10,2) | string(40)      | 1.50                | text
            """)
    void aColumnIsWidenedAndStaysSo(String narrow, String wide, String small, String big) {
        ColumnType narrower = ColumnType.parse(narrow);
        ColumnType wider = ColumnType.parse(wide);
        Object first = value(narrower, small);
        Object second = value(wider, big);
        for (int times : List.of(1, 200)) {
            Target target = new Target("t" + times, Mode.MIRROR, List.of("id"), false);
            List<Row> rows = new ArrayList<>();
            for (long i = 0; i < times; i++) {
                rows.add(row(target, Given.image(schema(narrow), i, first)));
            }
            written(rows);
            List<Row> more = new ArrayList<>();
            for (long i = 0; i < times; i++) {
                more.add(row(target, Given.image(schema(wide), 1_000 + i, second)));
                // From a slower partition, and in the same batch.
                more.add(row(target, Given.image(schema(narrow), 2_000 + i, first)));
            }
            written(more);
            forgetful(row(target, Given.image(schema(narrow), 3_000L, first)));
            written(List.of(row(target, Given.image(schema(wide), 3_001L, second))));

            List<Image> asked = List.of(Given.image(schema(wide), 1_000L, null), Given.image(schema(wide), 3_001L, null));
            assertThat(warehouse.rows().orElseThrow().read(target, asked).values()).hasSize(2)
                    .allSatisfy(image -> assertThat(Image.sameValue(wider, image.get("v"), second)).as("%s", image).isTrue());
            boolean asText = wider.kind() == Kind.STRING && narrower.kind() != Kind.STRING;
            if (!asText && wider.kind() != Kind.DATETIME) {
                List<Image> old = List.of(Given.image(schema(narrow), 0L, null), Given.image(schema(narrow), 2_000L, null),
                        Given.image(schema(narrow), 3_000L, null));
                assertThat(warehouse.rows().orElseThrow().read(target, old).values()).hasSize(3)
                        .allSatisfy(image -> assertThat(Image.sameValue(narrower, image.get("v"), first)).as("%s", image).isTrue());
            }
            if (asText) {
                assertThat(query("select distinct v from t" + times + " order by v")).containsExactlyInAnyOrder(small, big);
            }
            assertThat(query("select count(*) from t" + times)).containsExactly(String.valueOf(3 * times + 2));
        }
    }

    /** By an instance that has not seen the table yet. */
    private void forgetful(Row row) {
        warehouse.forgetTables();
        written(List.of(row));
    }

    @Test
    void aColumnOfTheKeyIsWidenedToo() {
        Target target = new Target("t", Mode.MIRROR, List.of("k", "n"), false);
        TableSchema narrow = Given.schema("k string(3), n int32, v int64 null", "k", "n");
        TableSchema wide = Given.schema("k string(30), n int64, v int64 null", "k", "n");
        written(List.of(row(target, Given.image(narrow, "abc", 1L, 1L))));
        written(List.of(row(target, Given.image(wide, "abcdef", 1L << 40, 2L)), row(target, Given.image(wide, "ABC", 1L, 3L)),
                row(target, Given.image(wide, "abc", 1L, 4L))));
        assertThat(query("select k, n, v from t order by v")).containsExactlyInAnyOrder("abcdef|" + (1L << 40) + "|2", "ABC|1|3",
                "abc|1|4");
        assertThat(query("select column_name from information_schema.columns where table_name = 't' and table_schema = "
                + database.schema() + " and is_nullable = 'NO' order by 1")).contains("k", "n");
    }

    @Test
    void historiesAppendedTablesAndBagsAreWidenedLikewise() {
        TableSchema narrow = Given.schema("id int64, v string(3) null, at datetime null", "id");
        TableSchema wide = Given.schema("id int64, v string(30) null, at datetime(6) null", "id");
        Target history = Target.history("h", List.of("id"), new Tracking("number", List.of()));
        Target appended = new Target("a", Mode.APPEND, List.of(), false);
        Target bag = new Target("b", Mode.MIRROR, List.of(), false);
        for (Target target : List.of(history, appended, bag)) {
            written(List.of(row(target, Given.image(narrow, 1L, "abc", "2026-11-21T13:14:15"))));
            written(List.of(row(target, Given.image(wide, 1L, "abcdef", "2026-11-21T13:14:15.623456"))));
            assertThat(query("select v from " + target.table() + " where at = '2026-11-21 13:14:15.623456'")).containsExactly("abcdef");
            assertThat(query("select count(*) from " + target.table())).containsExactly("2");
        }
        // What was there before the column became wider is found by what it was.
        written(List.of(row(bag, Meaning.DELETE, Given.image(narrow, 1L, "abc", "2026-11-21T13:14:15"))));
        assertThat(query("select v from b")).containsExactly("abcdef");
        assertThat(query("select version from h where is_current = 1")).containsExactly("2");
    }

    @Test
    void sumsAndTheirViewAreWidenedAndTheViewsReadersKeepTheirRights() {
        Target sums = new Target("s", Mode.ADD, List.of("k"), false);
        TableSchema whole = Given.schema("k string(3), amount int32 null", "k");
        TableSchema fine = Given.schema("k string(30), amount decimal(10,2) null", "k");
        written(List.of(row(sums, Given.image(whole, "abc", 5L))));
        if (!isMySql()) {
            database.execute("grant select on s to public");
        }
        written(List.of(row(sums, Given.image(fine, "abc", new BigDecimal("1.25"))),
                row(sums, Given.image(fine, "abcdef", new BigDecimal("0.50"))), row(sums, Given.image(whole, "abc", 2L))));
        assertThat(query("select k from s where (k = 'abc' and amount = 8.25) or (k = 'abcdef' and amount = 0.5) order by k"))
                .containsExactly("abc", "abcdef");
        if (!isMySql()) {
            assertThat(query("select count(*) from information_schema.table_privileges where table_name = 's' and grantee = 'PUBLIC'"))
                    .containsExactly("1");
        }
    }

    /** Made beforehand with a type that rounds or cuts; a server that keeps its notes to itself would not tell. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            datetime       | timestamp(0)     | datetime(6)   | 2026-11-21T13:14:15.623456
            datetime(3)    | timestamp(3)     | datetime(6)   | 2026-11-21T13:14:15.623456
            date           | date             | datetime(6)   | 2026-11-21T13:14:15.623456
            timestamp null | timestamptz(0)   | instant(6)    | 2026-11-21T13:14:15.623456Z
            time           | time(0)          | time(6)       | 13:14:15.623456
            time           | interval(0)      | time(6)       | 13:14:15.623456
            int            | integer          | decimal(10,2) | 1.25
            decimal(10,1)  | numeric(10,1)    | decimal(10,2) | 1.25
            decimal(4,2)   | numeric(4,2)     | decimal(10,2) | 12345.25
            float          | real             | double        | 0.1
            float(7,4)     | numeric(10,-2)   | int32         | 1234567
            double(10,1)   | money            | decimal(5,3)  | 1.255
            char(20)       | char(20)         | string(20)    | "two  "
            varchar(3)     | varchar(3)       | string(20)    | longer
            binary(8)      | bytea            | bytes(8)      | abc
            enum('a','b')  | name             | string(20)    | longer
            decimal(5,2) unsigned | numeric(5,2) | decimal(5,2) | -1.25
            bit(1)         | bit(1)           | bits(8)       | 200
            """)
    void whatWouldRoundOrCutIsWidenedOrAFaultAndNeverWritten(String mySql, String postgreSql, String wanted, String text) {
        ColumnType type = ColumnType.parse(wanted);
        sql("create table t (id bigint primary key, v " + mySql + ", bactrian_log int unsigned not null, bactrian_offset bigint not null)",
                "create table t (id bigint primary key, v " + postgreSql
                        + ", bactrian_log bigint not null, bactrian_offset bigint not null); alter table t owner to warehouse_user");
        List<Row> rows = new ArrayList<>();
        for (long i = 0; i < 100; i++) {
            rows.add(valued(wanted, i, value(type, text)));
        }
        for (List<Row> some : List.of(rows.subList(0, 1), rows)) {
            if (!warehouse.prepare(some).isEmpty()) {
                assertThat(fault(some.get(0))).contains("warehouse main: table t", "v", "drop table t", "bactrian reread store.orders");
                assertThat(query("select count(*) from t")).containsExactly("0");
                assertThat(wanted).as("%s is widened", wanted).isIn("decimal(5,3)", "int32");
                return;
            }
            written(some);
            for (Image there : warehouse.rows().orElseThrow().read(MIRROR, some.stream().map(Row::image).toList()).values()) {
                assertThat(Image.sameValue(type, there.get("v"), value(type, text))).as("%s", there).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int64       | double      | 1.5
            date        | instant(6)  | 2026-11-21T13:14:15Z
            datetime    | string(40)  | a text
            double      | string(40)  | a text
            json        | text        | a text
            bytes(20)   | string(20)  | a text
            """)
    void aColumnThatCannotBeConvertedIsAFaultAndItsNeighbourGoesOn(String before, String after, String text) {
        ColumnType type = ColumnType.parse(after);
        Object first = switch (ColumnType.parse(before).kind()) {
            case JSON -> "{}";
            case DATE -> "2026-11-21";
            case DATETIME -> "2026-11-21T13:14:15";
            default -> value(ColumnType.parse(before), "7");
        };
        Target other = new Target("other", Mode.MIRROR, List.of("id"), false);
        written(List.of(valued(before, 1, first)));
        Row changed = valued(after, 2, value(type, text));
        Row neighbour = row(other, Given.image(schema(after), 2L, value(type, text)));
        Row late = valued(before, 3, first);

        assertThat(faults(neighbour, changed, late)).singleElement().satisfies(fault -> {
            assertThat(fault.table()).isEqualTo("t");
            assertThat(fault.since()).isEqualTo(Map.of(PARTITION, changed.version().offset()));
            assertThat(fault.reason()).contains("warehouse main: table t: column v is ", "and the route writes " + type + " to it",
                    "The rows that need it wait, everything else goes on",
                    "Drop the table (drop table t) and run: bactrian reread store.orders");
        });
        written(List.of(neighbour, late));
        // The way out.
        database.execute("drop table t");
        written(List.of(changed));
        assertThat(query("select id from t")).containsExactly("2");
        assertThat(query("select id from other")).containsExactly("2");
    }

    private Row keyed(long id, Object region, String... key) {
        TableSchema schema = Given.schema("id int64, region string(10), v int64 null", key);
        return row(new Target("t", Mode.MIRROR, List.of(key), false), Given.image(schema, id, region, 1L));
    }

    @Test
    void aTableWithAnotherKeyIsAFaultUntilItIsDropped() {
        List<String[]> keys = List.of(new String[]{"id"}, new String[]{"id", "region"}, new String[]{"region"}, new String[]{});
        for (String[] before : keys) {
            for (String[] after : keys) {
                if (before != after) {
                    written(List.of(keyed(1, "north", before)));
                    assertThat(fault(keyed(1, "south", after)))
                            .contains("warehouse main: table t has the primary key (" + (before.length == 0
                                    ? "bactrian_row"
                                    : String.join(", ", before)) + "), and the route writes "
                                    + (after.length == 0 ? "a table without a key" : "it by (" + String.join(", ", after) + ")")
                                    + ", as the source's table has it now")
                            .contains("Drop the table (drop table t) and run: bactrian reread store.orders");
                    // Rows of before the change still fit.
                    written(List.of(keyed(2, "late", before)));
                    assertThat(query("select count(*) from t")).containsExactly("2");
                    database.execute("drop table t");
                    written(List.of(keyed(1, "north", after), keyed(2, "south", after)));
                    assertThat(query("select id, region from t order by id")).containsExactly("1|north", "2|south");
                    database.execute("drop table t");
                    warehouse.forgetTables();
                }
            }
        }
    }

    /** MySQL's REPLACE would delete the row that is equal in it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 200})
    void anotherUniqueIndexIsAFaultUntilItIsDropped(int count) {
        written(List.of(keyed(-1, "before", "id")));
        database.execute("create unique index mine on t (region)");
        warehouse.forgetTables();
        List<Row> rows = IntStream.range(0, count).mapToObj(i -> keyed(i, "same", "id")).toList();
        assertThat(fault(rows.get(0)))
                .contains("warehouse main: table t has the unique index mine (region) beside its key (id). A row that "
                        + "is equal in it would replace another row, or be rejected. The rows that need it wait",
                        "Drop the index (" + (isMySql() ? "alter table t drop index mine" : "drop index mine") + "), and the rows arrive")
                .doesNotContain("reread");
        database.execute(isMySql() ? "alter table t drop index mine" : "drop index mine");
        written(rows);
        assertThat(query("select count(*) from t")).containsExactly(String.valueOf(count + 1));
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, names = {"HISTORY", "ADD"})
    void historiesAndSumsWithAnotherKeyAreFaultsToo(Mode mode) {
        TableSchema schema = Given.schema("id int64, region string(10)" + (mode == Mode.ADD ? "" : " null") + ", v int64", "id");
        for (List<String> key : List.of(List.of("id", "region"), List.of("region", "id"))) {
            Target target = mode == Mode.ADD
                    ? new Target("t", mode, key, false)
                    : Target.history("t", key, new Tracking("number", List.of()));
            // The order of a key's columns makes no other key.
            written(List.of(row(target, Given.image(schema, 1L, "north", 1L))));
        }
        Target other = mode == Mode.ADD
                ? new Target("t", mode, List.of("id", "region", "v"), false)
                : Target.history("t", List.of("id"), new Tracking("number", List.of()));
        Row changed = row(other, Given.image(schema, 1L, "south", 1L));
        assertThat(fault(changed)).contains(mode == Mode.ADD
                ? "table t_parts has the primary key (id, region, bactrian_log), and the route writes it by (id, region, v, bactrian_log)"
                : isMySql()
                        ? "table t has the unique index one_of_each_version (id, region, version), and the route writes it by (id, version)"
                        : "(id, region, version), and the route writes it by (id, version)");
        assertThat(fault(changed)).contains(mode == Mode.ADD ? "drop view t; drop table t_parts" : "(drop table t)");
        if (mode == Mode.ADD) {
            database.execute("drop view t");
        }
        database.execute(mode == Mode.ADD ? "drop table t_parts" : "drop table t");
        written(List.of(changed));
    }

    /** PostgreSQL binds a view to the type of what it shows. */
    @Test
    void aViewInTheWayIsNamedAndOtherwiseTheTableIsWidened() {
        written(List.of(valued("int32", 1, 1L)));
        database.execute("create view of_mine as select v from t");
        Row changed = valued("int64", 2, 1L << 40);
        if (!isMySql()) {
            assertThat(fault(changed)).contains("warehouse main: table t cannot be made such that it takes the rows", "of_mine",
                    "Remove what the database names; or drop the table (drop table t) and run: bactrian reread store.orders");
            assertThat(query("select v from of_mine")).containsExactly("1");
            database.execute("drop view of_mine");
        }
        written(List.of(changed));
        assertThat(query("select v from t order by id")).containsExactly("1", String.valueOf(1L << 40));
    }

    @Test
    void whoReadsTheTableForLongKeepsItAloneWaiting() throws Exception {
        written(List.of(valued("int32", 1, 1L)));
        try (SqlWarehouse others = database.open();
                var reader = others.rows().orElseThrow().scan(MIRROR, Given.image(schema("int32"), 1L, null))) {
            CompletableFuture<List<TableFault>> prepared = CompletableFuture
                    .supplyAsync(() -> warehouse.prepare(List.of(valued("int64", 2, 1L << 40))));
            org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(prepared::isDone);
            assertThat(prepared.join()).singleElement().satisfies(fault -> assertThat(fault.reason()).containsIgnoringCase("lock"));
        }
        written(List.of(valued("int64", 2, 1L << 40)));
    }

    /** What one of them has seen is out of date when it is its turn. */
    @Test
    void twoInstancesThatWidenATableAtOnceMakeItFitForBoth() {
        for (int round = 0; round < 8; round++) {
            Target target = new Target("t" + round, Mode.MIRROR, List.of("id"), false);
            written(List.of(row(target, Given.image(schema("datetime"), 1L, "2026-11-21T13:14:15"))));
            Row fine = row(target, Given.image(schema("datetime(6)"), 2L, "2026-11-21T13:14:15.623456"));
            Row less = row(target, Given.image(schema("datetime(3)"), 3L, "2026-11-21T13:14:15.623"));
            try (SqlWarehouse second = database.open()) {
                CompletableFuture<List<TableFault>> one = CompletableFuture.supplyAsync(() -> second.prepare(List.of(less)));
                CompletableFuture<List<TableFault>> other = CompletableFuture.supplyAsync(() -> warehouse.prepare(List.of(fine)));
                assertThat(one.join()).isEmpty();
                assertThat(other.join()).isEmpty();
            }
            written(List.of(fine, less));
            assertThat(query("select id from t" + round + " where v = '2026-11-21 13:14:15.623456'")).containsExactly("2");
        }
    }

    /** A NULL of a map looks like a text, and a number of one class like no other. */
    @Test
    void typesThatAreToldFromValuesChangeNoColumn() {
        written(List.of(valued("date", 1, "2026-11-21")));
        java.util.Map<String, Object> nothing = new java.util.LinkedHashMap<>();
        nothing.put("id", 2L);
        nothing.put("v", null);
        written(List.of(row(MIRROR, Image.of(nothing)), row(MIRROR, Image.of(Map.of("id", 3L, "v", "2026-11-22")))));
        assertThat(query("select v from t order by id")).containsExactly("2026-11-21", "null", "2026-11-22");
        List<Refusal> refusals = write(List.of(row(MIRROR, Image.of(Map.of("id", 4L, "v", "no date")))));
        assertThat(refusals).hasSize(1);
    }

    /** A column was added in the source, and no row has come since. */
    @Test
    void aColumnThatTheTableLacksIsNullWhenItsRowsAreRead() {
        written(List.of(valued("string(5)", 1, "one")));
        TableSchema wider = Given.schema("id int64, v string(5) null, n int64 null, at datetime(6) null, b blob null, z bits(3) null",
                "id");
        Image like = Given.image(wider, 1L, null, null, null, null, null);
        Image whole = Given.image(wider, 1L, "one", null, null, null, null);
        assertThat(warehouse.rows().orElseThrow().read(MIRROR, List.of(like)).values()).containsExactly(whole);
        try (var rows = warehouse.rows().orElseThrow().scan(MIRROR, like)) {
            assertThat(rows.next()).isEqualTo(whole);
            assertThat(rows.hasNext()).isFalse();
        }
        // Another instance has had a row of it meanwhile.
        try (SqlWarehouse second = database.open()) {
            Row row = row(MIRROR, Given.image(wider, 2L, "two", 7L, null, null, 5L));
            assertThat(second.prepare(List.of(row))).isEmpty();
            written(List.of(row));
        }
        assertThat(warehouse.rows().orElseThrow().read(MIRROR, List.of(Given.image(wider, 2L, null, null, null, null, null))).get(2L))
                .isEqualTo(Given.image(wider, 2L, "two", 7L, null, null, 5L));
    }

    /** A name that the database would cut is one table's fault. */
    @Test
    void aTableWhoseNameIsTooLongIsAFaultAndItsNeighbourGoesOn() {
        Target longName = new Target("t".repeat(70), Mode.MIRROR, List.of("id"), false);
        Row neighbour = valued("int64", 1, 1L);
        assertThat(fault(row(longName, neighbour.image()), neighbour)).contains("warehouse main: ", "t".repeat(70));
        written(List.of(neighbour));
    }
}
