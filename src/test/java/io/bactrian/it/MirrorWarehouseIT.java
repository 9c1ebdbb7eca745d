package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.RandomHistory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batches of a mirrored table. */
class MirrorWarehouseIT extends EveryWarehouse {

    private record Kept(Image image, int partition) {
        private String line() {
            return image.get("id") + "|" + image.get("name") + "|" + image.get("visits");
        }
    }

    @Test
    void randomBatchesLeaveWhatSingleChangesLeave() {
        Random seeds = new Random(20261121);
        for (int round = 0; round < 60; round++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            Target target = new Target("t" + round, Mode.MIRROR, List.of("id"), false);
            List<Row> rows = RandomHistory.rows(random, target.table(), 1 + random.nextInt(60), round % 2 == 0).stream()
                    .map(row -> new Row(target, row.meaning(), row.image(), row.change(), row.route())).toList();
            Map<Object, Kept> naive = new TreeMap<>();
            for (Row row : rows) {
                int partition = row.version().partition();
                if (row.meaning() == Meaning.CLEAR) {
                    naive.values().removeIf(kept -> kept.partition() == partition);
                } else if (row.meaning() == Meaning.DELETE) {
                    naive.remove(row.image().get("id"));
                } else if (!RandomHistory.isRefused(row)) {
                    naive.put(row.image().get("id"), new Kept(row.image(), partition));
                }
            }
            RandomHistory.cut(random, rows)
                    .forEach(batch -> assertThat(write(batch)).allMatch(refusal -> RandomHistory.isRefused(refusal.row())));
            assertThat(lines(target.table())).as("seed %s", seed).isEqualTo(naive.values().stream().map(Kept::line).toList());
        }
    }

    private List<String> lines(String table) {
        return database.has(table) ? query("select id, name, visits from " + table + " order by id") : List.of();
    }
}
