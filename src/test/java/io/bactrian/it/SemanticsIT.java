package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each kind of change does to a warehouse table. */
class SemanticsIT {

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared());
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    /** How changes reach the pump. */
    enum Arrival {
        /** While it runs, in batches as they come. */
        LIVE,
        /** All captured before the first pump starts: the snapshot and everything after it are one poll. */
        TOGETHER
    }

    /** The tables and routes are there; the statements run, and everything is in the warehouse afterwards. */
    private void run(Arrival arrival, Runnable routes, String... statements) {
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

    private void assertSame(String sql) {
        assertThat(scenario.rows(sql)).isEqualTo(scenario.sourceRows(sql));
    }

    private void assertMirrored() {
        assertThat(scenario.differences()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void insertDeleteInsertOfAKeyLeavesTheLastRow(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))");
        run(arrival, () -> scenario.mirror("t"),
                "begin", "insert into t values (1, 'first')", "delete from t where id = 1", "insert into t values (1, 'second')", "commit",
                "begin", "insert into t values (2, 'first')", "delete from t where id = 2", "insert into t values (2, 'second')", "delete from t where id = 2", "commit");
        assertThat(scenario.rows("select id, v from NAME.t")).containsExactly("1|second");
        assertThat(scenario.captured("t")).isEqualTo(7);
        if (arrival == Arrival.TOGETHER) {
            assertThat(scenario.bactrian().counters().get(scenario.name).batches.sum()).isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void movesEveryKeyOfATableByOne(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "set cte_max_recursion_depth = 5000",
                "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select i, concat('row ', i) from n");
        run(arrival, () -> scenario.mirror("t"), "update t set id = id + 1 order by id desc");
        assertMirrored();
        assertThat(scenario.rows("select count(*), min(id), max(id), sum(v = concat('row ', id - 1)) from NAME.t")).containsExactly("1000|2|1001|1000");
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatGoesToAnotherKeyLeavesTheOldOne(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'one'), (2, 'two'), (3, 'three')");
        run(arrival, () -> scenario.mirror("t"), "update t set id = 11, v = 'eleven' where id = 1", "update t set id = 12 where id = 2",
                "update t set id = 2 where id = 12", "update t set id = 1 where id = 3", "insert into t values (3, 'three again')");
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|three", "2|two", "3|three again", "11|eleven");
    }

    @ParameterizedTest
    @EnumSource
    void twoRowsSwapTheirUniqueValues(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20), unique key (v))", "insert into t values (1, 'a'), (2, 'b')");
        run(arrival, () -> scenario.mirror("t"),
                "begin", "update t set v = 'aside' where id = 1", "update t set v = 'a' where id = 2", "update t set v = 'b' where id = 1", "commit");
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|b", "2|a");
    }

    @ParameterizedTest
    @EnumSource
    void truncateEmptiesAllPartitionsAndWhatIsInsertedAfterItStays(Arrival arrival) {
        String inserts = IntStream.range(0, 60).mapToObj(i -> "(" + i + ", 'before')").collect(Collectors.joining(","));
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values " + inserts);
        run(arrival, () -> scenario.mirror("t"), "insert into t values (100, 'before')", "truncate table t", "insert into t values (3, 'after'), (101, 'after')");
        assertThat(scenario.records("t").stream().map(r -> r.partition()).distinct()).as("rows were in all partitions").hasSize(3);
        assertMirrored();
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("3|after", "101|after");
    }

    @ParameterizedTest
    @EnumSource
    void aTableWithoutAKeyIsKeptAsABagOfRows(Arrival arrival) {
        scenario.source("create table bag (a int, b varchar(20), c varbinary(10))",
                "insert into bag values (1, 'x', x'00ff'), (1, 'x', x'00ff'), (1, 'x', x'00ff'), (null, null, null), (null, null, null), (2, 'y', '')");
        run(arrival, () -> scenario.mirror("bag"), "update bag set b = 'changed' where a = 1 limit 1", "delete from bag where a = 1 and b = 'x' limit 1",
                "delete from bag where a is null limit 1", "insert into bag values (2, 'y', ''), (2, 'y', '')", "update bag set a = 3 where a = 2");
        assertSame("select a, b, hex(c), count(*) from NAME.bag group by 1, 2, 3 order by 1, 2, 3");
        assertThat(scenario.rows("select a, b, count(*) from NAME.bag group by 1, 2 order by 1, 2"))
                .containsExactly("null|null|1", "1|changed|1", "1|x|1", "3|y|3");
        scenario.source("truncate table bag", "insert into bag values (9, 'z', null), (9, 'z', null)");
        scenario.drain();
        assertThat(scenario.rows("select a, b, hex(c) from NAME.bag")).containsExactly("9|z|null", "9|z|null");
    }

    @ParameterizedTest
    @EnumSource
    void aTableMayHaveNothingButItsKey(Arrival arrival) {
        scenario.source("create table t (a int, b varchar(5), primary key (b, a))", "insert into t values (1, 'x'), (2, 'x'), (1, 'y')");
        run(arrival, () -> scenario.mirror("t"), "insert into t values (3, 'z')", "delete from t where a = 2", "update t set a = 7 where b = 'y'");
        assertMirrored();
        assertThat(scenario.rows("select a, b from NAME.t order by b, a")).containsExactly("1|x", "7|y", "3|z");
    }

    @ParameterizedTest
    @EnumSource
    void keysThatDifferOnlyInCaseOrTrailingSpacesStayTwo(Arrival arrival) {
        scenario.source("create table t (k varchar(20) collate utf8mb4_0900_as_cs, n int, v varchar(20), primary key (k, n))",
                "create table folding (k varchar(20) primary key, v int)",
                "insert into t values ('a', 1, 'small'), ('A', 1, 'large'), ('a ', 1, 'space'), ('ä', 1, 'umlaut')", "insert into folding values ('a', 1)");
        run(arrival, () -> {
            scenario.mirror("t");
            scenario.mirror("folding");
        }, "update t set v = 'changed' where k = 'A'", "delete from t where k = 'a '", "insert into t values ('a  ', 1, 'two spaces'), ('ß', 1, 'sharp'), ('ss', 1, 'not sharp')",
                "update folding set k = 'A', v = 2");
        assertMirrored();
        assertSame("select hex(k), n, v from NAME.t order by 1");
        assertSame("select hex(k), v from NAME.folding order by 1");
        assertThat(scenario.rows("select k, v from NAME.t where k in ('a', 'A', 'a ') order by v")).containsExactly("A|changed", "a|small");
    }

    @ParameterizedTest
    @EnumSource
    void keysMayBeBytes(Arrival arrival) {
        scenario.source("create table t (k binary(4), l varbinary(10), v int, primary key (k, l))",
                "insert into t values (x'00000000', '', 1), (x'ff00ff00', x'00', 2), (x'ff00ff00', x'0000', 3), (x'61', x'61', 4), (x'41', x'61', 5)");
        run(arrival, () -> scenario.mirror("t"), "update t set v = 20 where l = x'00'", "delete from t where k = x'61000000'", "update t set l = x'0a09005c' where v = 3");
        assertSame("select hex(k), hex(l), v from NAME.t order by 1, 2");
        assertMirrored();
    }

    @ParameterizedTest
    @EnumSource
    void aDeletedRowThatIsKeptIsMarkedWithItsTime(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'stays'), (2, 'goes'), (3, 'comes back')");
        run(arrival, () -> scenario.route("t", "warehouse:t?mode=mirror&deletes=mark"),
                "delete from t where id in (2, 3)", "insert into t values (3, 'is back')", "insert into t values (4, 'new')", "delete from t where id = 4");
        assertThat(scenario.rows("select id, v, deleted_at is not null, deleted_at > now() - interval 1 hour from NAME.t order by id"))
                .containsExactly("1|stays|0|null", "2|goes|1|1", "3|is back|0|null", "4|new|1|1");
        scenario.source("truncate table t");
        scenario.drain();
        assertThat(scenario.rows("select count(*), sum(deleted_at is not null) from NAME.t")).containsExactly("4|4");
    }

    @ParameterizedTest
    @EnumSource
    void appendKeepsEveryChangeInItsOrder(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read')");
        run(arrival, () -> scenario.route("t", "warehouse:log?mode=append"),
                "update t set v = 'updated' where id = 1", "update t set v = 'again' where id = 1", "delete from t where id = 1", "insert into t values (1, 'inserted')");
        assertThat(scenario.rows("select id, v, bactrian_operation from NAME.log order by bactrian_offset"))
                .containsExactly("1|read|read", "1|updated|update", "1|again|update", "1|again|delete", "1|inserted|insert");
        assertThat(scenario.rows("select count(*) from NAME.log where bactrian_committed_at between now() - interval 1 hour and now() + interval 1 minute")).containsExactly("5");
    }

    @Test
    void appendKeepsATruncationAsARowToo() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read')");
        run(Arrival.LIVE, () -> scenario.route("t", "warehouse:log?mode=append"), "truncate table t", "insert into t values (1, 'after')");
        assertThat(scenario.rows("select id, v from NAME.log where bactrian_operation <> 'truncate' order by bactrian_offset")).containsExactly("1|read", "1|after");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatTheSourceAddsIsAddedToTheWarehouse(Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "create table bag (v varchar(20))",
                "insert into t values (1, 'old'), (2, 'old')", "insert into bag values ('old'), ('old')");
        run(arrival, () -> {
            scenario.mirror("t");
            scenario.mirror("bag");
            scenario.route("t", "warehouse:log?mode=append");
        }, "insert into t values (3, 'before')", "alter table t add column price decimal(10,2), add column note varchar(100) not null default 'none' after id",
                "alter table bag add column n int", "insert into t values (4, 'said', 'after', 12.34)", "update t set price = 1.5 where id = 1",
                "delete from t where id = 2", "insert into bag values ('new', 7)", "delete from bag where v = 'old' limit 1");
        assertThat(scenario.rows("select id, v, price from NAME.t order by id")).containsExactly("1|old|1.50", "3|before|null", "4|after|12.34");
        assertThat(scenario.rows("select note from NAME.t where id in (1, 4) order by id")).containsExactly("none", "said");
        assertThat(scenario.rows("select v, n from NAME.bag order by 1, 2")).containsExactly("new|7", "old|null");
        assertThat(scenario.rows("select count(*), sum(price is not null) from NAME.log")).containsExactly("6|2");
    }

    @Test
    void twoRoutesTakeOneTablesChanges() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a')");
        run(Arrival.LIVE, () -> {
            scenario.mirror("t");
            scenario.route("t", "warehouse:log?mode=append");
        }, "update t set v = 'b'", "insert into t values (2, 'c')");
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|b", "2|c");
        assertThat(scenario.rows("select id, v from NAME.log order by id, bactrian_offset")).containsExactly("1|a", "1|b", "2|c");
    }

    @ParameterizedTest
    @EnumSource
    void namesMayHoldAnything(Arrival arrival) {
        // No double quote in a table's name: Debezium 3.4 cannot read its own schema history of such a table again.
        List<String> tables = List.of("order", "two words", "it's quoted", "a$b", "straße", "back``tick", "Großes_x24_");
        for (String table : tables) {
            scenario.source("create table `" + table + "` (`select` int, `größe in cm` decimal(5,1), `it's` varchar(20), `say \"x\"` int, `tick``s` int, `$1` int, `@b0` varbinary(4),"
                    + " primary key (`select`, `$1`))", "insert into `" + table + "` values (1, 1.5, 'one', 1, 1, 1, x'01'), (2, 2.5, 'two', 2, 2, 2, x'02')");
        }
        run(arrival, () -> {
            for (int i = 0; i < tables.size(); i++) {
                String table = tables.get(i).replace("``", "`");
                String yaml = table.replace("\\", "\\\\").replace("\"", "\\\"");
                scenario.write(scenario.name + "/odd-" + i + ".camel.yaml", "- route:\n    id: odd-" + i + "\n    from:\n      uri: change\n      parameters:\n        table: \""
                        + scenario.name + "." + yaml + "\"\n      steps:\n        - to:\n            uri: warehouse\n            parameters:\n              table: \"" + yaml + "\"\n");
            }
        }, tables.stream().flatMap(table -> List.of("update `" + table + "` set `it's` = 'changed' where `select` = 1",
                "delete from `" + table + "` where `select` = 2", "update `" + table + "` set `select` = 5").stream()).toArray(String[]::new));
        for (String table : tables) {
            String sql = "select `select`, `größe in cm`, `it's`, `say \"x\"`, `tick``s`, `$1`, hex(`@b0`) from NAME.`" + table + "`";
            assertThat(scenario.rows(sql)).as(table).isEqualTo(scenario.sourceRows(sql)).hasSize(1);
        }
        assertMirrored();
    }

    @ParameterizedTest
    @EnumSource
    void aTableMayHaveTwoHundredColumns(Arrival arrival) {
        String columns = IntStream.range(0, 199).mapToObj(i -> "c" + i + (i % 4 == 0 ? " int" : i % 4 == 1 ? " varchar(30)" : i % 4 == 2 ? " varbinary(8)" : " bit(9)")).collect(Collectors.joining(", "));
        String values = IntStream.range(0, 199).mapToObj(i -> i % 4 == 1 ? "concat('text ', i)" : i % 4 == 2 ? "unhex('0001ff')" : "i").collect(Collectors.joining(", "));
        scenario.source("create table t (id int primary key, " + columns + ")",
                "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 400) select i, " + values + " from n");
        run(arrival, () -> scenario.mirror("t"), "update t set c198 = x'00', c197 = 'last' where id % 2 = 0", "insert into t (id, c0) values (1000, 5)");
        assertMirrored();
        assertThat(scenario.rows("select count(*), sum(c197 = 'last'), sum(c196 is not null) from NAME.t")).containsExactly("401|200|400");
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfSixteenMebibytesPass(Arrival arrival) {
        int size = 16 << 20;
        scenario.source("create table t (id int primary key, b longblob, c longtext)");
        scenario.source("insert into t values (1, repeat(x'00ff27', " + size / 3 + "), null)", "insert into t values (2, null, repeat('ä\\n', " + size / 3 + "))");
        run(arrival, () -> scenario.mirror("t"), "update t set b = repeat(x'5c0a09', " + size / 3 + ") where id = 1", "update t set c = repeat('x', " + size + ") where id = 2",
                "insert into t values (3, repeat(x'01', " + size + "), null)");
        scenario.drain(Duration.ofMinutes(3));
        assertSame("select id, length(b), sha2(b, 256), length(c), sha2(c, 256) from NAME.t order by id");
        assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("3");
    }
}
