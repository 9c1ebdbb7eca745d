package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.EverySource;
import io.bactrian.testing.HeardLines;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kafka has lost changes that the warehouse has not had; the table is read again, and the warehouse equals the source.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.SourceUnderTest#kinds")
class LostChangesIT extends EverySource {

    /** A mirror, a history and a bag, and beside them a table of which nothing is lost. */
    private void begin() {
        scenario.source("create table t (id serial primary key, v varchar(40))", "create table b (id int, v varchar(40))",
                "create table other (id int primary key)", "insert into other values (0)",
                "insert into b values (1, 'one'), (2, 'two'), (2, 'two'), (3, 'three')");
        if (!kind.toString().startsWith("MySQL")) {
            scenario.source("alter table b replica identity full");
        }
        scenario.insert("t", 300);
        scenario.mirror("t").mirror("b").mirror("other").route("t", "warehouse:h?mode=history&key=id").start();
        scenario.drain();
    }

    /** Changes that nobody applies. */
    private void changeUnapplied() {
        scenario.source("update t set v = 'unapplied' where id % 3 = 0", "delete from t where id % 7 = 0",
                "insert into t (v) values ('unapplied'), ('unapplied too')", "delete from b where id = 2",
                "insert into b values (4, 'four'), (1, 'one')");
    }

    private void ask(String... tables) {
        RereadTopic rereads = new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1));
        for (String table : tables) {
            rereads.ask(new Asked(scenario.name, scenario.name + "." + table, UUID.randomUUID().toString(), "a test", "", 0,
                    System.currentTimeMillis(), true));
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", scenario.servers.kafka.bootstrapServers()));
    }

    /** What Kafka does when the retention time is over. */
    private void loseRecords(String... tables) throws Exception {
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (String table : tables) {
                admin.describeTopics(List.of(scenario.topic(table))).allTopicNames().get(30, TimeUnit.SECONDS).values()
                        .forEach(topic -> topic.partitions()
                                .forEach(partition -> latest.put(new TopicPartition(topic.name(), partition.partition()),
                                        OffsetSpec.latest())));
            }
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            admin.listOffsets(latest).all().get(30, TimeUnit.SECONDS)
                    .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(all).all().get(30, TimeUnit.SECONDS);
        }
    }

    private Map<String, String> down() {
        return scenario.bactrian().health().parts().entrySet().stream().filter(part -> !part.getValue().up())
                .collect(Collectors.toMap(Map.Entry::getKey, part -> part.getValue().reason()));
    }

    private boolean isDown(String table) {
        Health.State state = scenario.bactrian().health().parts().get(part(table));
        return state != null && !state.up();
    }

    private String part(String table) {
        return "pipeline " + scenario.name + "/1 topic " + scenario.topic(table);
    }

    private void assertEqual() {
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select count(*) from NAME.h where is_current = 1"))
                .isEqualTo(scenario.sourceRows("select count(*) from NAME.t"));
        assertThat(scenario.bactrian().historyViolations()).isEmpty();
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(down()).isEmpty();
    }

    @Test
    void whatRetentionTookIsMadeUpForByAReReadThatTheReasonNames() throws Exception {
        begin();
        scenario.stop();
        try (Bactrian capture = scenario.startCapture()) {
            changeUnapplied();
            scenario.drainCapture();
        }
        loseRecords("t", "b");
        scenario.setting("bactrian.pipeline.NAME.consumers", "1").start();
        until(() -> isDown("t") && isDown("b"));
        assertThat(down()).containsOnlyKeys(part("t"), part("b"));
        assertThat(down().get(part("t"))).contains("no longer in Kafka (retention)", "bactrian reread " + scenario.name + ".t ",
                "sums (mode=add)");
        scenario.source("insert into other values (1)");
        until(() -> scenario.rows("select count(*) from NAME.other").equals(List.of("2")));
        assertThat(isDown("t")).as("what others do is no way out").isTrue();
        try (HeardLines heard = new HeardLines()) {
            ask("t", "b");
            until(() -> down().isEmpty());
            assertThat(heard.with("passed over the changes")).isNotEmpty();
        }
        assertEqual();
    }

    @Test
    void aReReadThatBeganInTimeNeedsNotBeAskedForAgain() throws Exception {
        begin();
        scenario.stop();
        try (Bactrian capture = scenario.startCapture()) {
            changeUnapplied();
            scenario.drainCapture();
            loseRecords("t", "b");
            ask("t", "b");
            RereadTopic rereads = new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1));
            until(() -> rereads.of(scenario.name).stream().filter(one -> one.asked().byPerson() && !one.isOpen()).count() == 2);
            assertThat(capture.health().parts().values()).allMatch(Health.State::up);
        }
        try (HeardLines heard = new HeardLines()) {
            scenario.start();
            assertEqual();
            assertThat(heard.with("DOWN")).isEmpty();
        }
    }
}
