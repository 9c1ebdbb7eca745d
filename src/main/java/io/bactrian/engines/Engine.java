package io.bactrian.engines;

import java.util.Optional;

/**
 * A kind of database that Bactrian captures, loads, or both. Each engine is a folder of its own and is found by
 * {@code META-INF/services}; whoever has one does not ask which one it is.
 */
public interface Engine {

    /** As settings and commands name it: {@code mysql}. */
    String name();

    /** As its makers call it: {@code MySQL}. */
    String title();

    /** How {@code bactrian init} takes the address of one of its servers. */
    Addresses addresses();

    /** Empty if it cannot be captured. */
    Optional<SourceEngine> source();

    /** Empty if it cannot be loaded. */
    Optional<WarehouseEngine> warehouse();
}
