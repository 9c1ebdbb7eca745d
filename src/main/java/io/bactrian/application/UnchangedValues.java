package io.bactrian.application;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.UnknownValueException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rows of changes of which the source did not send all values, since they had not changed: what they were, the last row
 * of their key in the same batch knows, else the warehouse, if its rows can be read back. In a transactional warehouse
 * nobody else writes that key meanwhile, since the watermark of its partition is locked; in an idempotent one whoever
 * does has a newer version, which counts more than what is completed here.
 */
final class UnchangedValues {

    private static final int ROWS_AT_ONCE = 500;

    /** @param refusals rows whose values nobody knows; when there are any, nothing is to be written */
    record Completed(List<Row> rows, List<Refusal> refusals) {
    }

    private record Key(Target target, Object key) {
    }

    private final Optional<RowsByKey> rows;
    private record Cleared(String table, Partition partition) {
        static Cleared of(Row row) {
            return new Cleared(row.target().table(), Partition.of(row.version()));
        }
    }

    /** The last image of a key in this batch; null for one that was deleted. */
    private final Map<Key, Image> latest = new HashMap<>();
    private final Map<Key, Image> stored = new HashMap<>();
    /** What the warehouse has stored of these is gone when this batch is applied. */
    private final Set<Cleared> cleared = new HashSet<>();

    private UnchangedValues(Optional<RowsByKey> rows) {
        this.rows = rows;
    }

    /** @param batch whose rows are read, over its own connection */
    static Completed complete(List<Row> rows, Warehouse warehouse, Warehouse.Batch batch) {
        for (Row row : rows) {
            if (isWanting(row) && !warehouse.passesOn()) {
                return new UnchangedValues(batch.rows()).complete(rows);
            }
        }
        return new Completed(rows, List.of());
    }

    /** A delete needs no more than the key, unless the deleted row is kept or has no key. */
    private static boolean isWanting(Row row) {
        return row.image() != null && !row.image().whole()
                && (row.meaning() == Meaning.WRITE || row.target().keepDeleted() || row.target().bag() || row.target().mode() == Mode.ADD
                        || row.target().mode() == Mode.APPEND);
    }

    /** Whether the warehouse keeps the row's values as they were. */
    private static boolean isKept(Target target) {
        return !target.bag() && (target.mode() == Mode.MIRROR || target.mode() == Mode.HISTORY);
    }

    private Completed complete(List<Row> batch) {
        ask(batch);
        List<Row> completed = new ArrayList<>(batch.size());
        List<Refusal> refusals = new ArrayList<>();
        for (Row row : batch) {
            if (row.change().operation() == Operation.SWEEP) {
                // It takes rows that the source no longer has; a change that comes after it has all values.
                completed.add(row);
                continue;
            }
            if (row.meaning() == Meaning.CLEAR) {
                latest.keySet().removeIf(key -> key.target().table().equals(row.target().table()));
                cleared.add(Cleared.of(row));
                completed.add(row);
                continue;
            }
            Row whole = row;
            if (isWanting(row)) {
                Image known = isKept(row.target()) ? known(row) : null;
                whole = known == null
                        ? row
                        : new Row(row.target(), row.meaning(), row.image().completedFrom(known), row.change(), row.route());
                if (isWanting(whole)) {
                    refusals.add(new Refusal(row, reason(whole)));
                }
            }
            if (isKept(row.target())) {
                latest.put(new Key(row.target(), row.key()), row.meaning() == Meaning.DELETE ? null : whole.image());
            }
            completed.add(whole);
        }
        return new Completed(completed, refusals);
    }

    private Image known(Row row) {
        Key key = new Key(row.target(), row.key());
        return latest.containsKey(key) ? latest.get(key) : cleared.contains(Cleared.of(row)) ? null : stored.get(key);
    }

    private String reason(Row row) {
        Image image = row.image();
        int place = 0;
        while (image.knows(place)) {
            place++;
        }
        String why = !isKept(row.target())
                ? ""
                : rows.isEmpty()
                        ? "; and the rows of " + row.target().table() + ", where it would be, cannot be read back"
                        : "; nor is the row in " + row.target().table() + ", where it would be";
        return new UnknownValueException(image.schema().column(place).name()).getMessage() + why;
    }

    private void ask(List<Row> batch) {
        Map<Target, Map<TableSchema, List<Image>>> wanted = new LinkedHashMap<>();
        for (Row row : batch) {
            if (isWanting(row) && isKept(row.target())) {
                wanted.computeIfAbsent(row.target(), t -> new LinkedHashMap<>())
                        .computeIfAbsent(row.image().schema(), s -> new ArrayList<>()).add(row.image());
            }
        }
        wanted.forEach((target, bySchema) -> bySchema.values().forEach(images -> {
            for (int from = 0; from < images.size(); from += ROWS_AT_ONCE) {
                List<Image> some = images.subList(from, Math.min(images.size(), from + ROWS_AT_ONCE));
                rows.ifPresent(there -> there.read(target, some).forEach((key, image) -> stored.put(new Key(target, key), image)));
            }
        }));
    }
}
