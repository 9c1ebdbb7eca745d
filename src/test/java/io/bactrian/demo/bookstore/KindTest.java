package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KindTest {

    @Test
    void eachKindIsDrawnAsOftenAsItsShareSays() {
        int draws = 500_000;
        SplittableRandom random = new SplittableRandom(3);
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        for (int i = 0; i < draws; i++) {
            counts.merge(Kind.any(random), 1, Integer::sum);
        }

        for (Kind kind : Kind.values()) {
            assertThat(counts.get(kind) / (double) draws).as(kind.words()).isCloseTo(kind.share(), within(0.003));
        }
    }

    @Test
    void noTwoKindsGoByTheSameWords() {
        assertThat(Arrays.stream(Kind.values()).map(Kind::words).collect(Collectors.toSet())).hasSameSizeAs(Kind.values());
    }

    @Test
    void asManyOrdersArePaidAndShippedAsAreLeftFromThosePlaced() {
        double left = Kind.ORDER_PLACED.share() - Kind.ORDER_CANCELLED.share() - Kind.ORDER_DELETED.share();

        assertThat(Kind.ORDER_PAID.share()).isCloseTo(left, within(0.01));
        assertThat(Kind.ORDER_SHIPPED.share()).isCloseTo(left, within(0.01));
    }
}
