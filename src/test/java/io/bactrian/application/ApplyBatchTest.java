package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.ApplyBatch.Outcome;
import io.bactrian.application.ApplyBatch.Routed;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.application.RowRoutes.RouteStoppingException;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse.AwayException;
import io.bactrian.testing.Given;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplyBatchTest {

    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final List<String> calls = new ArrayList<>();
    private final WarehouseInMemory warehouse = new WarehouseInMemory(calls);
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory(calls);
    private final RoutesInMemory routes = new RoutesInMemory();
    private final Counters counters = new Counters();
    private final ApplyBatch applyBatch = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters);

    @BeforeEach
    void theWarehouseHasHadTheFirstHundred() {
        warehouse.mark(PARTITION, 100);
    }

    @Test
    void whatFailsForAllMakesNoDeadLetterHoweverDeepItIsWrapped() {
        FailsForAllException away = new FailsForAllException("the warehouse is away", null);
        routes.mirroring("mirror", "customers").with("lookup", change -> {
            throw new java.io.IOException("as Camel wraps it", new IllegalStateException(away));
        });

        assertThatThrownBy(() -> apply("insert 1 Ada")).isSameAs(away);
        assertThat(deadLetters.letters).isEmpty();
        assertThat(names("customers")).isEmpty();
        assertThat(warehouse.marks()).containsEntry(PARTITION, 100L);
    }

    @Test
    void causesThatAreARingAreADeadLetterToo() {
        routes.with("ring", change -> {
            IllegalStateException one = new IllegalStateException("one");
            one.initCause(new IllegalStateException("other", one));
            throw one;
        });
        apply("insert 1 Ada");

        assertThat(deadLetters.letters).hasSize(1);
    }

    @Test
    void aChangeThatFailsInTwoRoutesGivesTwoDeadLetters() {
        RoutesInMemory.Steps failing = change -> {
            throw new java.io.IOException();
        };
        routes.with("a", failing).with("b", failing);
        apply("insert 1 Ada");

        assertThat(deadLetters.letters).containsOnlyKeys("shop.store.customers-0@100/a", "shop.store.customers-0@100/b");
        assertThat(deadLetters.letters.values()).extracting(DeadLetter::reason).containsOnly("IOException");
    }

    @Test
    void allRowsThatARouteMadeOfARefusedChangeAreWithdrawnWithIt() {
        routes.mirroring("mirror", "customers").with("twice", change -> List.of(
                appended("first", change.row(), change, "twice"), appended("second", change.row(), change, "twice")));
        warehouse.refusing = row -> row.target().table().equals("second") && "Eve".equals(row.image().get("name")) ? "too evil" : null;
        apply("insert 1 Ada", "insert 2 Eve", "insert 3 Ida");

        assertThat(names(warehouse.appended("first"))).containsExactly("1 Ada", "3 Ida");
        assertThat(names(warehouse.appended("second"))).containsExactly("1 Ada", "3 Ida");
        assertThat(names("customers")).containsExactly("1 Ada", "2 Eve", "3 Ida");
        assertThat(deadLetters.letters).containsOnlyKeys("shop.store.customers-0@101/twice");
        assertThat(counters.rows.sum()).isEqualTo(7);
        assertThat(calls.stream().filter("commit"::equals)).hasSize(1);
    }

    @Test
    void aRowThatIsRefusedOnlyOnTheSecondTryIsADeadLetterToo() {
        routes.with("twice",
                change -> List.of(appended("first", change.row(), change, "twice"), appended("second", change.row(), change, "twice")));
        warehouse.refusing = row -> {
            boolean secondTry = calls.stream().filter("begin"::equals).count() > 1;
            return row.target().table().equals("second")
                    && ("Eve".equals(row.image().get("name")) || secondTry && "Ida".equals(row.image().get("name")))
                            ? "refused"
                            : null;
        };
        apply("insert 1 Ada", "insert 2 Eve", "insert 3 Ida");

        assertThat(names(warehouse.appended("first"))).containsExactly("1 Ada");
        assertThat(deadLetters.letters).containsOnlyKeys("shop.store.customers-0@101/twice", "shop.store.customers-0@102/twice");
        assertThat(counters.deadLetters.sum()).isEqualTo(2);
    }

    @Test
    void nothingIsAppliedWhereTheWatermarkIsElsewhereAndTheOutcomeSaysWhereToReadOn() {
        routes.mirroring("mirror", "customers");
        warehouse.mark(PARTITION, 101);
        Outcome outcome = apply("insert 1 Ada", "insert 2 Eve", "rubbish");

        assertThat(outcome.applied()).isFalse();
        assertThat(outcome.rewind()).isEqualTo(Map.of(PARTITION, 101L));
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).isEmpty();
        assertThat(warehouse.marks()).containsEntry(PARTITION, 101L);
        assertThat(counters.rewinds.sum()).isEqualTo(1);
        assertThat(counters.batches.sum()).isZero();
        assertThat(calls).containsExactly("prepare", "begin", "lock", "close");
    }

    @Test
    void deadLettersAreKeptBeforeTheCommitAndTheirEntriesAreInIt() {
        routes.mirroring("mirror", "customers");
        apply("insert 1 Ada", "rubbish");

        assertThat(calls).containsExactly("prepare", "begin", "lock", "write 1", "keep 1", "open 1", "supersede", "refresh", "advance",
                "commit", "close");
    }

    @Test
    void whenTheWarehouseLeavesSomethingOutTheBatchIsBegunAgainAtOnce() {
        routes.mirroring("mirror", "customers");
        warehouse.leavingOut = 2;
        apply("insert 1 Ada");

        assertThat(calls).containsExactly("prepare", "begin", "lock", "write 1", "supersede", "refresh", "close", "begin", "lock",
                "write 1", "supersede", "refresh", "close",
                "begin", "lock", "write 1", "supersede", "refresh", "advance", "commit", "close");
        assertThat(warehouse.mirror("customers")).containsOnlyKeys(1L);
    }

    @Test
    void whenTheWarehouseLeavesThingsOutWithoutEndTheBatchFails() {
        routes.mirroring("mirror", "customers");
        warehouse.leavingOut = 101;

        assertThatThrownBy(() -> apply("insert 1 Ada")).isInstanceOf(Warehouse.BeginAgainException.class);
        assertThat(warehouse.mirror("customers")).isEmpty();
    }

    @Test
    void aBatchThatGivesWayIsBegunAgainAtOnceAndThenAfterGrowingPauses() {
        routes.mirroring("mirror", "customers");
        warehouse.givingWay = 12;
        List<Long> pauses = new ArrayList<>();
        AtomicLong begun = new AtomicLong();
        ApplyBatch patient = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters, Liveness.nobodys(),
                (pause, why) -> {
                    assertThat(why).hasMessage("a deadlock");
                    // Whoever waits holds nothing of the warehouse.
                    assertThat(calls).endsWith("close");
                    pauses.add(pause.toMillis());
                    begun.compareAndSet(0, calls.stream().filter("begin"::equals).count());
                    return true;
                });

        assertThat(patient.apply(route("insert 1 Ada")).applied()).isTrue();
        assertThat(begun).hasValue(6);
        assertThat(pauses).containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L);
        assertThat(names("customers")).containsExactly("1 Ada");
        assertThat(counters.batches.sum()).isEqualTo(1);
    }

    @Test
    void aBatchThatGivesWayWithoutEndFailsSoThatItsPumpPollsMeanwhile() {
        routes.mirroring("mirror", "customers");
        warehouse.givingWay = Integer.MAX_VALUE;
        AtomicLong waited = new AtomicLong();
        ApplyBatch patient = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters, Liveness.nobodys(),
                (pause, why) -> {
                    waited.addAndGet(pause.toMillis());
                    return true;
                });

        assertThatThrownBy(() -> patient.apply(route("insert 1 Ada"))).isInstanceOf(Warehouse.GaveWayException.class);
        assertThat(waited.get()).isBetween(20_000L, 60_000L);
    }

    @Test
    void aBatchThatGivesWayFailsWhenNobodyWaits() {
        routes.mirroring("mirror", "customers");
        warehouse.givingWay = Integer.MAX_VALUE;

        assertThatThrownBy(() -> apply("insert 1 Ada")).isInstanceOf(Warehouse.GaveWayException.class);
        assertThat(calls.stream().filter("begin"::equals)).hasSize(6);
        assertThat(calls.stream().filter("close"::equals)).hasSize(6);
    }

    @Test
    void aBatchThatWaitsSaysSoToWhomeverLooksWhetherItLives() {
        routes.mirroring("mirror", "customers");
        warehouse.givingWay = 6;
        AtomicLong nanos = new AtomicLong();
        Liveness liveness = new Liveness(Duration.ofSeconds(600), nanos::get);
        Liveness.Worker worker = liveness.worker("pipeline bookstore/1");
        CountDownLatch end = new CountDownLatch(1);
        worker.start(new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        ApplyBatch patient = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters, worker,
                (pause, why) -> {
                    nanos.addAndGet(Duration.ofSeconds(601).toNanos());
                    assertThat(liveness.lifeless()).singleElement()
                            .satisfies(dead -> assertThat(dead.reason()).contains("waiting to begin again a batch that gave way"));
                    return true;
                });

        assertThat(patient.apply(route("insert 1 Ada")).applied()).isTrue();
        end.countDown();
    }

    @Test
    void withoutDeadLettersNoneAreKept() {
        routes.mirroring("mirror", "customers");
        apply("insert 1 Ada");

        assertThat(calls).containsExactly("prepare", "begin", "lock", "write 1", "supersede", "refresh", "advance", "commit", "close");
    }

    @Test
    void whenDeadLettersCanNotBeKeptNothingIsCommitted() {
        routes.mirroring("mirror", "customers");
        deadLetters.away = true;
        Routed routed = route("insert 1 Ada", "rubbish");

        assertThatThrownBy(() -> applyBatch.apply(routed)).hasMessage("Kafka is away");
        assertThat(calls).doesNotContain("commit").endsWith("close");
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(warehouse.marks()).containsEntry(PARTITION, 100L);
        assertThat(counters.changes.sum()).isZero();
        assertThat(counters.deadLetters.sum()).isZero();

        deadLetters.away = false;
        assertThat(applyBatch.apply(routed).applied()).isTrue();
        assertThat(names("customers")).containsExactly("1 Ada");
        assertThat(deadLetters.letters).hasSize(1);
    }

    @Test
    void aFailureForAllIsThrownAndTheSameBatchCanBeTriedAgain() {
        routes.mirroring("mirror", "customers");
        Routed routed = route("insert 1 Ada");
        for (String step : List.of("prepare", "begin", "lock", "write", "refresh", "advance", "commit")) {
            warehouse.failing = step;
            assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
            assertThat(warehouse.mirror("customers")).isEmpty();
        }
        warehouse.failing = "";

        assertThat(applyBatch.apply(routed).applied()).isTrue();
        assertThat(deadLetters.letters).isEmpty();
        assertThat(names("customers")).containsExactly("1 Ada");
        assertThat(counters.changes.sum()).isEqualTo(1);
    }

    @Test
    void aRouteThatIsBeingStoppedMakesNoDeadLetter() {
        routes.mirroring("mirror", "customers").with("stopping", change -> {
            throw new RouteStoppingException("route stopping is being stopped", null);
        });

        assertThatThrownBy(() -> route("insert 1 Ada")).isInstanceOf(RouteStoppingException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void aChangeThatNoRouteWantsIsCountedAsFiltered() {
        routes.with("inserts", change -> change.after() != null, change -> List.of(appended("t", change.row(), change, "inserts")))
                .with("drops", change -> List.of());
        apply("insert 1 Ada", "delete 1", "delete 2");

        assertThat(counters.filtered.sum()).isEqualTo(2);
        assertThat(counters.rows.sum()).isEqualTo(1);
    }

    @Test
    void countsTheChangesOfEachTable() {
        routes.mirroring("mirror", "customers");
        apply("insert 1 Ada", "insert 2 Eve");
        assertThat(counters.tables).containsOnlyKeys(Given.TOPIC);
        assertThat(counters.tables.get(Given.TOPIC).sum()).isEqualTo(2);
    }

    @Test
    void eachChangeIsAStepHoweverLongItsRouteTakes() {
        AtomicLong nanos = new AtomicLong();
        Liveness liveness = new Liveness(Duration.ofSeconds(600), nanos::get);
        Liveness.Worker worker = liveness.worker("pipeline bookstore/1");
        CountDownLatch end = new CountDownLatch(1);
        worker.start(new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        List<String> lifeless = new ArrayList<>();
        routes.with("slow", change -> {
            nanos.addAndGet(Duration.ofSeconds(599).toNanos());
            liveness.lifeless().forEach(dead -> lifeless.add(dead.reason()));
            return List.of();
        });
        ApplyBatch watched = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters, worker,
                (pause, why) -> false);
        List<Delivery> deliveries = List.of(delivery(100, "insert 1 Ada"), delivery(101, "insert 2 Eve"), delivery(102, "insert 3 Ida"));
        watched.route(deliveries, Map.of(PARTITION, new Span(100, 103)));
        assertThat(lifeless).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(liveness.lifeless()).singleElement()
                .satisfies(dead -> assertThat(dead.reason()).contains("routing " + PARTITION + "@102"));
        end.countDown();
    }

    @Test
    void aDeadLetterIsSupersededByALaterChangeOfItsKeyInTheSameBatch() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "Eve".equals(row.image().get("name")) ? "too evil" : null;
        apply("insert 1 Eve", "insert 2 Ada", "update 1 Ida");

        assertThat(warehouse.entries().get(DeadLetter.idOf(at(100), "mirror")).supersededBy()).isEqualTo(102);
    }

    @Test
    void theReasonIsTheInnermostCauseInOneLine() {
        assertThat(ApplyBatch.reasonOf(new IllegalStateException("a", new RuntimeException(new java.io.IOException("disk\r\n\tfull\n")))))
                .isEqualTo("IOException: disk full");
        assertThat(ApplyBatch.reasonOf(new NullPointerException())).isEqualTo("NullPointerException");
        IllegalArgumentException tooLong = new IllegalArgumentException("it has 9 characters");
        assertThat(ApplyBatch.reasonOf(
                new IllegalStateException(new RuntimeException(new IllegalArgumentException("column name: it has 9 characters", tooLong)))))
                .isEqualTo("IllegalArgumentException: column name: it has 9 characters");
    }

    private Routed route(String... changes) {
        List<Delivery> deliveries = new ArrayList<>();
        for (String change : changes) {
            deliveries.add(delivery(100 + deliveries.size(), change));
        }
        return applyBatch.route(deliveries, Map.of(PARTITION, new Span(100, 100 + changes.length)));
    }

    private Outcome apply(String... changes) {
        return applyBatch.apply(route(changes));
    }

    private List<String> names(String mirror) {
        return names(warehouse.mirror(mirror).values().stream().sorted((a, b) -> Long.compare((Long) a.key(), (Long) b.key())).toList());
    }

    private static List<String> names(List<Row> rows) {
        return rows.stream().map(row -> row.image().get("id") + " " + row.image().get("name")).toList();
    }
}
