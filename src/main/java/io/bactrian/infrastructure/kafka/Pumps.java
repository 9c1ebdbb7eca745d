package io.bactrian.infrastructure.kafka;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.ChangeReader;
import io.bactrian.application.Counters;
import io.bactrian.application.DeadLetters;
import io.bactrian.application.Health;
import io.bactrian.application.RowRoutes;
import io.bactrian.application.Warehouse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The pumps of all pipelines. They begin when every route is up, and end before the first one stops. */
public final class Pumps implements AutoCloseable {

    /**
     * @param warehouse null when the pipeline writes topics
     * @param consumers pumps of the pipeline in this process; more than its topics have partitions are idle
     */
    public record PipelineSettings(String pipeline, Warehouse warehouse, int consumers, int batchSize) {
    }

    /** @param closes what is the pump's alone */
    private record Running(Pump pump, Thread thread, Closing closes) {
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    private final KafkaSettings kafka;
    private final RowRoutes routes;
    private final ChangeReader reader;
    private final DeadLetters deadLetters;
    private final Health health;
    private final Function<String, PipelineSettings> settings;
    private final Map<String, Counters> counters = new ConcurrentSkipListMap<>();
    private final Map<String, List<Running>> running = new HashMap<>();

    public Pumps(KafkaSettings kafka, RowRoutes routes, ChangeReader reader, DeadLetters deadLetters, Health health,
            Function<String, PipelineSettings> settings) {
        this.kafka = kafka;
        this.routes = routes;
        this.reader = reader;
        this.deadLetters = deadLetters;
        this.health = health;
        this.settings = settings;
    }

    public synchronized void start() {
        for (String pipeline : routes.pipelines()) {
            PipelineSettings own = settings.apply(pipeline);
            Counters count = counters(pipeline);
            ConcurrentMap<String, String> madeOf = new ConcurrentHashMap<>();
            List<Running> pumps = new ArrayList<>();
            for (int i = 1; i <= own.consumers(); i++) {
                AtomicReference<Pump> member = new AtomicReference<>();
                Warehouse warehouse = own.warehouse() != null ? own.warehouse()
                        : new TopicWarehouse(kafka, pipeline, () -> member.get().membership(), madeOf);
                ApplyBatch applyBatch = new ApplyBatch(pipeline, routes, reader, warehouse, deadLetters, count);
                Pump pump = new Pump(pipeline, i, kafka, own.batchSize(), routes, applyBatch, warehouse, health, count);
                member.set(pump);
                Thread thread = new Thread(pump, "pump-" + pipeline + "-" + i);
                pumps.add(new Running(pump, thread, warehouse instanceof TopicWarehouse topics ? topics::close : () -> { }));
                thread.start();
            }
            running.put(pipeline, pumps);
        }
    }

    /** What the pipeline counts, also before its pumps have started. */
    public Counters counters(String pipeline) {
        return counters.computeIfAbsent(pipeline, name -> new Counters());
    }

    public Map<String, Counters> counters() {
        return Map.copyOf(counters);
    }

    /** Changes of a pipeline that are in Kafka and not in the warehouse, as far as this process's pumps own them. */
    public synchronized long lag(String pipeline) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (Running one : running.getOrDefault(pipeline, List.of())) {
            positions.putAll(one.pump().positions());
        }
        Map<TopicPartition, Long> ends = ends(positions.keySet());
        return positions.entrySet().stream().mapToLong(entry -> Math.max(0, ends.get(entry.getKey()) - entry.getValue())).sum();
    }

    /**
     * Whether the pipeline's pumps have applied everything that was in its topics when this was called. Asks Kafka for the ends
     * first: a change that is committed before the call counts.
     */
    public synchronized boolean drained(String pipeline) {
        Set<String> topics = routes.topics(pipeline);
        try (Admin admin = Admin.create(kafka.client())) {
            Set<String> there = new java.util.HashSet<>(await(admin.listTopics().names()));
            there.retainAll(topics);
            List<TopicPartition> partitions = await(admin.describeTopics(there).allTopicNames()).values().stream()
                    .flatMap(topic -> topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition()))).toList();
            // All that is written, committed or about to be: a transaction's markers reach its partitions one after the other, so
            // that what is committed in one of them may look open in another for a moment.
            Map<TopicPartition, Long> ends = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
            Map<TopicPartition, Long> positions = new HashMap<>();
            for (Running one : running.getOrDefault(pipeline, List.of())) {
                positions.putAll(one.pump().positions());
            }
            return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), -1L) >= end.getValue());
        }
    }

    private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        try (Admin admin = Admin.create(kafka.client())) {
            return ends(admin, partitions, IsolationLevel.READ_COMMITTED);
        }
    }

    private static Map<TopicPartition, Long> ends(Admin admin, Iterable<TopicPartition> partitions, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        await(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all())
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private static <T> T await(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking Kafka", e);
        }
    }

    /** Stops all; the batch under way ends first. */
    @Override
    public synchronized void close() {
        running.values().forEach(pumps -> pumps.forEach(one -> one.pump().stop()));
        boolean interrupted = false;
        for (List<Running> pumps : running.values()) {
            for (Running one : pumps) {
                while (one.thread().isAlive()) {
                    try {
                        one.thread().join();
                    } catch (InterruptedException e) {
                        interrupted = true;
                        one.thread().interrupt();
                    }
                }
                one.closes().close();
            }
        }
        running.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
