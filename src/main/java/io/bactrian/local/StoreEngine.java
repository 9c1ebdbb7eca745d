package io.bactrian.local;

import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;

/** An engine on which databases of the bookstore can live. */
public interface StoreEngine {

    /** What the bookstore says otherwise to such a server. */
    StoreDialect dialect();

    /**
     * Starts a server for databases of the bookstore.
     *
     * @param name of the server within the home
     */
    StoreServer start(ServerHome home, String name, Progress progress);
}
