package io.bactrian.engines.sql;

import io.bactrian.application.Capabilities;
import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.engines.WarehouseEngine;
import io.bactrian.engines.WarehouseSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An engine whose warehouses are reached by JDBC and are loaded in transactions. They can do everything. */
public interface SqlEngine extends WarehouseEngine {

    /** The one whose URL it is; empty if none is, or one that is not reached by JDBC. */
    static Optional<SqlEngine> of(String url) {
        return Engines.warehouse(url).flatMap(Engine::warehouse).filter(SqlEngine.class::isInstance).map(SqlEngine.class::cast);
    }

    /** What this engine's SQL has of its own; one for each warehouse, since it may remember what a server allows. */
    Dialect dialect();

    @Override
    default Capabilities capabilities(String warehouse) {
        return Capabilities.everything("warehouse " + warehouse);
    }

    @Override
    default SqlWarehouse open(WarehouseSettings warehouse, Optional<Path> scripts) {
        SqlWarehouse opened = SqlWarehouse.open(warehouse.name(), warehouse.url(), warehouse.user(), warehouse.password(),
                PoolSize.of(List.of()), dialect());
        scripts.ifPresent(opened::withScripts);
        return opened;
    }
}
