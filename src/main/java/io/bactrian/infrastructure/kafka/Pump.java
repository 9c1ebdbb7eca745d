package io.bactrian.infrastructure.kafka;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.Counters;
import io.bactrian.application.Delivery;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.Reread;
import io.bactrian.application.RowRoutes;
import io.bactrian.application.Standings.Standing;
import io.bactrian.application.Warehouse;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.infrastructure.wire.ChangeJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of a pipeline: polls, and turns each poll into one warehouse transaction, in its own thread.
 *
 * <p>Reading starts where the warehouse's watermarks are; what Kafka has as committed offset is a hint for people.
 * While a batch cannot be applied the partitions are paused and polling goes on, so that the group does not think this
 * member dead: an outage of hours causes no rebalance. docs/decisions/003-pump.md says why this is not camel-kafka.
 */
final class Pump implements Runnable, ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(5);
    private static final long LOOK_FOR_TOPICS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long ASK_KAFKA_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String pipeline;
    private final String part;
    private final KafkaSettings settings;
    private final int batchSize;
    private final RowRoutes routes;
    private final ApplyBatch applyBatch;
    private final Warehouse warehouse;
    private final boolean offsetsAreWatermarks;
    private final Health health;
    private final Counters counters;
    private final Liveness.Worker worker;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final GrowingPause pause = new GrowingPause(Duration.ofMillis(200), Duration.ofSeconds(10));

    private KafkaConsumer<byte[], byte[]> consumer;
    private Set<String> subscribed = Set.of();
    private long topicsLookedForAt;
    private long kafkaAskedAt;
    /** Where the next batch of each partition begins: its watermark. */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    /** Assigned, but where to read from is not known yet; paused until it is. */
    private final Set<TopicPartition> unpositioned = new HashSet<>();
    private long positionNotBefore;
    private final GrowingPause positionPause = new GrowingPause(Duration.ofMillis(200), Duration.ofSeconds(10));
    private final LostChanges lost;
    /** Those among the topics of {@link #unpositioned} that wait for a person. */
    private final WaitingTopics waiting;
    /** Whose next change has a row that a table does not take; paused until it is tried again. */
    private final HeldPartitions held;
    private volatile Map<TopicPartition, Long> positions = Map.of();
    /** Time of commit of the newest change applied of each partition; milliseconds since 1970. */
    private final Map<TopicPartition, Long> newest = new HashMap<>();
    private volatile Map<Partition, Standing> standings = Map.of();

    Pump(String pipeline, int number, KafkaSettings settings, int batchSize, RowRoutes routes, ApplyBatch applyBatch,
            WarehouseOpener.Opened opened, LostChanges lost, Health health, Counters counters, Liveness.Worker worker) {
        this.pipeline = pipeline;
        this.part = part(pipeline, number);
        this.worker = worker;
        this.settings = settings;
        this.batchSize = batchSize;
        this.routes = routes;
        this.applyBatch = applyBatch;
        this.warehouse = opened.warehouse();
        this.offsetsAreWatermarks = opened.offsetsAreWatermarks();
        this.health = health;
        this.counters = counters;
        this.lost = lost;
        this.held = new HeldPartitions(part, health);
        this.waiting = new WaitingTopics(part, health);
    }

    static String part(String pipeline, int number) {
        return "pipeline " + pipeline + "/" + number;
    }

    void stop() {
        stopping.countDown();
    }

    /** Its membership in the pipeline's consumer group, as of the last poll; for its own thread. */
    ConsumerGroupMetadata membership() {
        return consumer.groupMetadata();
    }

    /** The offset that each partition of this consumer has been read to; nothing while a batch is under way. */
    Map<TopicPartition, Long> positions() {
        return positions;
    }

    /** How far it has got with each of its partitions. */
    Map<Partition, Standing> standings() {
        return standings;
    }

    private Properties properties() {
        Properties properties = settings.consumer();
        properties.setProperty("group.id", "bactrian." + pipeline);
        properties.setProperty("client.id", "bactrian." + part.replace(' ', '-').replace('/', '-'));
        properties.setProperty("max.poll.records", Integer.toString(batchSize));
        properties.setProperty("max.partition.fetch.bytes", Integer.toString(8 << 20));
        properties.setProperty("fetch.max.bytes", Integer.toString(32 << 20));
        properties.setProperty("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        // The least that a broker allows by default: after a crash the partitions wait no longer than this. That a long
        // pause
        // of the JVM looks like a crash does no harm, the watermark keeps the two owners apart.
        properties.setProperty("session.timeout.ms", "6000");
        properties.setProperty("heartbeat.interval.ms", "1500");
        return properties;
    }

    @Override
    public void run() {
        try (KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(properties())) {
            consumer = opened;
            while (!isStopping()) {
                try {
                    step();
                } catch (OffsetOutOfRangeException e) {
                    e.partitions().forEach(this::unposition);
                } catch (RowRoutes.NoRouteException e) {
                    // The routes were edited after the poll: what it brought waits for a route, unapplied.
                    LOG.debug("{}: {}", part, e.getMessage());
                    backToTheWatermarks();
                    topicsLookedForAt = 0;
                } catch (RuntimeException e) {
                    backToTheWatermarks();
                    publishStandings(null);
                    failed(e);
                    await(pause.next());
                }
            }
        } catch (RuntimeException e) {
            health.down(part, "stopped by a failure that it cannot recover from: " + e + "; start this process again");
            LOG.error("{}: ended", part, e);
            return;
        }
        worker.ends();
        held.clear();
        waiting.clear();
        health.gone(part);
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void await(Duration time) {
        try {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
        }
    }

    private void failed(RuntimeException e) {
        counters.retries.increment();
        health.down(part, describe(e) + "; nothing is lost, it is tried again with growing pauses of up to 10 s");
        LOG.debug("{}", part, e);
    }

    /** Between two tries of a batch that gave way; short enough for the group to keep this member. */
    boolean pauses(Duration time, RuntimeException why) {
        failed(why);
        await(time);
        return !isStopping();
    }

    private static String describe(RuntimeException e) {
        String said = e.getMessage() == null ? e.toString() : e.getMessage();
        return said.replaceAll("\\s*\\R\\s*", " ");
    }

    private void step() {
        worker.step("asking Kafka");
        lookForTopics();
        if (subscribed.isEmpty()) {
            await(POLL);
            return;
        }
        position();
        consumer.resume(held.due());
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
            positions = Map.of();
            publishStandings(records);
            apply(records);
            kafkaAskedAt = System.nanoTime();
        } else {
            askKafka();
        }
        publishPositions();
    }

    /** Kafka's consumer says nothing when the broker is away; only a question does. */
    private void askKafka() {
        long now = System.nanoTime();
        if (now - kafkaAskedAt > ASK_KAFKA_NANOS) {
            kafkaAskedAt = now;
            try {
                consumer.listTopics(KAFKA_PATIENCE);
            } catch (TimeoutException e) {
                throw new IllegalStateException("Kafka (" + settings.bootstrapServers() + ") does not answer", e);
            }
            if (unpositioned.stream().allMatch(partition -> waiting.topics().contains(partition.topic()))) {
                pause.reset();
                health.up(part);
            }
        }
    }

    /** Subscribes to those of the routes' topics that are there; asking for others would fill the log. */
    private void lookForTopics() {
        Set<String> wanted = routes.topics(pipeline);
        long now = System.nanoTime();
        if (subscribed.equals(wanted) || topicsLookedForAt != 0 && now - topicsLookedForAt < LOOK_FOR_TOPICS_NANOS) {
            return;
        }
        topicsLookedForAt = now;
        Set<String> there = new HashSet<>(wanted);
        try {
            there.retainAll(consumer.listTopics(KAFKA_PATIENCE).keySet());
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka (" + settings.bootstrapServers() + ") does not answer", e);
        }
        if (!there.equals(subscribed)) {
            subscribed = there;
            if (there.isEmpty()) {
                consumer.unsubscribe();
            } else {
                consumer.subscribe(there, this);
            }
        } else if (there.isEmpty()) {
            health.up(part);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        partitions.forEach(this::unposition);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(this::drop);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        partitions.forEach(this::drop);
    }

    private void drop(TopicPartition partition) {
        next.remove(partition);
        newest.remove(partition);
        unpositioned.remove(partition);
        held.drop(partition);
        if (unpositioned.stream().noneMatch(other -> other.topic().equals(partition.topic()))) {
            waiting.drop(partition.topic());
        }
        Map<Partition, Standing> others = new HashMap<>(standings);
        others.remove(own(partition));
        standings = others;
    }

    private void unposition(TopicPartition partition) {
        next.remove(partition);
        held.drop(partition);
        unpositioned.add(partition);
        // A position to start with until the watermark is known; paused, nothing is read from it.
        consumer.seek(partition, 0);
        consumer.pause(List.of(partition));
        positionNotBefore = 0;
    }

    private void position() {
        if (unpositioned.isEmpty() || System.nanoTime() < positionNotBefore) {
            return;
        }
        List<TopicPartition> some = List.copyOf(unpositioned);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(some, KAFKA_PATIENCE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(some, KAFKA_PATIENCE);
        Map<Partition, Long> starts = new TreeMap<>();
        begins.forEach((partition, begin) -> starts.put(own(partition), begin));
        worker.step("asking the warehouse for watermarks");
        Map<Partition, Long> marks = warehouse.watermarks(pipeline, starts);
        LostChanges.Look rereads = lost.look();
        Map<String, List<Gap>> gaps = new TreeMap<>();
        Map<String, String> faults = new TreeMap<>();
        for (TopicPartition partition : some) {
            long mark = marks.get(own(partition));
            long begin = begins.get(partition);
            if (mark > ends.get(partition)) {
                faults.put(partition.topic(), "the warehouse has had " + partition + " up to " + mark + ", but the topic ends at "
                        + ends.get(partition) + ": it was deleted and created again. "
                        + (offsetsAreWatermarks
                                ? "Stop the pipeline, delete the offsets of consumer group bactrian." + pipeline + " for the topic"
                                : "Drop the tables that are loaded from it, and delete the topic's rows from bactrian_watermarks")
                        + ". Then run bactrian reread " + lost.table(partition.topic()).orElse("for the tables that it is made of"));
            } else if (mark >= begin) {
                readFrom(partition, mark);
            } else {
                Gap gap = new Gap(own(partition), mark, begin);
                Optional<Reread> reread = rereads.madeUp(gap.partition(), begin);
                if (reread.isEmpty()) {
                    gaps.computeIfAbsent(partition.topic(), topic -> new ArrayList<>()).add(gap);
                } else if (passOver(gap, reread.get())) {
                    readFrom(partition, begin);
                }
            }
        }
        gaps.forEach((topic, all) -> faults.merge(topic, describe(topic, all), (one, other) -> one + "; " + other));
        waiting.report(faults);
        health.up(part);
        if (faults.isEmpty()) {
            positionPause.reset();
        } else {
            positionNotBefore = System.nanoTime() + positionPause.next().toNanos();
        }
    }

    private void readFrom(TopicPartition partition, long mark) {
        consumer.seek(partition, mark);
        consumer.resume(List.of(partition));
        next.put(partition, mark);
        unpositioned.remove(partition);
    }

    /**
     * Changes that the warehouse has not had and Kafka no longer has: from the watermark on, up to where Kafka begins.
     */
    private record Gap(Partition partition, long mark, long begin) {
        @Override
        public String toString() {
            return "changes " + mark + " to " + (begin - 1) + " of " + partition;
        }
    }

    private String describe(String topic, List<Gap> gaps) {
        String found = gaps.stream().map(Gap::toString).collect(Collectors.joining(", "))
                + ": no longer in Kafka (retention), and the warehouse has not had them; expected Kafka to have them still. ";
        return found + lost.table(topic)
                .map(table -> "These partitions wait, the others go on. Read the table again: bactrian reread " + table
                        + " . Then mirrors equal the source, and histories lack nothing but the versions of that time; sums (mode=add) and "
                        + "lists of changes (mode=append) lack these changes for good")
                .orElseGet(() -> topic + " is no table of a source but what a pipeline passes on: nothing brings these changes back. These "
                        + "partitions wait, the others go on. To go on without them, "
                        + gaps.stream().map(this::beyond).collect(Collectors.joining("; ")) + ". Then read the source's tables again of "
                        + "which the topic is made: bactrian reread <database.table>");
    }

    /** What moves the watermark past a gap by hand. */
    private String beyond(Gap gap) {
        return offsetsAreWatermarks
                ? "stop the pipeline and run kafka-consumer-groups.sh --bootstrap-server " + settings.bootstrapServers()
                        + " --group bactrian." + pipeline + " --topic " + gap.partition().topic() + ":" + gap.partition().number()
                        + " --reset-offsets --to-offset " + gap.begin() + " --execute"
                : "update bactrian_watermarks set next_offset=" + gap.begin() + " where pipeline='" + pipeline + "' and topic='"
                        + gap.partition().topic() + "' and kafka_partition=" + gap.partition().number() + " and next_offset="
                        + gap.mark();
    }

    /**
     * @return whether the watermark is behind the gap now; else somebody else has moved it, and it is looked at again
     */
    private boolean passOver(Gap gap, Reread reread) {
        worker.step("passing over changes that a re-read makes up for");
        try (Warehouse.Batch batch = warehouse.begin(pipeline)) {
            if (batch.lock(List.of(gap.partition())).get(gap.partition()) != gap.mark()) {
                return false;
            }
            batch.advance(Map.of(gap.partition(), gap.begin()));
            batch.commit();
        }
        LOG.warn("{}: passed over the {}, which are no longer in Kafka: the re-read of {} began when the partition ended at {}, so "
                + "it brings each row as it was after them, and removes those that were gone. Sums (mode=add) and lists of changes "
                + "(mode=append) lack them for good", part, gap, reread.asked().table(),
                reread.progress().older().get(gap.partition().number()));
        return true;
    }

    private static Partition own(TopicPartition partition) {
        return new Partition(partition.topic(), partition.partition());
    }

    private static TopicPartition kafkas(Partition partition) {
        return new TopicPartition(partition.topic(), partition.number());
    }

    private void apply(ConsumerRecords<byte[], byte[]> records) {
        List<Delivery> deliveries = new ArrayList<>(records.count());
        Map<Partition, ApplyBatch.Span> spans = new TreeMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            for (ConsumerRecord<byte[], byte[]> record : some) {
                Header schema = record.headers().lastHeader(ChangeJson.SCHEMA_HEADER);
                deliveries.add(new Delivery(new Position(record.topic(), record.partition(), record.offset()),
                        Instant.ofEpochMilli(record.timestamp()), record.key(), record.value(), schema == null ? null : schema.value()));
            }
            spans.put(own(partition), new ApplyBatch.Span(next.get(partition), some.get(some.size() - 1).offset() + 1));
        }
        ApplyBatch.Routed routed = null;
        while (true) {
            try {
                if (routed == null) {
                    routed = applyBatch.route(deliveries, spans);
                }
                finish(records, spans, applyBatch.apply(routed));
                return;
            } catch (RowRoutes.RouteStoppingException | RowRoutes.NoRouteException e) {
                // The routes may be others when they are back: which topics are read is asked again.
                throw e;
            } catch (RuntimeException e) {
                failed(e);
                if (!waitAsMember(spans.keySet())) {
                    backToTheWatermarks();
                    return;
                }
            }
        }
    }

    private void finish(ConsumerRecords<byte[], byte[]> records, Map<Partition, ApplyBatch.Span> spans, ApplyBatch.Outcome outcome) {
        health.up(part);
        pause.reset();
        spans.keySet().forEach(partition -> hold(partition, outcome.held().get(partition)));
        if (!outcome.applied()) {
            LOG.info("{}: the warehouse is elsewhere already, reading on from there: {}", part, outcome.rewind());
            outcome.rewind().forEach((partition, mark) -> {
                consumer.seek(kafkas(partition), mark);
                next.put(kafkas(partition), mark);
            });
            return;
        }
        Map<Partition, Long> reached = new TreeMap<>();
        spans.forEach((partition, span) -> {
            ApplyBatch.Held why = outcome.held().get(partition);
            long end = why == null ? span.next() : why.from();
            if (end > span.from()) {
                next.put(kafkas(partition), end);
                reached.put(partition, end);
                records.records(kafkas(partition)).stream().filter(record -> record.offset() < end)
                        .forEach(record -> newest.put(kafkas(partition), record.timestamp()));
            }
        });
        if (offsetsAreWatermarks) {
            // The committed offsets are the watermarks, and one of a batch before must not come after them.
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> hints = new HashMap<>();
        reached.forEach((partition, end) -> hints.put(kafkas(partition), new OffsetAndMetadata(end)));
        consumer.commitAsync(hints, (offsets, failure) -> {
            if (failure != null) {
                LOG.debug("{}: Kafka did not take the offsets, which are a hint only: {}", part, failure.getMessage());
            }
        });
    }

    /** A partition that waits for a table is read again from the change that waits; the others go on meanwhile. */
    private void hold(Partition partition, ApplyBatch.Held why) {
        TopicPartition own = kafkas(partition);
        if (why == null) {
            held.release(own);
        } else {
            held.hold(own, why);
            consumer.seek(own, why.from());
            consumer.pause(List.of(own));
        }
    }

    /**
     * Waits for the next try without leaving the group; false when a partition of the batch went elsewhere, or on stop.
     */
    private boolean waitAsMember(Set<Partition> batch) {
        consumer.pause(consumer.assignment());
        long until = System.nanoTime() + pause.next().toNanos();
        while (System.nanoTime() < until && !isStopping()) {
            worker.step("waiting to try again");
            ConsumerRecords<byte[], byte[]> none = consumer.poll(Duration.ofMillis(100));
            if (!none.isEmpty()) {
                throw new IllegalStateException("paused partitions gave " + none.count() + " records");
            }
            for (Partition partition : batch) {
                if (!next.containsKey(kafkas(partition))) {
                    resumePositioned();
                    return false;
                }
            }
        }
        resumePositioned();
        return !isStopping();
    }

    private void resumePositioned() {
        consumer.resume(next.keySet().stream().filter(partition -> !held.isWaiting(partition)).toList());
    }

    /** What was polled and not applied is read again. */
    private void backToTheWatermarks() {
        next.forEach(consumer::seek);
    }

    private void publishPositions() {
        Map<TopicPartition, Long> now = new HashMap<>();
        for (TopicPartition partition : next.keySet()) {
            now.put(partition, consumer.position(partition));
        }
        positions = now;
        publishStandings(null);
    }

    /** @param underWay what was polled and is being applied; null when nothing is */
    private void publishStandings(ConsumerRecords<byte[], byte[]> underWay) {
        Map<Partition, Standing> now = new HashMap<>();
        unpositioned.forEach(partition -> now.put(own(partition), Standing.UNKNOWN));
        next.forEach((partition, mark) -> {
            List<ConsumerRecord<byte[], byte[]>> some = underWay == null ? List.of() : underWay.records(partition);
            long read = underWay == null ? positions.getOrDefault(partition, mark) : consumer.position(partition);
            now.put(own(partition), new Standing(mark, Math.max(mark, read), some.size(), some.isEmpty() ? 0 : some.get(0).timestamp(),
                    newest.getOrDefault(partition, 0L)));
        });
        standings = now;
    }
}
