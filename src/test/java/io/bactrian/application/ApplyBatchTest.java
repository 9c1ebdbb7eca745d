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
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.Given;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory.AwayException;
import io.bactrian.testing.WarehouseInMemory.Commit;
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
    void everyChangeBecomesItsRowsAndTheWatermarkMovesToTheEnd() {
        routes.mirroring("mirror", "customers").appending("history", "customers_log");
        Outcome outcome = apply("insert 1 Ada", "insert 2 Eve", "update 1 Ida", "delete 2");

        assertThat(outcome.applied()).isTrue();
        assertThat(names("customers")).containsExactly("1 Ida");
        assertThat(warehouse.appended("customers_log")).hasSize(4);
        assertThat(warehouse.marks()).containsEntry(PARTITION, 104L);
    }

    @Test
    void aRecordThatCanNotBeReadBecomesADeadLetterAndItsNeighboursArrive() {
        routes.mirroring("mirror", "customers");
        apply("insert 1 Ada", "rubbish 2", "insert 3 Eve");

        assertThat(names("customers")).containsExactly("1 Ada", "3 Eve");
        assertThat(deadLetters.letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo("shop.store.customers-0@101/-");
            assertThat(letter.route()).isEqualTo(DeadLetter.UNREADABLE);
            assertThat(letter.pipeline()).isEqualTo("bookstore");
            assertThat(letter.reason()).isEqualTo("the record shop.store.customers-0@101 is no change: 'rubbish'");
            assertThat(letter.detail()).contains("UnreadableChangeException");
            assertThat(letter.value()).asString().isEqualTo("rubbish 2");
            assertThat(letter.key()).asString().isEqualTo("2");
        });
        assertThat(warehouse.letters()).containsOnlyKeys("shop.store.customers-0@101/-");
        assertThat(warehouse.marks()).containsEntry(PARTITION, 103L);
    }

    @Test
    void aRouteThatThrowsGivesADeadLetterOfItsOwnAndTheOtherRoutesRowsStay() {
        routes.mirroring("mirror", "customers").with("scoring", change -> {
            if (change.row().get("name").equals("Eve")) {
                throw new IllegalStateException("while scoring", new IllegalArgumentException("no score\n  for Eve"));
            }
            return List.of(appended("scores", change.row(), change, "scoring"));
        });
        apply("insert 1 Ada", "insert 2 Eve", "insert 3 Ida");

        assertThat(names("customers")).containsExactly("1 Ada", "2 Eve", "3 Ida");
        assertThat(warehouse.appended("scores")).hasSize(2);
        assertThat(deadLetters.letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo("shop.store.customers-0@101/scoring");
            assertThat(letter.reason()).isEqualTo("IllegalArgumentException: no score for Eve");
            assertThat(letter.detail()).contains("while scoring").hasSizeLessThanOrEqualTo(8_000);
        });
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
    void aRefusedRowBecomesADeadLetterAndItsNeighboursArrive() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "Eve".equals(row.image().get("name")) ? "too evil" : null;
        apply("insert 1 Ada", "insert 2 Eve", "insert 3 Ida");

        assertThat(names("customers")).containsExactly("1 Ada", "3 Ida");
        assertThat(deadLetters.letters.values()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo("shop.store.customers-0@101/mirror");
            assertThat(letter.reason()).isEqualTo("too evil");
            assertThat(letter.detail()).isEmpty();
            assertThat(letter.value()).asString().isEqualTo("insert 2 Eve");
        });
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
    void wheneverAllRowsAreRefusedTheWatermarkStillMoves() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "never";
        apply("insert 1 Ada", "insert 2 Eve");

        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).hasSize(2);
        assertThat(warehouse.marks()).containsEntry(PARTITION, 102L);
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
    void ofSeveralPartitionsAllGoBackWhenOneIsElsewhere() {
        Partition other = new Partition(Given.TOPIC, 1);
        routes.mirroring("mirror", "customers");
        warehouse.mark(other, 7);
        Map<Partition, Span> spans = Map.of(PARTITION, new Span(100, 101), other, new Span(5, 6));
        Outcome outcome = applyBatch.apply(applyBatch.route(List.of(delivery(100, "insert 1 Ada"),
                delivery(new Position(Given.TOPIC, 1, 5), "insert 2 Eve")), spans));

        assertThat(outcome.rewind()).isEqualTo(Map.of(PARTITION, 100L, other, 7L));
        assertThat(warehouse.mirror("customers")).isEmpty();
    }

    @Test
    void aGapAtTheEndOfASpanIsPassedOver() {
        routes.mirroring("mirror", "customers");
        applyBatch.apply(applyBatch.route(List.of(delivery(103, "insert 1 Ada")), Map.of(PARTITION, new Span(100, 110))));

        assertThat(warehouse.marks()).containsEntry(PARTITION, 110L);
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
    void aBatchWhoseCommitWasNotAnsweredIsFoundAppliedAndNotAppliedAgain() {
        routes.appending("log", "customers_log");
        warehouse.nextCommit = Commit.ANSWER_IS_LOST;
        Routed routed = route("insert 1 Ada", "insert 2 Eve");

        assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
        assertThat(applyBatch.apply(routed).rewind()).isEqualTo(Map.of(PARTITION, 102L));
        assertThat(warehouse.appended("customers_log")).hasSize(2);
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
    void countsWhatWasApplied() {
        routes.mirroring("mirror", "customers").appending("log", "customers_log");
        apply("insert 1 Ada", "rubbish", "delete 1");
        warehouse.mark(PARTITION, 100);
        apply("insert 1 Ada");

        assertThat(counters.batches.sum()).isEqualTo(2);
        assertThat(counters.changes.sum()).isEqualTo(4);
        assertThat(counters.rows.sum()).isEqualTo(6);
        assertThat(counters.deadLetters.sum()).isEqualTo(1);
        assertThat(counters.filtered.sum()).isZero();
        assertThat(counters.retries.sum()).isZero();
        assertThat(counters.newestCommit.get()).isEqualTo(Given.COMMITTED.toEpochMilli());
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
        ApplyBatch watched = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters, worker);
        List<Delivery> deliveries = List.of(delivery(100, "insert 1 Ada"), delivery(101, "insert 2 Eve"), delivery(102, "insert 3 Ida"));
        watched.route(deliveries, Map.of(PARTITION, new Span(100, 103)));
        assertThat(lifeless).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(liveness.lifeless()).singleElement()
                .satisfies(dead -> assertThat(dead.reason()).contains("routing " + PARTITION + "@102"));
        end.countDown();
    }

    @Test
    void aBatchThatWasRefusedInPartCountsOnce() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> row.key().equals(1L) ? "no" : null;
        apply("insert 1 Ada", "insert 2 Eve");

        assertThat(counters.batches.sum()).isEqualTo(1);
        assertThat(counters.changes.sum()).isEqualTo(2);
        assertThat(counters.rows.sum()).isEqualTo(1);
        assertThat(counters.deadLetters.sum()).isEqualTo(1);
    }

    @Test
    void aDeadLetterIsSupersededByALaterChangeOfItsKeyInTheSameBatch() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "Eve".equals(row.image().get("name")) ? "too evil" : null;
        apply("insert 1 Eve", "insert 2 Ada", "update 1 Ida");

        assertThat(warehouse.letters().get(DeadLetter.idOf(at(100), "mirror")).supersededBy()).isEqualTo(102);
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
