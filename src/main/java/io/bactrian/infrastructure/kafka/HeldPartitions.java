package io.bactrian.infrastructure.kafka;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of a pump that wait for a table of the warehouse, while the others go on. Each is tried again with
 * growing pauses; each table is a part of its own for whoever looks at the health. For the pump's thread only.
 */
final class HeldPartitions {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final String part;
    private final Health health;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Waiting> partitions = new HashMap<>();

    private static final class Waiting {
        private final GrowingPause pause = new GrowingPause(FIRST_PAUSE, LONGEST_PAUSE);
        private Set<String> tables = Set.of();
        private long from = -1;
        private long notBefore;
        private boolean beingTried;
    }

    /** @param part the pump, as the health calls it */
    HeldPartitions(String part, Health health) {
        this(part, health, System::nanoTime);
    }

    HeldPartitions(String part, Health health, LongSupplier nanoTime) {
        this.part = part;
        this.health = health;
        this.nanoTime = nanoTime;
    }

    private String part(String table) {
        return part + " table " + table;
    }

    /** The partition waits from now on, or again. */
    void hold(TopicPartition partition, ApplyBatch.Held why) {
        Waiting waiting = partitions.computeIfAbsent(partition, p -> new Waiting());
        if (waiting.from != why.from()) {
            // It has come as far as to another change.
            waiting.pause.reset();
            waiting.from = why.from();
        }
        Set<String> before = waiting.tables;
        waiting.tables = Set.copyOf(why.faults().keySet());
        waiting.notBefore = nanoTime.getAsLong() + waiting.pause.next().toNanos();
        waiting.beingTried = false;
        why.faults().forEach((table, reason) -> health.down(part(table), reason));
        end(before, true);
    }

    /** The partition goes on. */
    void release(TopicPartition partition) {
        end(partition, true);
    }

    /** The partition is somebody else's, or begins again. */
    void drop(TopicPartition partition) {
        end(partition, false);
    }

    private void end(TopicPartition partition, boolean well) {
        Waiting waiting = partitions.remove(partition);
        if (waiting != null) {
            end(waiting.tables, well);
        }
    }

    /** Those that no partition waits for any more are no parts any more. */
    private void end(Set<String> tables, boolean well) {
        for (String table : tables) {
            if (partitions.values().stream().noneMatch(waiting -> waiting.tables.contains(table))) {
                if (well) {
                    health.up(part(table));
                }
                health.gone(part(table));
            }
        }
    }

    /** Those whose pause is over: they are to be read again. */
    List<TopicPartition> due() {
        if (partitions.isEmpty()) {
            return List.of();
        }
        List<TopicPartition> due = new ArrayList<>();
        long now = nanoTime.getAsLong();
        partitions.forEach((partition, waiting) -> {
            if (!waiting.beingTried && now - waiting.notBefore >= 0) {
                waiting.beingTried = true;
                due.add(partition);
            }
        });
        return due;
    }

    /** Whether nothing is to be read from the partition now. */
    boolean isWaiting(TopicPartition partition) {
        Waiting waiting = partitions.get(partition);
        return waiting != null && !waiting.beingTried;
    }

    /** The pump ends, and waits for nothing any more. */
    void clear() {
        List.copyOf(partitions.keySet()).forEach(this::drop);
    }
}
