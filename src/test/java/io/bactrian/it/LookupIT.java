package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kamelet {@code lookup} with a reference table in a real warehouse. */
class LookupIT {

    private Servers servers;
    private Scenario scenario;

    @BeforeEach
    void open() throws IOException {
        servers = Servers.shared();
        scenario = new Scenario(servers);
        scenario.write("kamelets/lookup.kamelet.yaml", Files.readString(Path.of("routes/kamelets/lookup.kamelet.yaml")));
        scenario.source("create table t (id int primary key, country varchar(2), zone decimal(5,1))");
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private static final String REFERENCE = "create table countries (code varchar(2), zone bigint unsigned, region "
            + "varchar(20), rate decimal(6,3), since timestamp(3) null)";

    private void lookup(String refresh) {
        scenario.mirror("t",
                "- to: kamelet:lookup?table=countries&from=country,zone&on=code,zone&take=region as customer_region,rate,since&refresh="
                        + refresh);
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private Counters counters() {
        return scenario.bactrian().counters().get(scenario.name);
    }

    private List<String> downReasons() {
        return scenario.bactrian().health().parts().values().stream().filter(state -> !state.up()).map(Health.State::reason).toList();
    }

    @Test
    void enrichesRowsAndLooksAgainOnceWhenARowIsNotFound() {
        scenario.warehouse(REFERENCE,
                "insert into countries values ('FR', 1, 'west', 1.5, '2026-01-02 03:04:05.678'), ('FR', 2, "
                        + "'overseas', null, null), (null, 3, 'nowhere', 1, null)");
        lookup("1h");
        scenario.start();
        scenario.source("insert into t values (1, 'FR', 1.0), (2, 'FR', 2), (3, null, 3)");
        scenario.drain();
        assertThat(scenario.rows("select id, country, customer_region, rate, since from NAME.t order by id"))
                .containsExactly("1|FR|west|1.500|2026-01-02 03:04:05.678", "2|FR|overseas|null|null", "3|null|null|null|null");
        assertThat(scenario.rows(
                "select column_type from information_schema.columns where table_schema = 'NAME' and table_name = 't' "
                        + "and column_name in ('customer_region', 'rate', 'since') order by column_name"))
                .containsExactly("varchar(20)", "decimal(6,3)", "timestamp(3)");
        assertThat(counters().lookupMisses.sum()).isEqualTo(1);

        scenario.warehouse("insert into countries values ('DE', 1, 'middle', 2, null)");
        scenario.source("insert into t values (4, 'DE', 1)", "update t set country = 'DE' where id = 1");
        scenario.drain();
        assertThat(scenario.rows("select id, customer_region from NAME.t order by id")).containsExactly("1|middle", "2|overseas", "3|null",
                "4|middle");

        scenario.warehouse("insert into countries values ('IT', 1, 'south', 2, null)");
        scenario.source("insert into t values (5, 'IT', 1)", "delete from t where id = 2");
        scenario.drain();
        assertThat(scenario.rows("select id, customer_region from NAME.t order by id")).as("not a second time within the hour")
                .containsExactly("1|middle", "3|null", "4|middle", "5|null");
        assertThat(counters().lookupMisses.sum()).isEqualTo(2);
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void readsTheTableAgainWhenItIsOld() {
        scenario.warehouse(REFERENCE, "insert into countries values ('FR', 1, 'west', 1.5, null)");
        lookup("1ms");
        scenario.start();
        scenario.source("insert into t values (1, 'FR', 1)");
        scenario.drain();
        scenario.warehouse("update countries set region = 'north'");
        scenario.source("insert into t values (2, 'FR', 1)");
        scenario.drain();
        assertThat(scenario.rows("select id, customer_region from NAME.t order by id")).containsExactly("1|west", "2|north");
    }

    @Test
    void aWarehouseThatIsAwayMakesNoDeadLetters() {
        scenario.warehouse(REFERENCE, "insert into countries values ('FR', 1, 'west', 1.5, null)");
        lookup("1ms");
        scenario.start();
        scenario.source("insert into t values (1, 'FR', 1)");
        scenario.drain();
        long retries = counters().retries.sum();
        servers.warehouse.kill();
        try {
            scenario.source("insert into t values (2, 'FR', 1), (3, 'FR', 1)", "update t set zone = 1.0 where id = 1",
                    "delete from t where id = 3");
            until(() -> counters().retries.sum() >= retries + 3);
            assertThat(downReasons()).anySatisfy(reason -> assertThat(reason)
                    .startsWith("lookup: the reference table countries cannot be read: warehouse main (jdbc:mysql://"));
        } finally {
            servers.warehouse.startAgain();
        }
        scenario.drain();
        assertThat(scenario.rows("select id, customer_region from NAME.t order by id")).containsExactly("1|west", "2|west");
        assertThat(scenario.deadLetters()).isEmpty();
        until(() -> downReasons().isEmpty());
    }

    @Test
    void aReferenceTableThatIsNotThereIsWaitedFor() {
        lookup("60s");
        scenario.start();
        scenario.source("insert into t values (1, 'FR', 1)");
        until(() -> downReasons().stream()
                .anyMatch(reason -> reason.contains("lookup: the reference table countries cannot be read: warehouse main")));
        assertThat(downReasons()).anySatisfy(
                reason -> assertThat(reason).contains("there is no table " + scenario.name + ".countries, or this user may not see it"));
        scenario.warehouse(REFERENCE.replace(", rate decimal(6,3)", ""), "insert into countries values ('FR', 1, 'west', null)");
        until(() -> downReasons().stream()
                .anyMatch(reason -> reason.contains("column 'rate' is not in table countries, which has [code, zone, region, since]")));
        scenario.warehouse("alter table countries add column rate decimal(6,3)");
        scenario.drain();
        assertThat(scenario.rows("select id, customer_region from NAME.t")).containsExactly("1|west");
        assertThat(scenario.deadLetters()).isEmpty();
    }
}
