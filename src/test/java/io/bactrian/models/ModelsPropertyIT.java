package io.bactrian.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.testing.WarehouseRun;
import io.bactrian.testing.WarehouseUnderTest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * The law of models: after any sequence of batches, by however many pumps, a model's table equals its SELECT run in
 * full.
 */
class ModelsPropertyIT {

    private static final int PUMPS = 2;
    private static final int BATCHES = 40;

    @Property(tries = 8, shrinking = ShrinkingMode.OFF)
    void equalTheirSelectsAfterAnyBatches(@ForAll long seed, @ForAll("kinds") WarehouseUnderTest kind) throws Exception {
        ExecutorService pumps = Executors.newFixedThreadPool(PUMPS);
        try (WarehouseRun run = Shop.open(kind)) {
            boolean first = new Random(seed).nextBoolean();
            if (first) {
                // The tables come with the first rows, and the models with the tables; or the models are there from the
                // first batch on.
                run.apply(9, run.insert("orders", 1_000L, "2026-11-01", "new", null),
                        run.insert("items", 1_000L, 1L, 1L, 1L, new BigDecimal("1.00")),
                        run.insert("books", 1_000L, "crime", 5L));
                assertThat(run.models.step()).isTrue();
            }
            List<Future<?>> running = new ArrayList<>();
            for (int pump = 0; pump < PUMPS; pump++) {
                int own = pump;
                running.add(pumps.submit(() -> new Writing(run, own, new Random(seed + own)).run()));
            }
            if (!first) {
                while (running.stream().anyMatch(one -> !one.isDone())) {
                    run.models.step();
                }
            }
            for (Future<?> one : running) {
                one.get();
            }
            assertThat(run.models.step()).isTrue();
            assertThat(run.models.fresh()).isTrue();
            assertThat(run.models.troubles()).isEmpty();
            assertThat(run.differences()).isEmpty();
            assertThat(run.deadLetters.letters).isEmpty();
            assertThat(run.rows("select count(*) from NAME.fact_sale")).isNotEqualTo(List.of("0"));
        } finally {
            pumps.shutdownNow();
        }
    }

    @Provide
    Arbitrary<WarehouseUnderTest> kinds() {
        return Arbitraries.of(WarehouseUnderTest.all().toList());
    }

    /**
     * One pump's changes: of its own keys, so that each key's changes are in order, but about the other's orders and
     * books too.
     */
    private static final class Writing implements Runnable {
        private final WarehouseRun run;
        private final int own;
        private final Random random;
        private final Map<String, Map<List<Object>, Object[]>> tables = new TreeMap<>();

        Writing(WarehouseRun run, int own, Random random) {
            this.run = run;
            this.own = own;
            this.random = random;
        }

        @Override
        public void run() {
            for (int batch = 0; batch < BATCHES; batch++) {
                List<Change> changes = new ArrayList<>();
                int size = 1 + random.nextInt(random.nextBoolean() ? 4 : 40);
                while (changes.size() < size) {
                    changes.add(any(List.of("orders", "items", "items", "items", "books").get(random.nextInt(5))));
                }
                run.apply(own, changes);
            }
        }

        private Change any(String table) {
            if (random.nextInt(200) == 0) {
                tables.remove(table);
                return run.truncate(table);
            }
            Map<List<Object>, Object[]> rows = tables.computeIfAbsent(table,
                    t -> new TreeMap<>((a, b) -> a.toString().compareTo(b.toString())));
            Object[] after = row(table);
            List<Object> key = List.of(run.image(table, after).keyOf(Shop.TABLES.get(table).key()));
            Object[] before = rows.get(key);
            if (before == null) {
                rows.put(key, after);
                return run.insert(table, after.clone());
            }
            if (random.nextInt(3) == 0) {
                rows.remove(key);
                return run.delete(table, before.clone());
            }
            rows.put(key, after);
            Image old = run.image(table, before.clone());
            return run.change(table, Operation.UPDATE, old, run.image(table, after.clone()));
        }

        /** Keys with the pump's own remainder are its own; what they point at is anybody's. */
        private Object[] row(String table) {
            long order = random.nextInt(12);
            return switch (table) {
                case "orders" -> Shop.row(order * PUMPS + own, random.nextInt(8) == 0 ? null : "2026-11-0" + (1 + random.nextInt(3)),
                        List.of("new", "paid", "cancelled").get(random.nextInt(3)),
                        random.nextBoolean() ? null : "note " + random.nextInt(3));
                case "items" -> Shop.row((long) random.nextInt(24), (long) (random.nextInt(3) * PUMPS + own),
                        random.nextInt(8) == 0 ? null : (long) random.nextInt(8),
                        (long) random.nextInt(5), BigDecimal.valueOf(random.nextInt(1_000), 2));
                default -> Shop.row((long) (random.nextInt(4) * PUMPS + own),
                        random.nextInt(6) == 0 ? null : List.of("crime", "poetry").get(random.nextInt(2)),
                        (long) random.nextInt(50));
            };
        }
    }
}
