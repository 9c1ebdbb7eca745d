package io.bactrian.infrastructure.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Warehouse.Batch;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two pumps of one pipeline, step by step: who of them may pass on. */
class TopicWarehouseIT {

    private static final TableSchema SCHEMA = Given.schema("id int64, name string(20) null", "id");

    private final Servers servers = Servers.shared();
    private final KafkaSettings settings = new KafkaSettings(servers.kafka.bootstrapServers(), 1, (short) 1);
    private final String name = "tw" + Long.toString(System.nanoTime(), 36);
    private final String from = name + ".source";
    private final String to = name + ".curated";
    private final Partition partition = new Partition(from, 0);
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void makeTheTopicThatIsRead() {
        try (Topics topics = new Topics(settings)) {
            topics.ensureChanges(Set.of(from));
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private KafkaConsumer<byte[], byte[]> member() {
        Properties properties = settings.consumer();
        properties.setProperty("group.id", "bactrian." + name);
        properties.setProperty("auto.offset.reset", "earliest");
        properties.setProperty("session.timeout.ms", "6000");
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties);
        consumer.subscribe(List.of(from));
        return consumer;
    }

    private TopicWarehouse warehouse(ConsumerGroupMetadata member) {
        TopicWarehouse warehouse = new TopicWarehouse(settings, name, () -> member, new ConcurrentHashMap<>());
        open.add(warehouse);
        return warehouse;
    }

    private List<Row> rows(long offset, String what) {
        Image image = Given.image(SCHEMA, offset, what);
        Change change = new Change(name, "t.customers", Operation.INSERT, null, image, new Position(from, 0, offset), "", Given.COMMITTED,
                false);
        return List.of(new Row(new Target(to, Mode.APPEND, SCHEMA.key(), false), Row.Meaning.WRITE, image, change, "r"));
    }

    /** A batch of one change, from that offset. */
    private void pass(TopicWarehouse warehouse, long offset, String what) {
        warehouse.prepare(rows(offset, what));
        try (Batch transaction = warehouse.begin(name)) {
            assertThat(transaction.lock(List.of(partition))).isEqualTo(Map.of(partition, offset));
            transaction.write(rows(offset, what));
            transaction.advance(Map.of(partition, offset + 1));
            transaction.commit();
        }
    }

    private List<String> passedOn() {
        return TopicReader.read(settings.bootstrapServers(), to).stream()
                .map(record -> TopicReader.text(record.value()).replaceAll(".*\"name\":\"(.*?)\".*", "$1")).toList();
    }

    @Test
    void anOwnerThatTheGroupHasGoneOnWithoutPassesNothingOn() {
        TopicWarehouse first;
        Batch late;
        try (KafkaConsumer<byte[], byte[]> one = member()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                one.poll(Duration.ofMillis(100));
                return !one.assignment().isEmpty();
            });
            first = warehouse(one.groupMetadata());
            assertThat(first.watermarks(name, Map.of(partition, 0L))).containsEntry(partition, 0L);
            pass(first, 0, "a");
            first.prepare(rows(1, "late"));
            late = first.begin(name);
            late.write(rows(1, "late"));
            late.advance(Map.of(partition, 2L));
        }
        try (KafkaConsumer<byte[], byte[]> other = member()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                other.poll(Duration.ofMillis(100));
                return !other.assignment().isEmpty();
            });
            TopicWarehouse second = warehouse(other.groupMetadata());
            assertThat(second.watermarks(name, Map.of(partition, 0L))).containsEntry(partition, 1L);
            pass(second, 1, "b");
            assertThatThrownBy(late::commit).isInstanceOf(RuntimeException.class);
            late.close();
            pass(second, 2, "c");
        }
        assertThat(passedOn()).containsExactly("a", "b", "c");
    }

    /** As a pump leaves it that is stopped, or slow, in the middle of its commit. */
    @Test
    void anOffsetInATransactionThatIsStillOpenIsWaitedForAndNotTakenForNone() throws Exception {
        Properties properties = settings.producer();
        properties.setProperty("transactional.id", name);
        try (KafkaConsumer<byte[], byte[]> one = member(); KafkaProducer<byte[], byte[]> slow = new KafkaProducer<>(properties)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                one.poll(Duration.ofMillis(100));
                return !one.assignment().isEmpty();
            });
            slow.initTransactions();
            slow.beginTransaction();
            slow.sendOffsetsToTransaction(Map.of(new TopicPartition(from, 0), new OffsetAndMetadata(5)), one.groupMetadata());
            TopicWarehouse next = warehouse(one.groupMetadata());
            CompletableFuture<Map<Partition, Long>> marks = CompletableFuture
                    .supplyAsync(() -> next.watermarks(name, Map.of(partition, 0L)));
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofMinutes(1)).until(() -> !marks.isDone());
            slow.commitTransaction();
            assertThat(marks.get(1, TimeUnit.MINUTES)).containsEntry(partition, 5L);
        }
    }

    @Test
    void withoutAMembershipNothingIsCommitted() {
        TopicWarehouse nobodys = warehouse(new ConsumerGroupMetadata("bactrian." + name));
        nobodys.watermarks(name, Map.of(partition, 0L));

        assertThatThrownBy(() -> pass(nobodys, 0, "a"))
                .hasMessageContaining("is no member of its consumer group any more; nothing was committed");
        assertThat(passedOn()).isEmpty();
    }

    @Test
    void whatWasPassedOnBeforeKafkaForgotTheOffsetsIsNotPassedOnAgain() throws Exception {
        ConsumerGroupMetadata left;
        try (KafkaConsumer<byte[], byte[]> one = member()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                one.poll(Duration.ofMillis(100));
                return !one.assignment().isEmpty();
            });
            TopicWarehouse warehouse = warehouse(one.groupMetadata());
            warehouse.watermarks(name, Map.of(partition, 0L));
            // What is taken back leaves offsets in the topic and no change: that is no reason to stand still.
            warehouse.prepare(rows(0, "taken back"));
            try (Batch transaction = warehouse.begin(name)) {
                transaction.write(rows(0, "taken back"));
            }
            TopicWarehouse next = warehouse(one.groupMetadata());
            next.watermarks(name, Map.of(partition, 0L));
            pass(next, 0, "a");
        }
        try (Admin admin = Admin.create(settings.client())) {
            admin.deleteConsumerGroupOffsets("bactrian." + name, Set.of(new TopicPartition(from, 0))).all().get();
        }
        try (KafkaConsumer<byte[], byte[]> one = member()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                one.poll(Duration.ofMillis(100));
                return !one.assignment().isEmpty();
            });
            left = one.groupMetadata();
            TopicWarehouse forgotten = warehouse(left);
            assertThat(forgotten.watermarks(name, Map.of(partition, 0L))).containsEntry(partition, 0L);
            assertThatThrownBy(() -> pass(forgotten, 0, "a"))
                    .hasMessageStartingWith("topic " + to + " holds changes in partition 0 already, and group bactrian." + name
                            + " has no committed offset of " + from + "-0")
                    .hasMessageContaining("--topic " + from + ":0 --reset-offsets --to-offset N --execute");
            assertThatCode(() -> forgotten.prepare(List.of())).doesNotThrowAnyException();
        }
        assertThat(passedOn()).containsExactly("a");
    }
}
