package io.bactrian.infrastructure.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.Counters;
import io.bactrian.application.Delivery;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.RowRoutes;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse.Commit;
import io.bactrian.testing.IdempotentWarehouseInMemory;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pump that writes an idempotent warehouse, on a real Kafka: nothing is lost, and nothing is there twice. */
class IdempotentPumpIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Servers servers = Servers.shared();
    private final KafkaSettings settings = new KafkaSettings(servers.kafka.bootstrapServers(), 1, (short) 1);
    private final String name = "ip" + Long.toString(System.nanoTime(), 36);
    private final String topic = name + ".customers";
    private final Partition partition = new Partition(topic, 0);
    private final IdempotentWarehouseInMemory warehouse = new IdempotentWarehouseInMemory();
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory();
    private final Health health = new Health();
    private final RowRoutes routes = new Routes();
    private int sent;

    private final class Routes implements RowRoutes {
        private final RoutesInMemory both = new RoutesInMemory().mirroring("mirror", "customers").appending("log", "customers_log");

        @Override
        public Set<String> pipelines() {
            return Set.of(name);
        }

        @Override
        public Set<String> topics(String pipeline) {
            return Set.of(topic);
        }

        @Override
        public List<RowRoute> of(String pipeline, String ofTopic) {
            return both.of(pipeline, ofTopic);
        }
    }

    @BeforeEach
    void makeTheTopicThatIsRead() {
        try (Topics topics = new Topics(settings)) {
            topics.ensureChanges(Set.of(topic));
        }
    }

    private Pumps start() {
        Pumps pumps = new Pumps(settings, routes, new Deliveries(), deadLetters, new SourceCatalog(Map.of()), health,
                new Liveness(Duration.ofSeconds(600)),
                pipeline -> new Pumps.PipelineSettings(pipeline, WarehouseOpener.shared(warehouse), 1, 20), pipeline -> true);
        pumps.start();
        return pumps;
    }

    /** The n-th change writes key n modulo 10. */
    private static String words(int number) {
        return "update " + number % 10 + " v" + number;
    }

    private void send(int count) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", settings.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int end = sent + count; sent < end; sent++) {
                producer.send(new ProducerRecord<>(topic, 0, null, words(sent).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private void drain(Pumps pumps) {
        await().atMost(PATIENCE).until(() -> pumps.drained(name));
    }

    private void assertOnce() {
        assertThat(warehouse.marks()).containsEntry(partition, (long) sent);
        assertThat(warehouse.appended("customers_log")).extracting(row -> (int) row.version().offset())
                .containsExactlyElementsOf(IntStream.range(0, sent).boxed().toList());
        assertThat(warehouse.mirror("customers")).hasSize(10)
                .allSatisfy((key, row) -> assertThat(row.image().get("name")).isEqualTo("v" + (sent - 10 + (Long) key)));
        assertThat(deadLetters.letters).isEmpty();
    }

    @Test
    void aPumpThatIsKilledBetweenRowsAndWatermarkHasWrittenThemOnceInTheEnd() {
        send(50);
        warehouse.failing = "commit";
        try (Pumps killed = start()) {
            await().atMost(PATIENCE).until(() -> killed.counters(name).retries.sum() > 0);
        }
        assertThat(warehouse.appended("customers_log")).isNotEmpty();
        assertThat(warehouse.marks()).containsEntry(partition, 0L);

        warehouse.failing = "";
        warehouse.nextCommit = Commit.ANSWER_IS_LOST;
        warehouse.failingAfter = 7;
        try (Pumps next = start()) {
            drain(next);
        }
        assertOnce();
    }

    @Test
    void aZombieThatWritesLateChangesNothingAndIsLedBackToTheWatermark() {
        send(50);
        ApplyBatch owner = new ApplyBatch(name, routes, new Deliveries(), warehouse, deadLetters, new Counters());
        List<Delivery> all = IntStream.range(0, 50).mapToObj(i -> Deliveries.delivery(new Position(topic, 0, i), words(i))).toList();
        // The pump has looked at the watermark, and sleeps while the new owner does all of the work.
        warehouse.meanwhile = () -> assertThat(owner.apply(owner.route(all, Map.of(partition, new ApplyBatch.Span(0, 50)))).applied())
                .isTrue();
        try (Pumps zombie = start()) {
            drain(zombie);
            assertThat(zombie.counters(name).rewinds.sum()).isEqualTo(1);
            send(10);
            drain(zombie);
        }
        assertOnce();
    }
}
