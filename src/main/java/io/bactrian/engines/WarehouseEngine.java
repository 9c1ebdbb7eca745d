package io.bactrian.engines;

import io.bactrian.application.Capabilities;
import io.bactrian.application.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an engine offers that can be loaded. */
public interface WarehouseEngine {

    /** Where a URL leads; empty if the URL is not one of this engine's, or lacks something. */
    Optional<WarehouseLocation> location(String url);

    /** As an example: {@code jdbc:mysql://host:3306/warehouse}. */
    String exampleUrl();

    /**
     * What its warehouses can do, known without asking a server.
     *
     * @param warehouse the name of one, for messages
     */
    Capabilities capabilities(String warehouse);

    /**
     * Opens without connecting: a warehouse that is away at the start is away like any other time.
     *
     * @param scripts SQL files to run before anything else; empty for none
     */
    OpenWarehouse open(WarehouseSettings warehouse, Optional<Path> scripts);

    /**
     * Whether it takes what Bactrian writes. Leaves nothing behind. A server that does not answer is a finding, never
     * an exception.
     *
     * @param tablesOfRoutes the warehouse's tables that routes name
     */
    List<Finding> check(WarehouseSettings warehouse, Set<String> tablesOfRoutes);

    WarehouseProposals proposals();
}
