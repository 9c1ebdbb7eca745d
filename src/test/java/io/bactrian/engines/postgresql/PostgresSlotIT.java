package io.bactrian.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What docs/postgresql.md says of slots and publications: who looks after them hears of a loss before it happens, and
 * no change is missing without a word.
 */
class PostgresSlotIT {

    private static volatile CountDownLatch gate = new CountDownLatch(0);

    private Servers servers;
    private Scenario scenario;
    private String name;

    /** A step of the capture: no batch passes while it is shut. */
    public static final class Gate {
        public void pass() throws InterruptedException {
            gate.await();
        }
    }

    @BeforeEach
    void open() {
        servers = Servers.shared();
        scenario = new Scenario(servers, new PostgresSourceUnderTest());
        name = scenario.name;
        scenario.source("create table t (id bigint generated always as identity primary key, v text)");
    }

    @AfterEach
    void close() {
        gate.countDown();
        scenario.close();
        Servers.execute(servers.postgres(), "postgres", "alter system reset max_slot_wal_keep_size", "select pg_reload_conf()");
    }

    private void admin(String... statements) {
        Servers.execute(servers.postgres(), name, statements);
    }

    private List<String> asked(String sql) {
        return Servers.query(servers.postgres(), name, sql);
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    private Health.State part(String part) {
        return scenario.bactrian().health().parts().get(part + " of " + name);
    }

    private Health.State capture() {
        return scenario.bactrian().health().parts().get("capture " + name);
    }

    /** What the capture hears every ten seconds. */
    private Health.State look(String part) {
        Properties engine = new Properties();
        engine.putAll(Map.of("topic.prefix", name, "database.hostname", "127.0.0.1", "database.port",
                Integer.toString(servers.postgres().port()), "database.dbname", name,
                "database.user", Servers.USER, "database.password", Servers.PASSWORD, "schema.include.list", name));
        Health health = new Health();
        new PostgresSlot(engine).watch(name, health);
        return health.parts().get(part + " of " + name);
    }

    private String reasonOf(String part) {
        Health.State state = look(part);
        assertThat(state).isNotNull().matches(one -> !one.up());
        return state.reason();
    }

    private void bound(int megabytes) {
        admin("alter system set max_slot_wal_keep_size = '" + megabytes + "MB'", "select pg_reload_conf()");
        until(() -> asked("show max_slot_wal_keep_size").equals(List.of(megabytes + "MB")));
    }

    /** Makes log that is not for us, until the slot has no more room than that. */
    private void fillLogUntilSafe(long bytes) {
        until(() -> {
            admin("select pg_logical_emit_message(false, 'somebody', repeat('x', 1000000)) from generate_series(1, 4)");
            return asked("select safe_wal_size <= " + bytes + " from pg_replication_slots where slot_name = 'bactrian_" + name + "'")
                    .equals(List.of("t"));
        });
    }

    @Test
    void healthWarnsBeforeTheServerRemovesTheLogThatASlotNeeds() {
        scenario.capture("- bean:\n    beanType: " + Gate.class.getName() + "\n    method: pass", "- to: bean:changeLog");
        scenario.start();
        scenario.drainCapture();
        gate = new CountDownLatch(1);
        scenario.source("insert into t (v) values ('held')");
        bound(64);
        fillLogUntilSafe(12 << 20);
        until(() -> part("log") != null && !part("log").up());
        assertThat(part("log").reason()).contains("the replication slot bactrian_" + name).contains("is about to be invalidated")
                .containsPattern("(\\d|1[0-2]) MiB more of log")
                .contains("max_slot_wal_keep_size (64 MiB)").contains("raise max_slot_wal_keep_size now");
        assertThat(capture().up()).as("nothing is lost yet").isTrue();
        gate.countDown();
        scenario.drainCapture();
        until(() -> part("log").up());
        assertThat(scenario.captured("t")).isEqualTo(1);
    }

    @Test
    void aSlotWhoseLogTheServerHasRemovedStopsTheCaptureWithThatReason() {
        scenario.start();
        scenario.drainCapture();
        scenario.stop();
        bound(16);
        scenario.source("insert into t (v) values ('missed')");
        fillLogUntilSafe(0);
        until(() -> {
            admin("checkpoint");
            return asked("select wal_status from pg_replication_slots where slot_name = 'bactrian_" + name + "'").equals(List.of("lost"));
        });
        scenario.start();
        until(() -> capture() != null && !capture().up());
        assertThat(capture().reason()).contains("the replication slot bactrian_" + name).contains("was invalidated")
                .contains("max_slot_wal_keep_size").contains("Changes are missing")
                .contains("SELECT pg_drop_replication_slot('bactrian_" + name + "')").contains("bactrian reread --everything");
    }

    @Test
    void aTableThatTheOwnersPublicationLacksIsSaidAndKeepsNobodyWaiting() {
        admin("create publication bactrian_NAME for table NAME.t, NAME.bactrian_last with (publish_via_partition_root = true)"
                .replace("NAME", name));
        scenario.start();
        scenario.drainCapture();
        admin("create table NAME.late (id int primary key)".replace("NAME", name),
                "create table NAME.keyless (id int)".replace("NAME", name),
                "grant select on all tables in schema NAME to USER".replace("NAME", name).replace("USER", Servers.USER));
        String remedy = ("ALTER TABLE NAME.keyless REPLICA IDENTITY FULL; ALTER PUBLICATION \"bactrian_NAME\" ADD "
                + "TABLE NAME.keyless, NAME.late;")
                .replace("NAME", name);
        assertThat(reasonOf("tables")).contains("publication bactrian_NAME".replace("NAME", name))
                .contains("lacks NAME.keyless, NAME.late: their changes are not captured".replace("NAME", name)).contains(remedy);
        // At the next start too: it is not the others' fault.
        scenario.stop();
        scenario.start();
        scenario.source("insert into t (v) values ('goes on')");
        scenario.drainCapture();
        assertThat(scenario.captured("t")).isEqualTo(1);
        assertThat(reasonOf("tables")).contains(remedy);
        admin(remedy);
        assertThat(look("tables")).isNull();
        admin("insert into NAME.late values (1)".replace("NAME", name), "insert into NAME.keyless values (1), (1)".replace("NAME", name),
                "update NAME.keyless set id = 2".replace("NAME", name));
        scenario.drainCapture();
        assertThat(scenario.captured("late")).isEqualTo(1);
        assertThat(scenario.captured("keyless")).isEqualTo(4);
    }

    @Test
    void aPublicationThatLeavesChangesOutIsNotStartedWith() {
        scenario.source("create table parts (id int primary key) partition by range (id)",
                "create table parts_1 partition of parts for values from (1) to (100)");
        admin("create publication bactrian_NAME for tables in schema NAME with (publish = 'insert')".replace("NAME", name));
        scenario.start();
        until(() -> capture() != null && !capture().up());
        String remedy = ("ALTER PUBLICATION \"bactrian_NAME\" SET (publish = 'insert, update, delete, truncate', "
                + "publish_via_partition_root = true);")
                .replace("NAME", name);
        assertThat(capture().reason()).contains("leaves out: update, delete, truncate, changes of partitions, as their table's own")
                .contains(remedy);
        admin(remedy);
        scenario.drainCapture();
        until(() -> capture().up());
        scenario.source("insert into parts values (1)", "update parts set id = 2");
        scenario.drainCapture();
        assertThat(scenario.captured("parts")).isEqualTo(3);
        assertThat(scenario.captured("parts_1")).isZero();
    }

    /** PostgreSQL 15's; before, such a publication cannot be made. */
    @Test
    void aPublicationThatLeavesRowsOrColumnsOutIsNotStartedWith() {
        scenario.source("alter table t add column secret text, add column hidden text");
        admin(("create publication bactrian_NAME for table NAME.t (id, v) where (id > 5), NAME.bactrian_last with "
                + "(publish_via_partition_root = true)")
                .replace("NAME", name));
        scenario.start();
        until(() -> capture() != null && !capture().up());
        assertThat(capture().reason())
                .contains("leaves out: of NAME.t the rows that are not (id > 5); the column secret of NAME.t; the column hidden of NAME.t"
                        .replace("NAME", name))
                .contains("SET TABLE NAME.bactrian_last, NAME.t;".replace("NAME", name));
        admin("alter publication bactrian_NAME set table NAME.bactrian_last, NAME.t".replace("NAME", name));
        scenario.source("insert into t (v) values ('goes on')");
        scenario.drainCapture();
        until(() -> capture().up());
        assertThat(scenario.captured("t")).isEqualTo(1);
        // Nor is it said only at the start.
        assertThat(look("tables")).isNull();
        admin("alter publication bactrian_NAME set table NAME.bactrian_last, NAME.t where (id > 5)".replace("NAME", name));
        assertThat(reasonOf("tables")).contains("leaves out: of NAME.t the rows that are not (id > 5)".replace("NAME", name))
                .contains("with bactrian reread only");
        admin("alter publication bactrian_NAME set table NAME.bactrian_last, NAME.t".replace("NAME", name),
                "alter publication bactrian_NAME set (publish = 'insert')".replace("NAME", name));
        assertThat(reasonOf("tables")).contains("leaves out: update, delete, truncate");
    }

    @Test
    void aSlotThatCannotBeMovedForLackOfARightIsSaid() {
        scenario.start();
        scenario.drainCapture();
        // Only of a slot that somebody reads from.
        until(() -> asked("select active from pg_replication_slots where slot_name = 'bactrian_" + name + "'").equals(List.of("t")));
        admin("revoke execute on function pg_logical_emit_message(boolean, text, text) from public");
        assertThat(reasonOf("log")).contains("the replication slot bactrian_" + name)
                .contains("permission denied for function pg_logical_emit_message").contains("may keep the server's log for ever");
        admin("grant execute on function pg_logical_emit_message(boolean, text, text) to public");
        assertThat(look("log")).isNull();
    }
}
