package io.bactrian.demo;

import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.demo.bookstore.SourceServer;
import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.engines.postgresql.local.PostgresBinaries;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The demo's PostgreSQL, when the database {@code store} lives there and not beside {@code shipping} in the shop's
 * MySQL.
 */
final class DemoStore implements AutoCloseable {

    private static final String DATABASE = "bookstore";
    /** What the source is called, in routes/capture/store.camel.yaml too. */
    private static final String SOURCE = "store";

    /** As the command line names them. */
    enum Kind {
        mysql, postgres;

        /**
         * A store in PostgreSQL has orders of its own: what the other demo has shipped, captured and loaded is not of
         * them.
         */
        ServerHome home(ServerHome standard) {
            return this == mysql ? standard : standard.withData(standard.servers().resolve("store-" + this));
        }
    }

    private final EmbeddedPostgres server;

    private DemoStore(EmbeddedPostgres server) {
        this.server = server;
    }

    static DemoStore start(ServerHome home, Progress progress) {
        DemoStore store = new DemoStore(EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, "store", progress));
        try {
            store.unlessThere("postgres", "pg_database where datname = '" + DATABASE + "'", "create database " + DATABASE);
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    SourceServer server() {
        return new SourceServer(server.jdbcUrl(DATABASE), server.user(), server.password());
    }

    String clientCommand() {
        return server.clientCommand(DATABASE);
    }

    /** Once the tables are there: the rights and the publication that docs/postgresql.md names, and no others. */
    void letCapture(String user, String password) {
        unlessThere(DATABASE, "pg_roles where rolname = '" + user + "'",
                "create role " + user + " login replication password '" + password + "'");
        String tables = Bookstore.TABLES.stream().filter(table -> table.startsWith("store.")).collect(Collectors.joining(", "));
        run(DATABASE, "grant usage on schema store to " + user, "grant select on all tables in schema store to " + user);
        String publication = "bactrian_" + SOURCE;
        unlessThere(DATABASE, "pg_publication where pubname = '" + publication + "'",
                "create publication " + publication + " for table " + tables + " with (publish_via_partition_root = true)");
    }

    /** The settings that say where the store is, and that it is not in the shop. */
    void settings(Map<String, String> settings, String user, String password) {
        settings.put("bactrian.source.shop.databases", "shipping");
        String prefix = "bactrian.source." + SOURCE;
        settings.put(prefix + ".kind", "postgres");
        settings.put(prefix + ".host", "127.0.0.1");
        settings.put(prefix + ".port", Integer.toString(server.port()));
        settings.put(prefix + ".database", DATABASE);
        settings.put(prefix + ".user", user);
        settings.put(prefix + ".password", password);
        settings.put(prefix + ".databases", "store");
    }

    private void unlessThere(String database, String what, String sql) {
        try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from " + what)) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(database, e);
        }
    }

    private void run(String database, String... statements) {
        try (Connection connection = connect(database); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(database, e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.user(), server.password());
    }

    private IllegalStateException failure(String database, SQLException e) {
        return new IllegalStateException("the demo's store " + server.jdbcUrl(database) + " could not be set up: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        server.close();
    }
}
