package io.bactrian.engines.postgresql.local;

import io.bactrian.local.WarehouseServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;

/** The warehouse is a database's schema {@code public}. */
record PostgresDemoWarehouse(EmbeddedPostgres server) implements WarehouseServer {

    private static final String DATABASE = "warehouse";
    private static final String ADMINISTRATION = "postgres";

    static PostgresDemoWarehouse start(ServerHome home, Progress progress, String user, String password) {
        EmbeddedPostgres server = EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, "warehouse-postgres", progress);
        try {
            server.unlessThere(ADMINISTRATION, "pg_roles where rolname = '" + user + "'",
                    "create role " + user + " login password '" + password + "'");
            server.unlessThere(ADMINISTRATION, "pg_database where datname = '" + DATABASE + "'", "create database " + DATABASE);
            server.execute(DATABASE, "grant connect, temporary on database " + DATABASE + " to " + user,
                    "grant usage, create on schema public to " + user);
            return new PostgresDemoWarehouse(server);
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
    public String clientCommand() {
        return server.clientCommand(DATABASE);
    }

    @Override
    public void close() {
        server.close();
    }
}
