package io.bactrian.engines;

/** What {@code bactrian init} proposes for a warehouse of an engine. */
public interface WarehouseProposals {

    /** What an administrator of the warehouse runs; it depends on nothing that only a login would tell. */
    String warehouseGrants(ServerAddress warehouse);

    /** The URL for the settings. */
    String warehouseUrl(ServerAddress warehouse);

    /** The maximum number of characters in a table's name. */
    int longestTable();
}
