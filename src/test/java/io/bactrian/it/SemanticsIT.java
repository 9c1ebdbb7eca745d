package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.EverySource;
import io.bactrian.testing.SourceUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of change of every kind of source does to a warehouse table. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("sources")
class SemanticsIT extends EverySource {

    @Parameter(1)
    Arrival arrival;

    /** The first in both ways, of the others each variant in one: how changes arrive is the pump's business. */
    static Stream<Arguments> sources() {
        List<SourceUnderTest> all = SourceUnderTest.all().toList();
        return Stream.concat(Stream.of(Arguments.of(all.get(0), Arrival.LIVE)),
                IntStream.range(0, all.size())
                        .mapToObj(i -> Arguments.of(all.get(i), i % 2 == 0 && i > 0 ? Arrival.LIVE : Arrival.TOGETHER)));
    }

    /** How changes reach the pump. */
    enum Arrival {
        /** While it runs, in batches as they come. */
        LIVE,
        /** All captured before the first pump starts: the snapshot and everything after it are one poll. */
        TOGETHER
    }

    /** The tables and routes are there; the statements run, and everything is in the warehouse afterwards. */
    private void run(Runnable routes, String... statements) {
        switch (arrival) {
            case LIVE -> {
                routes.run();
                scenario.start();
                scenario.drain();
                scenario.source(statements);
            }
            case TOGETHER -> {
                scenario.start();
                scenario.drain();
                scenario.source(statements);
                scenario.drain();
                scenario.stop();
                routes.run();
                scenario.start();
            }
        }
        scenario.drain();
        assertThat(scenario.deadLetters()).isEmpty();
    }

    private void assertMirrored() {
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void insertDeleteInsertOfAKeyLeavesTheLastRow() {
        scenario.source("create table t (id int primary key, v varchar(20))");
        run(() -> scenario.mirror("t"),
                "begin", "insert into t values (1, 'first')", "delete from t where id = 1", "insert into t values (1, 'second')", "commit",
                "begin", "insert into t values (2, 'first')", "delete from t where id = 2", "insert into t values (2, 'second')",
                "delete from t where id = 2", "commit");
        assertThat(scenario.rows("select id, v from NAME.t")).containsExactly("1|second");
        assertThat(scenario.captured("t")).isEqualTo(7);
        if (arrival == Arrival.TOGETHER) {
            assertThat(scenario.bactrian().counters().get(scenario.name).batches.sum()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void movesEveryKeyOfATableByOne() {
        scenario.source("create table t (id int primary key, v varchar(20))",
                "insert into t values " + numbered(1, 1_000, i -> "(" + i + ", 'row " + i + "')"));
        // Each row goes where another has just left.
        Stream<String> moves = IntStream.iterate(1_000, i -> i > 0, i -> i - 1)
                .mapToObj(i -> "update t set id = " + (i + 1) + " where id = " + i);
        run(() -> scenario.mirror("t"),
                Stream.of(Stream.of("begin"), moves, Stream.of("commit")).flatMap(all -> all).toArray(String[]::new));
        assertMirrored();
        assertThat(scenario.rows("select count(*), min(id), max(id), sum(v = concat('row ', id - 1)) from NAME.t"))
                .containsExactly("1000|2|1001|1000");
    }

    @Test
    void aRowThatGoesToAnotherKeyLeavesTheOldOne() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'one'), (2, 'two'), (3, 'three')");
        run(() -> scenario.mirror("t"), "update t set id = 11, v = 'eleven' where id = 1", "update t set id = 12 where id = 2",
                "update t set id = 2 where id = 12", "update t set id = 1 where id = 3", "insert into t values (3, 'three again')");
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|three", "2|two", "3|three again", "11|eleven");
    }

    @Test
    void twoRowsSwapTheirUniqueValues() {
        scenario.source("create table t (id int primary key, v varchar(20), unique (v))", "insert into t values (1, 'a'), (2, 'b')");
        run(() -> scenario.mirror("t"),
                "begin", "update t set v = 'aside' where id = 1", "update t set v = 'a' where id = 2", "update t set v = 'b' where id = 1",
                "commit");
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|b", "2|a");
    }

    @Test
    void truncateEmptiesAllPartitionsAndWhatIsInsertedAfterItStays() {
        scenario.source("create table t (id int primary key, v varchar(20))",
                "insert into t values " + numbered(0, 59, i -> "(" + i + ", 'before')"));
        run(() -> scenario.mirror("t"), "insert into t values (100, 'before')", "truncate table t",
                "insert into t values (3, 'after'), (101, 'after')");
        assertThat(scenario.records("t").stream().map(r -> r.partition()).distinct()).as("rows were in all partitions").hasSize(3);
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("3|after", "101|after");
    }

    @Test
    void aTableWithoutAKeyIsKeptAsABagOfRows() {
        String bytes = kind.bytes("00ff");
        String none = kind.bytes("");
        scenario.source("create table bag (a int, b varchar(20), c " + kind.bytes(10) + ")",
                "insert into bag values (1, 'x', " + bytes + "), (1, 'x', " + bytes + "), (1, 'x', " + bytes
                        + "), (null, null, null), (null, null, null), (2, 'y', " + none + ")");
        run(() -> scenario.mirror("bag"), "update bag set b = 'changed' where " + kind.oneOf("bag", "a = 1"),
                "delete from bag where " + kind.oneOf("bag", "a = 1 and b = 'x'"),
                "delete from bag where " + kind.oneOf("bag", "a is null"),
                "insert into bag values (2, 'y', " + none + "), (2, 'y', " + none + ")", "update bag set a = 3 where a = 2");
        assertMirrored();
        assertThat(scenario.rows("select a, b, count(*) from NAME.bag group by 1, 2 order by 1, 2"))
                .containsExactly("null|null|1", "1|changed|1", "1|x|1", "3|y|3");
        scenario.source("truncate table bag", "insert into bag values (9, 'z', null), (9, 'z', null)");
        scenario.drain();
        assertThat(scenario.rows("select a, b, hex(c) from NAME.bag")).containsExactly("9|z|null", "9|z|null");
    }

    @Test
    void aTableMayHaveNothingButItsKey() {
        scenario.source("create table t (a int, b varchar(5), primary key (b, a))", "insert into t values (1, 'x'), (2, 'x'), (1, 'y')");
        run(() -> scenario.mirror("t"), "insert into t values (3, 'z')", "delete from t where a = 2", "update t set a = 7 where b = 'y'");
        assertMirrored();
        assertThat(scenario.rows("select a, b from NAME.t order by b, a")).containsExactly("1|x", "7|y", "3|z");
    }

    @Test
    void keysThatDifferOnlyInCaseOrTrailingSpacesStayTwo() {
        scenario.source("create table t (k varchar(20)" + kind.tellingCase() + ", n int, v varchar(20), primary key (k, n))",
                "create table folding (k varchar(20) primary key, v int)",
                "insert into t values ('a', 1, 'small'), ('A', 1, 'large'), ('a ', 1, 'space'), ('ä', 1, 'umlaut')",
                "insert into folding values ('a', 1)");
        run(() -> {
            scenario.mirror("t");
            scenario.mirror("folding");
        }, "update t set v = 'changed' where k = 'A'", "delete from t where k = 'a '",
                "insert into t values ('a  ', 1, 'two spaces'), ('ß', 1, 'sharp'), ('ss', 1, 'not sharp')",
                "update folding set k = 'A', v = 2");
        assertMirrored();
        assertThat(scenario.rows("select k, v from NAME.t order by v")).containsExactly("A|changed", "ss|not sharp", "ß|sharp", "a|small",
                "a  |two spaces", "ä|umlaut");
        assertThat(scenario.rows("select k, v from NAME.folding")).containsExactly("A|2");
    }

    @Test
    void keysMayBeBytes() {
        scenario.source("create table t (k " + kind.bytes(4) + ", l " + kind.bytes(10) + ", v int, primary key (k, l))",
                Stream.of("00000000,,1", "ff00ff00,00,2", "ff00ff00,0000,3", "61,61,4", "41,61,5")
                        .map(row -> row.split(",")).map(row -> "(" + kind.bytes(row[0]) + ", " + kind.bytes(row[1]) + ", " + row[2] + ")")
                        .collect(Collectors.joining(", ", "insert into t values ", "")));
        run(() -> scenario.mirror("t"), "update t set v = 20 where l = " + kind.bytes("00"), "delete from t where k = " + kind.bytes("61"),
                "update t set l = " + kind.bytes("0a09005c") + " where v = 3");
        assertMirrored();
        assertThat(scenario.rows("select hex(k), hex(l), v from NAME.t order by 1, 2")).containsExactly("00000000||1", "41|61|5",
                "FF00FF00|00|20", "FF00FF00|0A09005C|3");
    }

    @Test
    void aDeletedRowThatIsKeptIsMarkedWithItsTime() {
        scenario.source("create table t (id int primary key, v varchar(20))",
                "insert into t values (1, 'stays'), (2, 'goes'), (3, 'comes back')");
        run(() -> scenario.route("t", "warehouse:t?mode=mirror&deletes=mark"),
                "delete from t where id in (2, 3)", "insert into t values (3, 'is back')", "insert into t values (4, 'new')",
                "delete from t where id = 4");
        assertThat(scenario.rows("select id, v, deleted_at is not null, deleted_at > now() - interval 1 hour from NAME.t order by id"))
                .containsExactly("1|stays|0|null", "2|goes|1|1", "3|is back|0|null", "4|new|1|1");
        scenario.source("truncate table t");
        scenario.drain();
        assertThat(scenario.rows("select count(*), sum(deleted_at is not null) from NAME.t")).containsExactly("4|4");
    }

    @Test
    void appendKeepsEveryChangeInItsOrder() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read')");
        run(() -> scenario.route("t", "warehouse:log?mode=append"),
                "update t set v = 'updated' where id = 1", "update t set v = 'again' where id = 1", "delete from t where id = 1",
                "insert into t values (1, 'inserted')");
        assertThat(scenario.rows("select id, v, bactrian_operation from NAME.log order by bactrian_offset"))
                .containsExactly("1|read|read", "1|updated|update", "1|again|update", "1|again|delete", "1|inserted|insert");
        assertThat(scenario.rows(
                "select count(*) from NAME.log where bactrian_committed_at between now() - interval 1 hour and now() + interval 1 minute"))
                .containsExactly("5");
    }

    @Test
    void appendKeepsATruncationAsARowToo() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read')");
        run(() -> scenario.route("t", "warehouse:log?mode=append"), "truncate table t", "insert into t values (1, 'after')");
        assertThat(scenario.rows("select id, v from NAME.log where bactrian_operation <> 'truncate' order by bactrian_offset"))
                .containsExactly("1|read", "1|after");
    }

    @Test
    void aColumnThatTheSourceAddsIsAddedToTheWarehouse() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'old'), (2, 'old')");
        run(() -> {
            scenario.mirror("t");
            scenario.route("t", "warehouse:log?mode=append");
        }, "insert into t values (3, 'before')",
                "alter table t add column price decimal(10,2), add column note varchar(100) not null default 'none'" + kind.behind("id"),
                "insert into t (id, note, v, price) values (4, 'said', 'after', 12.34)", "update t set price = 1.5 where id = 1");
        assertThat(scenario.rows("select id, v, price from NAME.t order by id")).containsExactly("1|old|1.50", "2|old|null",
                "3|before|null", "4|after|12.34");
        assertThat(scenario.rows("select note from NAME.t where id in (1, 4) order by id")).containsExactly("none", "said");
        assertThat(scenario.rows("select count(*), sum(price is not null) from NAME.log")).containsExactly("5|2");
    }

    @Test
    void aColumnThatTheSourceAddsToATableWithoutAKeyIsAddedToo() {
        scenario.source("create table bag (v varchar(20))", "insert into bag values ('old'), ('old')");
        run(() -> scenario.mirror("bag"), "alter table bag add column n int", "insert into bag values ('new', 7)",
                "delete from bag where " + kind.oneOf("bag", "v = 'old'"));
        assertThat(scenario.rows("select v, n from NAME.bag order by 1, 2")).containsExactly("new|7", "old|null");
    }

    @Test
    void aColumnThatTheSourceDropsStaysAndOneThatItRenamesIsReadAgain() {
        scenario.source("create table t (id int primary key, v varchar(20), gone int, was varchar(20))",
                "insert into t values (1, 'a', 1, 'x'), (2, 'b', 2, 'y')");
        run(() -> scenario.mirror("t"), "insert into t values (3, 'c', 3, 'z'), (5, 'e', 5, 'w')", "alter table t drop column gone",
                "delete from t where id = 5", "update t set v = 'after the drop' where id = 1",
                "alter table t rename column was to becomes", "insert into t (id, v, becomes) values (4, 'd', 'new')",
                "update t set v = 'after the renaming' where id = 2");
        List<String> all = List.of("1|after the drop|x", "2|after the renaming|y", "3|c|z", "4|d|new");
        until(() -> scenario.rows("select id, v, becomes from NAME.t order by id").equals(all));
    }

    @Test
    void aTableThatIsMadeWhileItsSourceIsCapturedIsCapturedToo() {
        run(() -> scenario.mirror("t"), "create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')",
                "update t set v = 'c' where id = 2");
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|a", "2|c");
        assertMirrored();
    }

    @Test
    void twoRoutesTakeOneTablesChanges() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a')");
        run(() -> {
            scenario.mirror("t");
            scenario.route("t", "warehouse:log?mode=append");
        }, "update t set v = 'b'", "insert into t values (2, 'c')");
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|b", "2|c");
        assertThat(scenario.rows("select id, v from NAME.log order by id, bactrian_offset")).containsExactly("1|a", "1|b", "2|c");
    }

    @Test
    void namesMayHoldAnySign() {
        // No double quote in a table's name: Debezium 3.4 cannot read its own schema history of such a table again.
        namesMayBe(List.of("order", "two words", "it's quoted", "a$b", "back`tick", "Upper_x24_"), "in cm, about");
    }

    @Test
    void namesMayHoldLettersOfAnyAlphabet() {
        namesMayBe(List.of("straße", "Großes_x24_", "表"), "größe in cm");
    }

    private void namesMayBe(List<String> tables, String column) {
        List<String> columns = Stream.of("select", column, "it's", "say \"x\"", "tick`s", "$1", "@b0").map(kind::quoted).toList();
        for (String table : tables) {
            scenario.source(
                    "create table %s (%s int, %s decimal(5,1), %s varchar(20), %s int, %s int, %s int, %s ".formatted(with(table, columns))
                            + kind.bytes(4)
                            + ", primary key (" + columns.get(0) + ", " + columns.get(5) + "))",
                    "insert into " + kind.quoted(table) + " values (1, 1.5, 'one', 1, 1, 1, " + kind.bytes("01")
                            + "), (2, 2.5, 'two', 2, 2, 2, " + kind.bytes("02") + ")");
        }
        run(() -> {
            for (int i = 0; i < tables.size(); i++) {
                String yaml = tables.get(i).replace("\\", "\\\\").replace("\"", "\\\"");
                scenario.write(scenario.name + "/odd-" + i + ".camel.yaml", "- route:\n    id: odd-" + i
                        + "\n    from:\n      uri: change\n      parameters:\n        table: \""
                        + scenario.name + "." + yaml
                        + "\"\n      steps:\n        - to:\n            uri: warehouse\n            parameters:\n              table: \""
                        + yaml + "\"\n");
            }
        }, tables.stream().map(kind::quoted)
                .flatMap(table -> Stream.of("update " + table + " set " + columns.get(2) + " = 'changed' where " + columns.get(0) + " = 1",
                        "delete from " + table + " where " + columns.get(0) + " = 2",
                        "update " + table + " set " + columns.get(0) + " = 5"))
                .toArray(String[]::new));
        for (String table : tables) {
            assertThat(scenario.rows("select `select`, `" + column + "`, `it's`, `say \"x\"`, `tick``s`, `$1`, hex(`@b0`) from NAME.`"
                    + table.replace("`", "``") + "`")).as(table)
                    .containsExactly("5|1.5|changed|1|1|1|01");
        }
        assertMirrored();
    }

    private Object[] with(String table, List<String> columns) {
        return Stream.concat(Stream.of(kind.quoted(table)), columns.stream()).toArray();
    }

    @Test
    void aTableMayHaveTwoHundredColumns() {
        String columns = numbered(0, 198, i -> "c" + i + (i % 3 == 0 ? " int" : i % 3 == 1 ? " varchar(30)" : " " + kind.bytes(8)));
        String values = numbered(0, 198, i -> i % 3 == 0 ? Integer.toString(i) : i % 3 == 1 ? "'text " + i + "'" : kind.bytes("0001ff"));
        scenario.source("create table t (id int primary key, " + columns + ")",
                "insert into t values " + numbered(1, 400, i -> "(" + i + ", " + values + ")"));
        run(() -> scenario.mirror("t"), "update t set c197 = " + kind.bytes("00") + ", c196 = 'last' where id % 2 = 0",
                "insert into t (id, c0) values (1000, 5)");
        assertMirrored();
        assertThat(scenario.rows("select count(*), sum(c196 = 'last'), sum(c197 is not null) from NAME.t")).containsExactly("401|200|400");
    }

    @Test
    void rowsOfSixteenMebibytesPass() {
        int size = 16 << 20;
        scenario.source("create table t (id int primary key, b " + kind.blob() + ", c " + kind.longText() + ")",
                "insert into t values (1, " + kind.bytes("00ff27", size / 3) + ", null)",
                "insert into t values (2, null, repeat('ä\n', " + size / 3 + "))");
        run(() -> scenario.mirror("t"), "update t set b = " + kind.bytes("5c0a09", size / 3) + " where id = 1",
                "update t set c = repeat('x', " + size + ") where id = 2",
                "insert into t values (3, " + kind.bytes("01", size) + ", null)");
        scenario.drain(Duration.ofMinutes(3));
        assertMirrored();
        assertThat(scenario.rows("select id, length(b), length(c), b = repeat(x'5c0a09', " + size / 3 + ") or c = repeat('x', " + size
                + ") or b = repeat(x'01', " + size + ") from NAME.t order by id"))
                .containsExactly("1|" + size / 3 * 3 + "|null|1", "2|null|" + size + "|1", "3|" + size + "|null|1");
    }

    private static String numbered(int first, int last, IntFunction<String> one) {
        return IntStream.rangeClosed(first, last).mapToObj(one).collect(Collectors.joining(", "));
    }
}
