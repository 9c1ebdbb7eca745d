package io.bactrian.infrastructure.capture;

import io.bactrian.engines.SourceLog;
import java.util.Properties;

/** The engine's properties: what the route's endpoint says, and what exactly-once and exact values ask for on top. */
final class CaptureProperties {

    private CaptureProperties() {
    }

    static Properties of(Properties configured, SourceLog kind, String bootstrapServers) {
        Properties properties = new Properties();
        properties.putAll(configured);

        // Not the user's to choose: each other value loses something.
        properties.setProperty("offset.storage", ResumedOffsets.class.getName());
        properties.setProperty("skipped.operations", "none"); // the default leaves out TRUNCATE
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("binary.handling.mode", "bytes");
        properties.setProperty("time.precision.mode", "adaptive_time_microseconds");
        properties.setProperty("event.converting.failure.handling.mode", "fail"); // the default makes the value NULL
        properties.setProperty("event.processing.failure.handling.mode", "fail");
        properties.setProperty("inconsistent.schema.handling.mode", "fail");
        properties.setProperty("column.propagate.source.type", ".*");
        properties.setProperty("errors.max.retries", "0"); // the capture restarts itself, and reports it in its health

        properties.setProperty("offset.flush.interval.ms", "60000"); // what the engine stores is not used
        kind.complete(properties);

        absent(properties, "topic.prefix", properties.getProperty("name"));
        String source = properties.getProperty("topic.prefix");
        // 8,192 rows may wait in the engine; of rows of 16 MiB that would be 128 GiB.
        if ("0".equals(properties.getProperty("max.queue.size.in.bytes", "0"))) {
            properties.setProperty("max.queue.size.in.bytes", Long.toString(64L << 20));
        }
        absent(properties, "schema.history.internal", "io.debezium.storage.kafka.history.KafkaSchemaHistory");
        absent(properties, "schema.history.internal.kafka.bootstrap.servers", bootstrapServers);
        absent(properties, "schema.history.internal.kafka.topic", "bactrian.schema-history." + source);
        // Camel's default of 0 tells Connector/J to read a whole table into memory; Debezium's own default streams it.
        if ("0".equals(properties.getProperty("snapshot.fetch.size"))) {
            properties.remove("snapshot.fetch.size");
        }
        // An idle database's position moves too, so that its binlog can be purged.
        if ("0".equals(properties.getProperty("heartbeat.interval.ms", "0"))) {
            properties.setProperty("heartbeat.interval.ms", "10000");
        }
        return properties;
    }

    private static void absent(Properties properties, String key, String value) {
        if (properties.getProperty(key) == null || properties.getProperty(key).isEmpty()) {
            properties.setProperty(key, value);
        }
    }
}
