package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.RandomHistory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Batches of increments. */
class AddWarehouseIT extends EveryWarehouse {

    private static final TableSchema SCHEMA = Given.schema("category string(10), n uint64 null, amount decimal(10,2) null");
    private static final BigInteger TOO_MUCH = BigInteger.TWO.pow(63);

    @Test
    void randomBatchesAddUpToWhatSingleIncrementsAddUpTo() {
        Random seeds = new Random(20261121);
        for (int round = 0; round < 30; round++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            String table = "sums" + round;
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(80); i++) {
                Object n = random.nextInt(15) == 0 ? TOO_MUCH : random.nextInt(6) == 0 ? null : (Object) (long) random.nextInt(100);
                Object amount = random.nextInt(6) == 0 ? null : BigDecimal.valueOf(random.nextInt(1_000), 2);
                Meaning meaning = random.nextInt(25) == 0 ? Meaning.CLEAR : random.nextInt(3) == 0 ? Meaning.DELETE : Meaning.WRITE;
                rows.add(row(table, meaning, "c" + random.nextInt(4), n, amount, random.nextInt(2), i));
            }
            Set<Row> refused = new HashSet<>();
            for (List<Row> batch : RandomHistory.cut(random, rows)) {
                if (random.nextInt(4) == 0) {
                    // A crash before the commit leaves nothing.
                    write(batch, false);
                }
                write(batch).forEach(refusal -> refused.add(refusal.row()));
            }
            Map<String, Map<Integer, BigDecimal[]>> naive = new TreeMap<>();
            for (Row row : rows) {
                int log = row.version().partition();
                if (row.meaning() == Meaning.CLEAR) {
                    naive.values().forEach(parts -> parts.remove(log));
                    naive.values().removeIf(Map::isEmpty);
                } else if (!TOO_MUCH.equals(row.image().get("n"))) {
                    BigDecimal sign = BigDecimal.valueOf(row.meaning() == Meaning.DELETE ? -1 : 1);
                    BigDecimal[] sums = naive.computeIfAbsent((String) row.image().get("category"), key -> new TreeMap<>())
                            .computeIfAbsent(log, part -> new BigDecimal[]{BigDecimal.ZERO, BigDecimal.ZERO});
                    sums[0] = sums[0].add(sign.multiply(decimal(row.image().get("n"))));
                    sums[1] = sums[1].add(sign.multiply(decimal(row.image().get("amount"))));
                }
            }
            List<String> expected = new ArrayList<>();
            naive.forEach((category,
                    parts) -> expected.add(category + "|"
                            + parts.values().stream().map(sums -> sums[0]).reduce(BigDecimal.ZERO, BigDecimal::add)
                            + "|" + parts.values().stream().map(sums -> sums[1]).reduce(BigDecimal.ZERO, BigDecimal::add).setScale(2)));
            assertThat(database.has(table)
                    ? query("select category, n, cast(amount as decimal(20,2)) from " + table + " order by category")
                    : List.of()).as("seed %s", seed).isEqualTo(expected);
            assertThat(refused).as("seed %s", seed).allMatch(row -> TOO_MUCH.equals(row.image().get("n")));
        }
    }

    private static BigDecimal decimal(Object value) {
        return value == null ? BigDecimal.ZERO : new BigDecimal(value.toString());
    }

    @Test
    void aSumThatLeavesSixtyFourBitsRefusesTheRowThatMakesIt() {
        assertThat(write(List.of(row("s", Meaning.WRITE, "a", Long.MAX_VALUE - 1, null, 0, 1)))).isEmpty();
        List<Refusal> refusals = write(List.of(row("s", Meaning.WRITE, "a", 1L, null, 0, 2), row("s", Meaning.WRITE, "a", 1L, null, 0, 3),
                row("s", Meaning.WRITE, "b", 1L, null, 0, 4)));

        assertThat(refusals).singleElement().satisfies(refusal -> {
            assertThat(refusal.row().version().offset()).isEqualTo(3);
            assertThat(refusal.reason()).containsIgnoringCase("bigint").containsIgnoringCase("out of range");
        });
        assertThat(query("select category, n from s order by 1")).containsExactly("a|9223372036854775807", "b|1");
        assertThat(query("select category, bactrian_offset from s_parts order by 1")).containsExactly("a|2", "b|4");
    }

    @Test
    void whatAColumnWouldRoundIsRefused() {
        Target target = new Target("s", Mode.ADD, List.of("k"), false);
        write(List.of(row(target, Meaning.WRITE, Image.of(Map.of("k", "x", "v", 1)), 0, 1)));
        List<Refusal> refusals = write(List.of(row(target, Meaning.WRITE, Image.of(Map.of("k", "x", "v", new BigDecimal("1.5"))), 0, 2),
                row(target, Meaning.WRITE, Image.of(Map.of("k", "x", "v", new BigDecimal("2.0"))), 0, 3),
                row(target, Meaning.WRITE, Image.of(Map.of("k", "x", "v", 1.0)), 0, 4)));

        assertThat(refusals).extracting(refusal -> refusal.row().version().offset()).containsExactly(2L, 4L);
        assertThat(refusals.get(0).reason()).contains("column v keeps 0 digits after the point, and 1.5 has 1; it would be rounded");
        assertThat(query("select v from s")).containsExactly("3");
    }

    @Test
    void keysOfSeveralTextsFromMapsFitIntoAnIndex() {
        Target target = new Target("s", Mode.ADD, List.of("minute", "category"), false);
        assertThat(
                write(List.of(row(target, Meaning.WRITE, Image.of(Map.of("minute", "2026-11-21T13:14", "category", "x", "v", 1)), 0, 1))))
                .isEmpty();
        assertThat(query("select minute, category, v from s")).containsExactly("2026-11-21T13:14|x|1");
    }

    /** Each partition has a part of its own. */
    @Test
    void pumpsOfDifferentPartitionsDoNotWaitForEachOther() {
        write(List.of(row("s", Meaning.WRITE, "a", 1L, null, 0, 1), row("s", Meaning.WRITE, "a", 1L, null, 1, 1)));
        try (SqlTransaction one = warehouse.begin("p"); SqlTransaction two = warehouse.begin("p")) {
            one.lock(List.of(RandomHistory.PARTITIONS.get(0)));
            two.lock(List.of(RandomHistory.PARTITIONS.get(1)));
            one.write(List.of(row("s", Meaning.WRITE, "a", 10L, null, 0, 2)));
            two.write(List.of(row("s", Meaning.WRITE, "a", 100L, null, 1, 2)));
            two.commit();
            one.commit();
        }
        assertThat(query("select n from s")).containsExactly("112");
    }

    @Test
    void aLateTruncationIsRefusedWhenNewerChangesWereAdded() {
        write(List.of(row("s", Meaning.WRITE, "a", 1L, null, 0, 1), row("s", Meaning.WRITE, "a", 1L, null, 0, 9)));
        try (SqlTransaction transaction = warehouse.begin("p")) {
            transaction.lock(RandomHistory.PARTITIONS);
            assertThat(transaction.writeUnlessNewer(List.of(row("s", Meaning.CLEAR, "", null, null, 0, 5)))).singleElement()
                    .satisfies(refusal -> assertThat(refusal.reason()).contains("a sum cannot be divided again"));
            assertThat(transaction.writeUnlessNewer(List.of(row("s", Meaning.CLEAR, "", null, null, 0, 10)))).isEmpty();
            transaction.commit();
        }
        assertThat(query("select * from s")).isEmpty();
    }

    private static Row row(String table, Meaning meaning, String category, Object n, Object amount, int partition, long offset) {
        Target target = new Target(table, Mode.ADD, List.of("category"), false);
        return row(target, meaning, meaning == Meaning.CLEAR ? null : Given.image(SCHEMA, category, n, amount), partition, offset);
    }

    private static Row row(Target target, Meaning meaning, Image image, int partition, long offset) {
        Operation operation = image == null ? Operation.TRUNCATE : Operation.INSERT;
        return new Row(target, meaning, image, new Change("shop", Given.TABLE, operation, null, image,
                new Position(Given.TOPIC, partition, offset), "", Given.COMMITTED, false), "r");
    }
}
