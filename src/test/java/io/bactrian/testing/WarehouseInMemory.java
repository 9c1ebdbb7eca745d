package io.bactrian.testing;

import io.bactrian.application.Delivery;
import io.bactrian.application.LetterEntries;
import io.bactrian.application.LetterEntry;
import io.bactrian.application.OpenLetters;
import io.bactrian.application.RefreshedModels;
import io.bactrian.application.RowsByKey;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Image;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A transactional warehouse of maps that keeps what the ports promise: everything of a batch counts from its commit on
 * or never. A test may let rows be refused and commits fail, before or after they have counted.
 */
public final class WarehouseInMemory extends FailingWarehouse implements StoredRows, OpenLetters {

    private static final class State {
        private final Map<Partition, Long> marks = new TreeMap<>();
        private final Map<String, Map<Object, Row>> mirrors = new TreeMap<>();
        private final Map<String, List<Row>> appended = new TreeMap<>();
        private final Map<String, LetterEntry> letters = new TreeMap<>();
        private final Map<String, DeadLetter> open = new TreeMap<>();

        private Map<Object, Image> read(Target target, Collection<Image> keys) {
            Map<Object, Image> found = new HashMap<>();
            for (Image image : keys) {
                Row row = mirrors.getOrDefault(target.table(), Map.of()).get(image.keyOf(target.key()));
                if (row != null) {
                    found.put(row.key(), row.image());
                }
            }
            return found;
        }

        private State copy() {
            State copy = new State();
            copy.marks.putAll(marks);
            mirrors.forEach((table, rows) -> copy.mirrors.put(table, new HashMap<>(rows)));
            appended.forEach((table, rows) -> copy.appended.put(table, new ArrayList<>(rows)));
            copy.letters.putAll(letters);
            copy.open.putAll(open);
            return copy;
        }
    }

    /** How many refreshes fail such that the transaction is to be begun again. */
    public int leavingOut;
    /** How many writes give way to another batch. */
    public int givingWay;
    private State state = new State();

    public WarehouseInMemory() {
        this(new ArrayList<>());
    }

    public WarehouseInMemory(List<String> calls) {
        super(calls);
    }

    @Override
    public void mark(Partition partition, long next) {
        state.marks.put(partition, next);
    }

    public void truncate(String mirror) {
        state.mirrors.remove(mirror);
    }

    @Override
    public Map<Partition, Long> marks() {
        return Map.copyOf(state.marks);
    }

    @Override
    public Map<Object, Row> mirror(String table) {
        return Map.copyOf(state.mirrors.getOrDefault(table, Map.of()));
    }

    @Override
    public List<Row> appended(String table) {
        return List.copyOf(state.appended.getOrDefault(table, List.of()));
    }

    public Map<String, LetterEntry> entries() {
        return Map.copyOf(state.letters);
    }

    public void letter(LetterEntry entry) {
        state.letters.put(entry.id(), entry);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> starts) {
        starts.forEach(state.marks::putIfAbsent);
        Map<Partition, Long> marks = new TreeMap<>();
        starts.keySet().forEach(partition -> marks.put(partition, state.marks.get(partition)));
        return marks;
    }

    @Override
    public Optional<StoredRows> rows() {
        return Optional.of(this);
    }

    @Override
    public Optional<OpenLetters> letters() {
        return Optional.of(this);
    }

    @Override
    public Batch begin(String pipeline) {
        call("begin");
        return new InMemory(state.copy());
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        return state.read(target, keys);
    }

    @Override
    public long count(String table) {
        return mirror(table).size() + appended(table).size();
    }

    @Override
    public synchronized Map<String, Long> openDeadLetters() {
        Map<String, Long> open = new TreeMap<>();
        state.letters.values().stream().filter(LetterEntry::isOpen)
                .forEach(entry -> open.merge(state.open.get(entry.id()).pipeline(), 1L, Long::sum));
        return open;
    }

    @Override
    public long count(Target target) {
        return count(target.table());
    }

    @Override
    public Rows scan(Target target, Image like) {
        return ScannedRows.of(mirror(target.table()).values().stream().map(Row::image).toList());
    }

    private final class InMemory implements Batch, RowsByKey, LetterEntries, RefreshedModels {

        private final State own;
        private final TreeSet<Partition> locked = new TreeSet<>();

        private InMemory(State own) {
            this.own = own;
        }

        @Override
        public Optional<RowsByKey> rows() {
            return Optional.of(this);
        }

        @Override
        public Optional<LetterEntries> letters() {
            return Optional.of(this);
        }

        @Override
        public Optional<RefreshedModels> models() {
            return Optional.of(this);
        }

        @Override
        public Map<Object, Image> read(Target target, Collection<Image> keys) {
            return own.read(target, keys);
        }

        @Override
        public Map<Partition, Long> lock(Collection<Partition> partitions) {
            call("lock");
            locked.addAll(partitions);
            Map<Partition, Long> marks = new TreeMap<>();
            for (Partition partition : locked) {
                marks.put(partition, own.marks.computeIfAbsent(partition, missing -> {
                    throw new AwayException("no watermark of " + missing);
                }));
            }
            return marks;
        }

        @Override
        public List<Refusal> write(List<Row> rows) {
            call("write " + rows.size());
            if (givingWay > 0) {
                givingWay--;
                throw new GaveWayException("a deadlock", null);
            }
            return apply(rows, false);
        }

        @Override
        public List<Refusal> writeUnlessNewer(List<Row> rows) {
            call("write unless newer " + rows.size());
            return apply(rows, true);
        }

        private List<Refusal> apply(List<Row> rows, boolean unlessNewer) {
            List<Refusal> refusals = new ArrayList<>();
            for (Row row : rows) {
                if (!locked.contains(Partition.of(row.version()))) {
                    throw new IllegalStateException("row of " + row.version() + " in a transaction that has not locked its partition");
                }
                String reason = refusing.apply(row);
                if (reason != null) {
                    refusals.add(new Refusal(row, reason));
                } else {
                    switch (row.target().mode()) {
                        // Of a history, what the port tells of it: the open versions.
                        case MIRROR, HISTORY ->
                            mirror(own.mirrors.computeIfAbsent(row.target().table(), name -> new HashMap<>()), row, unlessNewer);
                        // Of sums, what they are made of.
                        case APPEND, ADD -> own.appended.computeIfAbsent(row.target().table(), name -> new ArrayList<>()).add(row);
                    }
                }
            }
            return refusals;
        }

        private void mirror(Map<Object, Row> mirror, Row row, boolean unlessNewer) {
            if (row.meaning() == Row.Meaning.CLEAR) {
                mirror.values().removeIf(there -> Partition.of(there.version()).equals(Partition.of(row.version())));
                return;
            }
            Row there = mirror.get(row.key());
            if (unlessNewer && there != null && there.version().offset() >= row.version().offset()) {
                return;
            }
            if (row.meaning() == Row.Meaning.DELETE) {
                mirror.remove(row.key());
            } else {
                mirror.put(row.key(), row);
            }
        }

        @Override
        public void refresh() {
            call("refresh");
            if (leavingOut > 0) {
                leavingOut--;
                throw new BeginAgainException("a model is left out from now on", null);
            }
        }

        @Override
        public void advance(Map<Partition, Long> next) {
            call("advance");
            own.marks.putAll(next);
        }

        @Override
        public void open(List<DeadLetter> letters) {
            call("open " + letters.size());
            for (DeadLetter letter : letters) {
                own.letters.put(letter.id(), new LetterEntry(letter.id(), "open", -1));
                own.open.put(letter.id(), letter);
            }
        }

        @Override
        public void supersede(List<Delivery> newer, List<Row> rows) {
            call("supersede");
            for (DeadLetter letter : own.open.values()) {
                for (Delivery delivery : newer) {
                    if (letter.key() != null && delivery.key() != null
                            && ByteBuffer.wrap(letter.key()).equals(ByteBuffer.wrap(delivery.key()))
                            && Partition.of(letter.position()).equals(Partition.of(delivery.position()))
                            && delivery.position().offset() > letter.position().offset()) {
                        own.letters.put(letter.id(),
                                new LetterEntry(letter.id(), own.letters.get(letter.id()).state(), delivery.position().offset()));
                    }
                }
            }
        }

        @Override
        public Optional<LetterEntry> claim(String id) {
            call("claim");
            return Optional.ofNullable(own.letters.get(id));
        }

        @Override
        public void settle(String id, String how) {
            call("settle " + how);
            own.letters.put(id, new LetterEntry(id, how, own.letters.get(id).supersededBy(), own.letters.get(id).cleared()));
        }

        @Override
        public void commit() {
            Commit how = nextCommit;
            nextCommit = Commit.SUCCEEDS;
            call("commit");
            switch (how) {
                case SUCCEEDS -> state = own;
                case FAILS -> throw new AwayException("the connection was lost before the commit");
                case ANSWER_IS_LOST -> {
                    state = own;
                    throw new AwayException("the connection was lost after the commit");
                }
            }
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
