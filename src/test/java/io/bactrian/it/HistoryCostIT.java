package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.testing.Given;
import io.bactrian.testing.MySqlUnderTest;
import io.bactrian.testing.RandomHistory;
import io.bactrian.testing.WarehouseUnderTest;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a history costs a MySQL warehouse, as that server counts and plans. */
class HistoryCostIT {

    private static final TableSchema SCHEMA = Given.schema("id int64, name string(10) null", "id");
    private static final Target TARGET = Target.history("t", List.of("id"), new Tracking("surrogate_key", List.of()));

    private final WarehouseUnderTest.Database database = new MySqlUnderTest().create();
    private final SqlWarehouse warehouse = database.open();

    @AfterEach
    void close() {
        warehouse.close();
        database.close();
    }

    private void write(List<Row> rows) {
        warehouse.watermarks("p", Map.of(RandomHistory.PARTITIONS.get(0), 0L));
        warehouse.prepare(rows);
        try (SqlTransaction transaction = warehouse.begin("p")) {
            transaction.lock(List.of(RandomHistory.PARTITIONS.get(0)));
            assertThat(transaction.write(rows)).isEmpty();
            transaction.commit();
        }
    }

    @Test
    void manyRowsAreFewStatements() {
        List<Row> first = LongStream.range(0, 3_000).mapToObj(i -> row(i, "a", i)).toList();
        write(first);
        long before = statements();
        write(LongStream.range(0, 3_000).mapToObj(i -> row(i, i % 3 == 0 ? "a" : "b", 3_000 + i)).toList());

        // Of 500 keys each: read, check, end; then one load of the new versions.
        assertThat(statements() - before).isLessThan(40);
        assertThat(database.query("select count(*), sum(is_current), max(version) from t")).containsExactly("5000|3000|2");
    }

    private long statements() {
        return Long.parseLong(database.query("show global status like 'Questions'").get(0).split("\\|")[1]);
    }

    @Test
    void theLastVersionIsFoundByTheIndex() {
        write(LongStream.range(0, 3_000).mapToObj(i -> row(i, "a", i)).toList());
        database.query("analyze table t");
        List<String> plan = database
                .query("explain select t.* from t t join (select id, max(version) as version from t where id in (1,2,3) group by id) l "
                        + "on t.id=l.id and t.version=l.version for update");
        assertThat(plan).filteredOn(line -> !line.contains("<derived")).allMatch(line -> line.contains("one_of_each_version"),
                "uses the index");
    }

    private static Row row(long id, String name, long offset) {
        Image image = Given.image(SCHEMA, id, name);
        return new Row(TARGET, Meaning.WRITE, image,
                new Change("shop", Given.TABLE, Operation.INSERT, null, image, new Position(Given.TOPIC, 0, offset), "",
                        Given.COMMITTED.plusSeconds(offset), false),
                "r");
    }
}
