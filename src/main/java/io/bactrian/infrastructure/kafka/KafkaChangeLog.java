package io.bactrian.infrastructure.kafka;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.wire.ChangeJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source's changes in Kafka: each batch and the offsets that follow it are one transaction of one transactional id.
 */
public final class KafkaChangeLog implements ChangeLog {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaChangeLog.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Changes without a key share a partition: only so do they keep their order. */
    private static final int PARTITION_WITHOUT_KEY = 0;

    private final KafkaSettings settings;
    private final String source;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private boolean failed;

    private KafkaChangeLog(KafkaSettings settings, String source) {
        this.settings = settings;
        this.source = source;
        this.topics = new Topics(settings);
        KafkaProducer<byte[], byte[]> opened = null;
        try {
            topics.ensureTable(KafkaSettings.OFFSETS_TOPIC);
            topics.ensureTable(RereadTopic.name(source));
            opened = new KafkaProducer<>(properties());
            // Ends or aborts what an earlier owner had under way, and fences it: the offsets read after this are final.
            opened.initTransactions();
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close(Duration.ZERO);
            }
            topics.close();
            throw e;
        }
        this.producer = opened;
    }

    public static ChangeLog.Opener opener(KafkaSettings settings) {
        return source -> new KafkaChangeLog(settings, source);
    }

    private Properties properties() {
        Properties properties = settings.producer();
        properties.setProperty("transactional.id", "bactrian.capture." + source);
        properties.setProperty("transaction.timeout.ms", "120000");
        properties.setProperty("compression.type", "lz4");
        properties.setProperty("batch.size", Integer.toString(256 << 10));
        properties.setProperty("linger.ms", "5");
        properties.setProperty("buffer.memory", Integer.toString(96 << 20));
        // A transaction that begins while the markers of the one before are still being written is told to try again;
        // the
        // default of 100 ms for that would be most of the latency.
        properties.setProperty("retry.backoff.ms", "5");
        properties.setProperty("retry.backoff.max.ms", "500");
        return properties;
    }

    @Override
    public Map<String, String> offsets() {
        Map<String, String> offsets = new LinkedHashMap<>();
        TableTopic.read(settings, KafkaSettings.OFFSETS_TOPIC, record -> {
            try {
                JsonNode key = JSON.readTree(record.key());
                if (key.path(0).asText().equals(source)) {
                    offsets.put(key.path(1).toString(), new String(record.value(), StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                throw new KafkaException("topic " + KafkaSettings.OFFSETS_TOPIC + "-0@" + record.offset()
                        + ": the key is not JSON; only Bactrian may write there. Without it the source's position is not known", e);
            }
        });
        return offsets;
    }

    @Override
    public Map<Integer, Long> ends(String topic) {
        topics.ensureChanges(Set.of(topic));
        return topics.ends(topic);
    }

    @Override
    public Tables tables() {
        return RereadTopic.tables(settings, source);
    }

    @Override
    public RereadFeed rereads() {
        return new RereadTopic.Feed(settings, source);
    }

    @Override
    public void write(CapturedBatch batch) {
        if (failed) {
            throw new IllegalStateException("a Kafka transaction of this capture has failed; it must be opened again");
        }
        try {
            Set<String> wanted = new HashSet<>();
            for (CapturedChange change : batch.changes()) {
                wanted.add(change.topic());
            }
            topics.ensureChanges(wanted);
            producer.beginTransaction();
            if (batch.withdraw()) {
                withdraw();
            }
            for (CapturedChange change : batch.changes()) {
                send(change);
            }
            for (Map.Entry<String, String> offset : batch.offsets().entrySet()) {
                String key = "[" + JSON.writeValueAsString(source) + "," + offset.getKey() + "]";
                producer.send(new ProducerRecord<>(KafkaSettings.OFFSETS_TOPIC, 0, key.getBytes(StandardCharsets.UTF_8),
                        offset.getValue().getBytes(StandardCharsets.UTF_8)));
            }
            if (!batch.notes().isEmpty()) {
                RereadTopic.records(source, batch.notes()).forEach(producer::send);
            }
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException | FencedInstanceIdException e) {
            failed = true;
            throw new FencedException("another instance writes the changes of source " + source, e);
        } catch (IOException e) {
            failed = true;
            throw new KafkaException("an offset could not be written", e);
        } catch (RuntimeException e) {
            failed = true;
            throw e;
        }
    }

    private void send(CapturedChange change) {
        List<Header> headers = List.of(new RecordHeader(ChangeJson.SCHEMA_HEADER, change.schema()));
        if (change.everyPartition() && change.key() == null) {
            for (PartitionInfo partition : producer.partitionsFor(change.topic())) {
                producer.send(
                        new ProducerRecord<>(change.topic(), partition.partition(), change.committedAt(), null, change.value(), headers));
            }
        } else {
            Integer partition = change.partition() >= 0
                    ? Integer.valueOf(change.partition())
                    : change.key() == null ? PARTITION_WITHOUT_KEY : null;
            producer.send(new ProducerRecord<>(change.topic(), partition, change.committedAt(), change.key(), change.value(), headers));
        }
    }

    /**
     * A snapshot begins. What an earlier one, interrupted, has written may hold rows that were deleted since; nobody
     * would ever hear of that. So each partition that holds anything gets a TRUNCATE ahead of the new snapshot's rows.
     */
    private void withdraw() {
        long now = System.currentTimeMillis();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
            for (String topic : topics.startingWith(source + ".")) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition()))
                        .toList();
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                String table = SourceCatalog.table(source, topic);
                for (TopicPartition partition : partitions) {
                    if (ends.get(partition) > 0) {
                        LOG.info("capture {}: a snapshot begins; withdrawing what {} holds of an earlier one", source, partition);
                        byte[] value = ("{\"op\":\"t\",\"source\":" + quoted(source) + ",\"table\":" + quoted(table) + ",\"ts_ms\":" + now
                                + ",\"snapshot\":true}").getBytes(StandardCharsets.UTF_8);
                        producer.send(new ProducerRecord<>(topic, partition.partition(), now, null, value));
                    }
                }
            }
        }
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    @Override
    public void close() {
        // A clean close waits for nothing: every transaction was committed or has failed, and the next opener aborts
        // what is open.
        producer.close(failed ? Duration.ZERO : Duration.ofSeconds(10));
        topics.close();
    }
}
