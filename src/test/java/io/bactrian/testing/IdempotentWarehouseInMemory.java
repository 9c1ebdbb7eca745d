package io.bactrian.testing;

import io.bactrian.application.RowsByKey;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An idempotent warehouse of maps: there are no transactions, a row counts when it is written and carries its version,
 * the newest version of a key wins, a delete is kept as a tombstone with its version, an appended row is known by its
 * position, and the watermarks move after the rows, forwards only.
 */
public final class IdempotentWarehouseInMemory extends FailingWarehouse implements StoredRows {

    /** Tells the appended rows of a table apart: those that a route made of one change are numbered. */
    private record Appended(Position position, String route, int number) implements Comparable<Appended> {
        private static final Comparator<Appended> ORDER = Comparator.<Appended, Partition>comparing(one -> Partition.of(one.position))
                .thenComparing(one -> one.position.offset()).thenComparing(Appended::route).thenComparing(Appended::number);

        @Override
        public int compareTo(Appended other) {
            return ORDER.compare(this, other);
        }
    }

    /** How many rows are written before the next write fails; none fails if negative. */
    public int failingAfter = -1;
    /** What another owner of the partitions does after this one has looked at the watermarks and before it writes. */
    public Runnable meanwhile = () -> {
    };
    private final Map<Partition, Long> marks = new TreeMap<>();
    /** The newest row of each key, a DELETE for one that is gone. */
    private final Map<String, Map<Object, Row>> versions = new TreeMap<>();
    /** From which offset on a partition's rows count in a table, since older ones were truncated. */
    private final Map<String, Map<Partition, Long>> cleared = new TreeMap<>();
    private final Map<String, Map<Appended, Row>> appended = new TreeMap<>();

    public IdempotentWarehouseInMemory() {
        this(new ArrayList<>());
    }

    public IdempotentWarehouseInMemory(List<String> calls) {
        super(calls);
    }

    @Override
    public String name() {
        return "versions";
    }

    @Override
    public void mark(Partition partition, long next) {
        marks.put(partition, next);
    }

    @Override
    public synchronized Map<Partition, Long> marks() {
        return Map.copyOf(marks);
    }

    @Override
    public synchronized Map<Object, Row> mirror(String table) {
        Map<Object, Row> there = new HashMap<>(versions.getOrDefault(table, Map.of()));
        there.values().removeIf(row -> row.meaning() == Row.Meaning.DELETE || isCleared(row));
        return there;
    }

    private boolean isCleared(Row row) {
        return row.version().offset() < cleared.getOrDefault(row.target().table(), Map.of()).getOrDefault(Partition.of(row.version()), 0L);
    }

    @Override
    public synchronized List<Row> appended(String table) {
        return List.copyOf(appended.getOrDefault(table, Map.of()).values());
    }

    @Override
    public synchronized Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> starts) {
        starts.forEach(marks::putIfAbsent);
        Map<Partition, Long> asked = new TreeMap<>();
        starts.keySet().forEach(partition -> asked.put(partition, marks.get(partition)));
        return asked;
    }

    @Override
    public Batch begin(String pipeline) {
        call("begin");
        return new VersionedBatch();
    }

    @Override
    public Optional<StoredRows> rows() {
        return Optional.of(this);
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        return images(mirror(target.table()), target, keys);
    }

    private static Map<Object, Image> images(Map<Object, Row> rows, Target target, Collection<Image> keys) {
        Map<Object, Image> found = new HashMap<>();
        for (Image key : keys) {
            Row row = rows.get(key.keyOf(target.key()));
            if (row != null) {
                found.put(row.key(), row.image());
            }
        }
        return found;
    }

    @Override
    public long count(String table) {
        return mirror(table).size() + appended(table).size();
    }

    @Override
    public long count(Target target) {
        return count(target.table());
    }

    @Override
    public Rows scan(Target target, Image like) {
        return ScannedRows.of(mirror(target.table()).values().stream().map(Row::image).toList());
    }

    private synchronized void write(Row row, Map<List<Object>, Integer> numbers) {
        String table = row.target().table();
        if (row.target().mode() == Mode.APPEND) {
            int number = numbers.merge(List.of(table, row.version(), row.route()), 1, Integer::sum);
            appended.computeIfAbsent(table, name -> new TreeMap<>()).put(new Appended(row.version(), row.route(), number), row);
        } else if (row.meaning() == Row.Meaning.CLEAR) {
            cleared.computeIfAbsent(table, name -> new TreeMap<>()).merge(Partition.of(row.version()), row.version().offset(), Math::max);
        } else {
            versions.computeIfAbsent(table, name -> new HashMap<>()).merge(row.key(), row,
                    (there, written) -> there.version().offset() > written.version().offset() ? there : written);
        }
    }

    private synchronized void move(Map<Partition, Long> next) {
        next.forEach((partition, mark) -> marks.merge(partition, mark, Math::max));
    }

    private final class VersionedBatch implements Batch, RowsByKey {

        private final TreeSet<Partition> locked = new TreeSet<>();
        private final Map<Partition, Long> next = new TreeMap<>();

        @Override
        public Map<Partition, Long> lock(Collection<Partition> partitions) {
            call("lock");
            locked.addAll(partitions);
            Map<Partition, Long> found = new TreeMap<>(marks());
            found.keySet().retainAll(partitions);
            Runnable others = meanwhile;
            meanwhile = () -> {
            };
            others.run();
            return found;
        }

        @Override
        public Optional<RowsByKey> rows() {
            return Optional.of(this);
        }

        /** With what was deleted: its tombstone has its values still. */
        @Override
        public Map<Object, Image> read(Target target, Collection<Image> keys) {
            synchronized (IdempotentWarehouseInMemory.this) {
                return images(versions.getOrDefault(target.table(), Map.of()), target, keys);
            }
        }

        @Override
        public List<Refusal> write(List<Row> rows) {
            call("write " + rows.size());
            Map<List<Object>, Integer> numbers = new HashMap<>();
            List<Refusal> refusals = new ArrayList<>();
            for (Row row : rows) {
                if (!locked.contains(Partition.of(row.version()))) {
                    throw new IllegalStateException("row of " + row.version() + " in a batch that has not locked its partition");
                }
                if (failingAfter == 0) {
                    failingAfter = -1;
                    throw new AwayException("the connection was lost in the middle of a write");
                }
                failingAfter--;
                String reason = refusing.apply(row);
                if (reason != null) {
                    refusals.add(new Refusal(row, reason));
                } else {
                    IdempotentWarehouseInMemory.this.write(row, numbers);
                }
            }
            return refusals;
        }

        @Override
        public void advance(Map<Partition, Long> marksNow) {
            call("advance");
            next.putAll(marksNow);
        }

        @Override
        public void commit() {
            Commit how = nextCommit;
            nextCommit = Commit.SUCCEEDS;
            call("commit");
            if (how == Commit.FAILS) {
                throw new AwayException("the connection was lost before the watermark moved");
            }
            move(next);
            if (how == Commit.ANSWER_IS_LOST) {
                throw new AwayException("the connection was lost after the watermark had moved");
            }
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
