package io.bactrian.infrastructure.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ApplyBatch.Held;
import io.bactrian.application.Health;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HeldPartitionsTest {

    private static final TopicPartition ONE = new TopicPartition("shop.store.orders", 0);
    private static final TopicPartition TWO = new TopicPartition("shop.store.orders", 1);
    private static final String ORDERS = "pipeline bookstore/1 table orders";

    private final Health health = new Health();
    private final AtomicLong nanos = new AtomicLong();
    private final HeldPartitions held = new HeldPartitions("pipeline bookstore/1", health, nanos::get);

    private static Held orders(long from) {
        return new Held(from, Map.of("orders", "has another key"));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void aTableIsAPartThatIsDownUntilNoPartitionWaitsForIt() {
        held.hold(ONE, orders(5));
        held.hold(TWO, orders(7));
        assertThat(health.parts().get(ORDERS)).satisfies(state -> {
            assertThat(state.up()).isFalse();
            assertThat(state.reason()).isEqualTo("has another key");
        });

        held.release(ONE);
        assertThat(health.parts()).containsKey(ORDERS);
        held.release(TWO);
        assertThat(health.parts()).isEmpty();
        assertThat(health.troubles()).singleElement().satisfies(trouble -> assertThat(trouble.until()).isNotNull());
    }

    @Test
    void aPartitionIsTriedAgainWithPausesOfUpToTenSeconds() {
        long before = 0;
        for (long pause : new long[]{500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000}) {
            held.hold(ONE, orders(5));
            assertThat(held.isWaiting(ONE)).isTrue();
            pass(Duration.ofMillis(pause - 1));
            assertThat(held.due()).as("after a pause of %s ms", before).isEmpty();
            pass(Duration.ofMillis(1));
            assertThat(held.due()).containsExactly(ONE);
            assertThat(held.isWaiting(ONE)).isFalse();
            assertThat(held.due()).as("it is being tried").isEmpty();
            before = pause;
        }
        // It has come as far as another change.
        held.hold(ONE, orders(6));
        pass(Duration.ofMillis(500));
        assertThat(held.due()).containsExactly(ONE);
    }

    @Test
    void anotherTableTakesThePlaceOfOneThatIsInOrder() {
        held.hold(ONE, orders(5));
        held.hold(ONE, new Held(9, Map.of("returns", "has no key")));
        assertThat(health.parts()).containsOnlyKeys("pipeline bookstore/1 table returns");
    }

    @Test
    void aPartitionThatGoesElsewhereIsNothingToWaitFor() {
        held.hold(ONE, orders(5));
        held.drop(ONE);
        assertThat(health.parts()).isEmpty();
        pass(Duration.ofSeconds(20));
        assertThat(held.due()).isEmpty();
        assertThat(held.isWaiting(ONE)).isFalse();
        held.release(ONE);

        held.hold(ONE, orders(5));
        held.hold(TWO, orders(5));
        held.clear();
        assertThat(health.parts()).isEmpty();
    }
}
