package io.bactrian.engines.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Mode;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.engines.mysql.MySqlDialect;
import io.bactrian.engines.postgresql.PostgresDialect;
import io.bactrian.testing.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is to be done with a table that is there. What the databases make of it, EvolvingTablesIT asks them. */
class TableFitTest {

    private static final SqlWords MYSQL = new MySqlDialect().words();
    private static final SqlWords POSTGRES = new PostgresDialect().words();
    private static final Target MIRROR = new Target("t", Mode.MIRROR, List.of("id"), false);

    private static TableFit.Changes changes(SqlWords words, Target target, TableSchema schema, StoredTable there)
            throws TableFaultException {
        return new TableFit("main", words).changes(new TargetDefinition(target, schema, words), there);
    }

    private static StoredColumn stored(String words, ColumnType type) {
        return new StoredColumn(words, type, true, true, false);
    }

    private static UniqueIndex primary(String... columns) {
        return new UniqueIndex("PRIMARY", true, List.of(columns), true, "alter table t drop primary key");
    }

    private static UniqueIndex unique(String name, String... columns) {
        return new UniqueIndex(name, false, List.of(columns), true, "drop index " + name);
    }

    private static StoredTable table(Map<String, StoredColumn> columns, UniqueIndex... indexes) {
        Map<String, StoredColumn> all = new LinkedHashMap<>(columns);
        all.put(OwnColumns.LOG, stored("int unsigned", ColumnType.of(Kind.UINT32)));
        return new StoredTable(all, List.of(indexes));
    }

    private static StoredTable keyed(String type, StoredColumn v) {
        return table(Map.of("id", stored(type, ColumnType.of(Kind.INT64)), "v", v), primary("id"));
    }

    private static Map<String, String> wider(SqlWords words, StoredColumn there, String wanted) throws TableFaultException {
        return changes(words, MIRROR, Given.schema("id int64, v " + wanted + " null", "id"), keyed("bigint", there)).wider().entrySet()
                .stream().collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            string(20)    | string(50)    | varchar(50)
            string(50)    | string(20)    |
            string(20)    | string(5000)  | mediumtext
            string(20)    | text(65535)   | mediumtext
            text(65535)   | text(65535)   |
            text(65535)   | text          | longtext
            int32         | int64         | bigint
            int64         | int32         |
            int32         | uint32        | bigint
            int64         | uint64        | decimal(20,0)
            decimal(20,0) | uint64        |
            decimal(10,2) | decimal(14,4) | decimal(14,4)
            decimal(10,2) | decimal(9,4)  | decimal(12,4)
            datetime      | datetime(6)   | datetime(6)
            datetime(6)   | datetime      |
            date          | datetime(3)   | datetime(3)
            instant       | instant(6)    | timestamp(6) null
            time          | time(6)       | time(6)
            float         | double        | double
            bytes(16)     | bytes(300)    | varbinary(300)
            bits(8)       | bits(16)      | bit(16)
            int32         | string(5)     | varchar(11)
            decimal(10,2) | string(40)    | varchar(40)
            int32         | decimal(10,2) | decimal(12,2)
            string(11)    | int32         |
            text          | datetime(6)   |
            json          | json          |
            """)
    void aColumnOfMySqlThatIsTooNarrowBecomesTheUnion(String there, String wanted, String expected) throws TableFaultException {
        assertThat(wider(MYSQL, stored("as it is", ColumnType.parse(there)), wanted))
                .isEqualTo(expected == null ? Map.of() : Map.of("v", expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int32         | int64         | bigint
            int64         | uint64        | numeric
            decimal(10,2) | decimal(14,4) | numeric
            decimal(14,4) | decimal(10,2) |
            string(20)    | string(50)    | text
            string(50)    | string(20)    |
            datetime(0)   | datetime(6)   | timestamp
            date          | datetime(6)   | timestamp
            float         | double        | double precision
            int32         | string(5)     | text
            blob          | geometry      |
            int16         | year          |
            """)
    void aColumnOfPostgreSqlThatIsTooNarrowBecomesTheUnion(String there, String wanted, String expected) throws TableFaultException {
        assertThat(wider(POSTGRES, stored("as it is", ColumnType.parse(there)), wanted))
                .isEqualTo(expected == null ? Map.of() : Map.of("v", expected));
    }

    /** What a table is created with is never changed, and never a fault. */
    @Test
    void whatAColumnIsCreatedWithFits() throws TableFaultException {
        List<ColumnType> types = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            types.add(kind == Kind.DECIMAL ? ColumnType.decimal(77, 30) : ColumnType.of(kind));
            types.add(kind == Kind.DECIMAL ? ColumnType.decimal(10, 2) : ColumnType.of(kind, 6));
        }
        types.add(ColumnType.of(Kind.STRING, 20_000));
        types.add(ColumnType.of(Kind.TEXT, 65_535));
        for (SqlWords words : List.of(MYSQL, POSTGRES)) {
            for (ColumnType type : types) {
                for (boolean inKey : new boolean[]{false, true}) {
                    TableSchema schema = Given.schema("id " + type + ", v " + type, "id");
                    TargetDefinition wanted = new TargetDefinition(MIRROR, schema, words);
                    Map<String, StoredColumn> there = new LinkedHashMap<>();
                    wanted.columns().forEach((name, column) -> there.put(name, stored(column.words(), words.meaning(column.words()))));
                    assertThat(changes(words, MIRROR, schema, table(there, primary("id"))).isNothing()).as("%s", type).isTrue();
                    assertThat(words.typeFor(type, inKey)).satisfies(made -> assertThat(words.meaning(made)).isNotNull());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            string(20)  | datetime(6)
            int64       | double
            date        | instant(6)
            instant(6)  | datetime(6)
            datetime(6) | string(40)
            double      | string(40)
            json        | text
            """)
    void aColumnWithoutAUnionIsAFaultThatNamesBothSides(String there, String wanted) {
        StoredColumn column = stored("as it is", ColumnType.parse(there));
        if (ColumnType.parse(there).takes(ColumnType.parse(wanted))) {
            return;
        }
        assertThatThrownBy(() -> wider(MYSQL, column, wanted)).isInstanceOf(TableFaultException.class)
                .hasMessage("warehouse main: table t: column v is as it is, and the route writes " + ColumnType.parse(wanted)
                        + " to it: no type holds the values of both as they are")
                .satisfies(fault -> assertThat(((TableFaultException) fault).wayOut()).isEqualTo("Drop the table (drop table t)"));
    }

    @Test
    void aColumnThatChangesValuesIsReplacedByOneThatDoesNot() throws TableFaultException {
        StoredColumn blanks = new StoredColumn("char(20)", ColumnType.of(Kind.STRING, 20), false, true, false);
        assertThat(wider(MYSQL, blanks, "string(10)")).isEqualTo(Map.of("v", "varchar(20)"));
        assertThat(wider(POSTGRES, blanks, "string(10)")).isEqualTo(Map.of("v", "text"));
        StoredColumn bits = new StoredColumn("bit(8)", ColumnType.of(Kind.BITS, 8), false, true, false);
        assertThat(wider(POSTGRES, bits, "bits(8)")).isEmpty();
        assertThat(wider(POSTGRES, bits, "bits(16)")).isEqualTo(Map.of("v", "bit(16)"));
        assertThat(POSTGRES.changeColumns("t", Map.of("v", new SqlWords.ColumnDefinition("bit(16)", ""))))
                .isEqualTo("alter table \"t\" alter column \"v\" type bit varying(16) using \"v\"::bit varying(16)");
    }

    @Test
    void onlyInAKeyItMattersThatTwoTextsAreOne() throws TableFaultException {
        TableSchema schema = Given.schema("k string(20), v string(20)", "k");
        StoredColumn folding = new StoredColumn("varchar(20)", ColumnType.of(Kind.STRING, 20), true, false, false);
        TableFit.Changes changes = changes(MYSQL, new Target("t", Mode.MIRROR, List.of("k"), false), schema,
                table(Map.of("k", folding, "v", folding), primary("k")));
        assertThat(changes.wider()).hasSize(1);
        changes.wider().forEach((column, type) -> {
            assertThat(column.name()).isEqualTo("k");
            assertThat(type + column.rest()).isEqualTo("varchar(20) collate utf8mb4_0900_bin not null");
        });
    }

    /** The types of a map's values are a guess: a NULL looks like a text. */
    @Test
    void whatATypeIsToldFromValuesIsNoReasonToChangeAColumn() throws TableFaultException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", 1);
        values.put("v", null);
        values.put("w", 1.5);
        TableFit.Changes changes = changes(MYSQL, MIRROR, io.bactrian.domain.Image.of(values).schema(),
                keyed("bigint", stored("date", ColumnType.of(Kind.DATE))));
        assertThat(changes.wider()).isEmpty();
        assertThat(changes.missing()).extracting(WantedColumn::name).containsExactly("w");
    }

    @Test
    void aColumnThatTheTableWorksOutByItselfIsAFault() {
        assertThatThrownBy(() -> wider(MYSQL, new StoredColumn("int", ColumnType.of(Kind.INT32), true, true, true), "int32"))
                .isInstanceOf(TableFaultException.class).hasMessageContaining("works out the column v by itself");
    }

    private static void assertFits(Target target, StoredTable there) throws TableFaultException {
        assertThat(changes(MYSQL, target, there(target), there).wider()).isEmpty();
    }

    private static TableSchema there(Target target) {
        return Given.schema("id int64, region int64, n int64", target.key().toArray(String[]::new));
    }

    private static void assertFault(Target target, StoredTable there, String message, String wayOut) {
        assertThatThrownBy(() -> changes(MYSQL, target, there(target), there)).isInstanceOf(TableFaultException.class)
                .hasMessage(message)
                .satisfies(fault -> assertThat(((TableFaultException) fault).wayOut()).isEqualTo(wayOut));
    }

    private static StoredTable of(UniqueIndex... indexes) {
        StoredColumn number = stored("bigint", ColumnType.of(Kind.INT64));
        Map<String, StoredColumn> columns = new LinkedHashMap<>(
                Map.of("id", number, "region", number, "n", number, Target.VERSION, number));
        return table(columns, indexes);
    }

    private static Target mirror(String... key) {
        return new Target("t", Mode.MIRROR, List.of(key), false);
    }

    @Test
    void aMirrorNeedsItsKeyAndNoOther() throws TableFaultException {
        assertFits(mirror("id"), of(primary("id")));
        assertFits(mirror("id"), of(primary("ID")));
        assertFits(mirror("id"), of(unique("own", "id")));
        assertFits(mirror("id", "region"), of(primary("region", "id")));

        String drop = "Drop the table (drop table t)";
        assertFault(mirror("id", "region"), of(primary("id")), "warehouse main: table t has the primary key (id), and the route writes "
                + "it by (id, region), as the source's table has it now", drop);
        assertFault(mirror("id"), of(primary("id", "region")), "warehouse main: table t has the primary key (id, region), and the route "
                + "writes it by (id), as the source's table has it now", drop);
        assertFault(mirror("id"), of(), "warehouse main: table t has no primary key, and the route writes it by (id), as the source's "
                + "table has it now", drop);
        assertFault(mirror("id"), of(new UniqueIndex("PRIMARY", true, List.of("id(10)"), false, "")),
                "warehouse main: table t has the primary key (id(10)), and the route writes it by (id), as the source's table has it now",
                drop);
        assertFault(mirror("id"), of(primary("id"), unique("mine", "n")), "warehouse main: table t has the unique index mine (n) beside "
                + "its key (id). A row that is equal in it would replace another row, or be rejected",
                "Drop the index (drop index mine), and the rows arrive");
        assertFault(mirror("id"), of(primary("id"), unique("mine", "id", "n")), "warehouse main: table t has the unique index mine (id, n) "
                + "beside its key (id). A row that is equal in it would replace another row, or be rejected",
                "Drop the index (drop index mine), and the rows arrive");
    }

    @Test
    void aTableWithoutAKeyNeedsOneThatOnlyNumbersItsRows() throws TableFaultException {
        assertFits(mirror(), of(primary(OwnColumns.ROW)));
        assertFits(mirror(), of());
        assertFault(mirror(), of(primary("id")), "warehouse main: table t has the primary key (id), and the route writes a table without "
                + "a key, as the source's table has it now: equal rows must be possible", "Drop the table (drop table t)");
        assertFault(mirror("id"), of(primary(OwnColumns.ROW)), "warehouse main: table t has the primary key (bactrian_row), and the "
                + "route writes it by (id), as the source's table has it now", "Drop the table (drop table t)");
    }

    @Test
    void aHistoryNeedsItsVersionsAndSumsNeedTheirParts() throws TableFaultException {
        Target history = Target.history("t", List.of("id"), new Tracking("number", List.of()));
        assertFits(history, of(primary("number"), unique("one_of_each_version", "id", "version")));
        assertFault(history, of(primary("number"), unique("one_of_each_version", "region", "version")),
                "warehouse main: table t has the unique index one_of_each_version (region, version), and the route writes it by "
                        + "(id, version), as the source's table has it now",
                "Drop the table (drop table t)");
        assertFault(history, of(primary("number"), unique("one_of_each_version", "id", "version"), unique("mine", "n")),
                "warehouse main: table t has the unique index mine (n) beside its key (id, version). A row that is equal in it would "
                        + "replace another row, or be rejected",
                "Drop the index (drop index mine), and the rows arrive");

        Target sums = new Target("t", Mode.ADD, List.of("id"), false);
        assertFits(sums, of(primary("id", OwnColumns.LOG)));
        assertFault(sums, of(primary("region", OwnColumns.LOG)), "warehouse main: table t_parts has the primary key (region, "
                + "bactrian_log), and the route writes it by (id, bactrian_log), as the source's table has it now",
                "Drop the table (drop view t; drop table t_parts)");
        assertFits(new Target("t", Mode.APPEND, List.of(), false), of(primary("n")));
    }

    @Test
    void aTableThatBactrianHasNotMadeIsAFault() {
        StoredTable foreign = new StoredTable(Map.of("id", stored("bigint", ColumnType.of(Kind.INT64))), List.of(primary("id")));
        assertFault(mirror("id"), foreign, "warehouse main: table t is there but has no column bactrian_log, so Bactrian did not make it "
                + "and does not write to it", "Rename or drop it, or name another target");
        assertFault(Target.history("t", List.of("id"), new Tracking("number", List.of())),
                new StoredTable(Map.of(OwnColumns.LOG, stored("int unsigned", ColumnType.of(Kind.UINT32))), List.of()),
                "warehouse main: table t is there but has no column version, so it is no history and does not write to it",
                "Rename or drop it, or name another target");
    }
}
