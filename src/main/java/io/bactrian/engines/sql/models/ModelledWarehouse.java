package io.bactrian.engines.sql.models;

import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.WarehouseException;
import java.sql.Connection;
import java.sql.SQLException;

/** What models need of the warehouse that keeps them. */
public interface ModelledWarehouse {

    String name();

    /** A connection in which every statement is a transaction. */
    Connection connect() throws SQLException;

    Dialect dialect();

    /** Number of rows; zero if the table is not there. */
    long count(String table);

    /** What was learnt about its models and the tables that they read. */
    ModelCatalog models();

    /** Takes a model out of the batches' way until it has been rebuilt. */
    void suspend(ModelRefresh.ModelFault fault);

    /** @param doing what could not be done */
    WarehouseException failure(String doing, SQLException cause);
}
