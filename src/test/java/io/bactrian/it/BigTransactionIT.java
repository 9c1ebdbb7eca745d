package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.testing.PackagedRun;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory must not grow with a transaction. */
class BigTransactionIT {

    private static final int ROWS = 1_000_000;
    private static final String CHECKSUM = "select count(*), sum(id), sum(crc32(concat_ws('|', id, name, amount, "
            + "happened_at))) from NAME.big";

    @Test
    void carriesATransactionOfAMillionRowsIn512Megabytes() throws Exception {
        try (Scenario scenario = new Scenario(Servers.shared())) {
            scenario.source(
                    "create table big (id bigint primary key, name varchar(100) not null, amount decimal(12,2) not "
                            + "null, happened_at datetime(3) not null)",
                    "create table last_of_all (id int primary key)");
            scenario.mirror("big").mirror("last_of_all");
            try (PackagedRun program = new PackagedRun(scenario.folder.resolve("run"), absoluteRoutes(scenario), "-Xmx512m",
                    "-XX:+ExitOnOutOfMemoryError")) {
                program.start();
                // The transaction must come through the binlog, not the snapshot: the snapshot is over when this row is
                // there.
                scenario.source("insert into last_of_all values (1)");
                await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500)).until(() -> there(scenario, 1));
                scenario.source("set session cte_max_recursion_depth = " + (ROWS + 1),
                        "insert into big with recursive n (i) as (select 1 union all select i + 1 from n where i < " + ROWS + ") "
                                + "select i, concat('the name of number ', i, ', which is not short'), i % 100000 / "
                                + "100, '2026-11-21 01:02:03.004' + interval i second from n",
                        "insert into last_of_all values (2)");
                await().atMost(Duration.ofMinutes(8)).pollInterval(Duration.ofSeconds(1)).until(() -> {
                    assertThat(program.isAlive()).as("see " + program.log()).isTrue();
                    return there(scenario, 2) && scenario.rows("select count(*) from NAME.big").equals(List.of(Integer.toString(ROWS)));
                });
                assertThat(scenario.rows(CHECKSUM))
                        .isEqualTo(Servers.query(scenario.servers.source, CHECKSUM.replace("NAME", scenario.name)));
            }
        }
    }

    private static boolean there(Scenario scenario, int id) {
        return !scenario.rows("show tables from NAME like 'last_of_all'").isEmpty()
                && scenario.rows("select max(id) from NAME.last_of_all").equals(List.of(Integer.toString(id)));
    }

    private static java.util.Map<String, String> absoluteRoutes(Scenario scenario) {
        java.util.Map<String, String> settings = new java.util.HashMap<>(scenario.settings());
        settings.put("bactrian.routes", scenario.folder.toAbsolutePath().toString());
        return settings;
    }
}
