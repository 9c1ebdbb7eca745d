package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.engines.postgresql.local.PostgresBinaries;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.testing.FollowedPage;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * docs/postgresql-tutorial.md, followed word by word; only the ports are others, and both databases are on one server,
 * which asks for passwords.
 */
class PostgresStartedIT {

    private final Servers servers = Servers.shared();
    private EmbeddedPostgres postgres;
    private FollowedPage page;

    @BeforeEach
    void start() throws IOException {
        ServerHome home = ServerHome.standard().withData(Path.of("target", "servers", "harbour"));
        Progress progress = line -> System.err.println("servers: " + line);
        home.cleanUp(progress);
        delete(home.servers().resolve("data"));
        postgres = EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, "postgres", progress);
        String rules = Servers.query(postgres, "postgres", "show hba_file").get(0);
        Servers.execute(postgres, "postgres",
                "copy (values ('host all postgres 127.0.0.1/32 trust'), ('host all all 127.0.0.1/32 scram-sha-256'), "
                        + "('host replication all 127.0.0.1/32 scram-sha-256')) to '"
                        + rules + "'",
                "select pg_reload_conf()");
        page = new FollowedPage(Path.of("target", "harbour"), Files.readString(Path.of("docs/postgresql-tutorial.md")),
                block -> block.replace("127.0.0.1:5432", "127.0.0.1:" + postgres.port()).replace("-p 5432", "-p " + postgres.port())
                        .replace("127.0.0.1:5433", "127.0.0.1:" + postgres.port()).replace("-p 5433", "-p " + postgres.port())
                        .replace("127.0.0.1:9092", servers.kafka.bootstrapServers()));
        page.psql();
    }

    @AfterEach
    void stop() throws Exception {
        page.close();
        postgres.close();
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

    private List<String> rows(String database, String sql) {
        return Servers.query(postgres, database, sql);
    }

    @Test
    void leadsToAMirroredWarehouse() {
        String said = page.follow();

        assertThat(said).contains("10 tables of port, customs").contains("10 routes of pipeline harbour").contains("check: no faults")
                .contains(" 0 differences")
                .contains("left out: port.berths.spot: a column of the type point, which cannot be captured")
                .contains("left out: port.beacons: its key has the column code of the type varbit, which cannot be captured")
                .contains("left out: port.light houses: no route can hold its name")
                .doesNotContain("a-secret-of-your-own").doesNotContain("another-secret");
        assertThat(page.text("run.log")).doesNotContain("DOWN");
        assertThat(rows("warehouse", "select length_m from port_berths where berth_id = 1")).containsExactly("311.00");
        assertThat(rows("warehouse", "select count(*) from port_weather")).isEqualTo(rows("harbour", "select count(*) from port.weather"));
        assertThat(topics()).contains("harbour.port.movements").noneMatch(topic -> topic.startsWith("harbour.port.movements_"));
        assertThat(page.filesWith("my-harbour", "a-secret-of-your-own", "another-secret")).isEmpty();
        page.stopRunning();
        aMySqlBesideItIsLookedAtTooAndWhoIsRefusedIsNamed();
    }

    private Set<String> topics() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafka.bootstrapServers()))) {
            return admin.listTopics().names().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void aMySqlBesideItIsLookedAtTooAndWhoIsRefusedIsNamed() {
        Servers.execute(servers.source, "create database harbour_guests",
                "create table harbour_guests.people (id int primary key, name varchar(40))");
        try {
            FollowedPage.Answer proposed = page.answer(
                    ("export BACTRIAN_SOURCE_GUESTS_PASSWORD=PASSWORD; ../bactrian init --source "
                            + "mysql://bactrian@127.0.0.1:PORT/harbour_guests --name guests ")
                            .replace("PASSWORD=PASSWORD", "PASSWORD=" + Servers.PASSWORD).replace("PORT",
                                    Integer.toString(servers.source.port()))
                            + "--warehouse postgres://loader@127.0.0.1:" + postgres.port()
                            + "/warehouse --kafka " + servers.kafka.bootstrapServers()
                            + " --into guests; grep source.guests guests/application.properties >> application.properties; "
                            + "mv guests/routes/capture/* routes/capture; mv guests/routes/guests routes");
            assertThat(proposed.said()).contains("1 table of harbour_guests");
            assertThat(proposed.exitCode()).isZero();

            FollowedPage.Answer checked = page.answer("export BACTRIAN_SOURCE_GUESTS_PASSWORD=" + Servers.PASSWORD
                    + " BACTRIAN_SOURCE_HARBOUR_PASSWORD=x BACTRIAN_WAREHOUSE_MAIN_PASSWORD=y; ../bactrian check");
            assertThat(checked.exitCode()).isEqualTo(1);
            assertThat(checked.said())
                    .contains("11 routes of the pipelines guests, harbour", "1 table in harbour_guests", "check: 2 faults")
                    .contains("the server at 127.0.0.1:PORT rejects user 'bactrian': FATAL: password authentication failed".replace("PORT",
                            Integer.toString(postgres.port())), "(BACTRIAN_SOURCE_HARBOUR_PASSWORD)")
                    .contains("the server at 127.0.0.1:PORT rejects user 'loader': FATAL: password authentication failed".replace("PORT",
                            Integer.toString(postgres.port())));
        } finally {
            Servers.execute(servers.source, "drop database harbour_guests");
        }
    }
}
