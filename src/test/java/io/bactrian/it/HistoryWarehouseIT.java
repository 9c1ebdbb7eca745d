package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Histories.HistoryTable;
import io.bactrian.application.Histories;
import io.bactrian.application.StoredRows;
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
import io.bactrian.domain.Tracking;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.testing.EveryWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.NaiveHistory;
import io.bactrian.testing.RandomHistory;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of rows in histories. */
class HistoryWarehouseIT extends EveryWarehouse {

    private static final TableSchema SCHEMA = Given.schema("id int64, name string(10) null", "id");
    private static final Target TARGET = Target.history("t", List.of("id"), new Tracking("surrogate_key", List.of()));

    private long log(int partition) {
        return Long.parseLong(query("select id from bactrian_watermarks where kafka_partition=" + partition).get(0));
    }

    private List<String> lines(String table) {
        List<String> columns = query("select column_name from information_schema.columns where table_schema=" + database.schema()
                + " and table_name='" + table + "'");
        StringBuilder sql = new StringBuilder("select ");
        for (String column : RandomHistory.COLUMNS) {
            sql.append(columns.contains(column) ? column : "null").append(',');
        }
        return query(sql + "version, valid_from, valid_to, is_current, deleted_at, bactrian_log, bactrian_offset from " + table
                + " order by id, version").stream()
                .map(HistoryWarehouseIT::isoTimes).toList();
    }

    private static String isoTimes(String line) {
        String[] fields = line.split("\\|");
        for (int i : new int[]{5, 6, 8}) {
            fields[i] = fields[i].equals("null")
                    ? "null"
                    : LocalDateTime.parse(fields[i].replace(' ', 'T').replace("+00", "")).atOffset(ZoneOffset.UTC).toInstant().toString();
        }
        return String.join("|", fields);
    }

    @Test
    void randomBatchesMakeTheVersionsThatSingleChangesMake() {
        Random seeds = new Random(20261121);
        for (int round = 0; round < 40; round++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            String table = "t" + round;
            List<Row> rows = RandomHistory.rows(random, table, 1 + random.nextInt(60), round % 2 == 0);
            NaiveHistory naive = new NaiveHistory();
            Set<Position> refused = new HashSet<>();
            for (List<Row> batch : RandomHistory.cut(random, rows)) {
                write(batch).forEach(refusal -> refused.add(refusal.row().version()));
            }
            Set<Position> guilty = new HashSet<>();
            for (Row row : rows) {
                if (RandomHistory.isRefused(row)) {
                    guilty.add(row.version());
                } else {
                    naive.apply(row, log(row.version().partition()));
                }
            }
            assertThat(lines(table)).as("seed %s", seed).isEqualTo(naive.lines(RandomHistory.COLUMNS));
            assertThat(guilty).as("seed %s", seed).containsAll(refused);
            assertThat(histories().list()).contains(new HistoryTable(table, List.of("id")));
            assertThat(histories().violations(new HistoryTable(table, List.of("id")))).as("seed %s", seed).isEmpty();
        }
    }

    @Test
    void aRowThatIsRefusedInTheMiddleOfItsKeysChainStandsAlone() {
        List<Refusal> refusals = write(
                List.of(row(1, "one", 1), row(2, "two", 2), row(1, "cut \ud83d", 3), row(1, "uno", 4), row(2, "dos", 5)));

        assertThat(refusals).singleElement().satisfies(refusal -> {
            assertThat(refusal.row().version().offset()).isEqualTo(3);
            assertThat(refusal.reason()).contains("warehouse table t refuses the row", "column name has half of a character");
        });
        assertThat(query("select id, name, version, is_current from t order by id, version")).containsExactly("1|one|1|0", "1|uno|2|1",
                "2|two|1|0", "2|dos|2|1");
    }

    @Test
    void twoTransactionsThatOpenTheFirstVersionOfAKeyRefuseNoRow() throws Exception {
        write(List.of(row(9, "nine", 1)));
        try (SqlWarehouse second = database.open(); SqlTransaction holding = warehouse.begin("p")) {
            holding.lock(List.of(RandomHistory.PARTITIONS.get(0)));
            assertThat(holding.write(List.of(row(1, "one", 2)))).isEmpty();
            Image image = Given.image(SCHEMA, 1L, "uno");
            CompletableFuture<List<Refusal>> waiting = writing(second,
                    new Row(TARGET, Meaning.WRITE, image, new Change("shop", Given.TABLE, Operation.INSERT, null, image,
                            new Position(Given.TOPIC, 1, 5), "", Given.COMMITTED, false), "r"));
            await().until(() -> database.somebodyWaits());
            holding.commit();
            assertThatThrownBy(waiting::get)
                    .hasStackTraceContaining("another transaction added a version to a key of t meanwhile; this batch is tried again: ")
                    .hasStackTraceContaining("uplicate");
        }
    }

    private static CompletableFuture<List<Refusal>> writing(SqlWarehouse warehouse, Row row) {
        return CompletableFuture.supplyAsync(() -> {
            warehouse.prepare(List.of(row));
            try (SqlTransaction transaction = warehouse.begin("p")) {
                transaction.lock(List.of(RandomHistory.PARTITIONS.get(1)));
                List<Refusal> refusals = transaction.write(List.of(row));
                transaction.commit();
                return refusals;
            }
        });
    }

    /** Two partitions that hold the same key: whoever comes second waits, finds the new version, and tries again. */
    @Test
    void aTransactionThatMeetsAnotherOneOnTheSameKeyIsTriedAgainAndRefusesNoRow() throws Exception {
        write(List.of(row(1, "one", 1)));
        try (SqlWarehouse second = database.open(); SqlTransaction holding = warehouse.begin("p")) {
            holding.lock(List.of(RandomHistory.PARTITIONS.get(0)));
            assertThat(holding.write(List.of(row(1, "two", 2)))).isEmpty();
            Row rival = new Row(TARGET, Meaning.DELETE, Given.image(SCHEMA, 1L, "one"),
                    new Change("shop", Given.TABLE, Operation.DELETE, Given.image(SCHEMA, 1L, "one"), null,
                            new Position(Given.TOPIC, 1, 5), "", Given.COMMITTED, false),
                    "r");
            CompletableFuture<List<Refusal>> waiting = writing(second, rival);
            await().until(() -> database.somebodyWaits());
            holding.commit();
            assertThatThrownBy(waiting::get)
                    .hasStackTraceContaining("another transaction added a version to a key of t meanwhile; this batch is tried again");
        }
        assertThat(histories().violations(new HistoryTable("t", List.of("id")))).isEmpty();
        assertThat(query("select name, version, is_current from t order by version")).containsExactly("one|1|0", "two|2|1");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "update t set version = 5 where id = 1 and version = 3 | id 1, version 5: the versions before it are not numbered without holes",
        "update t set valid_from = '2030-01-01' where id = 1 and version = 2 | id 1, version 1: it ends before the "
                + "next version begins, and was not deleted",
        "update t set valid_to = '2030-01-01' where id = 1 and version = 1 | id 1, version 1: the next version begins before it ends",
        "update t set is_current = 1 where id = 1 and version = 1 | id 1, version 1: it is current, and not the last one",
        "update t set is_current = 0 where id = 1 and version = 3 | id 1, version 3: it is not current, and has no end",
        "update t set valid_to = '2030-01-01' where id = 1 and version = 3 | id 1, version 3: it is current, and has an end",
        "update t set deleted_at = '2030-01-01' where id = 1 and version = 3 | id 1, version 3: it is current, and deleted",
        "update t set valid_from = '9999-12-31 00:00:01' where id = 1 and version = 3 | id 1, version 3: it ends before it begins"})
    void whatBreaksTheLawIsNamed(String sqlAndFault) {
        String[] parts = sqlAndFault.split(" \\| ");
        write(List.of(row(1, "one", 1), row(1, "two", 2), row(1, "three", 3), row(2, "one", 4)));
        assertThat(histories().violations(new HistoryTable("t", List.of("id")))).isEmpty();
        database.execute(parts[0]);

        assertThat(histories().violations(new HistoryTable("t", List.of("id")))).contains("t: " + parts[1])
                .allMatch(fault -> fault.startsWith("t: id 1,"));
    }

    @Test
    void aKeyOfSeveralColumnsAndAWrittenDecimalIsFoundAgain() {
        TableSchema schema = Given.schema("price decimal(38,10), name text null, note text null");
        Target target = Target.history("t", List.of("price", "name"), new Tracking("sk", List.of()));
        write(List.of(row(target, Given.image(schema, new BigDecimal("1.5"), "a", "x"), 1)));
        write(List.of(row(target, Given.image(schema, new BigDecimal("1.50"), "a", "y"), 2),
                row(target, Given.image(schema, new BigDecimal("1.500"), "A", "z"), 3)));

        assertThat(query("select name, note, version, is_current from t order by sk")).containsExactly("a|x|1|0", "a|y|2|1", "A|z|1|1");
        assertThat(histories().list()).containsExactly(new HistoryTable("t", List.of("price", "name")));
    }

    @Test
    void aMirrorIsNoHistory() {
        Target mirror = new Target("t", Mode.MIRROR, List.of("id"), true);
        write(List.of(row(mirror, Given.image(SCHEMA, 1L, "one"), 1)));

        assertThat(histories().list()).isEmpty();
        assertThat(warehouse.prepare(List.of(row(1, "one", 2)))).singleElement().satisfies(
                fault -> assertThat(fault.reason()).contains("table t is there but has no column version, so it is no history"));
    }

    @Test
    void onlyOpenVersionsAndRowsThatAreNotDeletedStandForTheSource() {
        Target mirror = new Target("m", Mode.MIRROR, List.of("id"), true);
        Image image = Given.image(SCHEMA, 1L, "one");
        for (Target target : List.of(TARGET, mirror)) {
            List<Row> rows = new ArrayList<>(List.of(row(target, image, 1), row(target, Given.image(SCHEMA, 2L, "two"), 2),
                    row(target, Given.image(SCHEMA, 2L, "dos"), 3)));
            rows.add(new Row(target, Meaning.DELETE, image,
                    new Change("shop", Given.TABLE, Operation.DELETE, image, null, Given.at(4), "", Given.COMMITTED, false), "r"));
            write(rows);
            assertThat(stored().count(target)).isEqualTo(1);
            assertThat(stored().read(target, List.of(image, Given.image(SCHEMA, 2L, null))).values()).extracting(i -> i.get("name"))
                    .containsExactly("dos");
            try (StoredRows.Rows all = stored().scan(target, image)) {
                assertThat(all.next().get("name")).isEqualTo("dos");
                assertThat(all.hasNext()).isFalse();
            }
        }
    }

    private static Row row(long id, String name, long offset) {
        return row(TARGET, Given.image(SCHEMA, id, name), offset);
    }

    private static Row row(Target target, Image image, long offset) {
        return new Row(target, Meaning.WRITE, image,
                new Change("shop", Given.TABLE, Operation.INSERT, null, image, new Position(Given.TOPIC, 0, offset), "",
                        Given.COMMITTED.plusSeconds(offset), false),
                "r");
    }

    private Histories histories() {
        return warehouse.histories().orElseThrow();
    }
}
