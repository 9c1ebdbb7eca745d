package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.DeadLetter;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each kind of change does to a history. */
class HistoryIT {

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared());
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private void run(SemanticsIT.Arrival arrival, String to, String... statements) {
        switch (arrival) {
            case LIVE -> {
                scenario.route("t", to);
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
                scenario.route("t", to);
                scenario.start();
            }
        }
        scenario.drain();
        assertThat(scenario.deadLetters()).isEmpty();
        assertRight();
    }

    private void assertRight() {
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.bactrian().historyViolations()).isEmpty();
    }

    private List<String> versions() {
        return scenario.rows(
                "select id, v, version, is_current, deleted_at is not null, valid_from = '1000-01-01', valid_to = "
                        + "'9999-12-31' from NAME.t order by id, version");
    }

    @ParameterizedTest
    @EnumSource
    void everyChangeOfATrackedColumnIsAVersion(SemanticsIT.Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read'), (2, 'read')");
        run(arrival, "warehouse:t?mode=history",
                "begin", "update t set v = 'second' where id = 1", "update t set v = 'third' where id = 1", "commit",
                "insert into t values (3, 'first')", "delete from t where id = 3", "insert into t values (3, 'first')",
                "delete from t where id = 2");

        assertThat(versions()).containsExactly("1|read|1|0|0|1|0", "1|second|2|0|0|0|0", "1|third|3|1|0|0|1", "2|read|1|0|1|1|0",
                "3|first|1|0|1|0|0", "3|first|2|1|0|0|1");
        assertThat(scenario.rows("select count(distinct surrogate_key) from NAME.t")).containsExactly("6");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatIsNotTrackedIsOverwrittenInTheOpenVersion(SemanticsIT.Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20), visits int)", "insert into t values (1, 'read', 0)");
        run(arrival, "warehouse:t?mode=history&track=v&surrogate=sk",
                "update t set visits = 1", "update t set v = 'second'", "update t set visits = 2", "update t set visits = 3");

        assertThat(scenario.rows("select sk > 0, v, visits, version, is_current from NAME.t order by version"))
                .containsExactly("1|read|1|1|0", "1|second|3|2|1");
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatGoesToAnotherKeyEndsThereAndBeginsHere(SemanticsIT.Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a')");
        run(arrival, "warehouse:t?mode=history", "update t set id = 2", "update t set id = 1");

        assertThat(versions()).containsExactly("1|a|1|0|1|1|0", "1|a|2|1|0|0|1", "2|a|1|0|1|0|0");
    }

    @ParameterizedTest
    @EnumSource
    void aColumnThatIsAddedIsNullInOlderVersions(SemanticsIT.Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')");
        run(arrival, "warehouse:t?mode=history", "alter table t add column city varchar(20)", "update t set city = 'Bonn' where id = 1",
                "update t set v = 'c' where id = 2");

        assertThat(scenario.rows("select id, v, city, version from NAME.t order by id, version")).containsExactly("1|a|null|1",
                "1|a|Bonn|2", "2|b|null|1", "2|c|null|2");
    }

    @ParameterizedTest
    @EnumSource
    void aTruncationDeletesAllOpenVersions(SemanticsIT.Arrival arrival) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')");
        run(arrival, "warehouse:t?mode=history", "update t set v = 'c' where id = 1", "truncate table t", "insert into t values (1, 'c')");

        assertThat(versions()).containsExactly("1|a|1|0|0|1|0", "1|c|2|0|1|0|0", "1|c|3|1|0|0|1", "2|b|1|0|1|1|0");
    }

    /** A snapshot at each start, as when somebody has thrown away the capture's offsets. */
    private void snapshotAtEachStart() throws IOException {
        String file = "capture/" + scenario.name + ".camel.yaml";
        String text = Files.readString(scenario.folder.resolve(file));
        scenario.write(file, text.replace("pollIntervalMs: 20", "pollIntervalMs: 20\n        snapshotMode: always"));
    }

    @Test
    void aSnapshotThatFindsEverythingAsItWasOpensNoVersion() throws IOException {
        snapshotAtEachStart();
        scenario.source(
                "create table t (id int primary key, v varchar(20), money decimal(12,3), d double, f float, b1 "
                        + "bit(1), b9 bit(9), photo blob, bin binary(4), u bigint unsigned, "
                        + "day date, at datetime(6), ts timestamp(3) null, span time(2), y year, e enum('x', 'y'), s "
                        + "set('a', 'b'), j json, txt text)",
                "insert into t values (1, 'read', 1.500, 0.1, 0.1, b'1', b'100000001', x'00ff', x'01', "
                        + "18446744073709551615, '2026-11-21', '2026-11-21 13:14:15.100', '2026-11-21 13:14:15', "
                        + "'-25:00:00.5', 2026, 'y', 'a,b', '{\"b\": [1, 2.5, \"x y\"], \"a\": null}', ''), (2, null, "
                        + "null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)");
        run(SemanticsIT.Arrival.LIVE, "warehouse:t?mode=history",
                "insert into t select 3, v, money, d, f, b1, b9, photo, bin, u, day, at, ts, span, y, e, s, j, txt from t where id = 1",
                "insert into t (id) values (4), (5)");
        assertThat(versions()).hasSize(5);
        scenario.stop();
        scenario.source("delete from t where id = 4", "update t set v = 'between' where id = 5");
        scenario.start();
        scenario.drain();
        assertRight();

        // What the snapshot did not find has ended, without a time of deletion: nobody knows it.
        assertThat(versions()).containsExactly("1|read|1|1|0|1|1", "2|null|1|1|0|1|1", "3|read|1|1|0|0|1", "4|null|1|0|0|0|0",
                "5|null|1|0|0|0|0", "5|between|2|1|0|0|1");
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void aRowThatIsRefusedInTheMiddleOfAChainBecomesADeadLetterAndAReplayLeavesTheChainWhole() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')");
        scenario.route("t", "warehouse:t?mode=history");
        scenario.start();
        scenario.drain();
        scenario.warehouse("alter table t modify v varchar(5)");
        scenario.source("begin", "update t set v = 'c' where id = 1", "update t set v = 'much too long' where id = 1",
                "update t set v = 'd' where id = 1", "commit",
                "update t set v = 'also too long' where id = 2");
        scenario.drain();
        assertThat(scenario.deadLetters()).hasSize(2);
        assertThat(versions()).containsExactly("1|a|1|0|0|1|0", "1|c|2|0|0|0|0", "1|d|3|1|0|0|1", "2|b|1|1|0|1|1");
        scenario.warehouse("alter table t modify v varchar(20)");
        for (DeadLetter letter : scenario.deadLetters()) {
            scenario.bactrian().settling(scenario.name).replay(letter);
        }
        assertRight();
        assertThat(versions()).containsExactly("1|a|1|0|0|1|0", "1|c|2|0|0|0|0", "1|d|3|1|0|0|1", "2|b|1|0|0|1|0",
                "2|also too long|2|1|0|0|1");
    }

    @Test
    void aVersionThatIsMissingAndOneThatIsTooManyAreNamed() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')");
        run(SemanticsIT.Arrival.LIVE, "warehouse:t?mode=history");
        scenario.warehouse("update t set is_current = 0 where id = 1", "update t set v = 'other' where id = 2");

        assertThat(scenario.differences()).singleElement().asString().contains("row 1 of the source is not in the warehouse",
                "row 2: v is 'other'");
        assertThat(scenario.bactrian().historyViolations()).containsExactly("t: id 1, version 1: it is not current, and has no end");
    }

    @Test
    void aMirrorThatKeepsDeletedRowsEqualsItsSource() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (2, 'b')");
        scenario.route("t", "warehouse:t?mode=mirror&deletes=mark");
        scenario.start();
        scenario.drain();
        scenario.source("delete from t where id = 1");
        scenario.drain();

        assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("2");
        assertThat(scenario.differences()).isEmpty();
    }
}
