package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
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

/** Each change of PostgreSQL's log is in Kafka once, wherever the capture was interrupted; and what cannot go on says so. */
class PostgresCaptureIT {

    private Servers servers;
    private Scenario scenario;

    @BeforeEach
    void open() {
        servers = Servers.shared();
        scenario = Scenario.ofPostgres(servers);
        scenario.source("create table t (id bigint generated always as identity primary key, v text)");
        Stumble.fail(0);
        Stumble.PASSES_LEFT.set(Integer.MAX_VALUE);
    }

    @AfterEach
    void close() {
        scenario.close();
        Stumble.fail(0);
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

    private long restarts() {
        return scenario.bactrian().captures().of(scenario.name).restarts.sum();
    }

    private void assertInTopicOnce(long changes) {
        List<String> found = scenario.records("t").stream().filter(record -> !TopicReader.text(record.value()).contains("\"snapshot\":true")).map(PostgresCaptureIT::change).toList();
        assertThat(found).doesNotHaveDuplicates().hasSize(Math.toIntExact(changes));
    }

    private static String change(ConsumerRecord<byte[], byte[]> record) {
        return TopicReader.text(record.key()) + " " + TopicReader.text(record.value()).substring(0, 9);
    }

    private void insertAsCopyDoes(int rows) {
        // One statement, of which PostgreSQL logs many rows under one LSN, as it does for COPY.
        scenario.source("begin", "create temp table many as select 'row ' || i as v from generate_series(1, " + rows + ") i", "insert into t (v) select v from many", "commit");
    }

    @Test
    void aTransactionThatIsInterruptedAtAnyChangeLosesAndRepeatsNothing() {
        scenario.capture(Stumble.step("onTheFirst"), "- to: bean:changeLog");
        scenario.start();
        scenario.drainCapture();
        Random random = new Random(7);
        for (int i = 1; i <= 4; i++) {
            long before = captured();
            insertAsCopyDoes(20_000);
            long some = before + 500 + random.nextInt(8_000);
            until(() -> captured() > some);
            switch (i % 2) {
                case 0 -> Servers.query(servers.postgres(), "postgres", "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'bactrian_" + scenario.name + "' and active");
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
    void aBatchThatFailsComesAgainBeforeAndAfterItWasWritten() {
        scenario.capture(Stumble.step("onTheFirst"), "- to: bean:changeLog", Stumble.step("onTheFirst"));
        scenario.start();
        scenario.drainCapture();
        Stumble.fail(3);
        for (int i = 0; i < 5; i++) {
            scenario.source("begin", "insert into t (v) select 'row ' || i from generate_series(1, 1500) i", "commit", "delete from t where id in (select id from t order by id limit 5)");
        }
        scenario.drainCapture();
        assertInTopicOnce(5 * 1_505);
        assertThat(restarts()).isEqualTo(3);
    }

    @Test
    void theServersEndIsNoticedAndNothingIsLost() {
        scenario.start();
        scenario.drainCapture();
        scenario.source("insert into t (v) select 'row ' || i from generate_series(1, 2000) i");
        servers.postgres().kill();
        try {
            until(() -> !health().up());
        } finally {
            servers.postgres().startAgain();
        }
        scenario.source("insert into t (v) values ('after')");
        scenario.drainCapture();
        assertInTopicOnce(2_001);
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
        assertThat(health().reason()).contains("the replication slot bactrian_" + scenario.name).contains("is gone").contains("Take a new snapshot");
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

    @Test
    void anIdleDatabaseDoesNotHoldBackTheLogOfABusyServer() {
        scenario.start();
        scenario.drainCapture();
        String at = "select confirmed_flush_lsn from pg_replication_slots where slot_name = 'bactrian_" + scenario.name + "'";
        String end = Servers.query(servers.postgres(), "postgres", "select pg_current_wal_lsn()").get(0);
        Servers.execute(servers.postgres(), "postgres", "create table if not exists busy (v text)", "insert into busy select md5(i::text) from generate_series(1, 10000) i");
        // Nothing happens in the database of the source, also nothing before: its capture has read a snapshot and no change.
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(500)).until(() ->
                Servers.query(servers.postgres(), "postgres", at.replace("confirmed_flush_lsn", "confirmed_flush_lsn > '" + end + "'")).contains("t"));
    }
}
