package io.bactrian.servers;

/** A server that is reached by JDBC. */
public abstract class EmbeddedDatabase extends EmbeddedServer {

    public EmbeddedDatabase(String kind, ServerHome home, String name, Progress progress) {
        super(kind, home, name, progress);
    }

    public abstract int port();

    public abstract String jdbcUrl(String database);

    /** May everything. */
    public abstract String user();

    public abstract String password();
}
