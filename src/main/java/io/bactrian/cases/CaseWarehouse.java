package io.bactrian.cases;

import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.local.CaseServer;

/**
 * What pipelines write in their cases.
 *
 * @param server that it is on
 * @param warehouse with the scripts that make its reference tables
 * @param models null when it has none
 */
public record CaseWarehouse(CaseServer server, SqlWarehouse warehouse, ModelFolder models) implements AutoCloseable {

    @Override
    public void close() {
        warehouse.close();
    }
}
