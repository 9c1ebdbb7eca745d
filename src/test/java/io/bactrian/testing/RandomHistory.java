package io.bactrian.testing;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Rows for a history as a hard day brings them: few keys, so that they meet; two partitions, and keys that now and then
 * come from the other one; a clock that is set back; a column that is added; truncations; snapshots that begin again;
 * changes that come again; values that a warehouse refuses.
 */
public final class RandomHistory {

    public static final List<Partition> PARTITIONS = List.of(new Partition(Given.TOPIC, 0), new Partition(Given.TOPIC, 1));
    public static final String[] COLUMNS = {"id", "name", "visits", "city"};
    /** More than the column holds. */
    private static final Object TOO_MANY = BigInteger.TWO.pow(63);

    private static final TableSchema NARROW = Given.schema("id int64, name string(10) null, visits int64 null", "id");
    private static final TableSchema WIDE = Given.schema("id int64, name string(10) null, visits int64 null, city string(10) null", "id");

    private final Random random;
    private final Target target;
    private final boolean refused;
    private final long[] next = {0, 0};
    private Instant now = Given.COMMITTED;
    private TableSchema schema = NARROW;
    private final List<Row> rows = new ArrayList<>();

    private RandomHistory(Random random, String table, boolean refused) {
        this.random = random;
        this.target = Target.history(table, List.of("id"),
                new Tracking("surrogate_key", random.nextBoolean() ? List.of() : List.of("visits", "id")));
        this.refused = refused;
    }

    public static List<Row> rows(Random random, String table, int count, boolean refused) {
        RandomHistory history = new RandomHistory(random, table, refused);
        for (int i = 0; i < count; i++) {
            history.step();
        }
        return history.rows;
    }

    private void step() {
        now = random.nextInt(12) == 0 ? now.minusSeconds(random.nextInt(7_200)) : now.plusNanos(1_000L * random.nextInt(90_000_000));
        if (random.nextInt(40) == 0) {
            schema = WIDE;
        }
        if (!rows.isEmpty() && random.nextInt(8) == 0) {
            rows.add(rows.get(random.nextInt(rows.size())));
            return;
        }
        long key = random.nextInt(6);
        int log = (int) (random.nextInt(10) == 0 ? 1 - key % 2 : key % 2);
        switch (random.nextInt(16)) {
            case 0 -> add(Meaning.CLEAR, Operation.TRUNCATE, null, log, false);
            case 1 -> add(Meaning.CLEAR, Operation.TRUNCATE, null, log, true);
            case 2, 3, 4 -> add(Meaning.DELETE, Operation.DELETE, image(key), log, false);
            case 5, 6, 7, 8 -> add(Meaning.WRITE, Operation.READ, image(key), log, true);
            case 9, 10 -> add(Meaning.WRITE, Operation.INSERT, image(key), log, false);
            default -> add(Meaning.WRITE, Operation.UPDATE, image(key), log, false);
        }
    }

    private Image image(long key) {
        String name = random.nextInt(6) == 0 ? null : "name " + random.nextInt(3);
        Object visits = refused && random.nextInt(12) == 0 ? TOO_MANY : random.nextInt(5) == 0 ? null : (Object) (long) random.nextInt(2);
        return schema == NARROW
                ? Given.image(schema, key, name, visits)
                : Given.image(schema, key, name, visits, random.nextBoolean() ? null : "Bonn");
    }

    /** Whether a warehouse refuses it. */
    public static boolean isRefused(Row row) {
        return row.meaning() == Meaning.WRITE && TOO_MANY.equals(row.image().get("visits"));
    }

    private void add(Meaning meaning, Operation operation, Image image, int log, boolean snapshot) {
        Image before = operation == Operation.UPDATE || operation == Operation.DELETE ? image : null;
        Image after = operation == Operation.DELETE ? null : image;
        Change change = new Change("shop", Given.TABLE, operation, before, after, new Position(Given.TOPIC, log, next[log]++), "", now,
                snapshot);
        rows.add(new Row(image == null ? Target.history(target.table(), List.of(), target.tracking()) : target, meaning, image, change,
                "r"));
    }

    /** Cuts a list into batches. */
    public static <T> List<List<T>> cut(Random random, List<T> all) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size();) {
            int to = Math.min(all.size(), from + 1 + random.nextInt(random.nextBoolean() ? 3 : 20));
            batches.add(all.subList(from, to));
            from = to;
        }
        return batches;
    }
}
