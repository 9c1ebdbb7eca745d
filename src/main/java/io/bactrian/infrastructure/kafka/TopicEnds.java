package io.bactrian.infrastructure.kafka;

import io.bactrian.domain.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Where partitions end for readers of what is committed; one connection, for who asks every second. */
public final class TopicEnds implements AutoCloseable {

    private final KafkaSettings settings;
    private final Admin admin;

    public TopicEnds(KafkaSettings settings) {
        this.settings = settings;
        Properties properties = settings.client();
        properties.setProperty("client.id", "bactrian.status");
        properties.setProperty("default.api.timeout.ms", "4000");
        properties.setProperty("request.timeout.ms", "4000");
        this.admin = Admin.create(properties);
    }

    /**
     * @throws KafkaException when Kafka does not answer within seconds; with no partitions it is asked whether it is
     * there
     */
    public Map<Partition, Long> of(Collection<Partition> partitions) throws InterruptedException {
        try {
            if (partitions.isEmpty()) {
                admin.describeCluster().nodes().get();
                return Map.of();
            }
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            partitions.forEach(partition -> latest.put(new TopicPartition(partition.topic(), partition.number()), OffsetSpec.latest()));
            Map<Partition, Long> ends = new HashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get()
                    .forEach((partition, info) -> ends.put(new Partition(partition.topic(), partition.partition()), info.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka (" + settings.bootstrapServers() + ") does not answer: " + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ZERO);
    }
}
