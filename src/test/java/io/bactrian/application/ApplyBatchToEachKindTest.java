package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a batch does to a warehouse, whichever of the two kinds it is. */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
class ApplyBatchToEachKindTest {

    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final List<String> calls = new ArrayList<>();
    private final FailingWarehouse warehouse;
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory(calls);
    private final RoutesInMemory routes = new RoutesInMemory();
    private final Counters counters = new Counters();
    private final ApplyBatch applyBatch;

    /** Makes a warehouse of one kind. */
    enum Kind {
        TRANSACTIONAL, IDEMPOTENT
    }

    static Stream<Kind> kinds() {
        return Stream.of(Kind.values());
    }

    ApplyBatchToEachKindTest(Kind kind) {
        warehouse = kind == Kind.TRANSACTIONAL ? new WarehouseInMemory(calls) : new IdempotentWarehouseInMemory(calls);
        applyBatch = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters);
    }

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
    void wheneverAllRowsAreRefusedTheWatermarkStillMoves() {
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "never";
        apply("insert 1 Ada", "insert 2 Eve");

        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).hasSize(2);
        assertThat(warehouse.marks()).containsEntry(PARTITION, 102L);
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
    void aBatchWhoseCommitWasNotAnsweredIsFoundAppliedAndNotAppliedAgain() {
        routes.appending("log", "customers_log");
        warehouse.nextCommit = Commit.ANSWER_IS_LOST;
        Routed routed = route("insert 1 Ada", "insert 2 Eve");

        assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
        assertThat(applyBatch.apply(routed).rewind()).isEqualTo(Map.of(PARTITION, 102L));
        assertThat(warehouse.appended("customers_log")).hasSize(2);
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
    void nothingIsAppliedWhereTheWatermarkIsElsewhere() {
        routes.mirroring("mirror", "customers");
        warehouse.mark(PARTITION, 101);
        Outcome outcome = apply("insert 1 Ada", "insert 2 Eve", "rubbish");

        assertThat(outcome.rewind()).isEqualTo(Map.of(PARTITION, 101L));
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).isEmpty();
        assertThat(warehouse.marks()).containsEntry(PARTITION, 101L);
    }

    @Test
    void whateverFailsTheWatermarkStaysAndTheSameBatchIsAppliedOnceWhenItIsTriedAgain() {
        routes.mirroring("mirror", "customers").appending("log", "customers_log");
        Routed routed = route("insert 1 Ada", "insert 2 Eve", "update 1 Ida", "delete 2");
        for (String step : List.of("prepare", "begin", "lock", "write", "advance", "commit")) {
            warehouse.failing = step;
            assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
            assertThat(warehouse.marks()).containsEntry(PARTITION, 100L);
        }
        warehouse.failing = "";
        warehouse.nextCommit = Commit.FAILS;
        assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
        assertThat(warehouse.marks()).containsEntry(PARTITION, 100L);

        assertThat(applyBatch.apply(routed).applied()).isTrue();
        assertThat(names("customers")).containsExactly("1 Ida");
        assertThat(names(warehouse.appended("customers_log"))).containsExactly("1 Ada", "2 Eve", "1 Ida", "2 null");
        assertThat(counters.changes.sum()).isEqualTo(4);
        assertThat(deadLetters.letters).isEmpty();
    }

    @Test
    void theWatermarkDoesNotMoveBeforeDeadLettersAreKept() {
        routes.mirroring("mirror", "customers");
        deadLetters.away = true;
        Routed routed = route("insert 1 Ada", "rubbish");

        assertThatThrownBy(() -> applyBatch.apply(routed)).hasMessage("Kafka is away");
        assertThat(calls).doesNotContain("commit").endsWith("close");
        assertThat(warehouse.marks()).containsEntry(PARTITION, 100L);

        deadLetters.away = false;
        assertThat(applyBatch.apply(routed).applied()).isTrue();
        assertThat(names("customers")).containsExactly("1 Ada");
        assertThat(deadLetters.letters).hasSize(1);
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
