package io.bactrian.infrastructure.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.Rereads;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LostChangesTest {

    private static final Partition ORDERS_1 = new Partition("shop.store.orders", 1);

    private final List<Reread> known = new ArrayList<>();
    private int asked;
    private final LostChanges lost = new LostChanges(new Rereads() {
        @Override
        public void ask(Asked reread) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forget(Asked reread) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Reread> of(String source) {
            assertThat(source).isEqualTo("shop");
            asked++;
            return known;
        }
    }, new SourceCatalog(Map.of("store", "shop")));

    private static Asked asked(String table, String where) {
        return new Asked("shop", table, "id", "a test", where, 0, 0, true);
    }

    private static Progress progress(String table, State state, Map<Integer, Long> older) {
        return new Progress("shop", table, "id", state, null, 0, 0, older, 0, 0, "", null);
    }

    private void know(String table, String where, State state, Map<Integer, Long> older) {
        known.add(new Reread(asked(table, where), progress(table, state, older)));
    }

    private boolean isMadeUp(long offset) {
        return lost.look().madeUp(ORDERS_1, offset).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"99, true", "100, true", "101, false"})
    void aReReadMakesUpForWhatWasThereWhenItBegan(long offset, boolean madeUp) {
        know("store.orders", "", State.DONE, Map.of(0, 7L, 1, 100L));
        assertThat(isMadeUp(offset)).isEqualTo(madeUp);
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void oneThatEndedWithoutHavingReadTheTableMakesUpForNothing(State state) {
        know("store.orders", "", state, Map.of(1, 100L));
        assertThat(isMadeUp(50)).isEqualTo(state == State.READING || state == State.DONE);
    }

    @Test
    void oneThatHasNotBegunOfOtherRowsOrOfAnotherTableOrPartitionMakesUpForNothing() {
        known.add(new Reread(asked("store.orders", ""), null));
        know("store.orders", "id > 5", State.DONE, Map.of(1, 100L));
        know("store.customers", "", State.DONE, Map.of(1, 100L));
        know("store.orders", "", State.DONE, Map.of(0, 100L));
        assertThat(isMadeUp(50)).isFalse();
    }

    @Test
    void aTableWithAnUnusualNameIsFoundByItsTopic() {
        know("store.a$b", "", State.DONE, Map.of(0, 100L));
        String topic = SourceCatalog.topic("shop", "store.a$b");
        assertThat(lost.look().madeUp(new Partition(topic, 0), 50)).isPresent();
        assertThat(lost.table(topic)).contains("store.a$b");
    }

    @Test
    void whatAPipelinePassesOnIsNoTable() {
        assertThat(lost.table("curated.orders")).isEmpty();
        assertThat(lost.look().madeUp(new Partition("curated.orders", 0), 0)).isEmpty();
        assertThat(asked).isZero();
    }

    @Test
    void theReReadsOfASourceAreReadOnceInALook() {
        LostChanges.Look look = lost.look();
        look.madeUp(ORDERS_1, 1);
        look.madeUp(new Partition("shop.store.customers", 0), 1);
        assertThat(asked).isEqualTo(1);
    }
}
