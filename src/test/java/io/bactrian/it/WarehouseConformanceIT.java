package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.Counters;
import io.bactrian.application.Delivery;
import io.bactrian.application.LetterEntry.Cleared;
import io.bactrian.application.LetterEntry;
import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.RandomHistory;
import io.bactrian.testing.RoutesInMemory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every kind of warehouse keeps beside the laws of the modes: refused rows, watermarks, dead letters, names, and
 * columns that come later.
 */
class WarehouseConformanceIT extends EveryWarehouse {

    private static final TableSchema SCHEMA = Given.schema("id int64, name string(10) null, visits int64 null", "id");
    private static final Target TARGET = new Target("t", Mode.MIRROR, List.of("id"), false);
    private static final Partition PARTITION = RandomHistory.PARTITIONS.get(0);
    private static final Object TOO_MANY = BigInteger.TWO.pow(63);

    /** Few rows and many go different ways into a table. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 3_000})
    void refusedRowsStandAloneAmongAnyNumber(int count) {
        List<Row> rows = IntStream.range(0, count).mapToObj(i -> row(i, "name " + i % 10, i % 701 == 0 ? TOO_MANY : (Object) (long) i, i))
                .toList();
        List<Long> guilty = rows.stream().filter(row -> TOO_MANY.equals(row.image().get("visits"))).map(row -> row.version().offset())
                .toList();

        for (Mode mode : List.of(Mode.MIRROR, Mode.APPEND)) {
            String table = "t" + mode.name().toLowerCase(java.util.Locale.ROOT);
            List<Refusal> refusals = write(
                    rows.stream().map(row -> new Row(new Target(table, mode, mode == Mode.MIRROR ? List.of("id") : List.of(), false),
                            row.meaning(), row.image(), row.change(), row.route())).toList());
            assertThat(refusals).extracting(refusal -> refusal.row().version().offset()).containsExactlyElementsOf(guilty);
            assertThat(refusals).allSatisfy(refusal -> assertThat(refusal.reason())
                    .contains("warehouse table " + table + " refuses the row").containsIgnoringCase("out of range"));
            assertThat(query("select count(*), sum(visits) from " + table)).containsExactly((count - guilty.size()) + "|"
                    + (count == 1
                            ? null
                            : rows.stream().map(row -> row.image().get("visits")).filter(Long.class::isInstance)
                                    .mapToLong(visits -> (Long) visits).sum()));
        }
    }

    @Test
    void aTextThatIsNoneOrThatAConstraintForbidsIsThatRowsFault() {
        written(List.of(row(0, "zero", 0L, 0)));
        database.execute("alter table t add constraint polite check (name <> 'rude')");
        List<Row> rows = new ArrayList<>(IntStream.range(1, 500).mapToObj(i -> row(i, "fine", 1L, i)).toList());
        rows.set(17, row(18, "half \ud83d", 1L, 18));
        rows.set(400, row(401, "rude", 1L, 401));

        assertThat(write(rows)).extracting(refusal -> refusal.row().version().offset()).containsExactlyInAnyOrder(18L, 401L);
        assertThat(query("select count(*) from t")).containsExactly("498");
    }

    @Test
    void textsComeBackAsTheyWent() {
        List<String> texts = List.of("", " ", "  two  ", "tab\t", "line\n", "return\r", "both\r\n", "back\\slash", "\\N", "\\.", "\\", "'",
                "\"", "`", "ä", "Á", "á",
                "📚书", "?", "{fn x}", "%", "$1", ":x");
        for (int times : List.of(1, 30)) {
            Target target = new Target("t" + times, Mode.MIRROR, List.of("id"), false);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < texts.size() * times; i++) {
                rows.add(row(target, Given.image(SCHEMA, (long) i, texts.get(i % texts.size()), null), i));
            }
            written(rows);
            Map<Object, Image> there = stored().read(target, rows.stream().map(Row::image).toList());
            for (Row row : rows) {
                assertThat(there.get(row.key()).get("name")).isEqualTo(row.image().get("name"));
            }
        }
    }

    /** Two texts that the source tells apart are two keys. */
    @Test
    void keysThatDifferInCaseOrBlanksAreTwo() {
        TableSchema schema = Given.schema("k string(20), v int64", "k");
        Target target = new Target("t", Mode.MIRROR, List.of("k"), false);
        List<Row> rows = new ArrayList<>();
        for (String key : List.of("a", "A", "a ", "á", "ä", "ss", "ß")) {
            rows.add(row(target, Given.image(schema, key, (long) rows.size()), rows.size()));
        }
        written(rows);
        assertThat(query("select count(*) from t")).containsExactly("7");
        assertThat(stored().read(target, List.of(Given.image(schema, "a ", null))).values()).extracting(image -> image.get("v"))
                .containsExactly(2L);
    }

    @Test
    void namesAreTakenAsTheyAre() {
        String odd = "o'd\"d `n?me ä";
        TableSchema schema = new TableSchema(List.of("select", "Order", "order by", odd, "a".repeat(60)).stream()
                .map(name -> new Column(name, io.bactrian.domain.ColumnType.of(io.bactrian.domain.ColumnType.Kind.INT64), false)).toList(),
                List.of("select", "Order"));
        for (Mode mode : List.of(Mode.MIRROR, Mode.ADD)) {
            // The view of a sum has the name; the table under it a longer one.
            String name = mode == Mode.MIRROR ? "User Table " + "ä".repeat(20) : "User Sums ä";
            Target target = new Target(name, mode, List.of("select", "Order"), false);
            for (long i = 0; i < 2; i++) {
                written(List.of(row(target, Given.image(schema, 1L, 2L, 3L + i, 4L, 5L), i)));
            }
            assertThat(query("select "
                    + schema.columns().stream().map(column -> database.quoted(column.name())).collect(Collectors.joining(",")) + " from "
                    + database.quoted(name))).containsExactly(mode == Mode.MIRROR ? "1|2|4|4|5" : "1|2|7|8|10");
        }
    }

    @Test
    void aColumnThatComesLaterIsAddedAndOldRowsHaveNone() {
        TableSchema wider = Given.schema("id int64, name string(10) null, visits int64 null, city text null", "id");
        written(List.of(row(1, "one", 1L, 1)));
        written(List.of(row(TARGET, Given.image(wider, 2L, "two", 2L, "Bonn"), 2), row(3, "three", 3L, 3)));
        assertThat(query("select id, name, city from t order by id")).containsExactly("1|one|null", "2|two|Bonn", "3|three|null");
        try (SqlWarehouse second = database.open()) {
            // An instance that has not seen the table yet, and another that has an older look at it.
            Row row = row(TARGET, Given.image(wider, 4L, "four", 4L, "Köln"), 4);
            second.prepare(List.of(row));
            try (SqlTransaction transaction = second.begin(PIPELINE)) {
                transaction.lock(List.of(PARTITION));
                assertThat(transaction.write(List.of(row))).isEmpty();
                transaction.commit();
            }
        }
        assertThat(query("select count(city) from t")).containsExactly("2");
    }

    /** What an instance makes another makes at the same moment. */
    @Test
    void twoInstancesMakeTheSameTablesAtOnce() {
        for (int round = 0; round < 10; round++) {
            Target mirror = new Target("m" + round, Mode.MIRROR, List.of("id"), false);
            Target sum = new Target("s" + round, Mode.ADD, List.of("id"), false);
            List<Row> rows = List.of(row(mirror, Given.image(SCHEMA, 1L, "one", 1L), 1),
                    row(sum, Given.image(Given.schema("id int64, v int64"), 1L, 1L), 1));
            try (SqlWarehouse second = database.open()) {
                CompletableFuture<Void> both = CompletableFuture.allOf(CompletableFuture.runAsync(() -> second.prepare(rows)),
                        CompletableFuture.runAsync(() -> warehouse.prepare(rows)));
                both.join();
            }
            assertThat(query("select count(*) from m" + round)).containsExactly("0");
        }
    }

    @Test
    void aLostConnectionLeavesNothingAndTheBatchIsAppliedOnce() {
        written(List.of(row(1, "one", 1L, 0)));
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            assertThat(transaction.lock(List.of(PARTITION))).containsEntry(PARTITION, 0L);
            transaction.write(List.of(row(2, "two", 2L, 1)));
            transaction.advance(Map.of(PARTITION, 2L));
            database.cutConnections();
            assertThatThrownBy(transaction::commit).isInstanceOf(RuntimeException.class);
        }
        assertThat(query("select id from t")).containsExactly("1");
        for (int i = 0; i < 2; i++) {
            try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
                long next = transaction.lock(List.of(PARTITION)).get(PARTITION);
                assertThat(next).isEqualTo(i == 0 ? 0 : 2);
                if (next == 0) {
                    transaction.write(List.of(row(2, "two", 2L, 1)));
                    transaction.advance(Map.of(PARTITION, 2L));
                    transaction.commit();
                }
            }
        }
        assertThat(query("select id from t order by id")).containsExactly("1", "2");
        assertThat(warehouse.watermarks(PIPELINE, Map.of(PARTITION, 0L))).containsExactly(Map.entry(PARTITION, 2L));
    }

    @Test
    void whoComesSecondWaitsForTheWatermarkAndSeesItMoved() {
        try (SqlTransaction first = warehouse.begin(PIPELINE)) {
            first.lock(RandomHistory.PARTITIONS);
            first.advance(Map.of(PARTITION, 5L));
            CompletableFuture<Long> second = CompletableFuture.supplyAsync(() -> {
                try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
                    return transaction.lock(RandomHistory.PARTITIONS).get(PARTITION);
                }
            });
            org.awaitility.Awaitility.await().until(database::somebodyWaits);
            first.commit();
            assertThat(second.join()).isEqualTo(5);
        }
    }

    /** What the source did not send is read over the batch's own connection, and so is what its tables look like. */
    @Test
    void aBatchThatAsksForValuesThatWereNotSentNeedsOneConnection() {
        written(List.of(row(1, "one", 1L, 0)));
        Image partly = Given.image(SCHEMA, 1L, Image.UNKNOWN, 2L);
        Change change = new Change("shop", Given.TABLE, Operation.UPDATE, partly, partly, new Position(Given.TOPIC, 0, 1), "",
                Given.COMMITTED, false);
        try (SqlWarehouse narrow = SqlWarehouse.open("main", database.url(), database.user(), database.password(), 1,
                SqlEngine.of(database.url()).orElseThrow().dialect())) {
            ApplyBatch applyBatch = new ApplyBatch(PIPELINE, new RoutesInMemory().mirroring("r", "t"), delivery -> change, narrow,
                    new DeadLettersInMemory(), new Counters());
            Delivery delivery = new Delivery(change.position(), Given.COMMITTED, key("1"), null, null);
            ApplyBatch.Routed routed = applyBatch.route(List.of(delivery), Map.of(PARTITION, new ApplyBatch.Span(0, 2)));
            assertThat(applyBatch.apply(routed).applied()).isTrue();
            assertThat(query("select name, visits from t")).containsExactly("one|2");

            try (SqlTransaction transaction = narrow.begin(PIPELINE)) {
                transaction.lock(List.of(PARTITION));
                narrow.forgetTargets();
                assertThat(transaction.read(TARGET, List.of(partly)).get(1L).get("name")).isEqualTo("one");
                assertThat(transaction.read(new Target("absent", Mode.MIRROR, List.of("id"), false), List.of(partly))).isEmpty();
                assertThat(transaction.write(List.of(row(1, "two", 3L, 2)))).isEmpty();
                assertThat(transaction.read(TARGET, List.of(partly)).get(1L).get("name")).as("its own writing").isEqualTo("two");
                transaction.commit();
            }
        }
        assertThat(query("select name, visits from t")).containsExactly("two|3");
    }

    @Test
    void aReplayedRowGivesWayToANewerOne() {
        written(List.of(row(1, "new", 1L, 10), row(2, "old", 1L, 3)));
        Row gone = new Row(TARGET, Meaning.DELETE, Given.image(SCHEMA, 2L, "old", 1L), row(2, "old", 1L, 5).change(), "r");
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            transaction.lock(List.of(PARTITION));
            assertThat(
                    transaction.writeUnlessNewer(List.of(row(1, "late", 1L, 7), row(3, "three", 1L, 8), row(4, "too", TOO_MANY, 9), gone)))
                    .extracting(refusal -> refusal.row().version().offset()).containsExactly(9L);
            transaction.commit();
        }
        assertThat(query("select id, name from t order by id")).containsExactly("1|new", "3|three");
    }

    @Test
    void deadLettersAreOpenedSupersededClaimedAndSettled() {
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            transaction.lock(List.of(PARTITION));
            transaction.open(List.of(letter("a", 1), letter("b", 2)));
            transaction.open(List.of(letter("a", 1)));
            transaction.commit();
        }
        assertThat(warehouse.openDeadLetters()).containsExactly(Map.entry(PIPELINE, 2L));
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            transaction.lock(List.of(PARTITION));
            transaction.supersede(List.of(new Delivery(Given.at(7), Given.COMMITTED, key("a"), null, null)), List.of());
            transaction.commit();
        }
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            assertThat(transaction.claim(letter("a", 1).id())).contains(new LetterEntry(letter("a", 1).id(), "open", 7, Cleared.NO));
            assertThat(transaction.claim(letter("b", 2).id())).contains(new LetterEntry(letter("b", 2).id(), "open", -1, Cleared.NO));
            assertThat(transaction.claim("c")).isEmpty();
            transaction.settle(letter("a", 1).id(), "replayed");
            transaction.commit();
        }
        assertThat(warehouse.openDeadLetters()).containsExactly(Map.entry(PIPELINE, 1L));
    }

    private static DeadLetter letter(String key, long offset) {
        return new DeadLetter(PIPELINE, Given.at(offset), key, "fails", "", Given.COMMITTED, key(key), null, null);
    }

    private static byte[] key(String key) {
        return key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Row row(long id, String name, Object visits, long offset) {
        return row(TARGET, Given.image(SCHEMA, id, name, visits), offset);
    }

    private static Row row(Target target, Image image, long offset) {
        return new Row(target, Meaning.WRITE, image,
                new Change("shop", Given.TABLE, Operation.INSERT, null, image, new Position(Given.TOPIC, 0, offset), "",
                        Given.COMMITTED, false),
                "r");
    }
}
