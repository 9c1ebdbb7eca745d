package io.bactrian.infrastructure.kafka;

import io.bactrian.application.Warehouse;
import io.bactrian.domain.Change;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.infrastructure.wire.ChangeWriter;
import io.bactrian.infrastructure.wire.SchemaJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Kafka as what a pipeline writes: its rows are changes in topics, for another pipeline to load. A batch is one Kafka
 * transaction, and the watermarks are the consumer group's committed offsets, which are part of it.
 *
 * <p>Two owners of a partition cannot both apply: the transaction carries the group's generation as the consumer knows
 * it, and Kafka rejects that of a member which the group has gone on without. One for each pump, and used by its thread
 * only.
 *
 * <p>A change goes to the partition that it came from, so a key stays in one and a TRUNCATE, which reaches every
 * partition, clears what came through the same one.
 */
public final class TopicWarehouse implements Warehouse, AutoCloseable {

    static final String NAME = "topics";

    /** After a crash, readers wait at most this long for the transaction that it left open. */
    private static final int TRANSACTION_SECONDS = 20;
    private static final int SECONDS_TO_WAIT = 30;
    private static final int MILLIS_BETWEEN_LOOKS = 200;
    private static final int SCHEMAS_REMEMBERED = 1_000;

    private final KafkaSettings settings;
    private final String pipeline;
    private final Supplier<ConsumerGroupMetadata> group;
    private final Topics topics;
    private final String transactionalId;
    /** Which topic each one is made of: rows of several would clear each other. */
    private final ConcurrentMap<String, String> madeOf;
    private final Map<TableSchema, byte[]> headers = new IdentityHashMap<>();
    private final Map<String, Integer> partitions = new HashMap<>();
    private final Map<Partition, Long> marks = new TreeMap<>();
    /** Of those in {@link #marks}, the ones that Kafka knows no committed offset of. */
    private final Set<Partition> unknown = new TreeSet<>();
    /** Topics' partitions that were seen to hold nothing yet. */
    private final Set<Partition> seenEmpty = new TreeSet<>();
    /** Null until the first batch, and after a failure: whether its transaction was committed only Kafka knows. */
    private KafkaProducer<byte[], byte[]> producer;

    /**
     * @param group the pump's membership as of its last poll
     * @param madeOf which topic each one is made of, for all pumps of the pipeline
     */
    TopicWarehouse(KafkaSettings settings, String pipeline, Supplier<ConsumerGroupMetadata> group, ConcurrentMap<String, String> madeOf) {
        this.settings = settings;
        this.pipeline = pipeline;
        this.group = group;
        this.madeOf = madeOf;
        this.topics = new Topics(settings);
        this.transactionalId = "bactrian.pipeline." + pipeline + "." + UUID.randomUUID();
    }

    /**
     * One for each pump of the pipeline, with a producer of its own. Its watermarks are the committed offsets of the
     * pump's consumer group.
     */
    public static WarehouseOpener opener(KafkaSettings settings, String pipeline) {
        ConcurrentMap<String, String> madeOf = new ConcurrentHashMap<>();
        return membership -> {
            TopicWarehouse own = new TopicWarehouse(settings, pipeline, membership, madeOf);
            return new WarehouseOpener.Opened(own, true, own::close);
        };
    }

    /** Nothing is consumed, so nothing can be written. */
    public static TopicWarehouse withoutPump(KafkaSettings settings, String pipeline) {
        return new TopicWarehouse(settings, pipeline, WarehouseOpener.NOBODY, new ConcurrentHashMap<>());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean passesOn() {
        return true;
    }

    /** A topic takes every row. What is wrong here concerns the pipeline. */
    @Override
    public List<TableFault> prepare(Collection<Row> rows) {
        Set<String> wanted = new TreeSet<>();
        for (Row row : rows) {
            String topic = row.target().table();
            String from = row.version().topic();
            String other = madeOf.putIfAbsent(topic, from);
            if (other != null && !other.equals(from)) {
                throw new IllegalStateException("topic:" + topic + " is written from " + other + " and from " + from
                        + "; a TRUNCATE of one would take the other's rows. Expected a topic for each table; name another in route "
                        + row.route());
            }
            wanted.add(topic);
        }
        topics.ensureChanges(wanted);
        rows.forEach(this::refuseASecondTime);
        return List.of();
    }

    /**
     * Kafka forgets the offsets of a group without members, after a week by default. What was passed on before must not
     * be passed on again then; and only what is in the topic tells.
     */
    private void refuseASecondTime(Row row) {
        Partition from = Partition.of(row.version());
        Partition to = new Partition(row.target().table(), from.number());
        if (!unknown.contains(from) || seenEmpty.contains(to)) {
            return;
        }
        if (topics.hasRecords(to)) {
            String group = "bactrian." + pipeline;
            throw new IllegalStateException("topic " + to.topic() + " holds changes in partition " + to.number() + " already, and group "
                    + group + " has no committed offset of " + from
                    + ": Kafka has forgotten how far pipeline " + pipeline
                    + " had come (offsets.retention.minutes), or another pipeline writes there too. Going on would "
                    + "pass changes on twice. Stop the pipeline and"
                    + " set the offset where it goes on, kafka-consumer-groups.sh --bootstrap-server " + settings.bootstrapServers()
                    + " --group "
                    + group + " --topic " + from.topic() + ":" + from.number()
                    + " --reset-offsets --to-offset N --execute; or end the route in another topic");
        }
        seenEmpty.add(to);
    }

    @Override
    public Map<Partition, Long> watermarks(String ofPipeline, Map<Partition, Long> starts) {
        Map<Partition, Long> found = committed(starts.keySet());
        starts.forEach((partition, start) -> marks.put(partition, found.getOrDefault(partition, start)));
        unknown.addAll(starts.keySet());
        unknown.removeAll(found.keySet());
        Map<Partition, Long> asked = new TreeMap<>();
        starts.keySet().forEach(partition -> asked.put(partition, marks.get(partition)));
        return asked;
    }

    /**
     * Of those partitions, the ones that have a committed offset. Of one whose offset an open transaction has set,
     * Kafka's answer says nothing at all: that transaction ends first, if need be by its timeout. Taken for none, its
     * changes would be passed on a second time.
     */
    private Map<Partition, Long> committed(Collection<Partition> some) {
        List<TopicPartition> asked = some.stream().map(TopicWarehouse::kafkas).toList();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TRANSACTION_SECONDS + SECONDS_TO_WAIT);
        try (Admin admin = Admin.create(settings.client())) {
            while (true) {
                Map<TopicPartition, OffsetAndMetadata> told = admin
                        .listConsumerGroupOffsets(Map.of("bactrian." + pipeline, new ListConsumerGroupOffsetsSpec().topicPartitions(asked)),
                                new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata("bactrian." + pipeline).get(SECONDS_TO_WAIT, TimeUnit.SECONDS);
                if (told.keySet().containsAll(asked)) {
                    Map<Partition, Long> found = new TreeMap<>();
                    told.forEach((partition, offset) -> {
                        if (offset != null) {
                            found.put(new Partition(partition.topic(), partition.partition()), offset.offset());
                        }
                    });
                    return found;
                }
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("a transaction of another pump of the pipeline is still open");
                }
                TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
            }
        } catch (ExecutionException e) {
            throw failure("read the committed offsets of group bactrian." + pipeline, e.getCause());
        } catch (TimeoutException e) {
            throw failure("read the committed offsets of group bactrian." + pipeline + " within " + SECONDS_TO_WAIT + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("wait for the committed offsets", e);
        }
    }

    private static TopicPartition kafkas(Partition partition) {
        return new TopicPartition(partition.topic(), partition.number());
    }

    private KafkaException failure(String doing, Throwable cause) {
        return new KafkaException("Kafka (" + settings.bootstrapServers() + "): could not " + doing + ": " + cause.getMessage(), cause);
    }

    @Override
    public Batch begin(String ofPipeline) {
        if (producer == null) {
            KafkaProducer<byte[], byte[]> opened = new KafkaProducer<>(properties());
            try {
                // Aborts what this pump left open, or waits for the end of its commit.
                opened.initTransactions();
            } catch (RuntimeException e) {
                opened.close(Duration.ZERO);
                throw e;
            }
            producer = opened;
            Map<Partition, Long> found = committed(marks.keySet());
            marks.putAll(found);
            unknown.removeAll(found.keySet());
        }
        return new TopicBatch();
    }

    private Properties properties() {
        Properties properties = settings.producer();
        properties.setProperty("transactional.id", transactionalId);
        properties.setProperty("transaction.timeout.ms", Integer.toString(TRANSACTION_SECONDS * 1_000));
        properties.setProperty("compression.type", "lz4");
        properties.setProperty("batch.size", Integer.toString(256 << 10));
        properties.setProperty("linger.ms", "5");
        properties.setProperty("buffer.memory", Integer.toString(96 << 20));
        properties.setProperty("retry.backoff.ms", "5");
        properties.setProperty("retry.backoff.max.ms", "500");
        return properties;
    }

    private final class TopicBatch implements Batch {

        private final Map<Partition, Long> next = new TreeMap<>();
        private boolean committed;

        private TopicBatch() {
            producer.beginTransaction();
        }

        @Override
        public Map<Partition, Long> lock(Collection<Partition> wanted) {
            Map<Partition, Long> found = new TreeMap<>();
            wanted.forEach(partition -> found.put(partition, marks.get(partition)));
            return found;
        }

        @Override
        public List<Refusal> write(List<Row> rows) {
            List<Refusal> refusals = new ArrayList<>();
            for (Row row : rows) {
                Change change = row.change();
                String topic = row.target().table();
                if (change.before() != null && change.after() != null && !change.before().schema().equals(change.after().schema())) {
                    refusals.add(new Refusal(row,
                            "topic:" + topic + ": the rows before and after have different columns; a step must rewrite both"));
                    continue;
                }
                byte[] value = ChangeWriter.value(change, topic);
                if (value.length > KafkaSettings.LARGEST_RECORD - (1 << 20)) {
                    refusals.add(new Refusal(row, "topic:" + topic + " rejects the change: it takes " + value.length + " bytes"));
                    continue;
                }
                send(topic, change, change.row() == null ? null : ChangeWriter.key(change.row(), row.target().key()), value);
            }
            return refusals;
        }

        private void send(String topic, Change change, byte[] key, byte[] value) {
            if (headers.size() >= SCHEMAS_REMEMBERED) {
                headers.clear();
            }
            int partition = change.position().partition();
            int there = partitions.computeIfAbsent(topic, name -> producer.partitionsFor(name).size());
            if (partition >= there) {
                partitions.remove(topic);
                throw new IllegalStateException("topic " + topic + " has " + there + " partitions, and " + change.position().topic()
                        + ", from which it is written, has more. Delete it and create it again with as many, or add partitions to it");
            }
            List<org.apache.kafka.common.header.Header> header = change.row() == null
                    ? List.of()
                    : List.of(
                            new RecordHeader(ChangeJson.SCHEMA_HEADER, headers.computeIfAbsent(change.row().schema(), SchemaJson::write)));
            producer.send(new ProducerRecord<>(topic, partition, change.committedAt().toEpochMilli(), key, value, header));
        }

        @Override
        public void advance(Map<Partition, Long> marksNow) {
            next.putAll(marksNow);
        }

        @Override
        public void commit() {
            if (!next.isEmpty()) {
                ConsumerGroupMetadata member = group.get();
                if (member.generationId() < 0) {
                    // Kafka would take offsets of nobody from anybody.
                    throw new IllegalStateException(
                            "pipeline " + pipeline + " is no member of its consumer group any more; nothing was committed");
                }
                producer.sendOffsetsToTransaction(next.entrySet().stream().collect(Collectors.toMap(mark -> kafkas(mark.getKey()),
                        mark -> new OffsetAndMetadata(mark.getValue()))), member);
            }
            // Also fails when a record of it could not be sent.
            producer.commitTransaction();
            committed = true;
            marks.putAll(next);
            unknown.removeAll(next.keySet());
        }

        @Override
        public void close() {
            if (committed) {
                return;
            }
            try {
                producer.abortTransaction();
            } catch (RuntimeException e) {
                // The failure that led here is on its way to the caller; with a new producer the next try learns what
                // became of it.
                producer.close(Duration.ZERO);
                producer = null;
            }
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(10));
        }
        topics.close();
    }
}
