package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.SettleDeadLetters.Ending;
import io.bactrian.application.SettleDeadLetters.Settled;
import io.bactrian.domain.DeadLetter;
import io.bactrian.main.Bactrian;
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

/** Sums that are kept by increments are those that a query over the source finds. */
class AddIT {

    private static final String TABLE = "create table items (id int primary key, category varchar(20), amount decimal(10,2) null, n int)";

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared());
        scenario.source(TABLE, "insert into items values (1, 'a', 1.50, 1), (2, 'a', 2.25, 2), (3, 'b', null, 3), (4, 'B', 9.99, 4)");
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private void route() {
        scenario.route("items", "warehouse:sums?mode=add&key=category");
    }

    /** What was never or is no more adds up to zero. */
    private void assertSums() {
        assertThat(scenario.rows("select category, id + 0, amount + 0, n + 0 from NAME.sums where id <> 0 order by category"))
                .isEqualTo(scenario.sourceRows(
                        "select category collate utf8mb4_0900_bin, sum(id), coalesce(sum(amount), 0.00), sum(n) from "
                                + "NAME.items group by 1 order by 1"));
    }

    @ParameterizedTest
    @EnumSource
    void sumsFollowInsertsUpdatesAndDeletes(SemanticsIT.Arrival arrival) {
        String[] statements = {"insert into items values (5, 'c', 5, 5), (6, 'c', 6, 6)",
            "update items set amount = amount + 1 where id < 3", "update items set category = 'b' where id = 2",
            "delete from items where id = 5", "update items set amount = 7 where id = 3", "delete from items where id = 4"};
        if (arrival == SemanticsIT.Arrival.LIVE) {
            route();
        }
        scenario.start();
        scenario.drain();
        scenario.source(statements);
        scenario.drain();
        if (arrival == SemanticsIT.Arrival.TOGETHER) {
            scenario.stop();
            route();
            scenario.start();
            scenario.drain();
        }
        assertThat(scenario.deadLetters()).isEmpty();
        assertSums();
        assertThat(scenario.rows("select id, amount, n from NAME.sums where category = 'B'")).containsExactly("0|0.00|0");
    }

    @Test
    void incrementsCountOnceWhenPumpsComeAndGo() {
        route();
        scenario.start();
        scenario.drain();
        scenario.source(
                "insert into items with recursive r(i) as (select 100 union all select i + 1 from r where i < 900) "
                        + "select i, concat('c', i % 7), i, 1 from r");
        try (Bactrian another = scenario.startPumps()) {
            scenario.source("update items set amount = amount + 1 where id > 99");
            scenario.stop();
            scenario.source("update items set category = 'c9' where id between 200 and 300");
        }
        scenario.start();
        scenario.drain();
        assertSums();
    }

    @Test
    void aTruncationTakesOutWhatItsTableGave() {
        route();
        scenario.source("create table others (id int primary key, category varchar(20), amount decimal(10,2), n int)",
                "insert into others values (7, 'a', 7, 7)");
        scenario.route("others", "warehouse:sums?key=category&mode=add");
        scenario.start();
        scenario.drain();
        scenario.source("truncate table items", "insert into items values (8, 'a', 8, 8)");
        scenario.drain();

        assertThat(scenario.rows("select category, id, amount, n from NAME.sums where id <> 0")).containsExactly("a|15|15.00|15");
    }

    @Test
    void aSnapshotThatBeginsAgainCountsNothingTwice() throws IOException {
        String file = "capture/" + scenario.name + ".camel.yaml";
        scenario.write(file, Files.readString(scenario.folder.resolve(file)).replace("pollIntervalMs: 20",
                "pollIntervalMs: 20\n        snapshotMode: always"));
        route();
        scenario.start();
        scenario.drain();
        scenario.source("insert into items values (5, 'c', 5, 5)");
        scenario.drain();
        scenario.stop();
        scenario.source("delete from items where id = 1", "update items set amount = 3 where id = 2");
        scenario.start();
        scenario.drain();
        assertSums();
    }

    @Test
    void aColumnThatIsAddedIsInTheSums() {
        route();
        scenario.start();
        scenario.drain();
        scenario.source("alter table items add column weight double", "update items set weight = 0.5 where id = 1",
                "insert into items values (5, 'a', 5, 5, 0.25)");
        scenario.drain();

        assertThat(scenario.rows("select category, weight from NAME.sums order by category")).containsExactly("B|0.0", "a|0.75", "b|0.0");
        assertSums();
    }

    @Test
    void aColumnThatIsNoNumberMakesADeadLetter() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'x')");
        scenario.route("t", "warehouse:t?mode=add&key=id");
        scenario.start();
        scenario.drain();

        assertThat(scenario.deadLetters()).singleElement().satisfies(letter -> assertThat(letter.reason())
                .contains("column 'v' of " + scenario.name + ".t is of type string(20), which cannot be added up"));
    }

    /** Only the guilty row of a key is refused, and a late one counts although its row has changed since. */
    @Test
    void aLateIncrementCountsAlthoughItIsSuperseded() {
        route();
        scenario.start();
        scenario.drain();
        scenario.warehouse("alter table sums_parts modify amount decimal(4,2) not null default 0");
        scenario.source("begin", "insert into items values (10, 'z', 1, 1)", "insert into items values (11, 'z', 5000, 1)",
                "insert into items values (12, 'z', 2, 1)", "commit");
        scenario.drain();
        assertThat(scenario.rows("select id, amount from NAME.sums where category = 'z'")).containsExactly("22|3.00");
        scenario.source("update items set n = 2 where id = 12");
        scenario.drain();
        assertThat(scenario.deadLetters()).singleElement()
                .satisfies(letter -> assertThat(letter.reason()).contains("Out of range value for column 'amount'"));
        scenario.warehouse("alter table sums_parts modify amount decimal(22,2) not null default 0");
        scenario.source("update items set amount = 5001 where id = 11");
        scenario.drain();
        assertThat(replayAll()).containsExactly(Ending.REPLAYED);
        assertSums();
    }

    @Test
    void aLateIncrementDoesNotCountAfterItsTableWasTruncated() {
        route();
        scenario.start();
        scenario.drain();
        scenario.warehouse("alter table sums_parts modify amount decimal(4,2) not null default 0");
        scenario.source("insert into items values (11, 'z', 5000, 1)");
        scenario.drain();
        assertThat(scenario.deadLetters()).hasSize(1);
        scenario.source("truncate table items", "insert into items values (12, 'z', 2, 1)");
        scenario.drain();
        scenario.warehouse("alter table sums_parts modify amount decimal(22,2) not null default 0");
        assertThat(replayAll()).containsExactly(Ending.SUPERSEDED);
        assertSums();
    }

    private List<Ending> replayAll() {
        return scenario.deadLetters().stream().map((DeadLetter letter) -> scenario.bactrian().settling(scenario.name).replay(letter))
                .map(Settled::ending).toList();
    }
}
