package io.bactrian.main;

import io.bactrian.infrastructure.embedded.EmbeddedKafka;
import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.Progress;
import io.bactrian.infrastructure.embedded.ServerHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The demo's own servers: an operational MySQL, a warehouse of the kind that was asked for, and a Kafka broker. */
final class DemoServers implements AutoCloseable {

    private static final String USER = "bactrian";
    private static final String PASSWORD = "bactrian";

    private final ServerHome home;
    private final List<AutoCloseable> started = new ArrayList<>();
    private EmbeddedMySql shop;
    private DemoWarehouse warehouse;
    private EmbeddedKafka kafka;

    private DemoServers(ServerHome home) {
        this.home = home;
    }

    static DemoServers start(ServerHome home, DemoWarehouse.Kind kind, Progress progress) {
        DemoServers servers = new DemoServers(home);
        try {
            home.cleanUp(progress);
            MySqlBinaries mysql = MySqlBinaries.locate(home, progress);
            CompletableFuture<EmbeddedKafka> kafka = CompletableFuture.supplyAsync(() -> servers.keep(EmbeddedKafka.start(home, "kafka", progress)));
            CompletableFuture<EmbeddedMySql> shop = CompletableFuture.supplyAsync(() -> servers.keep(EmbeddedMySql.start(mysql, home, "shop", 1, progress)));
            CompletableFuture<DemoWarehouse> warehouse = CompletableFuture.supplyAsync(() -> servers.keep(kind.start(home, progress)));
            CompletableFuture<Void> all = CompletableFuture.allOf(kafka, shop, warehouse);
            all.join();
            servers.kafka = kafka.join();
            servers.shop = shop.join();
            servers.warehouse = warehouse.join();
            servers.makeUsers();
            return servers;
        } catch (CompletionException e) {
            servers.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    private synchronized <T extends AutoCloseable> T keep(T server) {
        started.add(0, server);
        return server;
    }

    /** The rights that docs/getting-started.md names, and no others: the demo shows that they are enough. */
    private void makeUsers() {
        run(shop, "create user if not exists '" + USER + "'@'%' identified by '" + PASSWORD + "'",
                "grant select, reload, show databases, replication slave, replication client, lock tables on *.* to '" + USER + "'@'%'");
        warehouse.makeUser(USER, PASSWORD);
    }

    private static void run(EmbeddedMySql server, String... statements) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(""), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the demo's server " + server.jdbcUrl("") + " could not be set up: " + e.getMessage(), e);
        }
    }

    EmbeddedMySql shop() {
        return shop;
    }

    DemoWarehouse warehouse() {
        return warehouse;
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    /** The settings under which Bactrian uses these servers. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bactrian.kafka.bootstrap-servers", kafka.bootstrapServers());
        settings.put("bactrian.kafka.replication", "1");
        settings.put("bactrian.source.shop.host", "127.0.0.1");
        settings.put("bactrian.source.shop.port", Integer.toString(shop.port()));
        settings.put("bactrian.source.shop.user", USER);
        settings.put("bactrian.source.shop.password", PASSWORD);
        settings.put("bactrian.source.shop.databases", "store,shipping");
        settings.put("bactrian.warehouse.main.url", warehouse.url());
        settings.put("bactrian.warehouse.main.user", USER);
        settings.put("bactrian.warehouse.main.password", PASSWORD);
        settings.put("bactrian.warehouse.main.scripts", "sql/warehouse");
        settings.put("bactrian.warehouse.main.models", "sql/models");
        settings.put("bactrian.pipeline.bookstore.warehouse", "main");
        settings.put("bactrian.mask.key", maskKey());
        return settings;
    }

    /** Made once and kept: with another key the customers that are there already would no longer match. */
    private String maskKey() {
        Path file = home.data("mask.key");
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[24];
                new SecureRandom().nextBytes(random);
                Files.createDirectories(file.getParent());
                Files.writeString(file, HexFormat.of().formatHex(random));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalStateException("the demo's mask key could not be kept in " + file + ": " + e, e);
        }
    }

    @Override
    public synchronized void close() {
        RuntimeException failure = null;
        for (AutoCloseable server : started) {
            try {
                server.close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("a server could not be stopped", e) : failure;
            }
        }
        started.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
