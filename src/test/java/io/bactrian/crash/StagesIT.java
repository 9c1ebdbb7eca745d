package io.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.testing.PackagedRun;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Capture, a pipeline that passes on and one that loads, each a process of its own, while the source is written: each
 * is killed in its turn; one is paused until another has its place, and goes on then as if nothing had happened.
 */
class StagesIT {

    /** With {@code -Dbactrian.kills=60}, which takes ten minutes, the pause is tried too. */
    private static final int KILLS = Integer.getInteger("bactrian.kills", 3);
    private static final long SEED = Long.getLong("bactrian.seed", 20_261_121);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALL = "select id, owner, amount from NAME.accounts order by id";

    private final Servers servers = Servers.shared();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Map<String, PackagedRun> stages = new TreeMap<>();
    private Scenario scenario;
    private String curate;
    private String curated;
    private CompletableFuture<Long> writing;

    @BeforeEach
    void begin() {
        scenario = new Scenario(servers);
        scenario.source("create table accounts (id int primary key, owner varchar(40), amount decimal(12,2))");
        curate = scenario.name + "-curate";
        curated = scenario.name + "-curated.accounts";
        route(scenario, curate, "pass-on", scenario.name + ".accounts", "topic:" + curated);
        route(scenario, scenario.name, "load", "topic:" + curated, "warehouse:accounts");
        route(scenario, scenario.name, "log", "topic:" + curated, "warehouse:accounts_log?mode=append");
        List.of("capture", curate, scenario.name).forEach(part -> start(part, part));
        writing = CompletableFuture.supplyAsync(() -> write(servers, scenario.name, enough));
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .untilAsserted(() -> assertThat(scenario.rows("select count(*) from NAME.accounts_log").get(0)).isNotEqualTo("0"));
        // Each runs its part and says so.
        assertThat(stages.get("capture").log()).content().contains("running only capture of [" + scenario.name + "];");
        assertThat(stages.get(curate).log()).content().contains("running only pipelines [" + curate + "];");
    }

    @AfterEach
    void end() throws InterruptedException {
        enough.set(true);
        for (PackagedRun run : stages.values()) {
            run.close();
        }
        scenario.close();
    }

    private void start(String stage, String part) {
        stages.computeIfAbsent(stage,
                name -> new PackagedRun(Path.of("target", "stages", name), settings(), "-Xmx256m", "-XX:TieredStopAtLevel=1"))
                .start("--only", part);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(scenario.settings());
        settings.put("bactrian.routes", scenario.folder.toAbsolutePath().toString());
        settings.put("bactrian.http.port", "0");
        settings.put("bactrian.pipeline." + curate + ".warehouse", "topics");
        return settings;
    }

    @Test
    void eachStageSurvivesBeingKilledAtAnyMoment() throws Exception {
        Random random = new Random(SEED);
        List<String> names = List.copyOf(stages.keySet());
        for (int kill = 0; kill < KILLS; kill++) {
            String stage = names.get(kill % names.size());
            // The moment of a kill is the input of this test: in its start, or at work.
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(4_000));
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() >= until);
            assertThat(stages.get(stage).isAlive()).as("killed by us, not dead of itself; see " + stages.get(stage).log()).isTrue();
            stages.get(stage).kill();
            start(stage, stage);
        }
        assertNothingIsLostOrTwice("stages kill test: seed " + SEED + ", " + KILLS + " kills");
    }

    /**
     * {@code TopicWarehouseIT} has the same step by step. The paused one keeps what it has polled and the transaction
     * that it has begun, and does not know that its partitions are another's.
     */
    @Test
    @EnabledIfSystemProperty(named = "bactrian.kills", matches = ".+")
    void aStageThatWasPausedUntilAnotherTookItsPlacePassesNothingOnTwice() throws Exception {
        stages.get(curate).signal("STOP");
        start(curate + "-2", curate);
        // What is captured from now on only the other one can pass on.
        long captured = scenario.captured("accounts");
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500))
                .until(() -> TopicReader.count(servers.kafka.bootstrapServers(), curated) > captured);
        stages.get(curate).signal("CONT");
        long then = scenario.captured("accounts");
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500))
                .until(() -> TopicReader.count(servers.kafka.bootstrapServers(), curated) > then);
        assertThat(stages.get(curate).isAlive()).isTrue();
        assertThat(stages.get(curate + "-2").stop()).isTrue();
        assertNothingIsLostOrTwice("stages pause test");
    }

    private void assertNothingIsLostOrTwice(String what) throws Exception {
        enough.set(true);
        long transactions = writing.get(1, TimeUnit.MINUTES);
        List<String> expected = scenario.sourceRows(ALL);
        assertThat(expected).hasSizeGreaterThan(50);
        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500)).ignoreExceptions().untilAsserted(() -> {
            assertThat(scenario.rows(ALL)).isEqualTo(expected);
            assertThat(passedOn(servers, curated)).isEqualTo(passedOn(servers, scenario.topic("accounts")));
            assertThat(scenario.rows("select count(*) from NAME.accounts_log"))
                    .containsExactly(Integer.toString(TopicReader.read(servers.kafka.bootstrapServers(), curated).size()));
        });
        System.out.printf("%s, %,d transactions, %,d changes passed on, 0 differences%n", what, transactions,
                TopicReader.count(servers.kafka.bootstrapServers(), curated));
    }

    private static void route(Scenario scenario, String pipeline, String id, String from, String to) {
        scenario.write(pipeline + "/" + id + ".camel.yaml", "- route:\n    id: " + scenario.name + "-" + id
                + "\n    from:\n      uri: change:" + from + "\n      steps:\n        - to: " + to + "\n");
    }

    /** What happened, by partition, in order: nothing lost, nothing twice, nothing overtaken. */
    private static Map<Integer, List<String>> passedOn(Servers servers, String topic) throws IOException {
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> partitions = new TreeMap<>();
        TopicReader.read(servers.kafka.bootstrapServers(), topic)
                .forEach(record -> partitions.computeIfAbsent(record.partition(), p -> new ArrayList<>()).add(record));
        Map<Integer, List<String>> said = new TreeMap<>();
        for (Map.Entry<Integer, List<ConsumerRecord<byte[], byte[]>>> partition : partitions.entrySet()) {
            List<String> changes = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : partition.getValue()) {
                JsonNode change = JSON.readTree(record.value());
                changes.add(change.path("op").asText() + " " + change.path("before") + " " + change.path("after"));
            }
            said.put(partition.getKey(), changes);
        }
        return said;
    }

    private static long write(Servers servers, String database, AtomicBoolean enough) {
        Random random = new Random(SEED);
        long transactions = 0;
        try (Connection connection = Servers.connect(servers.source, database); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!enough.get()) {
                int id = random.nextInt(400);
                switch (random.nextInt(8)) {
                    case 0 -> statement.executeUpdate("delete from accounts where id=" + id);
                    case 1 -> {
                        statement.executeUpdate("delete from accounts where id=" + (id + 400));
                        statement.executeUpdate("update accounts set id=id+400 where id=" + id);
                    }
                    default -> statement.executeUpdate("replace into accounts values (" + id + ", 'owner " + random.nextInt(1000) + "', "
                            + random.nextInt(100_000) / 100.0 + ")");
                }
                connection.commit();
                transactions++;
                // Enough to be at work all the time, few enough to be read again and again.
                LockSupport.parkNanos(5_000_000);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return transactions;
    }
}
