package io.bactrian.engines.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections a warehouse may have. */
class PoolSizeTest {

    private static final int WITHOUT_PIPELINES = PoolSize.of(List.of());

    @Test
    void modelsStatusAndChecksHaveTheirsWithoutAnyPipeline() {
        assertThat(WITHOUT_PIPELINES).isEqualTo(7);
    }

    @Test
    void eachConsumerOfEachPipelineHasOneMore() {
        assertThat(PoolSize.of(List.of(2))).isEqualTo(WITHOUT_PIPELINES + 2);
        assertThat(PoolSize.of(List.of(2, 64, 1))).isEqualTo(WITHOUT_PIPELINES + 67);
    }

    @Test
    void thePoolGrowsWithThePipelinesThatComeAndCountsEachOnce() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:mysql://127.0.0.1:1/none");
        config.setMaximumPoolSize(WITHOUT_PIPELINES);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        try (WarehouseConnections connections = new WarehouseConnections(config)) {
            connections.serve("a", 20);
            connections.serve("b", 3);
            connections.serve("a", 20);

            assertThat(connections.getMaximumPoolSize()).isEqualTo(WITHOUT_PIPELINES + 23);
        }
    }
}
