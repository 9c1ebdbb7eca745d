package io.bactrian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.StoredRows;
import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Row;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlWarehouse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The conformance suite: a test class that extends this one runs against every kind of warehouse, each test in a
 * database of its own.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.WarehouseUnderTest#all")
public abstract class EveryWarehouse {

    protected static final String PIPELINE = "p";

    @Parameter
    protected WarehouseUnderTest kind;
    protected WarehouseUnderTest.Database database;
    protected SqlWarehouse warehouse;

    @BeforeEach
    void open(TestInfo test) {
        Waivers.respect(kind, kind.waivers(), test);
        database = kind.create();
        warehouse = database.open();
        warehouse.watermarks(PIPELINE, Map.of(RandomHistory.PARTITIONS.get(0), 0L, RandomHistory.PARTITIONS.get(1), 0L));
    }

    @AfterEach
    void close() {
        if (database != null) {
            warehouse.close();
            database.close();
        }
    }

    protected List<Refusal> write(List<Row> rows) {
        return write(rows, true);
    }

    protected List<Refusal> write(List<Row> rows, boolean commits) {
        assertThat(warehouse.prepare(rows)).isEmpty();
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            transaction.lock(RandomHistory.PARTITIONS);
            List<Refusal> refusals = transaction.write(rows);
            if (commits) {
                transaction.commit();
            }
            return refusals;
        }
    }

    protected void written(List<Row> rows) {
        assertThat(write(rows)).isEmpty();
    }

    protected StoredRows stored() {
        return warehouse.rows().orElseThrow();
    }

    protected List<String> query(String sql) {
        return database.query(sql);
    }
}
