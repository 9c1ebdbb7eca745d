package io.bactrian.local;

import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.Optional;

/**
 * What an engine offers to golden cases and to the demo: servers of its own on this machine. The one entry point of an
 * engine's {@code local} folder, found by META-INF/services; nobody else asks which engine a server is of.
 */
public interface LocalEngine extends Comparable<LocalEngine> {

    /** As settings and the command line name it. */
    String name();

    /** Whether a JDBC URL leads to a server of this engine. */
    boolean serves(String jdbcUrl);

    /** Finds its programs, or fetches them; before servers that need them start side by side. */
    void findPrograms(ServerHome home, Progress progress);

    /** A server that golden cases run on, empty. */
    CaseServer cases(ServerHome home, Progress progress);

    /**
     * The demo's warehouse, with a user who has the rights that the engine's page names and no others: the demo shows
     * that they are enough.
     */
    WarehouseServer warehouse(ServerHome home, Progress progress, String user, String password);

    /** What the bookstore needs; empty if it cannot live on this engine. */
    default Optional<StoreEngine> store() {
        return Optional.empty();
    }

    /** In the order in which they are listed. */
    @Override
    default int compareTo(LocalEngine other) {
        return name().compareTo(other.name());
    }
}
