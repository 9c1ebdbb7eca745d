package io.bactrian.engines;

import java.util.List;

/**
 * {@code mysql://user@host:port/database}, as {@code bactrian init} takes it.
 *
 * @param database where a session begins
 * @param databases those to capture or to load; of PostgreSQL, schemas of the database
 */
public record ServerAddress(Engine engine, String user, String host, int port, String database, List<String> databases) {

    public boolean isServerOf(ServerAddress other) {
        return engine == other.engine && host.equalsIgnoreCase(other.host) && port == other.port;
    }
}
