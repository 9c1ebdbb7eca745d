package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.settings.Stages;
import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.domain.DeadLetter;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.HeardLines;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From Kafka to the warehouse nothing is lost and nothing applied twice, whatever fails. */
class PumpLossIT {

    private static final String SCHEMA = "{\"columns\":[[\"id\",\"int32\"],[\"v\",\"string(20)\",\"null\"]],\"key\":[\"id\"]}";

    private Scenario scenario;
    private Servers servers;

    @BeforeEach
    void open() {
        servers = Servers.shared();
        scenario = new Scenario(servers);
        Stumble.fail(0);
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private Counters counters() {
        return scenario.bactrian().counters().get(scenario.name);
    }

    private boolean isDown() {
        return isDown(scenario.bactrian());
    }

    private boolean isDown(Bactrian bactrian) {
        return bactrian.health().parts().entrySet().stream()
                .anyMatch(part -> part.getKey().startsWith("pipeline " + scenario.name) && !part.getValue().up());
    }

    private List<String> downReasons() {
        return scenario.bactrian().health().parts().values().stream().filter(state -> !state.up()).map(Health.State::reason).toList();
    }

    private void mirrorAndLog(String... steps) {
        scenario.mirror("t", steps);
        scenario.route("t", "warehouse:log?mode=append");
    }

    /** Every record of the topic is one row, no more and no less, and the mirror is the source. */
    private void assertExactlyOnce() {
        assertThat(scenario.appended("log")).isEqualTo(scenario.inTopic("t"));
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.deadLetters()).isEmpty();
    }

    private static String values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "(" + i + ", 'row " + i + "')").collect(Collectors.joining(","));
    }

    /** What the statements do is in Kafka before the first pump starts, so that it is one batch. */
    private void together(Runnable routes, String... statements) {
        scenario.start();
        scenario.drain();
        scenario.source(statements);
        scenario.drain();
        scenario.stop();
        routes.run();
        scenario.start();
        scenario.drain();
    }

    @Test
    void aRowThatARouteThrowsForIsADeadLetterAndItsNeighboursArrive() {
        scenario.source("create table t (id int primary key, v varchar(20))");
        together(() -> mirrorAndLog(Stumble.step("onThirteen")), "insert into t values " + values(0, 500));
        assertThat(scenario.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.route()).isEqualTo(scenario.name + "-t-mode-mirror");
            assertThat(letter.reason()).contains("13 brings bad luck");
            assertThat(new String(letter.value(), StandardCharsets.UTF_8)).contains("\"after\":{\"id\":13,");
        });
        assertThat(scenario.rows("select count(*), sum(id = 13) from NAME.t")).containsExactly("499|0");
        assertThat(scenario.appended("log")).as("the other route has them all").isEqualTo(scenario.inTopic("t"));
    }

    @Test
    void aBatchOfSeveralPartitionsThatFailsAsAWholeIsTriedAgainAndAppliedOnce() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values " + values(0, 100));
        mirrorAndLog();
        scenario.start();
        scenario.drain();
        Servers.execute(servers.warehouse, "set global super_read_only = ON");
        try {
            scenario.source("update t set v = 'changed' where id < 50", "insert into t values " + values(100, 2_000),
                    "delete from t where id >= 1500");
            scenario.drainCapture();
            until(() -> counters().retries.sum() >= 3);
            assertThat(isDown()).isTrue();
            assertThat(downReasons()).allSatisfy(reason -> assertThat(reason).contains("super-read-only"));
        } finally {
            Servers.execute(servers.warehouse, "set global super_read_only = OFF", "set global read_only = OFF");
        }
        scenario.drain();
        assertExactlyOnce();
        until(() -> !isDown());
    }

    @Test
    void partitionsThatMoveBetweenInstancesInMidLoadAreAppliedOnce() {
        scenario.setting("bactrian.kafka.partitions", "8");
        scenario.source("create table t (id int primary key auto_increment, v varchar(20))", "set cte_max_recursion_depth = 50000",
                "insert into t (v) with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) "
                        + "select concat('row ', i) from n");
        try (Bactrian capture = scenario.startCapture()) {
            scenario.drainCapture();
            mirrorAndLog();
            scenario.setting("bactrian.pipeline.NAME.batch-size", "100");
            try (Bactrian second = secondWhileTheFirstIsAtWork()) {
                scenario.source("update t set v = 'moved' where id % 10 = 0");
                scenario.drainCapture();
                await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> second.pumps().drained(scenario.name));
            }
            assertThat(capture.routes().pipelines()).isEmpty();
        }
        scenario.start(Stages.ROUTES_ONLY);
        assertThat(scenario.inTopic("t")).hasSizeGreaterThan(20_000);
        assertExactlyOnce();
    }

    /** The first pumps are closed as soon as both have applied something and there is more to do. */
    private Bactrian secondWhileTheFirstIsAtWork() {
        Bactrian second = null;
        try (Bactrian first = scenario.startPumps()) {
            until(() -> first.counters().get(scenario.name).changes.sum() >= 1_000);
            second = scenario.startPumps();
            Bactrian joined = second;
            until(() -> {
                // Until the group has been divided anew there is always something to apply.
                scenario.source("insert into t (v) select v from t limit 500");
                return joined.counters().get(scenario.name).batches.sum() > 0;
            });
            scenario.source("insert into t (v) select v from t limit 5000");
        } catch (RuntimeException | Error e) {
            if (second != null) {
                second.close();
            }
            throw e;
        }
        return second;
    }

    @Test
    void aBatchThatFindsItsWatermarkMovedMeanwhileIsNotAppliedAgain() throws Exception {
        scenario.setting("bactrian.kafka.partitions", "1");
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values " + values(0, 10));
        scenario.route("t", "warehouse:log?mode=append");
        scenario.start();
        scenario.drain();
        long mark = Long.parseLong(scenario.rows("select next_offset from NAME.bactrian_watermarks").get(0));
        try (Connection other = Servers.connect(servers.warehouse, scenario.name); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeQuery("select * from bactrian_watermarks for update").close();
            scenario.source("insert into t values " + values(10, 20));
            scenario.drainCapture();
            until(() -> scenario.rows("select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'")
                    .equals(List.of("1")));
            // The other owner applies five of the ten, here without their rows, and is gone.
            statement.executeUpdate("update bactrian_watermarks set next_offset = next_offset + 5");
            other.commit();
        }
        scenario.drain();
        assertThat(counters().rewinds.sum()).isEqualTo(1);
        List<String> expected = scenario.inTopic("t").stream().filter(at -> {
            long offset = Long.parseLong(at.substring(2));
            return offset < mark || offset >= mark + 5;
        }).toList();
        assertThat(scenario.appended("log")).isEqualTo(expected).hasSizeBetween(15, 19);
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void aWatermarkThatWasSetBackIsFollowed() {
        scenario.setting("bactrian.kafka.partitions", "1");
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values " + values(0, 10));
        mirrorAndLog();
        scenario.start();
        scenario.drain();
        // As after a restored backup: rows and watermark of an earlier hour.
        scenario.warehouse("begin", "update bactrian_watermarks set next_offset = 3", "delete from log where bactrian_offset >= 3",
                "delete from t where bactrian_offset >= 3", "commit");
        scenario.source("insert into t values (100, 'next')");
        scenario.drain();
        until(() -> scenario.appended("log").equals(scenario.inTopic("t")));
        assertThat(counters().rewinds.sum()).isEqualTo(1);
        assertExactlyOnce();
    }

    @Test
    void recordsThatAreNoChangesAreDeadLettersWithTheirBytesAndTheirNeighboursArrive() throws Exception {
        scenario.setting("bactrian.kafka.partitions", "1");
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values " + values(0, 5));
        scenario.start();
        scenario.drain();
        byte[] garbage = {(byte) 0xff, 0, (byte) 0xfe, '{', 7};
        byte[] key = "{\"id\":77}".getBytes(StandardCharsets.UTF_8);
        byte[] schema = SCHEMA.getBytes(StandardCharsets.UTF_8);
        String change = "{\"op\":\"c\",\"source\":\"s\",\"table\":\"" + scenario.name
                + ".t\",\"ts_ms\":1,\"after\":{\"id\":77,\"v\":\"x\"}}";
        List<byte[]> values = Stream
                .of(null, "", "[1,2]", "{\"op\":\"c\"}", change.replace("\"c\"", "\"z\""), change.replace("77,", "\"seventy-seven\","),
                        change.replace("\"v\"", "\"w\""), change.substring(0, change.length() - 1), change)
                .map(text -> text == null ? null : text.getBytes(StandardCharsets.UTF_8)).toList();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.send(new ProducerRecord<>(scenario.topic("t"), 0, null, null, garbage,
                    List.of(new RecordHeader("bactrian.schema", garbage)))).get();
            for (byte[] value : values) {
                // The last one is a change to the letter, but nobody knows its columns.
                producer.send(new ProducerRecord<>(scenario.topic("t"), 0, null, key, value,
                        value == values.get(values.size() - 1) ? List.of() : List.of(new RecordHeader("bactrian.schema", schema)))).get();
            }
        }
        scenario.source("insert into t values (6, 'after the poison')");
        scenario.drain();
        scenario.stop();
        scenario.mirror("t");
        scenario.start();
        scenario.drain();
        List<DeadLetter> letters = scenario.deadLetters();
        assertThat(letters).hasSize(1 + values.size()).allSatisfy(letter -> {
            assertThat(letter.route()).isEqualTo(DeadLetter.UNREADABLE);
            assertThat(letter.reason()).contains("is no change", letter.position().toString());
        });
        assertThat(letters.get(0).key()).isNull();
        assertThat(letters.get(0).value()).isEqualTo(garbage);
        assertThat(letters.get(0).schema()).isEqualTo(garbage);
        for (int i = 0; i < values.size(); i++) {
            assertThat(letters.get(1 + i).value()).isEqualTo(values.get(i));
            assertThat(letters.get(1 + i).key()).isEqualTo(key);
            assertThat(letters.get(1 + i).schema()).isEqualTo(i == values.size() - 1 ? null : schema);
        }
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select count(*), max(v) from NAME.t")).containsExactly("6|row 4");
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", servers.kafka.bootstrapServers());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void rowsThatTheWarehouseRefusesAreDeadLettersThatSayWhyAndTheirNeighboursArrive() {
        scenario.source("create table t (id int primary key, v varchar(20), n int, c int)");
        scenario.warehouse(
                "create table t (id int primary key, v varchar(20), constraint narrow check (char_length(v) <= 5), n int not null, c int, "
                        + "bactrian_log int unsigned "
                        + "not null, bactrian_offset bigint not null,"
                        + " constraint only_positive check (c > 0))");
        together(() -> scenario.mirror("t"),
                "insert into t values (1, 'fits', 1, 1), (2, 'too long', 1, 1), (3, 'fits', null, 1), (4, 'fits', 1, "
                        + "-1), (5, 'fits', 1, 1)");
        assertThat(scenario.rows("select id from NAME.t order by id")).containsExactly("1", "5");
        List<DeadLetter> letters = scenario.deadLetters();
        assertThat(letters).hasSize(3).allSatisfy(letter -> assertThat(letter.reason()).contains("warehouse table t refuses the row"));
        assertThat(reasonOf(letters, 2)).contains("Check constraint 'narrow' is violated");
        assertThat(reasonOf(letters, 3)).contains("'n'").containsIgnoringCase("null");
        assertThat(reasonOf(letters, 4)).contains("only_positive");
    }

    private static String reasonOf(List<DeadLetter> letters, int id) {
        return letters.stream()
                .filter(letter -> new String(letter.value(), StandardCharsets.UTF_8).contains("\"after\":{\"id\":" + id + ",")).findFirst()
                .orElseThrow().reason();
    }

    @Test
    void manyRefusedRowsOfALargeBatchAreFoundOneByOne() {
        scenario.source("create table t (id int primary key, v varchar(20))");
        scenario.warehouse(
                "create table t (id int primary key, v varchar(20), constraint narrow check (char_length(v) <= 8), "
                        + "bactrian_log int unsigned not null, bactrian_offset bigint not null)");
        String rows = IntStream.range(0, 4_000)
                .mapToObj(i -> "(" + i + ", '" + (i % 97 == 5 ? "much too long" : i % 389 == 0 ? "ninechars" : "fits") + "')")
                .collect(Collectors.joining(","));
        together(() -> {
            scenario.mirror("t");
            scenario.route("t", "warehouse:log?mode=append");
        }, "insert into t values " + rows);
        assertThat(scenario.rows("select count(*), count(distinct v) from NAME.t")).isEqualTo(
                scenario.sourceRows("select count(*), count(distinct v) from NAME.t where length(v) <= 8"));
        assertThat(Integer.toString(scenario.deadLetters().size()))
                .isEqualTo(scenario.sourceRows("select count(*) from NAME.t where length(v) > 8").get(0));
        assertThat(scenario.deadLetters()).extracting(DeadLetter::route).containsOnly(scenario.name + "-t-mode-mirror");
        assertThat(scenario.appended("log")).isEqualTo(scenario.inTopic("t"));
    }

    @Test
    void whenTheLastChangeOfAKeyIsRefusedTheOneBeforeItStands() {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read'), (2, 'read'), (3, 'read')");
        scenario.warehouse(
                "create table t (id int primary key, v varchar(20), constraint narrow check (char_length(v) <= 5), "
                        + "bactrian_log int unsigned not null, bactrian_offset bigint not null)");
        together(() -> scenario.mirror("t"), "update t set v = 'fits' where id = 1", "update t set v = 'much too long' where id = 1",
                "update t set v = 'much too long' where id = 2", "update t set v = 'longer than that' where id = 2",
                "delete from t where id = 3",
                "insert into t values (3, 'much too long')");
        assertThat(scenario.rows("select id, v from NAME.t order by id")).containsExactly("1|fits", "2|read");
        assertThat(scenario.deadLetters().stream()
                .map(letter -> new String(letter.value(), StandardCharsets.UTF_8).replaceAll("^.*\"after\":", ""))).contains(
                        "{\"id\":1,\"v\":\"much too long\"}}", "{\"id\":2,\"v\":\"longer than that\"}}",
                        "{\"id\":3,\"v\":\"much too long\"}}");
    }

    @Test
    void aWarehouseThatIsAwayForTwentySecondsLosesNothing() {
        warehouseAway(Duration.ofSeconds(20));
    }

    @Test
    @Tag("slow")
    void aWarehouseThatIsAwayForTwoMinutesLosesNothing() {
        warehouseAway(Duration.ofMinutes(2));
    }

    private void warehouseAway(Duration time) {
        scenario.source("create table t (id int primary key auto_increment, v varchar(20))",
                "insert into t (v) values ('a'), ('b'), ('c')");
        mirrorAndLog();
        scenario.start();
        scenario.drain();
        try (HeardLines heard = new HeardLines()) {
            servers.warehouse.kill();
            try {
                // How long it is away is the input of this test, not a wait for something.
                long until = System.nanoTime() + time.toNanos();
                await().atMost(time.plusMinutes(1)).pollInterval(Duration.ofMillis(200)).until(() -> {
                    scenario.source("insert into t (v) values ('while away'), ('while away')",
                            "update t set v = 'changed' order by id limit 2");
                    return System.nanoTime() >= until;
                });
                scenario.drainCapture();
                until(this::isDown);
                assertThat(downReasons()).isNotEmpty().allSatisfy(reason -> assertThat(reason).contains("warehouse main"));
                assertThat(heard.with("ERROR", "DOWN")).as("one line for each pump that noticed").hasSizeBetween(1, 2)
                        .doesNotHaveDuplicates();
                assertThat(counters().retries.sum()).isGreaterThan(heard.with("ERROR", "DOWN").size());
            } finally {
                servers.warehouse.startAgain();
            }
            scenario.drain();
            until(() -> !isDown());
            assertThat(heard.with("up again")).hasSameSizeAs(heard.with("ERROR", "DOWN"));
        }
        assertExactlyOnce();
    }

    @Test
    void aBatchWhoseDeadLettersCannotBeKeptIsNotCommitted() throws Exception {
        String topic = "bactrian.dead-letters." + scenario.name;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())
                    .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "100"))))
                    .all().get(30, TimeUnit.SECONDS);
            scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'a'), (13, 'b'), (20, 'c')");
            scenario.setting("bactrian.kafka.partitions", "1");
            mirrorAndLog(Stumble.step("onThirteen"));
            scenario.start();
            until(() -> scenario.bactrian().counters().containsKey(scenario.name) && counters().retries.sum() >= 3);
            assertThat(isDown()).isTrue();
            assertThat(downReasons()).anySatisfy(reason -> assertThat(reason).contains("dead letter"));
            assertThat(scenario.rows("select next_offset from NAME.bactrian_watermarks")).containsExactly("0");
            assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("0");
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "1000000"), AlterConfigOp.OpType.SET)))).all()
                    .get(30, TimeUnit.SECONDS);
        }
        scenario.drain();
        assertThat(scenario.deadLetters()).hasSize(1);
        assertThat(scenario.rows("select id from NAME.t order by id")).containsExactly("1", "20");
        assertThat(scenario.appended("log")).isEqualTo(scenario.inTopic("t"));
        assertThat(isDown()).isFalse();
    }
}
