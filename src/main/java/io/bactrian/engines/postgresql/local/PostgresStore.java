package io.bactrian.engines.postgresql.local;

import io.bactrian.local.StoreServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The bookstore's databases are schemas of one database. */
record PostgresStore(EmbeddedPostgres server) implements StoreServer {

    private static final String DATABASE = "bookstore";

    static PostgresStore start(ServerHome home, String name, Progress progress) {
        EmbeddedPostgres server = EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, name, progress);
        try {
            server.unlessThere("postgres", "pg_database where datname = '" + DATABASE + "'", "create database " + DATABASE);
            return new PostgresStore(server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String url() {
        return server.jdbcUrl(DATABASE);
    }

    @Override
    public String user() {
        return server.user();
    }

    @Override
    public String password() {
        return server.password();
    }

    /** The rights and the publication that docs/postgresql.md names. */
    @Override
    public void letCapture(String source, List<String> tables, String user, String password) {
        server.unlessThere(DATABASE, "pg_roles where rolname = '" + user + "'",
                "create role " + user + " login replication password '" + password + "'");
        for (String schema : new TreeSet<>(tables.stream().map(table -> table.substring(0, table.indexOf('.'))).toList())) {
            server.execute(DATABASE, "grant usage on schema " + schema + " to " + user,
                    "grant select on all tables in schema " + schema + " to " + user);
        }
        String publication = "bactrian_" + source;
        server.unlessThere(DATABASE, "pg_publication where pubname = '" + publication + "'", "create publication " + publication
                + " for table " + String.join(", ", tables) + " with (publish_via_partition_root = true)");
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("host", EmbeddedPostgres.ADDRESS, "port", Integer.toString(server.port()), "database", DATABASE);
    }

    @Override
    public String clientCommand() {
        return server.clientCommand(DATABASE);
    }

    @Override
    public void close() {
        server.close();
    }
}
