package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only PostgreSQL's log can do to a capture. */
class PostgresCaptureIT {

    private Servers servers;
    private Scenario scenario;

    @BeforeEach
    void open() {
        servers = Servers.shared();
        scenario = new Scenario(servers, new PostgresSourceUnderTest());
        scenario.source("create table t (id bigint generated always as identity primary key, v text)");
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private Health.State health() {
        return scenario.bactrian().health().parts().get("capture " + scenario.name);
    }

    private long captured() {
        return scenario.bactrian().captures().of(scenario.name).changes.sum();
    }

    private void assertInTopicOnce(long changes) {
        List<String> found = scenario.records("t").stream()
                .filter(record -> !TopicReader.text(record.value()).contains("\"snapshot\":true")).map(PostgresCaptureIT::change).toList();
        assertThat(found).doesNotHaveDuplicates().hasSize(Math.toIntExact(changes));
    }

    private static String change(ConsumerRecord<byte[], byte[]> record) {
        return TopicReader.text(record.key()) + " " + TopicReader.text(record.value()).substring(0, 9);
    }

    private void insertAsCopyDoes(int rows) {
        // One statement, of which PostgreSQL logs many rows under one LSN, as it does for COPY.
        scenario.source("begin", "create temp table many as select 'row ' || i as v from generate_series(1, " + rows + ") i",
                "insert into t (v) select v from many", "commit");
    }

    @Test
    void aTransactionThatIsInterruptedAtAnyChangeLosesAndRepeatsNothing() {
        scenario.start();
        scenario.drainCapture();
        Random random = new Random(7);
        for (int i = 1; i <= 4; i++) {
            long before = captured();
            insertAsCopyDoes(20_000);
            long some = before + 500 + random.nextInt(8_000);
            until(() -> captured() > some);
            switch (i % 2) {
                case 0 -> scenario.cutLog();
                default -> {
                    scenario.stop();
                    scenario.start();
                }
            }
        }
        scenario.drainCapture();
        assertInTopicOnce(80_000);
    }

    @Test
    void aSlotThatIsGoneIsNotMadeAnewBehindAnybodysBack() {
        scenario.start();
        scenario.drainCapture();
        scenario.stop();
        scenario.source("insert into t (v) values ('missed')");
        Servers.query(servers.postgres(), scenario.name, "select pg_drop_replication_slot('bactrian_" + scenario.name + "')");
        scenario.start();
        until(() -> health() != null && !health().up());
        assertThat(health().reason()).contains("the replication slot bactrian_" + scenario.name).contains("is gone")
                .contains("bactrian reread --everything");
    }

    @Test
    void aTableThatPostgresWouldNoLongerLetAnybodyUpdateIsNotPublished() {
        scenario.source("create table keyless (a int)", "insert into keyless values (1)");
        scenario.start();
        until(() -> health() != null && !health().up());
        assertThat(health().reason()).contains("ALTER TABLE " + scenario.name + ".keyless REPLICA IDENTITY FULL;");
        scenario.source("update keyless set a = 2", "alter table keyless replica identity full");
        scenario.drainCapture();
        until(() -> health().up());
    }

    /** The value would be NULL in the warehouse, without a word. */
    @Test
    void aNameThatTheLogWouldGarbleIsRefusedAtTheStartAndWhileItRuns() {
        scenario.source("create table sizes (id int primary key, \"größe\" int, \"'quoted'\" int)");
        scenario.start();
        until(() -> health() != null && !health().up());
        assertThat(health().reason())
                .contains("the names \"größe\", \"'quoted'\" of " + scenario.name + ".sizes would come out of PostgreSQL's log as others")
                .contains("tableExcludeList");
        scenario.source("alter table sizes rename column \"größe\" to size", "alter table sizes rename column \"'quoted'\" to quoted");
        scenario.drainCapture();
        until(() -> health().up());
        scenario.source("alter table sizes rename column size to \"größe\"", "insert into sizes values (1, 2, 3)");
        until(() -> !health().up());
        assertThat(health().reason()).contains("would come out of PostgreSQL's log as others");
    }

    @Test
    void anIdleDatabaseDoesNotHoldBackTheLogOfABusyServer() {
        scenario.start();
        scenario.drainCapture();
        String at = "select confirmed_flush_lsn from pg_replication_slots where slot_name = 'bactrian_" + scenario.name + "'";
        String end = Servers.query(servers.postgres(), "postgres", "select pg_current_wal_lsn()").get(0);
        Servers.execute(servers.postgres(), "postgres", "create table if not exists busy (v text)",
                "insert into busy select md5(i::text) from generate_series(1, 10000) i");
        // Nothing happens in the database of the source, also nothing before: its capture has read a snapshot and no
        // change.
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(500))
                .until(() -> Servers
                        .query(servers.postgres(), "postgres", at.replace("confirmed_flush_lsn", "confirmed_flush_lsn > '" + end + "'"))
                        .contains("t"));
    }
}
