package io.bactrian.infrastructure.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads a compacted topic of one partition from its beginning to its end. */
final class TableTopic {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private TableTopic() {
    }

    static void read(KafkaSettings settings, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        readOn(settings, topic, 0, each);
    }

    /** @return where to read on from the next time; as given while there is no such topic */
    static long readOn(KafkaSettings settings, String topic, long from, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            if (!isThere(settings, consumer, topic)) {
                return from;
            }
            consumer.assign(List.of(partition));
            consumer.seek(partition, Math.max(from, consumer.beginningOffsets(List.of(partition), PATIENCE).get(partition)));
            Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition), PATIENCE);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition, PATIENCE) < ends.get(partition)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    each.accept(record);
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                }
                if (System.nanoTime() > deadline) {
                    throw new KafkaException("Kafka (" + settings.bootstrapServers() + "): topic " + topic + " ends at "
                            + ends.get(partition) + ", but nothing came after " + consumer.position(partition) + " for "
                            + PATIENCE.toSeconds() + " s");
                }
            }
            return consumer.position(partition, PATIENCE);
        }
    }

    private static boolean isThere(KafkaSettings settings, KafkaConsumer<?, ?> consumer, String topic) {
        try {
            return consumer.listTopics(ANSWER).containsKey(topic);
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka (" + settings.bootstrapServers() + ") does not answer within " + ANSWER.toSeconds()
                    + " s; is it running, and is bactrian.kafka.bootstrap-servers right?", e);
        }
    }
}
