package io.bactrian.infrastructure.kafka;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.ChangeReader;
import io.bactrian.application.Counters;
import io.bactrian.application.DeadLetters;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.RowRoutes;
import io.bactrian.application.SourceCatalog;
import io.bactrian.application.Standings;
import io.bactrian.domain.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The pumps of all pipelines. They begin when every route is up, and end before the first one stops. */
public final class Pumps implements Standings, AutoCloseable {

    /**
     * @param opener of what each of its pumps writes
     * @param consumers pumps of the pipeline in this process; more than its topics have partitions are idle
     */
    public record PipelineSettings(String pipeline, WarehouseOpener opener, int consumers, int batchSize) {
    }

    private record Running(Pump pump, Thread thread, WarehouseOpener.Opened opened) {
    }

    private final KafkaSettings kafka;
    private final RowRoutes routes;
    private final ChangeReader reader;
    private final DeadLetters deadLetters;
    private final LostChanges lost;
    private final Health health;
    private final Liveness liveness;
    private final Function<String, PipelineSettings> settings;
    private final Predicate<String> wanted;
    private final Map<String, Counters> counters = new ConcurrentSkipListMap<>();
    /** Also read without the lock: who asks how far it is must not wait for who asks Kafka. */
    private final Map<String, List<Running>> running = new ConcurrentHashMap<>();

    public Pumps(KafkaSettings kafka, RowRoutes routes, ChangeReader reader, DeadLetters deadLetters, SourceCatalog sources, Health health,
            Liveness liveness,
            Function<String, PipelineSettings> settings, Predicate<String> wanted) {
        this.kafka = kafka;
        this.routes = routes;
        this.reader = reader;
        this.deadLetters = deadLetters;
        this.lost = new LostChanges(new RereadTopic(kafka), sources);
        this.health = health;
        this.liveness = liveness;
        this.settings = settings;
        this.wanted = wanted;
    }

    /**
     * Safe to repeat: pipelines that have come with an edit of the routes are started too. One without routes waits for
     * some.
     */
    public synchronized void start() {
        for (String pipeline : routes.pipelines()) {
            if (running.containsKey(pipeline) || !wanted.test(pipeline)) {
                continue;
            }
            PipelineSettings own = settings.apply(pipeline);
            Counters count = counters(pipeline);
            List<Running> pumps = new ArrayList<>();
            for (int i = 1; i <= own.consumers(); i++) {
                Liveness.Worker worker = liveness.worker(Pump.part(pipeline, i));
                AtomicReference<Pump> member = new AtomicReference<>();
                WarehouseOpener.Opened opened = own.opener().open(() -> member.get().membership());
                ApplyBatch applyBatch = new ApplyBatch(pipeline, routes, reader, opened.warehouse(), deadLetters, count, worker,
                        (pause, why) -> member.get().pauses(pause, why));
                Pump pump = new Pump(pipeline, i, kafka, own.batchSize(), routes, applyBatch, opened, lost, health, count, worker);
                member.set(pump);
                Thread thread = new Thread(pump, "pump-" + pipeline + "-" + i);
                pumps.add(new Running(pump, thread, opened));
                worker.start(thread);
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

    /**
     * What a pipeline finds in a topic that it begins to read.
     *
     * @param there whether anything was captured into the topic yet
     * @param fromBeginning whether the pipeline has applied nothing of it before
     * @param waiting changes that wait there, at most: Kafka counts ends of transactions too
     */
    public record Backlog(boolean there, boolean fromBeginning, long waiting) {
    }

    private Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> begins) {
        try (WarehouseOpener.Opened opened = settings.apply(pipeline).opener().open(WarehouseOpener.NOBODY)) {
            return opened.warehouse().watermarks(pipeline, begins);
        }
    }

    public Backlog backlog(String pipeline, String topic) {
        try (Admin admin = Admin.create(kafka.client())) {
            if (!await(admin.listTopics().names()).contains(topic)) {
                return new Backlog(false, true, 0);
            }
            List<TopicPartition> partitions = await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                    .map(p -> new TopicPartition(topic, p.partition())).toList();
            Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
            partitions.forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
            Map<Partition, Long> begins = new TreeMap<>();
            await(admin.listOffsets(earliest).all())
                    .forEach((partition, info) -> begins.put(new Partition(partition.topic(), partition.partition()), info.offset()));
            Map<Partition, Long> marks = watermarks(pipeline, begins);
            long waiting = ends(admin, partitions, IsolationLevel.READ_COMMITTED).entrySet().stream()
                    .mapToLong(
                            end -> Math.max(0, end.getValue() - marks.get(new Partition(end.getKey().topic(), end.getKey().partition()))))
                    .sum();
            return new Backlog(true, marks.equals(begins), waiting);
        }
    }

    @Override
    public Map<Partition, Standing> standings(String pipeline) {
        Map<Partition, Standing> standings = new HashMap<>();
        for (Running one : running.getOrDefault(pipeline, List.of())) {
            standings.putAll(one.pump().standings());
        }
        return standings;
    }

    /**
     * Whether the pipeline's pumps have applied everything that was in its topics when this was called. Asks Kafka for
     * the ends first: a change that is committed before the call counts.
     */
    public synchronized boolean drained(String pipeline) {
        Set<String> topics = routes.topics(pipeline);
        try (Admin admin = Admin.create(kafka.client())) {
            Set<String> there = new java.util.HashSet<>(await(admin.listTopics().names()));
            there.retainAll(topics);
            List<TopicPartition> partitions = await(admin.describeTopics(there).allTopicNames()).values().stream()
                    .flatMap(topic -> topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition()))).toList();
            // All that is written, committed or about to be: a transaction's markers reach its partitions one after the
            // other, so
            // that what is committed in one of them may look open in another for a moment.
            Map<TopicPartition, Long> ends = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
            Map<TopicPartition, Long> positions = new HashMap<>();
            for (Running one : running.getOrDefault(pipeline, List.of())) {
                positions.putAll(one.pump().positions());
            }
            return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), -1L) >= end.getValue());
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
                one.opened().close();
            }
        }
        running.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
