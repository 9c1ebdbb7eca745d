package io.bactrian.demo;

import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.demo.bookstore.SourceServer;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.LocalEngines;
import io.bactrian.local.StoreServer;
import io.bactrian.local.WarehouseServer;
import io.bactrian.servers.EmbeddedKafka;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The demo's own servers: the shop's, one more if the database {@code store} is to live on another engine, a warehouse
 * of the engine that was asked for, and a Kafka broker.
 */
final class DemoServers implements AutoCloseable {

    private static final String USER = "bactrian";
    private static final String PASSWORD = "bactrian";
    /** What the sources are called, in routes/capture too. */
    private static final String SHOP = "shop";
    private static final String STORE = "store";

    private final ServerHome home;
    private final LocalEngine storeEngine;
    private final List<AutoCloseable> started = new ArrayList<>();
    private StoreServer shop;
    /** Null when the store is in the shop. */
    private StoreServer store;
    private WarehouseServer warehouse;
    private EmbeddedKafka kafka;

    private DemoServers(ServerHome home, LocalEngine storeEngine) {
        this.home = home;
        this.storeEngine = storeEngine;
    }

    /** A store apart has orders of its own: what another demo has shipped, captured and loaded is not of them. */
    static ServerHome home(ServerHome standard, LocalEngine store) {
        return store == LocalEngines.usual() ? standard : standard.withData(standard.servers().resolve("store-" + store.name()));
    }

    static DemoServers start(ServerHome home, LocalEngine store, LocalEngine kind, Progress progress) {
        DemoServers servers = new DemoServers(home, store);
        LocalEngine usual = LocalEngines.usual();
        try {
            home.cleanUp(progress);
            new TreeSet<>(List.of(usual, store, kind)).forEach(engine -> engine.findPrograms(home, progress));
            CompletableFuture<EmbeddedKafka> kafka = CompletableFuture
                    .supplyAsync(() -> servers.keep(EmbeddedKafka.start(home, "kafka", progress)));
            CompletableFuture<StoreServer> shop = CompletableFuture
                    .supplyAsync(() -> servers.keep(usual.store().orElseThrow().start(home, SHOP, progress)));
            CompletableFuture<WarehouseServer> warehouse = CompletableFuture
                    .supplyAsync(() -> servers.keep(kind.warehouse(home, progress, USER, PASSWORD)));
            CompletableFuture<StoreServer> apart = CompletableFuture.supplyAsync(
                    () -> store == usual ? null : servers.keep(store.store().orElseThrow().start(home, STORE, progress)));
            CompletableFuture.allOf(kafka, shop, warehouse, apart).join();
            servers.kafka = kafka.join();
            servers.shop = shop.join();
            servers.store = apart.join();
            servers.warehouse = warehouse.join();
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

    /** Opened where its databases live. */
    Bookstore bookstore(long seed) {
        return Bookstore.open(storeServer(), shopServer(), seed);
    }

    /** Once the bookstore's tables are there. */
    void letCapture() {
        if (store == null) {
            shop.letCapture(SHOP, Bookstore.TABLES, USER, PASSWORD);
        } else {
            shop.letCapture(SHOP, tables("shipping."), USER, PASSWORD);
            store.letCapture(STORE, tables("store."), USER, PASSWORD);
        }
    }

    private static List<String> tables(String database) {
        return Bookstore.TABLES.stream().filter(table -> table.startsWith(database)).toList();
    }

    /** A change of each source, the last. */
    List<LastChange> lastChanges() {
        LastChange last = LastChange.inStore(storeServer());
        return store == null ? List.of(last) : List.of(last, LastChange.inShipping(shopServer()));
    }

    private SourceServer shopServer() {
        return server(shop);
    }

    private SourceServer storeServer() {
        return server(store == null ? shop : store);
    }

    private static SourceServer server(StoreServer server) {
        return new SourceServer(server.url(), server.user(), server.password());
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
        settings.putAll(source(SHOP, LocalEngines.usual(), shop, store == null ? "store,shipping" : "shipping"));
        if (store != null) {
            settings.putAll(source(STORE, storeEngine, store, "store"));
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

    private static Map<String, String> source(String name, LocalEngine engine, StoreServer server, String databases) {
        String prefix = "bactrian.source." + name + ".";
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(prefix + "kind", engine.name());
        server.settings().forEach((key, value) -> settings.put(prefix + key, value));
        settings.put(prefix + "user", USER);
        settings.put(prefix + "password", PASSWORD);
        settings.put(prefix + "databases", databases);
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
