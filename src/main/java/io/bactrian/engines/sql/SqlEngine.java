package io.bactrian.engines.sql;

import io.bactrian.engines.WarehouseEngine;

/** An engine whose warehouses are reached by JDBC and are loaded in transactions. */
public interface SqlEngine extends WarehouseEngine {

    /** What this engine's SQL has of its own; one for each warehouse, since it may remember what a server allows. */
    Dialect dialect();
}
