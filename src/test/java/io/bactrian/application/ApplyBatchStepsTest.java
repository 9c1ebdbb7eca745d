package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ApplyBatch.Routed;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.Given;
import io.bactrian.testing.Overheard;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a batch says of itself: which step it is at, what it has counted, why something failed. */
class ApplyBatchStepsTest {

    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final AtomicLong nanos = new AtomicLong();
    private final Liveness liveness = new Liveness(Duration.ofNanos(5), nanos::get);
    private final Liveness.Worker worker = liveness.worker("pipeline bookstore/1");
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> calls = new ArrayList<>();
    private final WarehouseInMemory warehouse = new WarehouseInMemory(calls);
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory();
    private final RoutesInMemory routes = new RoutesInMemory();
    private final Counters counters = new Counters();
    private final List<String> steps = new ArrayList<>();

    @BeforeEach
    void aThreadIsAtWork() {
        warehouse.mark(PARTITION, 100);
        worker.start(new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @AfterEach
    void itEnds() {
        end.countDown();
    }

    /** Each call of a port takes so long that the step during it is one that hangs. */
    private void hangs(String call) {
        nanos.addAndGet(10);
        String reason = liveness.lifeless().get(0).reason();
        steps.add(call + " while " + reason.substring("it has been ".length(), reason.indexOf(" for ")));
    }

    private ApplyBatch applyBatch() {
        return new ApplyBatch("bookstore", routes, new Deliveries(), Overheard.of(Warehouse.class, warehouse, this::hangs),
                Overheard.of(DeadLetters.class, deadLetters, this::hangs), counters, worker,
                (pause, why) -> false);
    }

    private Routed route(String... changes) {
        List<Delivery> deliveries = new ArrayList<>();
        for (String change : changes) {
            deliveries.add(delivery(100 + deliveries.size(), change));
        }
        return applyBatch().route(deliveries, Map.of(PARTITION, new Span(100, 100 + changes.length)));
    }

    @Test
    void whateverHangsTheStepIsKnown() {
        routes.mirroring("mirror", "customers");
        applyBatch().apply(route("insert 1 Ada", "rubbish"));

        assertThat(steps).containsSubsequence("Warehouse.prepare while preparing tables of the warehouse",
                "Warehouse.begin while locking watermarks", "Batch.lock while locking watermarks",
                "Batch.write while writing rows", "DeadLetters.keep while keeping dead letters",
                "RefreshedModels.refresh while refreshing models", "Batch.advance while refreshing models",
                "Batch.commit while committing");
    }

    @Test
    void aRowThatIsRefusedAloneIsLeftOutInTheSameTransaction() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> row.key().equals(1L) ? "no" : null;
        applyBatch().apply(route("insert 1 Ada", "insert 2 Eve"));

        assertThat(calls.stream().filter("begin"::equals)).hasSize(1);
        assertThat(warehouse.mirror("customers")).containsOnlyKeys(2L);
    }

    @Test
    void aBatchMayBeBegunAgainAHundredTimes() {
        routes.mirroring("mirror", "customers");
        warehouse.leavingOut = 100;
        applyBatch().apply(route("insert 1 Ada"));

        assertThat(warehouse.mirror("customers")).containsOnlyKeys(1L);
    }

    @Test
    void aChangeThatIsFilteredAfterOneThatFailedIsCountedAsFiltered() {
        routes.with("r", change -> {
            if (change.row().get("id").equals(1L)) {
                throw new IllegalStateException("no");
            }
            return change.row().get("id").equals(2L) ? List.of(appended("t", change.row(), change, "r")) : List.of();
        });
        Routed routed = route("insert 1 Ada", "insert 2 Eve", "insert 3 Ida");

        assertThat(routed.filtered()).isEqualTo(1);
        assertThat(routed.letters()).hasSize(1);
        assertThat(routed.rows()).hasSize(1);
    }

    @Test
    void changesAreCountedForEachTopicHoweverTheyAreMixed() {
        routes.mirroring("mirror", "customers");
        Partition orders = new Partition("shop.store.orders", 0);
        warehouse.mark(orders, 0);
        List<Delivery> deliveries = List.of(delivery(100, "insert 1 Ada"), delivery(101, "insert 2 Eve"),
                delivery(new Position(orders.topic(), 0, 0), "insert 3 Ida"), delivery(102, "insert 4 Ann"));
        ApplyBatch applyBatch = applyBatch();
        applyBatch.apply(applyBatch.route(deliveries, Map.of(PARTITION, new Span(100, 103), orders, new Span(0, 1))));

        assertThat(counters.table(Given.TOPIC).sum()).isEqualTo(3);
        assertThat(counters.table(orders.topic()).sum()).isEqualTo(1);
    }

    @Test
    void ofAHundredCausesTheInnermostIsTheReason() {
        Throwable failure = new IllegalStateException("innermost");
        for (int i = 0; i < 99; i++) {
            failure = new RuntimeException("outer " + i, failure);
        }

        assertThat(ApplyBatch.reasonOf(failure)).isEqualTo("IllegalStateException: innermost");
        assertThat(ApplyBatch.reasonOf(new RuntimeException("outermost", failure))).isEqualTo("RuntimeException: outer 0");
    }
}
