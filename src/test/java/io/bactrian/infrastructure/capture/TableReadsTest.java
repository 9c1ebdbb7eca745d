package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.ChangeLog;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Captures;
import io.bactrian.application.Delivery;
import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.infrastructure.wire.ChangeWriter;
import io.bactrian.infrastructure.wire.SchemaJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source, its log, and a topic of one partition in memory; only the reader's thread is real. Whatever the topic tells
 * of, in its order, must end in what the source has.
 */
class TableReadsTest {

    private static final TableSchema SCHEMA = new TableSchema(List.of(new Column("id", ColumnType.of(Kind.INT64), false),
            new Column("v", ColumnType.of(Kind.INT64), true)), List.of("id"));
    private static final String TOPIC = "shop.store.t";

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Long> source = new TreeMap<>();
    /** Changes that the source has committed. */
    private final List<Change> committed = new ArrayList<>();
    /** How many of them the capture has taken. */
    private int taken;
    private final List<CapturedChange> topic = new ArrayList<>();
    private final List<Progress> notes = new ArrayList<>();
    private final Random random;
    private int failures;
    private boolean ordered = true;

    TableReadsTest() {
        this.random = new Random(7);
    }

    private static Image row(long id, Long v) {
        return new Image(SCHEMA, new Object[]{id, v});
    }

    private synchronized void commit(Operation operation, long id, Long v) {
        Image before = source.containsKey(id) ? row(id, source.get(id)) : null;
        switch (operation) {
            case INSERT, UPDATE -> source.put(id, v);
            case DELETE -> source.remove(id);
            case TRUNCATE -> source.clear();
            default -> throw new IllegalArgumentException();
        }
        committed.add(
                new Change("shop", "store.t", operation, operation == Operation.INSERT || operation == Operation.TRUNCATE ? null : before,
                        v == null || operation == Operation.DELETE || operation == Operation.TRUNCATE ? null : row(id, v),
                        new Position(TOPIC, 0, 0),
                        "", Instant.EPOCH, false));
    }

    private void commitSomething() {
        long id = random.nextInt(400);
        boolean there;
        synchronized (this) {
            there = source.containsKey(id);
        }
        if (!there) {
            commit(Operation.INSERT, id, random.nextLong(1_000));
        } else if (random.nextInt(3) == 0) {
            commit(Operation.DELETE, id, null);
        } else {
            commit(Operation.UPDATE, id, random.nextLong(1_000));
        }
    }

    private final class Reader implements TableReader {
        @Override
        public void awaitVisible(String name) {
            // What is committed is visible here.
        }

        @Override
        public Map<String, String> tables() {
            return Map.of("store.t", "");
        }

        @Override
        public boolean isGone(String table) {
            return false;
        }

        @Override
        public TableShape shape(String table) {
            return new TableShape(List.of(), List.of());
        }

        @Override
        public TableSchema schema(String table) {
            return SCHEMA;
        }

        @Override
        public long estimate(String table) {
            return source.size();
        }

        @Override
        public boolean isOrdered(String table, TableSchema schema) {
            return ordered;
        }

        @Override
        public Piece next(String table, TableSchema schema, Image after, String where, int rows, long bytes) throws java.sql.SQLException {
            synchronized (TableReadsTest.this) {
                if (failures > 0) {
                    failures--;
                    throw new java.sql.SQLException("the connection is gone");
                }
                Map<Long, Long> behind = after == null ? source : source.tailMap((Long) after.get("id"), false);
                // Small pieces: many borders.
                List<Image> images = behind.entrySet().stream().limit(7).map(entry -> row(entry.getKey(), entry.getValue())).toList();
                return new Piece(images, images.size() < 7);
            }
        }

        @Override
        public Pieces all(String table, TableSchema schema, String where, int rows, long bytes) {
            List<Image> images;
            synchronized (TableReadsTest.this) {
                images = source.entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue())).toList();
            }
            return new Pieces() {
                private int at;

                @Override
                public Piece next() {
                    int from = at;
                    at = Math.min(images.size(), at + 7);
                    return new Piece(images.subList(from, at), at == images.size());
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }

        @Override
        public ExactPieces exactly(String table, TableSchema schema, int rows, long bytes) {
            throw new UnsupportedOperationException("the table has a key");
        }

        @Override
        public String position() {
            synchronized (TableReadsTest.this) {
                return Integer.toString(committed.size());
            }
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private final class Taken implements CaptureProgress {
        @Override
        public boolean isNew(SourceRecord record) {
            return true;
        }

        @Override
        public boolean beginsSnapshot(SourceRecord first) {
            return false;
        }

        @Override
        public boolean isPastSnapshot() {
            return true;
        }

        @Override
        public boolean hasReached(String position) {
            return taken >= Integer.parseInt(position);
        }

        @Override
        public String taken() {
            return "";
        }

        @Override
        public boolean isCovered(SourceRecord change, String boundary) {
            return false;
        }

        @Override
        public boolean isBehind(String boundary) {
            return true;
        }

        @Override
        public Map<Map<String, ?>, Map<String, ?>> offsets() {
            return Map.of();
        }
    }

    private final class Log implements ChangeLog {
        private final Reread asked;

        private Log(Reread asked) {
            this.asked = asked;
        }

        @Override
        public Map<String, String> offsets() {
            return Map.of();
        }

        @Override
        public Map<Integer, Long> ends(String name) {
            return Map.of(0, (long) topic.size());
        }

        @Override
        public Tables tables() {
            return new Tables(Map.of(), List.of(asked), Optional.empty());
        }

        @Override
        public RereadFeed rereads() {
            return new RereadFeed() {
                @Override
                public Tables next() {
                    Thread.onSpinWait();
                    return tables();
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }

        @Override
        public void write(CapturedBatch batch) {
            throw new UnsupportedOperationException("the test writes");
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private TableReading reading;
    private TableReads reads;

    /** As the capture's handler does it: the changes, then what of the re-read can be written. */
    private void take(int most) {
        lock.lock();
        try {
            for (int i = 0; i < most; i++) {
                Change change;
                synchronized (this) {
                    if (taken == committed.size()) {
                        break;
                    }
                    change = committed.get(taken);
                }
                CapturedChange written = new CapturedChange(TOPIC,
                        change.row() == null ? null : ChangeWriter.key(change.row(), SCHEMA.key()),
                        ChangeWriter.value(change, "store.t"), SchemaJson.write(SCHEMA), 0, change.operation() == Operation.TRUNCATE);
                reading.passes(written);
                topic.add(written);
                taken++;
            }
            reading.addTo(topic, notes);
        } finally {
            lock.unlock();
        }
    }

    private Map<Long, Long> warehouse() {
        Map<Long, Long> rows = new HashMap<>();
        Map<Long, Integer> offsets = new HashMap<>();
        ChangeJson json = new ChangeJson();
        for (int offset = 0; offset < topic.size(); offset++) {
            CapturedChange one = topic.get(offset);
            Change change = json.read(new Delivery(new Position(TOPIC, 0, offset), Instant.EPOCH, one.key(), one.value(), one.schema()));
            switch (change.operation()) {
                case READ, INSERT, UPDATE -> {
                    rows.put((Long) change.after().get("id"), (Long) change.after().get("v"));
                    offsets.put((Long) change.after().get("id"), offset);
                }
                case DELETE -> rows.remove((Long) change.before().get("id"));
                case TRUNCATE -> rows.clear();
                case SWEEP -> rows.keySet().removeIf(id -> offsets.get(id) < change.older());
            }
        }
        return rows;
    }

    /** Rows that the topic tells of and the source never had, others that it has and the topic does not tell of. */
    private void meddle() {
        for (long id = 0; id < 300; id++) {
            commit(Operation.INSERT, id, id);
        }
        make(null);
        take(1_000);
        synchronized (this) {
            for (long id = 0; id < 300; id += 5) {
                source.remove(id);
            }
            for (long id = 1; id < 300; id += 5) {
                source.put(id, 5_000 + id);
            }
            for (long id = 350; id < 380; id++) {
                source.put(id, id);
            }
        }
    }

    private void start() {
        Reread asked = new Reread(new Asked("shop", "store.t", "an id", "a test", "", 0, 0, true), null);
        make(asked);
        reads.start();
    }

    private void make(Reread asked) {
        Captures.Capture capture = new Captures().of("shop");
        Log log = new Log(asked);
        Reader reader = new Reader();
        Taken progress = new Taken();
        reading = new TableReading("shop", capture, log, reader, lock, progress, new CoveredChanges("shop", progress, List.of()),
                () -> reading.addTo(topic, notes));
        reads = new TableReads("shop", capture, log, reader, lock, progress, reading, (tables, other) -> {
        }, () -> {
        }, name -> true, new Health());
    }

    private boolean isDone() {
        lock.lock();
        try {
            return notes.stream().anyMatch(note -> note.state() == State.DONE);
        } finally {
            lock.unlock();
        }
    }

    private void changeUntilDone() {
        while (!isDone()) {
            // The log lags behind, by up to so many changes.
            if (committed.size() - taken < 40 && random.nextInt(3) > 0) {
                commitSomething();
            } else {
                take(random.nextInt(30));
            }
        }
        reads.close();
        take(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void endsEqualWhateverChangesMeanwhile(long seed) {
        random.setSeed(seed);
        meddle();
        start();
        changeUntilDone();
        assertThat(warehouse()).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void endsEqualWhereTheKeyIsNoOrder(long seed) {
        random.setSeed(seed);
        ordered = false;
        meddle();
        start();
        changeUntilDone();
        assertThat(warehouse()).isEqualTo(source);
    }

    @Test
    void endsEqualWhenTheTableIsTruncatedMeanwhile() {
        meddle();
        start();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            take(3);
            return !notes.isEmpty();
        });
        commit(Operation.TRUNCATE, 0, null);
        changeUntilDone();
        assertThat(warehouse()).isEqualTo(source);
    }

    @Test
    void aReaderThatFailsGoesOn() {
        meddle();
        failures = 2;
        start();
        changeUntilDone();
        assertThat(warehouse()).isEqualTo(source);
    }

    @Test
    void nothingIsWrittenBeforeTheLogHasComeAsFarAsTheLook() {
        meddle();
        int before = topic.size();
        commit(Operation.UPDATE, 2, 77L);
        start();
        await().atMost(Duration.ofSeconds(20)).until(() -> reading.isUnderWay());
        assertThat(topic).hasSize(before);
        take(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            take(1);
            return isDone();
        });
        reads.close();
        assertThat(warehouse()).isEqualTo(source);
    }
}
