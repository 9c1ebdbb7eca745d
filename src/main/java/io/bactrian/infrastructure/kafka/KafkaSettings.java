package io.bactrian.infrastructure.kafka;

import java.util.Properties;

/**
 * How Kafka is reached and how topics are made.
 *
 * @param partitions of a table's topic: how many consumers may share a table; must not change once the topic is there,
 * since a key would go to another partition and lose its order
 */
public record KafkaSettings(String bootstrapServers, int partitions, short replication) {

    /** A row of 16 MiB with both its images, as JSON with some of it escaped. */
    public static final int LARGEST_RECORD = 48 << 20;

    /** The topic of the captured sources' offsets. */
    public static final String OFFSETS_TOPIC = "bactrian.offsets";

    public static String deadLetterTopic(String pipeline) {
        return "bactrian.dead-letters." + pipeline;
    }

    Properties client() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrapServers);
        return properties;
    }

    Properties producer() {
        Properties properties = client();
        properties.setProperty("acks", "all");
        properties.setProperty("enable.idempotence", "true");
        properties.setProperty("max.request.size", Integer.toString(LARGEST_RECORD));
        properties.setProperty("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.setProperty("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        return properties;
    }

    Properties consumer() {
        Properties properties = client();
        properties.setProperty("isolation.level", "read_committed");
        properties.setProperty("enable.auto.commit", "false");
        // A position that is not there must be an error, never a jump.
        properties.setProperty("auto.offset.reset", "none");
        properties.setProperty("allow.auto.create.topics", "false");
        properties.setProperty("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        properties.setProperty("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        return properties;
    }
}
