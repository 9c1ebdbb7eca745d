package io.bactrian.demo;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.engines.postgresql.local.PostgresBinaries;
import io.bactrian.servers.EmbeddedServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The demo's warehouse server: each kind keeps data of its own, so that one demo can follow another. */
record DemoWarehouse(Kind kind, EmbeddedServer server, String url, String clientCommand, String administratorUrl, String administrator,
        String administratorPassword)
        implements
            AutoCloseable {

    private static final String DATABASE = "warehouse";

    /** As the command line names them. */
    enum Kind {
        mysql {
            @Override
            DemoWarehouse start(ServerHome home, Progress progress) {
                EmbeddedMySql server = EmbeddedMySql.start(MySqlBinaries.locate(home, progress), home, "warehouse", 2, progress);
                return new DemoWarehouse(this, server, server.jdbcUrl(DATABASE), server.clientCommand() + " " + DATABASE,
                        server.jdbcUrl(""), server.user(), server.password());
            }
        },
        postgres {
            @Override
            DemoWarehouse start(ServerHome home, Progress progress) {
                EmbeddedPostgres server = EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, "warehouse-postgres",
                        progress);
                return new DemoWarehouse(this, server, server.jdbcUrl(DATABASE), server.clientCommand(DATABASE), server.jdbcUrl("postgres"),
                        server.user(), server.password());
            }
        };

        abstract DemoWarehouse start(ServerHome home, Progress progress);
    }

    /** The rights that the pages name, and no others: the demo shows that they are enough. */
    void makeUser(String user, String password) {
        switch (kind) {
            case mysql ->
                run(administratorUrl, "create database if not exists " + DATABASE + " character set utf8mb4 collate utf8mb4_0900_ai_ci",
                        "create user if not exists '" + user + "'@'%' identified by '" + password + "'",
                        "grant select, insert, update, delete, create, alter, drop, index, create view, show view on " + DATABASE
                                + ".* to '" + user + "'@'%'");
            case postgres -> {
                unlessThere("pg_roles where rolname = '" + user + "'", "create role " + user + " login password '" + password + "'");
                unlessThere("pg_database where datname = '" + DATABASE + "'", "create database " + DATABASE);
                run(url, "grant connect, temporary on database " + DATABASE + " to " + user,
                        "grant usage, create on schema public to " + user);
            }
        }
    }

    private void unlessThere(String what, String sql) {
        try (Connection connection = DriverManager.getConnection(administratorUrl, administrator, administratorPassword);
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from " + what)) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private void run(String to, String... statements) {
        try (Connection connection = DriverManager.getConnection(to, administrator, administratorPassword);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private IllegalStateException failure(SQLException e) {
        return new IllegalStateException("the demo's warehouse " + administratorUrl + " could not be set up: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        server.close();
    }
}
