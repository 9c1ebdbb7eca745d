package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Delivery;
import io.bactrian.application.UnreadableChangeException;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import io.bactrian.local.RowChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CaseFeedTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:01:00Z");
    private static final TableSchema SCHEMA = Given.schema("id int64, name string(20)", "id");

    private final CaseFeed feed = new CaseFeed(Map.of("store", "shop"), Set.of());

    @Test
    void aKeyStaysInItsPartitionAndOffsetsCount() {
        Set<Integer> partitions = new TreeSet<>();
        for (long id = 0; id < 20; id++) {
            feed.add(new RowChange("store.t", Operation.INSERT, null, row(id, "a")), TIME, false);
            feed.add(new RowChange("store.t", Operation.UPDATE, row(id, "a"), row(id, "b")), TIME, false);
            feed.add(new RowChange("store.t", Operation.DELETE, row(id, "b"), null), TIME, false);
            List<Delivery> three = feed.deliveries().subList((int) id * 3, (int) id * 3 + 3);
            assertThat(three).extracting(one -> one.position().partition()).containsOnly(three.get(0).position().partition());
            assertThat(three.get(2).position().offset()).isEqualTo(three.get(0).position().offset() + 2);
            partitions.add(three.get(0).position().partition());
        }
        assertThat(partitions).containsExactly(0, 1);
        assertThat(feed.starts()).isEqualTo(Map.of(new Partition("shop.store.t", 0), 0L, new Partition("shop.store.t", 1), 0L));
    }

    @Test
    void aTruncationComesOnceInEachPartition() {
        feed.add(new RowChange("store.t", Operation.TRUNCATE, null, null), TIME, false);

        assertThat(feed.deliveries()).extracting(one -> one.position().toString()).containsExactly("shop.store.t-0@0", "shop.store.t-1@0");
    }

    @Test
    void isReadAsTheChangeThatItIs() {
        feed.add(new RowChange("store.t", Operation.READ, null, row(1, "a")), TIME, true);

        Change change = feed.read(feed.deliveries().get(0));
        assertThat(change.source()).isEqualTo("shop");
        assertThat(change.table()).isEqualTo("store.t");
        assertThat(change.operation()).isEqualTo(Operation.READ);
        assertThat(change.committedAt()).isEqualTo(TIME);
        assertThat(change.snapshot()).isTrue();
        assertThat(change.after()).containsEntry("name", "a");
        assertThat(feed.tableOf(change.position())).isEqualTo("store.t");
    }

    @Test
    void garbageCannotBeRead() {
        feed.addGarbage("store.t", "no JSON", TIME);

        assertThatThrownBy(() -> feed.read(feed.deliveries().get(0))).isInstanceOf(UnreadableChangeException.class)
                .hasMessageContaining("is no change");
    }

    @Test
    void whatNoSourceCapturesNeverArrives() {
        feed.add(new RowChange("other.t", Operation.INSERT, null, row(1, "a")), TIME, false);
        feed.addGarbage("other.t", "no JSON", TIME);

        assertThat(feed.deliveries()).isEmpty();
    }

    private static Image row(long id, String name) {
        return Given.image(SCHEMA, id, name);
    }
}
