package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables in memory; only the threads are real. */
class FirstReadsTest {

    private static final TableSchema SCHEMA = new TableSchema(List.of(new Column("id", ColumnType.of(Kind.INT64), false)), List.of("id"));

    private final ReentrantLock lock = new ReentrantLock();
    private final Captures.Capture capture = new Captures().of("shop");
    /** By table, how many rows it has. */
    private final Map<String, Integer> tables = new TreeMap<>(Map.of("store.large", 25, "store.small", 3, "store.empty", 0));
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();
    /** Tables whose rows do not come until the latch is open. */
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final List<String> written = new ArrayList<>();
    private final List<Progress> notes = new ArrayList<>();
    private List<Asked> begun;
    private boolean ended;
    private Exception failure;
    private FirstReads reads;

    private final class Reader implements TableReader {
        @Override
        public void awaitVisible(String taken) {
            // What is committed is visible here.
        }

        @Override
        public Map<String, String> tables() {
            Map<String, String> all = new TreeMap<>();
            tables.keySet().forEach(table -> all.put(table, ""));
            return all;
        }

        @Override
        public boolean isGone(String table) {
            return false;
        }

        @Override
        public TableShape shape(String table) {
            return TableShape.unknown();
        }

        @Override
        public TableSchema schema(String table) throws SQLException {
            if (dropped.contains(table)) {
                throw new NoTableException(table);
            }
            return SCHEMA;
        }

        @Override
        public long estimate(String table) {
            return tables.get(table);
        }

        @Override
        public boolean isOrdered(String table, TableSchema schema) {
            return true;
        }

        @Override
        public Piece next(String table, TableSchema schema, Image after, String where, int rows, long bytes) {
            throw new UnsupportedOperationException("a first read is exact");
        }

        @Override
        public Pieces all(String table, TableSchema schema, String where, int rows, long bytes) {
            throw new UnsupportedOperationException("a first read is exact");
        }

        @Override
        public ExactPieces exactly(String table, TableSchema schema, int rows, long bytes) throws SQLException {
            if (broken.contains(table)) {
                throw new SQLException("nobody may read it");
            }
            return new ExactPieces() {
                private long at;

                @Override
                public String boundary() {
                    return "behind " + table;
                }

                @Override
                public Piece next() {
                    if (at > 0 && held.containsKey(table)) {
                        awaitOpen(held.get(table));
                    }
                    long from = at;
                    at = Math.min(tables.get(table), at + 10);
                    return new Piece(LongStream.range(from, at).mapToObj(id -> new Image(SCHEMA, new Object[]{id})).toList(),
                            at == tables.get(table));
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }

        @Override
        public String position() {
            return "0";
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Written implements FirstReads.Output {
        @Override
        public void begin(List<Asked> asked) {
            begun = asked;
        }

        @Override
        public void write(List<CapturedChange> rows, Progress progress, String boundary) {
            rows.forEach(row -> written.add(progress.table() + " " + new String(row.value(), StandardCharsets.UTF_8).substring(7, 8)
                    + (row.key() == null ? "" : " " + new String(row.key(), StandardCharsets.UTF_8))));
            notes.add(progress);
            assertThat(boundary).isEqualTo(progress.state() == State.DONE ? "behind " + progress.table() : null);
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void failed(Exception e) {
            failure = e;
        }
    }

    private void start(boolean begins, Reread... open) {
        reads = new FirstReads("shop", capture, List.of(open), begins, Reader::new, lock, new Written());
        reads.start();
    }

    @AfterEach
    void close() {
        held.values().forEach(CountDownLatch::countDown);
        if (reads != null) {
            reads.close();
        }
    }

    private <T> T locked(java.util.function.Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private void until(java.util.function.Supplier<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> locked(condition));
    }

    private void begin() {
        locked(() -> {
            reads.begun();
            return null;
        });
    }

    private static Reread open(String table, boolean wasBegun) {
        Asked asked = new Asked("shop", table, "id of " + table, "", "", 0, 0, false, true);
        return new Reread(asked,
                wasBegun ? new Progress("shop", table, asked.id(), State.READING, null, 5, 5, Map.of(), 0, 0, "", null) : null);
    }

    @Test
    void nothingIsReadBeforeTheEngineHasBegunAndThenAllTablesAre() {
        start(true);
        assertThat(locked(() -> reads.isDone())).isFalse();
        assertThat(locked(() -> begun)).as("no look may be older than where the log begins").isNull();
        assertThat(locked(() -> reads.holds("shop.store.anything"))).isTrue();
        begin();
        until(() -> ended);
        assertThat(begun).extracting(Asked::table).containsExactly("store.empty", "store.large", "store.small");
        assertThat(begun).allMatch(Asked::first);
        assertThat(locked(() -> reads.isDone())).isTrue();
        assertThat(written).hasSize(28).doesNotHaveDuplicates().allMatch(row -> row.contains(" r "));
        assertThat(notes.stream().filter(note -> note.state() == State.DONE)).extracting(Progress::table, Progress::rows)
                .containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("store.empty", 0L),
                        org.assertj.core.groups.Tuple.tuple("store.large", 25L), org.assertj.core.groups.Tuple.tuple("store.small", 3L));
        assertThat(capture.rereads).isEmpty();
        assertThat(failure).isNull();
    }

    @Test
    void aTableThatIsDoneHoldsTheLogNoLongerWhileAnotherIsBeingRead() {
        held.put("store.large", new CountDownLatch(1));
        start(true);
        begin();
        until(() -> begun != null && !reads.holds("shop.store.small") && !reads.holds("shop.store.empty"));
        assertThat(locked(() -> reads.holds("shop.store.large"))).isTrue();
        assertThat(locked(() -> reads.holds("shop.store.later"))).isFalse();
        assertThat(locked(() -> ended)).isFalse();
        held.get("store.large").countDown();
        until(() -> ended);
        assertThat(locked(() -> reads.holds("shop.store.large"))).isFalse();
    }

    @Test
    void whatAnEarlierLifeHadNotFinishedIsWithdrawnAndReadFromItsBeginning() {
        start(false, open("store.large", true), open("store.small", false));
        until(() -> ended);
        assertThat(begun).isNull();
        assertThat(written.stream().filter(row -> row.startsWith("store.large"))).first().isEqualTo("store.large t");
        assertThat(written.stream().filter(row -> row.startsWith("store.large"))).hasSize(26);
        assertThat(written.stream().filter(row -> row.startsWith("store.small"))).hasSize(3).noneMatch(row -> row.contains(" t"));
        assertThat(written).noneMatch(row -> row.startsWith("store.empty"));
    }

    @Test
    void withNothingToReadItEndsAtOnce() {
        start(false);
        until(() -> ended);
        assertThat(locked(() -> reads.holds("shop.store.large"))).isFalse();
        assertThat(written).isEmpty();
    }

    @Test
    void aTableThatIsGoneByThenHoldsNobody() {
        dropped.add("store.large");
        start(true);
        begin();
        until(() -> ended);
        assertThat(notes).filteredOn(note -> note.table().equals("store.large")).extracting(Progress::state).containsExactly(State.GONE);
    }

    @Test
    void aTableThatCannotBeReadIsNamed() {
        broken.add("store.large");
        start(true);
        begin();
        until(() -> failure != null);
        assertThat(failure).hasMessageContaining("store.large").hasMessageContaining("nobody may read it");
        assertThat(locked(() -> ended)).isFalse();
        assertThat(locked(() -> reads.holds("shop.store.large"))).isTrue();
    }

    @Test
    void afterItsEndNothingMoreIsWritten() {
        held.put("store.large", new CountDownLatch(1));
        start(true);
        begin();
        until(() -> notes.stream().anyMatch(note -> note.table().equals("store.large")));
        Thread closing = new Thread(reads::close);
        closing.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        held.get("store.large").countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> !closing.isAlive());
        assertThat(written.stream().filter(row -> row.startsWith("store.large"))).hasSize(10);
        assertThat(ended).isFalse();
        assertThat(failure).isNull();
    }
}
