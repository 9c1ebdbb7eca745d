package io.bactrian.infrastructure.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.RowRoutes;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Partition;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse;
import io.bactrian.testing.IdempotentWarehouseInMemory;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseInMemory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is down holds back what needs it, in a real consumer group; everything else goes on. */
class HeldTableIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 2;

    private final Servers servers = Servers.shared();
    private final KafkaSettings settings = new KafkaSettings(servers.kafka.bootstrapServers(), PARTITIONS, (short) 1);
    private final String name = "ht" + Long.toString(System.nanoTime(), 36);
    private final String orders = name + ".orders";
    private final String customers = name + ".customers";
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory();
    private final Health health = new Health();
    private final Map<String, Integer> sent = new TreeMap<>();
    private FailingWarehouse warehouse;

    /** Each topic into a table of its own, which keeps every change. */
    private final class Routes implements RowRoutes {
        private final RoutesInMemory all = new RoutesInMemory().with("copy", change -> List
                .of(RoutesInMemory.appended(change.position().topic().substring(name.length() + 1), change.row(), change, "copy")));

        @Override
        public Set<String> pipelines() {
            return Set.of(name);
        }

        @Override
        public Set<String> topics(String pipeline) {
            return Set.of(orders, customers);
        }

        @Override
        public List<RowRoute> of(String pipeline, String topic) {
            return all.of(pipeline, topic);
        }
    }

    @BeforeEach
    void makeTheTopicsThatAreRead() {
        try (Topics topics = new Topics(settings)) {
            topics.ensureChanges(Set.of(orders, customers));
        }
    }

    private Pumps start(Health ownHealth) {
        Pumps pumps = new Pumps(settings, new Routes(), new Deliveries(), deadLetters, new SourceCatalog(Map.of()), ownHealth,
                new Liveness(Duration.ofSeconds(600)),
                pipeline -> new Pumps.PipelineSettings(pipeline, WarehouseOpener.shared(warehouse), 1, 20), pipeline -> true);
        pumps.start();
        return pumps;
    }

    private void send(String topic, int count) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", settings.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            int from = sent.getOrDefault(topic, 0);
            for (int i = from; i < from + count; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, ("insert " + i + " v").getBytes(StandardCharsets.UTF_8)));
            }
            sent.put(topic, from + count);
        }
    }

    private long applied(String topic) {
        return warehouse.appended(topic.substring(name.length() + 1)).size();
    }

    private void assertOnceInOrder(String topic) {
        for (int number = 0; number < PARTITIONS; number++) {
            Partition partition = new Partition(topic, number);
            assertThat(warehouse.appended(topic.substring(name.length() + 1)).stream().map(row -> row.version())
                    .filter(version -> Partition.of(version).equals(partition)).map(version -> (int) version.offset()))
                    .containsExactlyElementsOf(IntStream.range(0, sent.get(topic) / PARTITIONS).boxed().toList());
        }
    }

    private String part() {
        return "pipeline " + name + "/1 table orders";
    }

    private static FailingWarehouse warehouse(String kind) {
        return kind.equals("transactional") ? new WarehouseInMemory() : new IdempotentWarehouseInMemory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"transactional", "idempotent"})
    void itsNeighbourInTheSameConsumerGoesOnAndItsRowsArriveWhenItIsInOrder(String kind) {
        warehouse = warehouse(kind);
        warehouse.unfit = row -> row.target().table().equals("orders") && (Long) row.image().get("id") >= 10
                ? "table orders has another key"
                : null;
        send(orders, 50);
        send(customers, 50);
        try (Pumps pumps = start(health)) {
            await().atMost(PATIENCE).until(() -> applied(customers) == 50 && applied(orders) == 10);
            for (int round = 0; round < 5; round++) {
                send(orders, 10);
                send(customers, 50);
                int all = sent.get(customers);
                await().atMost(PATIENCE).until(() -> applied(customers) == all);
            }
            assertThat(applied(orders)).isEqualTo(10);
            assertThat(health.parts().get(part())).satisfies(state -> assertThat(state.reason()).isEqualTo("table orders has another key"));
            assertThat(health.parts().get("pipeline " + name + "/1").up()).isTrue();
            assertThat(warehouse.marks()).containsEntry(new Partition(orders, 0), 5L).containsEntry(new Partition(orders, 1), 5L);
            assertThat(pumps.drained(name)).isFalse();

            warehouse.unfit = row -> null;
            await().atMost(PATIENCE).until(() -> pumps.drained(name));
            await().atMost(PATIENCE).until(() -> !health.parts().containsKey(part()));
            send(orders, 10);
            await().atMost(PATIENCE).until(() -> pumps.drained(name));
        }
        assertOnceInOrder(orders);
        assertOnceInOrder(customers);
        assertThat(deadLetters.letters).isEmpty();
        assertThat(health.troubles()).anySatisfy(trouble -> {
            assertThat(trouble.part()).isEqualTo(part());
            assertThat(trouble.until()).isNotNull();
        });
    }

    /** The transactional warehouse in memory is for one consumer. */
    @Test
    void aPartitionThatIsHeldBackMayGoToAnotherConsumer() {
        warehouse = warehouse("idempotent");
        warehouse.unfit = row -> row.target().table().equals("orders") ? "table orders has another key" : null;
        Health others = new Health();
        send(orders, 40);
        send(customers, 40);
        try (Pumps first = start(health)) {
            await().atMost(PATIENCE).until(() -> applied(customers) == 40 && health.parts().containsKey(part()));
            try (Pumps second = start(others)) {
                // Each has some of the partitions, and both wait for the table or have none of its own.
                await().atMost(PATIENCE).until(() -> !second.standings(name).isEmpty() && first.standings(name).size() < 4);
                send(customers, 40);
                await().atMost(PATIENCE).until(() -> applied(customers) == 80);
                assertThat(applied(orders)).isZero();
                warehouse.unfit = row -> null;
                await().atMost(PATIENCE).until(() -> applied(orders) == 40);
                send(orders, 40);
                await().atMost(PATIENCE).until(() -> applied(orders) == 80);
            }
        }
        assertOnceInOrder(orders);
        assertOnceInOrder(customers);
        assertThat(health.parts()).isEmpty();
        assertThat(others.parts()).isEmpty();
    }

    /** The pump waits with all of its partitions then, and must not begin to read those that are held back. */
    @ParameterizedTest
    @ValueSource(strings = {"transactional", "idempotent"})
    void anOutageMeanwhileChangesNothingOfIt(String kind) {
        warehouse = warehouse(kind);
        warehouse.unfit = row -> row.target().table().equals("orders") ? "table orders has another key" : null;
        send(orders, 20);
        send(customers, 20);
        try (Pumps pumps = start(health)) {
            await().atMost(PATIENCE).until(() -> applied(customers) == 20 && health.parts().containsKey(part()));
            warehouse.failing = "write";
            send(customers, 20);
            await().atMost(PATIENCE).until(() -> pumps.counters(name).retries.sum() > 2);
            warehouse.failing = "";
            await().atMost(PATIENCE).until(() -> applied(customers) == 40);
            assertThat(applied(orders)).isZero();
            assertThat(health.parts()).containsKey(part());
            warehouse.unfit = row -> null;
            await().atMost(PATIENCE).until(() -> pumps.drained(name));
        }
        assertOnceInOrder(orders);
        assertOnceInOrder(customers);
    }
}
