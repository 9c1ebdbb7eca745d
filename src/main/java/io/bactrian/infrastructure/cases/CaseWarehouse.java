package io.bactrian.infrastructure.cases;

import io.bactrian.infrastructure.jdbc.JdbcWarehouse;
import io.bactrian.infrastructure.jdbc.ModelFolder;

/**
 * What pipelines write in their cases.
 *
 * @param server that it is on
 * @param warehouse with the scripts that make its reference tables
 * @param models null when it has none
 */
public record CaseWarehouse(CaseServer server, JdbcWarehouse warehouse, ModelFolder models) implements AutoCloseable {

    @Override
    public void close() {
        warehouse.close();
    }
}
