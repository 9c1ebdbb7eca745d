package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ApplyBatch.Held;
import io.bactrian.application.ApplyBatch.Outcome;
import io.bactrian.application.ApplyBatch.Routed;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table that does not take its rows holds back the changes that need it, and no other. */
class HeldBackTest {

    private static final Partition ORDERS = new Partition("shop.store.orders", 0);
    private static final Partition ORDERS_1 = new Partition("shop.store.orders", 1);
    private static final Partition RETURNS = new Partition("shop.store.returns", 0);
    private static final Partition CUSTOMERS = new Partition("shop.store.customers", 0);
    private static final String WHY = "table orders has the primary key (id)";

    private final List<String> calls = new ArrayList<>();
    private final WarehouseInMemory warehouse = new WarehouseInMemory(calls);
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory(calls);
    private final RoutesInMemory routes = new RoutesInMemory();
    private final Counters counters = new Counters();
    private final ApplyBatch applyBatch = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, counters);

    /** Each topic has a table of its own, but the returns, which go to that of the orders. */
    @BeforeEach
    void theWarehouseHasHadTheFirstTen() {
        List.of(ORDERS, ORDERS_1, RETURNS, CUSTOMERS).forEach(partition -> warehouse.mark(partition, 10));
        routes.with("copy", change -> List.of(appended(table(change.position().topic()), change.row(), change, "copy")));
        warehouse.unfit = row -> row.target().table().equals("orders") ? WHY : null;
    }

    private static String table(String topic) {
        String name = topic.substring(topic.lastIndexOf('.') + 1);
        return name.equals("returns") ? "orders" : name;
    }

    private Routed route(Map<Partition, List<String>> changes) {
        List<io.bactrian.application.Delivery> deliveries = new ArrayList<>();
        Map<Partition, Span> spans = new LinkedHashMap<>();
        changes.forEach((partition, words) -> {
            for (String one : words) {
                long offset = 10 + deliveries.stream().filter(d -> Partition.of(d.position()).equals(partition)).count();
                deliveries.add(delivery(new Position(partition.topic(), partition.number(), offset), one));
            }
            spans.put(partition, new Span(10, 10 + words.size()));
        });
        return applyBatch.route(deliveries, spans);
    }

    private List<Object> names(String table) {
        return warehouse.appended(table).stream().map(row -> row.image().get("name")).toList();
    }

    @Test
    void itsNeighboursInTheSameBatchAreAppliedAtOnce() {
        Outcome outcome = applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada", "insert 2 Eve"), CUSTOMERS,
                List.of("insert 3 Ida", "delete 4"))));

        assertThat(outcome).isEqualTo(new Outcome(Map.of(), Map.of(ORDERS, new Held(10, Map.of("orders", WHY)))));
        assertThat(names("orders")).isEmpty();
        assertThat(warehouse.appended("customers")).hasSize(2);
        assertThat(warehouse.marks()).containsEntry(ORDERS, 10L).containsEntry(CUSTOMERS, 12L);
        assertThat(counters.changes.sum()).isEqualTo(2);
        assertThat(counters.rows.sum()).isEqualTo(2);
        assertThat(counters.filtered.sum()).isZero();
        assertThat(counters.table(ORDERS.topic()).sum()).isZero();
    }

    @Test
    void aBatchOfNothingElseAppliesNothing() {
        Outcome outcome = applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada", "rubbish"))));

        assertThat(outcome.held()).containsOnlyKeys(ORDERS);
        assertThat(calls).containsExactly("prepare");
        assertThat(deadLetters.letters).isEmpty();
        assertThat(warehouse.marks()).containsEntry(ORDERS, 10L);
        assertThat(counters.batches.sum()).isZero();
    }

    @Test
    void allTopicsThatFeedTheTableAreHeldBack() {
        Outcome outcome = applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada"), ORDERS_1, List.of("insert 5 Uta"), RETURNS,
                List.of("insert 2 Eve"), CUSTOMERS, List.of("insert 3 Ida"))));

        assertThat(outcome.held()).containsOnlyKeys(ORDERS, ORDERS_1, RETURNS);
        assertThat(warehouse.marks()).isEqualTo(Map.of(ORDERS, 10L, ORDERS_1, 10L, RETURNS, 10L, CUSTOMERS, 11L));
    }

    /** Else rows of before a key changed and of after it, in one poll, would wait for each other for ever. */
    @Test
    void whatComesBeforeTheFirstOfItsRowsIsAppliedWithItsDeadLetters() {
        warehouse.unfit = row -> "Eve".equals(row.image().get("name")) ? WHY : null;
        Outcome outcome = applyBatch
                .apply(route(Map.of(ORDERS, List.of("insert 1 Ada", "rubbish", "insert 2 Eve", "insert 3 Ida", "rubbish"))));

        assertThat(outcome.applied()).isTrue();
        assertThat(outcome.held()).isEqualTo(Map.of(ORDERS, new Held(12, Map.of("orders", WHY))));
        assertThat(names("orders")).containsExactly("Ada");
        assertThat(deadLetters.letters).containsOnlyKeys("shop.store.orders-0@11/-");
        assertThat(warehouse.marks()).containsEntry(ORDERS, 12L);
    }

    @Test
    void theOtherRowsOfAChangeWaitWithTheOneThatIsNotTaken() {
        routes.with("twice", change -> List.of(appended("all", change.row(), change, "twice")));
        applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada"), CUSTOMERS, List.of("insert 2 Eve"))));

        assertThat(names("all")).containsExactly("Eve");
        warehouse.unfit = row -> null;
        assertThat(applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada")))).held()).isEmpty();
        assertThat(names("all")).containsExactly("Eve", "Ada");
        assertThat(names("orders")).containsExactly("Ada");
    }

    @Test
    void aChangeThatTwoTablesDoNotTakeNamesBoth() {
        routes.with("twice", change -> List.of(appended("all", change.row(), change, "twice")));
        warehouse.unfit = row -> row.target().table() + " is at fault";

        assertThat(applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada")))).held())
                .isEqualTo(Map.of(ORDERS, new Held(10, Map.of("orders", "orders is at fault", "all", "all is at fault"))));
    }

    @Test
    void whereTheWatermarkIsElsewhereNothingIsAppliedOfTheOthersEither() {
        warehouse.mark(CUSTOMERS, 11);
        Outcome outcome = applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada"), CUSTOMERS, List.of("insert 3 Ida"))));

        assertThat(outcome.rewind()).isEqualTo(Map.of(CUSTOMERS, 11L));
        assertThat(outcome.held()).containsOnlyKeys(ORDERS);
        assertThat(warehouse.marks()).isEqualTo(Map.of(ORDERS, 10L, ORDERS_1, 10L, RETURNS, 10L, CUSTOMERS, 11L));
    }

    /** What was filtered out of what was applied, and nothing else. */
    @Test
    void changesThatAreHeldBackAreNotCounted() {
        routes.with("copy", change -> Long.valueOf(9).equals(change.row().get("id"))
                ? List.of()
                : List.of(appended(table(change.position().topic()), change.row(), change, "copy")));
        applyBatch.apply(route(Map.of(ORDERS, List.of("insert 9 Nix", "insert 1 Ada", "insert 9 Nix"), CUSTOMERS,
                List.of("insert 9 Nix", "insert 2 Eve"))));

        assertThat(counters.filtered.sum()).isEqualTo(2);
        assertThat(counters.changes.sum()).isEqualTo(3);
        assertThat(warehouse.marks()).containsEntry(ORDERS, 11L);
    }

    @Test
    void aReplayOfADeadLetterFailsAgainWithTheReason() {
        warehouse.unfit = row -> null;
        warehouse.refusing = row -> "too evil";
        applyBatch.apply(route(Map.of(ORDERS, List.of("insert 1 Ada"))));
        warehouse.unfit = row -> WHY;
        SettleDeadLetters settling = new SettleDeadLetters(routes, new Deliveries(), warehouse, deadLetters);

        assertThat(settling.replay(deadLetters.letters.values().iterator().next())).satisfies(settled -> {
            assertThat(settled.ending()).isEqualTo(SettleDeadLetters.Ending.FAILED_AGAIN);
            assertThat(settled.reason()).isEqualTo(WHY);
        });
    }
}
