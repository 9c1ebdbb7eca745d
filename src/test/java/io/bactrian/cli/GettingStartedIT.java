package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.servers.EmbeddedKafka;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.testing.FollowedPage;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/getting-started.md, followed word by word on fresh servers; only the ports are others. */
class GettingStartedIT {

    private final List<AutoCloseable> open = new ArrayList<>();
    private EmbeddedMySql source;
    private EmbeddedMySql warehouse;
    private EmbeddedKafka kafka;
    private FollowedPage page;

    @BeforeEach
    void startFreshServers() throws IOException {
        ServerHome home = ServerHome.standard().withData(Path.of("target", "servers", "getting-started"));
        Progress progress = line -> System.err.println("servers: " + line);
        home.cleanUp(progress);
        delete(home.servers().resolve("data"));
        MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
        kafka = opened(EmbeddedKafka.start(home, "kafka", progress));
        source = opened(EmbeddedMySql.start(binaries, home, "source", 21, progress));
        warehouse = opened(EmbeddedMySql.start(binaries, home, "warehouse", 22, progress));
        page = opened(new FollowedPage(Path.of("target", "getting-started"), Files.readString(Path.of("docs/getting-started.md")),
                block -> block.replace("127.0.0.1:3306", "127.0.0.1:" + source.port()).replace("-P 3306", "-P " + source.port())
                        .replace("127.0.0.1:3307", "127.0.0.1:" + warehouse.port()).replace("-P 3307", "-P " + warehouse.port())
                        .replace("127.0.0.1:9092", kafka.bootstrapServers())));
        // The client that came with the servers.
        page.program("mysql", source.clientCommand());
    }

    private <T extends AutoCloseable> T opened(T server) {
        open.add(0, server);
        return server;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void leadsToAMirroredWarehouse() throws Exception {
        String said = page.follow();
        page.stopRunning();

        assertThat(said).contains("30 tables of fleet, workshop").contains("30 routes of pipeline fleet").contains("check: no faults")
                .contains(" 0 differences")
                .doesNotContain("a-secret-of-your-own").doesNotContain("another-secret").doesNotContain("sixteen-characters");
        assertThat(page.text("run.log")).doesNotContain("DOWN");
        String odometer = "select odometer_km from DATABASE where plate = 'HH-7'";
        assertThat(Servers.query(warehouse, odometer.replace("DATABASE", "warehouse.fleet_Vehicles")))
                .isEqualTo(Servers.query(source, odometer.replace("DATABASE", "fleet.Vehicles")));
        assertThat(Servers.query(warehouse, "select count(*) from warehouse.workshop_stock")).containsExactly("37");
        assertThat(Servers.query(warehouse, "select count(*) from warehouse.fleet_drivers where email like '%@%' or phone like '+%'"))
                .containsExactly("0");
        assertThat(Servers.query(warehouse,
                "select count(*) from information_schema.tables where table_schema = 'warehouse' and (table_name like "
                        + "'fleet%' or table_name like 'workshop%')"))
                .as("all but the one that has no row yet").containsExactly("29");
        assertThat(page.filesWith("my-fleet", "a-secret-of-your-own", "another-secret", "sixteen-characters-or-more")).isEmpty();
        aDifferenceIsFoundAndEndsWithOne();
        anotherInitOverwritesNothing(page.blocks().stream().filter(block -> block.startsWith("./bactrian init")).findFirst().orElseThrow());
    }

    private void anotherInitOverwritesNothing(String init) {
        page.goBack();
        String before = page.text("my-fleet/routes/fleet/drivers.camel.yaml");

        FollowedPage.Answer answer = page.answer(init);

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.said()).contains("left as it is: my-fleet/routes/fleet/drivers.camel.yaml (another text was proposed)\n")
                .contains("left as it is: my-fleet/routes/fleet/trips.camel.yaml\n")
                .contains("1 file was there already with another text, and left as it is").doesNotContain("wrote");
        assertThat(page.text("my-fleet/routes/fleet/drivers.camel.yaml")).isEqualTo(before)
                .contains("        - to: kamelet:mask?columns=email,phone,date_of_birth,name\n");
    }

    private void aDifferenceIsFoundAndEndsWithOne() {
        Servers.execute(source, "update fleet.routes set length_km = 5 where route_id = 1");
        Servers.execute(warehouse, "delete from warehouse.fleet_fines where fine_id = 'F-2'");

        FollowedPage.Answer answer = page.answer("../bactrian verify");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.said()).contains("row 1: length_km is 126.5 in the warehouse, expected 5.0")
                .contains("row F-2 of the source is not in the warehouse").contains(" 2 differences");
    }
}
