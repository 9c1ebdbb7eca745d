package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.mysql.MySqlLog;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapturePropertiesTest {

    private static final MySqlLog MYSQL = new MySqlLog(new Properties());

    @ParameterizedTest
    @CsvSource({"skipped.operations, none, t", "tombstones.on.delete, false, true", "include.schema.changes, true, false",
        "decimal.handling.mode, precise, double",
        "bigint.unsigned.handling.mode, precise, long", "binary.handling.mode, bytes, hex",
        "time.precision.mode, adaptive_time_microseconds, connect",
        "event.converting.failure.handling.mode, fail, warn", "event.processing.failure.handling.mode, fail, skip",
        "inconsistent.schema.handling.mode, fail, skip",
        "column.propagate.source.type, .*, none", "errors.max.retries, 0, -1", "offset.flush.interval.ms, 60000, 0"})
    void whatWouldLoseSomethingIsNotTheUsersToChoose(String key, String value, String chosen) {
        assertThat(CaptureProperties.of(configured(), MYSQL, "kafka:9092")).containsEntry(key, value);
        assertThat(CaptureProperties.of(configured(key, chosen), MYSQL, "kafka:9092")).containsEntry(key, value);
    }

    /** Whoever masks a column in the engine must not find it unmasked in a topic. */
    @Test
    void onlyTheEngineKnowsWhatItMasksOrLeavesOut() {
        Properties properties = new Properties();
        properties.setProperty("column.exclude.list", "");
        properties.setProperty("column.propagate.source.type", ".*");
        properties.setProperty("table.include.list", "store.*");
        assertThat(CaptureConsumer.isOfTheEngine(properties)).isFalse();
        for (String name : new String[]{"column.mask.with.12.chars", "column.mask.hash.SHA-256.with.salt.x", "column.truncate.to.20.chars",
            "column.exclude.list", "snapshot.select.statement.overrides", "transforms"}) {
            Properties one = new Properties();
            one.putAll(properties);
            one.setProperty(name, "something");
            assertThat(CaptureConsumer.isOfTheEngine(one)).as(name).isTrue();
        }
    }

    @Test
    void theOffsetsComeFromKafkaWhateverIsConfigured() {
        assertThat(CaptureProperties.of(configured("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore"),
                MYSQL, "kafka:9092"))
                .containsEntry("offset.storage", ResumedOffsets.class.getName());
    }

    @Test
    void everythingElseStaysAsItIsConfigured() {
        assertThat(CaptureProperties.of(configured("max.batch.size", "512", "snapshot.mode", "no_data", "database.server.id", "7"),
                MYSQL, "kafka:9092"))
                .containsAllEntriesOf(
                        Map.of("max.batch.size", "512", "snapshot.mode", "no_data", "database.server.id", "7", "name", "shop"));
    }

    @Test
    void whatIsConfiguredIsNotChangedItself() {
        Properties configured = configured();
        CaptureProperties.of(configured, MYSQL, "kafka:9092");

        assertThat(configured).isEqualTo(configured());
    }

    @Test
    void theSourceIsNamedAsTheEndpointWhenNothingElseIsSaid() {
        assertThat(CaptureProperties.of(configured(), MYSQL, "kafka:9092")).containsEntry("topic.prefix", "shop")
                .containsEntry("schema.history.internal.kafka.topic", "bactrian.schema-history.shop");
        assertThat(CaptureProperties.of(configured("topic.prefix", ""), MYSQL, "kafka:9092")).containsEntry("topic.prefix",
                "shop");
        assertThat(CaptureProperties.of(configured("topic.prefix", "office"), MYSQL, "kafka:9092"))
                .containsEntry("topic.prefix", "office")
                .containsEntry("schema.history.internal.kafka.topic", "bactrian.schema-history.office");
    }

    @Test
    void theSchemaHistoryIsInKafkaUnlessTheUserPutsItElsewhere() {
        assertThat(CaptureProperties.of(configured(), MYSQL, "kafka:9092"))
                .containsEntry("schema.history.internal", "io.debezium.storage.kafka.history.KafkaSchemaHistory")
                .containsEntry("schema.history.internal.kafka.bootstrap.servers", "kafka:9092");
        assertThat(CaptureProperties.of(configured("schema.history.internal", "a.B", "schema.history.internal.kafka.topic", "t",
                "schema.history.internal.kafka.bootstrap.servers", "other:1"), MYSQL, "kafka:9092"))
                .containsEntry("schema.history.internal", "a.B").containsEntry("schema.history.internal.kafka.topic", "t")
                .containsEntry("schema.history.internal.kafka.bootstrap.servers", "other:1");
    }

    @Test
    void anIdleDatabaseBeats() {
        assertThat(CaptureProperties.of(configured(), MYSQL, "kafka:9092")).containsEntry("heartbeat.interval.ms", "1000");
        assertThat(CaptureProperties.of(configured("heartbeat.interval.ms", "0"), MYSQL, "kafka:9092"))
                .containsEntry("heartbeat.interval.ms", "1000");
        assertThat(CaptureProperties.of(configured("heartbeat.interval.ms", "500"), MYSQL, "kafka:9092"))
                .containsEntry("heartbeat.interval.ms", "500");
    }

    @Test
    void aSnapshotStreamsItsTables() {
        assertThat(CaptureProperties.of(configured("snapshot.fetch.size", "0"), MYSQL, "kafka:9092"))
                .doesNotContainKey("snapshot.fetch.size");
        assertThat(CaptureProperties.of(configured("snapshot.fetch.size", "2000"), MYSQL, "kafka:9092"))
                .containsEntry("snapshot.fetch.size", "2000");
    }

    @Test
    void theQueueIsBoundedInBytes() {
        assertThat(CaptureProperties.of(configured(), MYSQL, "kafka:9092")).containsEntry("max.queue.size.in.bytes", "67108864");
        assertThat(CaptureProperties.of(configured("max.queue.size.in.bytes", "0"), MYSQL, "kafka:9092"))
                .containsEntry("max.queue.size.in.bytes", "67108864");
        assertThat(CaptureProperties.of(configured("max.queue.size.in.bytes", "1000"), MYSQL, "kafka:9092"))
                .containsEntry("max.queue.size.in.bytes", "1000");
    }

    private static Properties configured(String... more) {
        Properties properties = new Properties();
        properties.setProperty("name", "shop");
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return properties;
    }
}
