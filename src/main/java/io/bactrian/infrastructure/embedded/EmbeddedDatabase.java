package io.bactrian.infrastructure.embedded;

/** A server that is reached by JDBC. */
public abstract sealed class EmbeddedDatabase extends EmbeddedServer permits EmbeddedMySql, EmbeddedPostgres {

    EmbeddedDatabase(String kind, ServerHome home, String name, Progress progress) {
        super(kind, home, name, progress);
    }

    public abstract int port();

    public abstract String jdbcUrl(String database);

    /** May everything. */
    public abstract String user();

    public abstract String password();
}
