package io.bactrian.demo;

import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.demo.bookstore.SourceServer;
import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.servers.EmbeddedKafka;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
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

/**
 * The demo's own servers: an operational MySQL, a PostgreSQL beside it when the store is to live there, a warehouse of
 * the kind that was asked for, and a Kafka broker.
 */
final class DemoServers implements AutoCloseable {

    private static final String USER = "bactrian";
    private static final String PASSWORD = "bactrian";

    private final ServerHome home;
    private final List<AutoCloseable> started = new ArrayList<>();
    private EmbeddedMySql shop;
    /** Null when the store is in the shop. */
    private DemoStore store;
    private DemoWarehouse warehouse;
    private EmbeddedKafka kafka;

    private DemoServers(ServerHome home) {
        this.home = home;
    }

    static DemoServers start(ServerHome home, DemoStore.Kind store, DemoWarehouse.Kind kind, Progress progress) {
        DemoServers servers = new DemoServers(home);
        try {
            home.cleanUp(progress);
            MySqlBinaries mysql = MySqlBinaries.locate(home, progress);
            CompletableFuture<EmbeddedKafka> kafka = CompletableFuture
                    .supplyAsync(() -> servers.keep(EmbeddedKafka.start(home, "kafka", progress)));
            CompletableFuture<EmbeddedMySql> shop = CompletableFuture
                    .supplyAsync(() -> servers.keep(EmbeddedMySql.start(mysql, home, "shop", 1, progress)));
            CompletableFuture<DemoWarehouse> warehouse = CompletableFuture.supplyAsync(() -> servers.keep(kind.start(home, progress)));
            CompletableFuture<DemoStore> apart = CompletableFuture
                    .supplyAsync(() -> store == DemoStore.Kind.mysql ? null : servers.keep(DemoStore.start(home, progress)));
            CompletableFuture<Void> all = CompletableFuture.allOf(kafka, shop, warehouse, apart);
            all.join();
            servers.kafka = kafka.join();
            servers.shop = shop.join();
            servers.store = apart.join();
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

    /** Opened where its databases live. */
    Bookstore bookstore(long seed) {
        return Bookstore.open(storeServer(), shopServer(), seed);
    }

    /** Once the bookstore's tables are there. */
    void letCapture() {
        if (store != null) {
            store.letCapture(USER, PASSWORD);
        }
    }

    /** A change of each source, the last. */
    List<LastChange> lastChanges() {
        LastChange last = LastChange.inStore(storeServer());
        return store == null ? List.of(last) : List.of(last, LastChange.inShipping(shopServer()));
    }

    private SourceServer shopServer() {
        return new SourceServer(shop.jdbcUrl(""), shop.user(), shop.password());
    }

    private SourceServer storeServer() {
        return store == null ? shopServer() : store.server();
    }

    /** What a person pastes into a shell to look around, by what it looks at. */
    Map<String, String> clientCommands() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("shop", shop.clientCommand());
        if (store != null) {
            commands.put("store", store.clientCommand());
        }
        commands.put("warehouse", warehouse.clientCommand());
        return commands;
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
        if (store != null) {
            store.settings(settings, USER, PASSWORD);
        }
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
