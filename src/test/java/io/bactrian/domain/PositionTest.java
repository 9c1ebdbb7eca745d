package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @Property
    void isReadBackAsItWasWritten(
            @ForAll @AlphaChars @NumericChars @Chars({'.', '-', '_', '@'}) @StringLength(min = 1, max = 249) String topic,
            @ForAll @IntRange(min = 0) int partition, @ForAll @LongRange(min = 0) long offset) {
        Position position = new Position(topic, partition, offset);

        assertThat(Position.parse(position.toString())).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "-", "shop.store.customers", "shop.store.customers-0", "customers@5", "-0@5", "c-0@", "c-@5", "c-x@5",
        "c-0@x",
        "c-0@5/route", "c-99999999999@5", "c-0@99999999999999999999", "c@5-0"})
    void whatIsNoPositionIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Position.parse(text))
                .withMessage("'" + text + "' is no position; expected topic-partition@offset, such as shop.store.customers-0@5121");
    }

    @Test
    void isOrderedByTopicThenPartitionThenOffset() {
        List<Position> ordered = List.of(new Position("a", 0, 9), new Position("a", 2, 7), new Position("a", 2, 10),
                new Position("a", 10, 1),
                new Position("b", 0, 0));

        assertThat(sortedFromTheEnd(ordered)).isEqualTo(ordered);
        assertThat(new Position("a", 1, 2)).isEqualByComparingTo(new Position("a", 1, 2));
    }

    private static <T> List<T> sortedFromTheEnd(List<T> ordered) {
        List<T> others = new ArrayList<>(ordered);
        Collections.reverse(others);
        return others.stream().sorted().toList();
    }

    @Test
    void knowsItsPartition() {
        assertThat(Partition.of(new Position("shop.store.customers", 3, 9))).isEqualTo(new Partition("shop.store.customers", 3))
                .hasToString("shop.store.customers-3");
    }

    @Test
    void partitionsAreOrderedByTopicThenNumber() {
        List<Partition> ordered = List.of(new Partition("a", 2), new Partition("a", 10), new Partition("b", 0));

        assertThat(sortedFromTheEnd(ordered)).isEqualTo(ordered);
    }

    @Test
    void aDeadLetterIsNamedByItsPositionAndRoute() {
        DeadLetter letter = new DeadLetter("bookstore", new Position("shop.store.customers", 0, 5121), "bookstore-customers", "", "", null,
                null, null, null);

        assertThat(letter.id()).isEqualTo("shop.store.customers-0@5121/bookstore-customers")
                .isEqualTo(DeadLetter.idOf(letter.position(), letter.route()));
        assertThat(DeadLetter.idOf(letter.position(), DeadLetter.UNREADABLE)).isEqualTo("shop.store.customers-0@5121/-");
    }
}
