package io.bactrian.infrastructure.kafka;

import io.bactrian.domain.Partition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes topics when they are not there. */
final class Topics implements AutoCloseable {

    private static final long SECONDS_TO_WAIT = 30;

    private final KafkaSettings settings;
    private final Admin admin;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Topics(KafkaSettings settings) {
        this.settings = settings;
        this.admin = Admin.create(settings.client());
    }

    /** All that are missing in one request: a snapshot comes to ten new tables in its first second. */
    void ensureChanges(Set<String> topics) {
        ensure(topics, settings.partitions(), Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
    }

    /** Whether readers of what is committed find anything in the partition, now. */
    boolean hasRecords(Partition partition) {
        TopicPartition asked = new TopicPartition(partition.topic(), partition.number());
        Duration patience = Duration.ofSeconds(SECONDS_TO_WAIT);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            consumer.assign(List.of(asked));
            consumer.seek(asked, consumer.beginningOffsets(List.of(asked), patience).get(asked));
            long end = consumer.endOffsets(List.of(asked), patience).get(asked);
            // What a crash left behind was taken back: it has offsets and no records.
            while (consumer.position(asked, patience) < end) {
                if (!consumer.poll(Duration.ofMillis(200)).isEmpty()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Where each partition ends, committed or not. */
    Map<Integer, Long> ends(String topic) {
        Properties properties = settings.consumer();
        properties.setProperty("isolation.level", "read_uncommitted");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            Duration patience = Duration.ofSeconds(SECONDS_TO_WAIT);
            List<TopicPartition> partitions = consumer.partitionsFor(topic, patience).stream()
                    .map(info -> new TopicPartition(topic, info.partition())).toList();
            Map<Integer, Long> ends = new TreeMap<>();
            consumer.endOffsets(partitions, patience).forEach((partition, end) -> ends.put(partition.partition(), end));
            return ends;
        }
    }

    /** A topic whose records replace each other by key, in one order for all. */
    void ensureTable(String topic) {
        ensure(Set.of(topic), 1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    private void ensure(Set<String> topics, int partitions, Map<String, String> config) {
        List<NewTopic> missing = topics.stream().filter(topic -> !known.contains(topic))
                .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.of(settings.replication()))
                        .configs(with(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(KafkaSettings.LARGEST_RECORD))))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        admin.createTopics(missing).values().forEach((topic, made) -> {
            try {
                await("make topic " + topic, made);
            } catch (KafkaException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
            known.add(topic);
        });
    }

    private static Map<String, String> with(Map<String, String> config, String key, String value) {
        Map<String, String> all = new java.util.HashMap<>(config);
        all.put(key, value);
        return all;
    }

    /** Names of the topics that begin so. */
    List<String> startingWith(String prefix) {
        return await("list topics", admin.listTopics().names()).stream().filter(name -> name.startsWith(prefix)).sorted().toList();
    }

    private <T> T await(String doing, KafkaFuture<T> future) {
        try {
            return future.get(SECONDS_TO_WAIT, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka (" + settings.bootstrapServers() + "): could not " + doing + ": " + e.getCause().getMessage(),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException(
                    "Kafka (" + settings.bootstrapServers() + "): could not " + doing + " within " + SECONDS_TO_WAIT + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting to " + doing, e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
