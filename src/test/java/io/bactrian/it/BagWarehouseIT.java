package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.RandomHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Batches of a table without a key. */
class BagWarehouseIT extends EveryWarehouse {

    private static final TableSchema SCHEMA = Given.schema("a int64 null, b string(10) null");

    private List<String> bag(String table) {
        return query("select a, b from " + table).stream().sorted().toList();
    }

    /** A truncation reaches all partitions of a topic, in any order; the rows are in one of them. */
    @Test
    void aTruncationOfAnotherPartitionTakesNothingFromThisOne() {
        written(List.of(row("t", Meaning.WRITE, 1, 0, 0)));
        written(List.of(row("t", Meaning.CLEAR, 0, 0, 1), row("t", Meaning.WRITE, 2, 0, 2), row("t", Meaning.CLEAR, 0, 1, 0)));
        assertThat(bag("t")).containsExactly("2|x");
    }

    /** Two sources into one bag: each adds, takes and truncates what is its own. */
    @Test
    void randomBatchesLeaveWhatSingleChangesLeave() {
        Random seeds = new Random(20261121);
        for (int round = 0; round < 40; round++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            String table = "bag" + round;
            List<List<Integer>> naive = List.of(new ArrayList<>(), new ArrayList<>());
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(80); i++) {
                int partition = random.nextInt(2);
                List<Integer> own = naive.get(partition);
                if (random.nextInt(20) == 0) {
                    own.clear();
                    rows.add(row(table, Meaning.CLEAR, 0, partition, i));
                } else if (!own.isEmpty() && random.nextInt(5) < 2) {
                    rows.add(row(table, Meaning.DELETE, own.remove(random.nextInt(own.size())), partition, i));
                } else {
                    own.add(random.nextInt(4));
                    rows.add(row(table, Meaning.WRITE, own.get(own.size() - 1), partition, i));
                }
            }
            RandomHistory.cut(random, rows).forEach(this::written);
            assertThat(database.has(table) ? bag(table) : List.of()).as("seed %s", seed)
                    .isEqualTo(naive.stream().flatMap(List::stream).map(a -> a + "|x").sorted().toList());
        }
    }

    private static Row row(String table, Meaning meaning, int a, int partition, long offset) {
        Target target = new Target(table, Mode.MIRROR, List.of(), false);
        Image image = meaning == Meaning.CLEAR ? null : Given.image(SCHEMA, (long) a, "x");
        Operation operation = switch (meaning) {
            case CLEAR -> Operation.TRUNCATE;
            case DELETE -> Operation.DELETE;
            case WRITE -> Operation.INSERT;
        };
        return new Row(target, meaning, image, new Change("shop", Given.TABLE, operation, meaning == Meaning.DELETE ? image : null,
                meaning == Meaning.WRITE ? image : null, new Position(Given.TOPIC, partition, offset), "", Given.COMMITTED, false), "r");
    }
}
