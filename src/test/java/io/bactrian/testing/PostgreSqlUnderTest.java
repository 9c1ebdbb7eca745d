package io.bactrian.testing;

import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.servers.EmbeddedServer;
import java.util.List;

public final class PostgreSqlUnderTest implements WarehouseUnderTest {

    private static final String ROLE = "warehouse_user";

    @Override
    public Database create(Servers servers, String name) {
        EmbeddedPostgres server = servers.postgres();
        if (Servers.query(server, "postgres", "select 1 from pg_roles where rolname = '" + ROLE + "'").isEmpty()) {
            Servers.execute(server, "postgres", "create role " + ROLE + " login password '" + Servers.PASSWORD + "'");
        }
        if (Servers.query(server, "postgres", "select 1 from pg_database where datname = '" + name + "'").isEmpty()) {
            Servers.execute(server, "postgres", "create database " + name);
        }
        // What docs/postgresql.md asks for, and no more.
        Servers.execute(server, name, "grant connect, temporary on database " + name + " to " + ROLE,
                "grant usage, create on schema public to " + ROLE);
        return new Database() {
            @Override
            public EmbeddedServer server() {
                return server;
            }

            @Override
            public String url() {
                return server.jdbcUrl(name);
            }

            @Override
            public String user() {
                return ROLE;
            }

            @Override
            public String password() {
                return Servers.PASSWORD;
            }

            @Override
            public List<String> query(String sql) {
                return Servers.query(server, name, sql);
            }

            @Override
            public void execute(String... statements) {
                Servers.execute(server, name, statements);
            }

            @Override
            public void cutConnections() {
                query("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "' and pid <> pg_backend_pid()");
            }

            @Override
            public boolean somebodyWaits() {
                return !query("select 1 from pg_stat_activity where datname = '" + name + "' and wait_event_type = 'Lock'").isEmpty();
            }

            @Override
            public String quoted(String some) {
                return '"' + some.replace("\"", "\"\"") + '"';
            }

            @Override
            public String schema() {
                return "current_schema()";
            }

            @Override
            public void close() {
                Servers.execute(server, "postgres", "drop database " + name + " with (force)");
            }
        };
    }

    @Override
    public String toString() {
        return "PostgreSQL";
    }
}
