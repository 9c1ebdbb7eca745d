package io.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.settings.Stages;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.PackagedRun;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * KillIT with PostgreSQL as source: a real process, a real {@code kill -9}, while somebody writes small and large
 * transactions.
 */
class PostgresKillIT {

    private static final int KILLS = Integer.getInteger("bactrian.kills", 4);
    private static final long SEED = Long.getLong("bactrian.seed", 20_261_121);

    @Test
    void survivesBeingKilledAtAnyMoment() throws Exception {
        Random random = new Random(SEED);
        try (Scenario scenario = new Scenario(Servers.shared(), new PostgresSourceUnderTest())) {
            scenario.source("create table t (id bigint generated always as identity primary key, v text, large text, n numeric(12,2))",
                    "alter table t alter large set storage external",
                    "insert into t (v, large, n) select 'row ' || i, repeat(md5(i::text), 100), i from generate_series(1, 10000) i",
                    "create table bag (a int, b text)", "alter table bag replica identity full");
            scenario.mirror("t").mirror("bag").route("t", "warehouse:t_log?mode=append", "- to: kamelet:drop-columns?columns=large,v,n");
            PackagedRun program = new PackagedRun(scenario.folder.resolve("process"), absolute(scenario), "-Xmx512m",
                    "-XX:TieredStopAtLevel=1");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong written = new AtomicLong();
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> write(scenario, stop, written));
            try (program) {
                for (int kill = 1; kill <= KILLS; kill++) {
                    long before = applied(scenario);
                    program.start();
                    // By turns anywhere in its start and while it is at work, however slow the machine is.
                    int millis = 500 + random.nextInt(9_000);
                    if (kill % 2 == 0) {
                        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(20)).until(() -> applied(scenario) > before);
                        millis = random.nextInt(2_500);
                    }
                    waitFor(millis);
                    assertThat(program.isAlive()).as("killed by us, not dead of itself; see " + program.log()).isTrue();
                    program.kill();
                }
                program.start();
                stop.set(true);
                load.get(1, TimeUnit.MINUTES);
                List<String> last = new ArrayList<>();
                try (Bactrian reader = scenario.start(Stages.ROUTES_ONLY)) {
                    await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofSeconds(1)).until(() -> {
                        last.clear();
                        last.addAll(scenario.differences());
                        return last.isEmpty();
                    });
                }
                assertThat(repeated(scenario)).isEmpty();
                assertThat(scenario.appended("t_log")).isEqualTo(sinceTheLastSnapshotBegan(scenario));
                System.out.printf("kill test, PostgreSQL as source: seed %d, %d kills, %,d rows changed, 0 differences%n", SEED, KILLS,
                        written.get());
                assertThat(program.stop()).as("stops in order on SIGTERM").isTrue();
            } finally {
                stop.set(true);
            }
        }
    }

    private static Map<String, String> absolute(Scenario scenario) {
        Map<String, String> settings = new HashMap<>(scenario.settings());
        settings.put("bactrian.routes", scenario.folder.toAbsolutePath().toString());
        return settings;
    }

    private static void write(Scenario scenario, AtomicBoolean stop, AtomicLong written) {
        Random random = new Random(SEED);
        try (Connection connection = Servers.connect(scenario.servers.postgres(), scenario.name);
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path to " + scenario.name);
            connection.setAutoCommit(false);
            while (!stop.get()) {
                int from = random.nextInt(9_000);
                long changed = statement.executeUpdate("insert into t (v, n) select 'new ' || i, i from generate_series(1, "
                        + (1 + random.nextInt(random.nextInt(20) == 0 ? 4_000 : 5)) + ") i");
                changed += statement.executeUpdate("update t set v = v || '!' where id in (select id from t order by id desc limit 3)");
                changed += statement.executeUpdate("update t set n = n + 1 where id between " + from + " and " + (from + 50));
                changed += statement.executeUpdate("delete from t where id = " + random.nextInt(10_000));
                changed += statement.executeUpdate("insert into bag values (" + random.nextInt(5) + ", 'x')");
                changed += statement.executeUpdate(
                        "update bag set b = 'y' where ctid = (select min(ctid) from bag where a = " + random.nextInt(5) + ")");
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    written.addAndGet(changed);
                }
                waitFor(100);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A snapshot that begins again takes back, with a TRUNCATE to each partition, what came before it. */
    private static List<String> sinceTheLastSnapshotBegan(Scenario scenario) {
        Map<Integer, Long> begins = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : scenario.records("t")) {
            if (TopicReader.text(record.value()).contains("\"op\":\"t\"")) {
                begins.merge(record.partition(), record.offset(), Math::max);
            }
        }
        return scenario.inTopic("t").stream().filter(place -> Long.parseLong(place.replaceFirst(".*@", "")) > begins
                .getOrDefault(Integer.valueOf(place.replaceFirst("@.*", "")), -1L)).toList();
    }

    /**
     * Changes of the source that are in the topic more than once: a place in the log, a row and what happened to it
     * make one.
     */
    private static List<String> repeated(Scenario scenario) {
        Map<String, Integer> origins = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : scenario.records("t")) {
            String value = TopicReader.text(record.value());
            if (!value.contains("\"op\":\"t\"") && !value.contains("\"op\":\"r\"")) {
                origins.merge(value.replaceAll("^.*?\"origin\":\"([^\"]*)\".*$", "$1") + " " + TopicReader.text(record.key()) + " "
                        + value.substring(0, 10), 1, Integer::sum);
            }
        }
        return origins.entrySet().stream().filter(entry -> entry.getValue() > 1)
                .map(entry -> entry.getKey() + ": " + entry.getValue() + " times").toList();
    }

    /** The moment of a kill is the input of this test, not a wait for something. */
    private static void waitFor(int millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    }

    private static long applied(Scenario scenario) {
        if (Servers.query(scenario.servers.warehouse, "show tables from " + scenario.name + " like 'bactrian_watermarks'").isEmpty()) {
            return 0;
        }
        return Long.parseLong(scenario.rows("select coalesce(sum(next_offset), 0) from NAME.bactrian_watermarks").get(0));
    }
}
