package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ApplyBatch.Outcome;
import io.bactrian.application.ApplyBatch.Routed;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse.AwayException;
import io.bactrian.testing.FailingWarehouse.Commit;
import io.bactrian.testing.FailingWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.IdempotentWarehouseInMemory;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * The promise itself: whatever is cut where, whatever fails when, and however many consumers believe that they own a
 * partition, in the end each change has counted once, in order. It is kept by both kinds of warehouse: a transactional
 * one applies each batch once; an idempotent one may apply it several times, also late, and shows the same rows.
 */
class ExactlyOnceTest {

    private static final int REFUSED_KEY = 7;

    /** Where the changes lie, as in Kafka. */
    private static final class Log {
        private final Map<Partition, List<Delivery>> partitions = new TreeMap<>();

        private Log(Random random, int partitionCount, int changes) {
            for (int number = 0; number < partitionCount; number++) {
                Partition partition = new Partition(Given.TOPIC, number);
                List<Delivery> deliveries = new ArrayList<>();
                long offset = random.nextInt(5);
                for (int i = 0; i < changes; i++) {
                    // A key belongs to one partition, and transaction markers leave gaps between the offsets.
                    int key = random.nextInt(5) * partitionCount + number;
                    String words = switch (random.nextInt(8)) {
                        case 0, 1 -> "delete " + key;
                        case 2 -> "rubbish";
                        case 3 -> "truncate";
                        case 4, 5 -> "update " + key + " v" + offset;
                        default -> "insert " + key + " v" + offset;
                    };
                    deliveries.add(Deliveries.delivery(new Position(Given.TOPIC, number, offset), words));
                    offset += 1 + (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
                }
                partitions.put(partition, deliveries);
            }
        }

        private long end(Partition partition) {
            List<Delivery> all = partitions.get(partition);
            return all.get(all.size() - 1).position().offset() + 1;
        }

        private List<Delivery> from(Partition partition, long next, int most) {
            return partitions.get(partition).stream().filter(d -> d.position().offset() >= next).limit(most).toList();
        }
    }

    /** Does what the pump does: polls, applies, retries or goes back, and follows the warehouse where it is told to. */
    private static final class Consumer {
        private final Log log;
        private final ApplyBatch applyBatch;
        private final Map<Partition, Long> next = new TreeMap<>();
        private Routed unfinished;

        private Consumer(Log log, ApplyBatch applyBatch) {
            this.log = log;
            this.applyBatch = applyBatch;
            log.partitions.keySet().forEach(partition -> next.put(partition, 0L));
        }

        private void step(Random random) {
            if (unfinished == null) {
                unfinished = poll(random);
            }
            if (unfinished == null) {
                return;
            }
            try {
                Outcome outcome = applyBatch.apply(unfinished);
                if (outcome.applied()) {
                    unfinished.spans().forEach((partition, span) -> next.put(partition,
                            outcome.held().containsKey(partition) ? outcome.held().get(partition).from() : span.next()));
                } else {
                    next.putAll(outcome.rewind());
                }
                unfinished = null;
            } catch (AwayException e) {
                if (random.nextBoolean()) {
                    // Gives the batch up, as after a rebalance, and polls anew from where it believes the watermark to
                    // be.
                    unfinished = null;
                }
            }
        }

        private Routed poll(Random random) {
            List<Delivery> deliveries = new ArrayList<>();
            Map<Partition, Span> spans = new TreeMap<>();
            for (Partition partition : log.partitions.keySet()) {
                List<Delivery> some = log.from(partition, next.get(partition), random.nextInt(6));
                if (!some.isEmpty()) {
                    deliveries.addAll(some);
                    spans.put(partition, new Span(next.get(partition), some.get(some.size() - 1).position().offset() + 1));
                }
            }
            return spans.isEmpty() ? null : applyBatch.route(deliveries, spans);
        }
    }

    @Property(tries = 300)
    void eachChangeCountsOnceWhateverFailsAndWhoeverElseTries(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int partitions,
            @ForAll @IntRange(min = 1, max = 40) int changes, @ForAll @IntRange(min = 1, max = 3) int consumers) {
        Random random = new Random(seed);
        WarehouseInMemory warehouse = new WarehouseInMemory();
        Log log = new Log(random, partitions, changes);
        DeadLettersInMemory deadLetters = run(random, log, warehouse, consumers, rival -> {
        });

        assertThat(warehouse.entries().keySet()).isEqualTo(deadLetters.letters.keySet());
    }

    /** There a rival may do all of its work between this one's look at the watermarks and its writing. */
    @Property(tries = 300)
    void anIdempotentWarehouseShowsEachChangeOnceWhateverFailsAndWhoeverWritesLate(@ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int partitions, @ForAll @IntRange(min = 1, max = 40) int changes,
            @ForAll @IntRange(min = 1, max = 3) int consumers) {
        Random random = new Random(seed);
        IdempotentWarehouseInMemory warehouse = new IdempotentWarehouseInMemory();
        run(random, new Log(random, partitions, changes), warehouse, consumers, rival -> {
            warehouse.failingAfter = random.nextInt(4) == 0 ? random.nextInt(8) : -1;
            if (random.nextInt(3) == 0) {
                warehouse.meanwhile = () -> {
                    for (int steps = random.nextInt(4); steps >= 0; steps--) {
                        rival.step(random);
                    }
                };
            }
        });
    }

    /** Until all is applied. */
    private static DeadLettersInMemory run(Random random, Log log, FailingWarehouse warehouse, int consumers,
            java.util.function.Consumer<Consumer> beforeEachStep) {
        log.partitions.keySet().forEach(partition -> warehouse.mark(partition, 0));
        warehouse.refusing = ExactlyOnceTest::refuses;
        DeadLettersInMemory deadLetters = new DeadLettersInMemory();
        RoutesInMemory routes = new RoutesInMemory().mirroring("mirror", "customers").appending("log", "customers_log");
        List<Consumer> all = new ArrayList<>();
        for (int i = 0; i <= consumers; i++) {
            all.add(new Consumer(log, new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, new Counters())));
        }
        Consumer rival = all.get(consumers);

        for (int steps = 0; !atTheEnd(log, warehouse); steps++) {
            assertThat(steps).as("steps").isLessThan(100_000);
            switch (random.nextInt(6)) {
                case 0 -> warehouse.nextCommit = Commit.FAILS;
                case 1 -> warehouse.nextCommit = Commit.ANSWER_IS_LOST;
                case 2 ->
                    warehouse.failing = List.of("prepare", "begin", "lock", "write", "open", "supersede", "advance").get(random.nextInt(7));
                default -> warehouse.nextCommit = Commit.SUCCEEDS;
            }
            long unfit = random.nextInt(20);
            warehouse.unfit = row -> row.image() != null && row.image().get("id").equals(unfit)
                    && row.target().table().equals(unfit % 2 == 0 ? "customers" : "customers_log") ? "its key is another" : null;
            int turn = random.nextInt(consumers);
            beforeEachStep.accept(rival);
            Map<Partition, Long> before = warehouse.marks();
            all.get(turn).step(random);
            warehouse.failing = "";
            warehouse.marks().forEach((partition, mark) -> assertThat(mark).isGreaterThanOrEqualTo(before.get(partition)));
        }
        // Those who come late find everything done.
        warehouse.nextCommit = Commit.SUCCEEDS;
        warehouse.unfit = row -> null;
        all.forEach(consumer -> consumer.step(random));

        assertOnce(log, warehouse, deadLetters);
        return deadLetters;
    }

    private static String refuses(Row row) {
        return row.image() != null && row.image().get("id").equals((long) REFUSED_KEY) ? "key 7 is refused" : null;
    }

    private static boolean atTheEnd(Log log, FailingWarehouse warehouse) {
        return log.partitions.keySet().stream().allMatch(partition -> warehouse.marks().get(partition) == log.end(partition));
    }

    private static void assertOnce(Log log, FailingWarehouse warehouse, DeadLettersInMemory deadLetters) {
        List<String> appended = new ArrayList<>();
        List<String> letters = new ArrayList<>();
        Map<Object, String> mirror = new HashMap<>();
        log.partitions.forEach((partition, deliveries) -> {
            for (Delivery delivery : deliveries) {
                String[] words = new String(delivery.value(), java.nio.charset.StandardCharsets.UTF_8).split(" ");
                if (words[0].equals("rubbish")) {
                    letters.add(DeadLetter.idOf(delivery.position(), DeadLetter.UNREADABLE));
                } else if (words[0].equals("truncate")) {
                    mirror.keySet().removeIf(key -> (Long) key % log.partitions.size() == partition.number());
                    appended.add(delivery.position().toString());
                } else if (words[1].equals(String.valueOf(REFUSED_KEY))) {
                    letters.add(DeadLetter.idOf(delivery.position(), "mirror"));
                    letters.add(DeadLetter.idOf(delivery.position(), "log"));
                } else {
                    appended.add(delivery.position().toString());
                    if (words[0].equals("delete")) {
                        mirror.remove(Long.valueOf(words[1]));
                    } else {
                        mirror.put(Long.valueOf(words[1]), words[2]);
                    }
                }
            }
        });
        Map<Object, Object> found = new HashMap<>();
        warehouse.mirror("customers").forEach((key, row) -> found.put(key, row.image().get("name")));
        assertThat(found).isEqualTo(mirror);
        for (Partition partition : log.partitions.keySet()) {
            assertThat(warehouse.appended("customers_log").stream().map(Row::version).filter(p -> Partition.of(p).equals(partition))
                    .map(Position::toString))
                    .containsExactlyElementsOf(appended.stream().filter(p -> p.startsWith(partition + "@")).toList());
        }
        assertThat(deadLetters.letters.keySet()).containsExactlyInAnyOrderElementsOf(letters);
    }

    /** The property can fail: a consumer that does not look at the watermark applies a batch twice. */
    @Test
    void withoutTheWatermarkABatchWouldCountTwice() {
        WarehouseInMemory warehouse = new WarehouseInMemory();
        Partition partition = new Partition(Given.TOPIC, 0);
        warehouse.mark(partition, 0);
        RoutesInMemory routes = new RoutesInMemory().appending("log", "customers_log");
        ApplyBatch applyBatch = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, new DeadLettersInMemory(), new Counters());
        Routed routed = applyBatch.route(List.of(Deliveries.delivery(0, "insert 1 Ada")), Map.of(partition, new Span(0, 1)));
        applyBatch.apply(routed);
        warehouse.mark(partition, 0);
        applyBatch.apply(routed);

        assertThat(warehouse.appended("customers_log")).hasSize(2);
    }
}
