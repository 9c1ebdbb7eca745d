package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.testing.MySqlSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.SourceUnderTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A source's table gets other columns or another key while it is captured, from the source to the warehouse. */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
class ChangedTablesIT {

    @Parameter
    private SourceUnderTest kind;
    private Scenario scenario;

    static Stream<SourceUnderTest> kinds() {
        return SourceUnderTest.kinds();
    }

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared(), kind);
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    @Test
    void columnsThatBecomeWiderInTheSourceAreWidenedInEveryTable() {
        scenario.source("create table t (id int primary key, v varchar(5), n int, d decimal(5,2), k int)",
                "insert into t values (1, 'short', 1, 1.25, 1), (2, 'short', 2, 2.25, 2)");
        scenario.mirror("t");
        scenario.route("t", "warehouse:log?mode=append");
        scenario.start();
        scenario.drain();
        scenario.source(kind.retype("t", "v", "varchar(50)"), kind.retype("t", "n", "bigint"), kind.retype("t", "d", "decimal(14,4)"),
                "insert into t values (3, 'much longer than before', 5000000000, 1234567890.1234, 3)",
                "update t set v = 'longer' where id = 1",
                kind.retype("t", "k", "varchar(20)"), "insert into t values (4, null, null, null, 'a text now')");
        scenario.drain();
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(scenario.rows("select id, v, n, d, k from NAME.t order by id")).containsExactly("1|longer|1|1.2500|1",
                "2|short|2|2.2500|2", "3|much longer than before|5000000000|1234567890.1234|3", "4|null|null|null|a text now");
        assertThat(scenario.rows("select count(*), max(n), max(d) from NAME.log")).containsExactly("5|5000000000|1234567890.1234");
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void aKeyThatChangesPutsItsTableDownAndTheNeighbourGoesOn() {
        scenario.setting("bactrian.pipeline.NAME.consumers", "1");
        scenario.source("create table t (id int primary key, region varchar(10) not null)", "create table other (id int primary key)",
                "insert into t values (1, 'north')");
        scenario.mirror("t");
        scenario.mirror("other");
        scenario.start();
        scenario.drain();
        scenario.source(kind instanceof MySqlSourceUnderTest
                ? "alter table t drop primary key, add primary key (id, region)"
                : "alter table t drop constraint t_pkey, add primary key (id, region)");
        scenario.source("insert into t values (1, 'south'), (2, 'south')");
        String part = "pipeline " + scenario.name + "/1 table t";
        await().atMost(Scenario.PATIENCE).until(() -> health().containsKey(part));
        assertThat(health().get(part).reason()).contains("warehouse main: table t has the primary key (id), and the route writes it by "
                + "(id, region), as the source's table has it now. The rows that need it wait, everything else goes on. "
                + "Drop the table (drop table t) and run: bactrian reread "
                + scenario.topic("t").substring(scenario.topic("t").indexOf('.') + 1));
        scenario.source("insert into other values (1), (2)");
        await().atMost(Scenario.PATIENCE).ignoreExceptions()
                .until(() -> scenario.rows("select count(*) from NAME.other").equals(List.of("2")));
        assertThat(scenario.rows("select id, region from NAME.t")).containsExactly("1|north");

        scenario.warehouse("drop table t");
        // The key has changed, so the table is read again by itself.
        await().atMost(Scenario.PATIENCE).ignoreExceptions()
                .until(() -> scenario.rows("select id, region from NAME.t order by id, region")
                        .equals(List.of("1|north", "1|south", "2|south")));
        await().atMost(Scenario.PATIENCE).until(() -> !health().containsKey(part));
        scenario.source("insert into t values (2, 'north')");
        scenario.drain();
        assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("4");
        assertThat(scenario.deadLetters()).isEmpty();
    }

    private Map<String, Health.State> health() {
        return scenario.bactrian().health().parts();
    }
}
