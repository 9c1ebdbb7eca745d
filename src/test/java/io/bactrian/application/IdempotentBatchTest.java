package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.ApplyBatch.Routed;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse.AwayException;
import io.bactrian.testing.FailingWarehouse.Commit;
import io.bactrian.testing.Given;
import io.bactrian.testing.IdempotentWarehouseInMemory;
import io.bactrian.testing.RoutesInMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is special about a warehouse whose rows count when they are written: what is half done, and who comes late. */
class IdempotentBatchTest {

    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final IdempotentWarehouseInMemory warehouse = new IdempotentWarehouseInMemory();
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory();
    private final RoutesInMemory routes = new RoutesInMemory().mirroring("mirror", "customers").appending("log", "customers_log");
    private final ChangeReader reader = new Partly();
    private final ApplyBatch applyBatch = new ApplyBatch("bookstore", routes, reader, warehouse, deadLetters, new Counters());

    /** Takes the word {@code unsent} for a value that the source did not send. */
    private static final class Partly implements ChangeReader {
        private final Deliveries words = new Deliveries();

        @Override
        public Change read(Delivery delivery) {
            Change change = words.read(delivery);
            if (change.operation() != Operation.UPDATE || !change.after().get("name").equals("unsent")) {
                return change;
            }
            Image image = Given.image(Deliveries.SCHEMA, change.after().get("id"), Image.UNKNOWN);
            return new Change(change.source(), change.table(), change.operation(), image, image, change.position(), change.origin(),
                    change.committedAt(), change.snapshot());
        }
    }

    @BeforeEach
    void nothingIsAppliedYet() {
        warehouse.mark(PARTITION, 0);
    }

    @Test
    void rowsOfAWriteThatFailedInTheMiddleAreThereOnceWhenTheBatchIsTriedAgain() {
        Routed routed = route(0, "insert 1 Ada", "insert 2 Eve", "delete 1");
        for (int rows = 1; rows < 6; rows++) {
            warehouse.failingAfter = rows;
            assertThatThrownBy(() -> applyBatch.apply(routed)).isInstanceOf(AwayException.class);
            assertThat(warehouse.marks()).containsEntry(PARTITION, 0L);
        }
        assertThat(applyBatch.apply(routed).applied()).isTrue();
        assertThat(warehouse.mirror("customers")).containsOnlyKeys(2L);
        assertThat(warehouse.appended("customers_log")).hasSize(3);
    }

    @Test
    void aZombieThatWritesLateChangesNoRowAndMovesNoWatermarkBack() {
        Routed late = route(0, "insert 1 Ada", "insert 2 Eve");
        Routed newer = route(0, "insert 1 Ada", "insert 2 Eve", "update 1 Ida", "delete 2", "insert 3 Max");
        warehouse.meanwhile = () -> assertThat(applyBatch.apply(newer).applied()).isTrue();

        assertThat(applyBatch.apply(late).applied()).isTrue();
        assertThat(warehouse.mirror("customers")).containsOnlyKeys(1L, 3L);
        assertThat(warehouse.mirror("customers").get(1L).image().get("name")).isEqualTo("Ida");
        assertThat(warehouse.appended("customers_log")).hasSize(5);
        assertThat(warehouse.marks()).containsEntry(PARTITION, 5L);
    }

    @Test
    void aZombieBringsNothingBackThatWasTruncatedSince() {
        Routed late = route(0, "insert 1 Ada");
        Routed newer = route(0, "insert 1 Ada", "truncate", "insert 2 Eve");
        warehouse.meanwhile = () -> applyBatch.apply(newer);
        applyBatch.apply(late);

        assertThat(warehouse.mirror("customers")).containsOnlyKeys(2L);
    }

    /** What the first try has deleted, the second still asks for. */
    @Test
    void aValueThatWasNotSentIsFoundInTheRowThatTheSameBatchHasDeletedBefore() {
        RoutesInMemory mirror = new RoutesInMemory().mirroring("mirror", "customers");
        ApplyBatch applying = new ApplyBatch("bookstore", mirror, reader, warehouse, deadLetters, new Counters());
        applying.apply(applying.route(List.of(delivery(0, "insert 1 Ada")), Map.of(PARTITION, new Span(0, 1))));
        Routed routed = applying.route(List.of(delivery(1, "update 1 unsent"), delivery(2, "delete 1")), Map.of(PARTITION, new Span(1, 3)));
        warehouse.nextCommit = Commit.FAILS;
        assertThatThrownBy(() -> applying.apply(routed)).isInstanceOf(AwayException.class);

        assertThat(applying.apply(routed).applied()).isTrue();
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).isEmpty();
    }

    /** A replay, or a repaired route, writes the same rows again: it must know them. */
    @Test
    void rowsThatARouteAppendedBeforeItsChangeWasRefusedAreThereOnceInTheEnd() {
        RoutesInMemory two = new RoutesInMemory()
                .with("a", change -> List.of(appended("t", change.row(), change, "a"), appended("refused", change.row(), change, "a")))
                .with("b", change -> List.of(appended("t", change.row(), change, "b")));
        warehouse.refusing = row -> row.target().table().equals("refused") ? "no" : null;
        ApplyBatch applying = new ApplyBatch("bookstore", two, reader, warehouse, deadLetters, new Counters());
        applying.apply(applying.route(List.of(delivery(0, "insert 1 Ada")), Map.of(PARTITION, new Span(0, 1))));

        assertThat(warehouse.appended("t")).extracting(row -> row.route()).containsExactly("a", "b");
        assertThat(deadLetters.letters).containsOnlyKeys("shop.store.customers-0@0/a");
    }

    private Routed route(long from, String... changes) {
        List<Delivery> deliveries = new ArrayList<>();
        for (String change : changes) {
            deliveries.add(delivery(from + deliveries.size(), change));
        }
        return applyBatch.route(deliveries, Map.of(PARTITION, new Span(from, from + changes.length)));
    }
}
