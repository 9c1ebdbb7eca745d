package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final AtomicInteger stopped = new AtomicInteger();
    private final Tally tally = new Tally(stopped::incrementAndGet);

    @Test
    void countsTransactionsByWhatHappenedAndKnowsEveryKindFromTheStart() {
        tally.committed(Kind.ORDER_PLACED, 5);
        tally.committed(Kind.ORDER_PLACED, 7);
        tally.committed(Kind.CUSTOMER_LEFT, 1);

        assertThat(tally.transactions()).isEqualTo(3);
        assertThat(tally.rowChanges()).isEqualTo(13);
        assertThat(tally.byKind()).hasSize(Kind.values().length).containsEntry("order placed", 2L).containsEntry("customer left", 1L)
                .containsEntry("order paid", 0L);
    }

    @Test
    void theFirstFailureStopsAllWritersAndStays() {
        RuntimeException first = new RuntimeException("first");

        tally.failed(first);
        tally.failed(new RuntimeException("second, because of the first"));

        assertThat(tally.failure()).containsSame(first);
        assertThat(stopped).hasValue(1);
    }
}
