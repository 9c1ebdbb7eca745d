package io.bactrian.bench;

import io.bactrian.engines.KeptModels;
import io.bactrian.settings.Stages;
import io.bactrian.application.Counters;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.engines.KeptModels.Checked;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.Settings;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What the bookstore's pipeline applies a second with all routes and models, as the warehouse grows, against its
 * mirrors alone. The changes are in Kafka already when the clock starts.
 */
public final class ModelsBench {

    private static final Path FOLDER = Path.of("target", "scenarios", "bench-models");
    private static final List<String> GROWN = List.of("dim_order", "fact_item_sale", "sales_by_day_book", "sales_by_day_category");

    private ModelsBench() {
    }

    public static void main(String[] args) throws Exception {
        String[] sizes = (args.length > 0 ? args[0] : "100000,1000000,5000000").split(",");
        int transactions = args.length > 1 ? Integer.parseInt(args[1]) : 12_000;
        try (Servers servers = Servers.start("bench-models", "--innodb-buffer-pool-size=1G");
                Bookstore bookstore = Bookstore.open(servers.source.jdbcUrl(""), servers.source.user(), servers.source.password(), 7)) {
            bookstore.createTables();
            bookstore.seed(20_000);
            Servers.execute(servers.warehouse, "create database warehouse", "create database plain");
            Files.createDirectories(FOLDER);
            folder("all", name -> true);
            folder("capture", name -> name.startsWith("capture"));
            folder("pipeline", name -> !name.startsWith("capture"));
            List<String> mirrors = List.of("authors", "book-authors", "books", "carriers", "customers", "order-items", "orders",
                    "shipment-events", "shipments", "shipping-services");
            folder("mirrors", name -> !name.startsWith("capture")
                    && (!name.startsWith("bookstore") || mirrors.contains(name.replaceAll("^.*/|\\.camel\\.yaml$", ""))));
            try (Bactrian bactrian = start(servers, "all", "warehouse", true)) {
                await("the snapshot", () -> counts(servers, "store_order_items") > 0 && counts(servers, "fact_item_sale") > 0);
                settle(bactrian);
            }
            for (String size : sizes) {
                grow(servers, Long.parseLong(size));
                write(bookstore, transactions);
                try (Bactrian capture = start(servers, "capture", "warehouse", false)) {
                    untilStill(() -> capture.captures().all().values().stream().mapToLong(c -> c.changes.sum()).sum());
                }
                System.out.printf(Locale.ROOT, "%,d order items in the warehouse: %s%n", counts(servers, "store_order_items"),
                        applied(servers, "pipeline", "warehouse", true));
            }
            System.out.println("mirrors alone: " + applied(servers, "mirrors", "plain", false));
            try (Bactrian reader = start(servers, "pipeline", "warehouse", true)) {
                for (KeptModels models : reader.models().values()) {
                    for (Checked checked : models.check(null)) {
                        System.out.println(
                                "  " + checked.name() + ": " + checked.rows() + " rows, " + checked.differences() + " differences");
                    }
                }
            }
        }
    }

    interface Wanted {
        boolean is(String file);
    }

    private static void folder(String name, Wanted wanted) throws IOException {
        Path target = FOLDER.resolve(name);
        if (Files.exists(target)) {
            try (Stream<Path> old = Files.walk(target)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = Path.of("routes").relativize(file);
                if (wanted.is(relative.toString())) {
                    Path copy = target.resolve(relative);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static Bactrian start(Servers servers, String folder, String database, boolean models) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bactrian.kafka.bootstrap-servers", servers.kafka.bootstrapServers());
        settings.put("bactrian.source.shop.host", "127.0.0.1");
        settings.put("bactrian.source.shop.port", Integer.toString(servers.source.port()));
        settings.put("bactrian.source.shop.user", Servers.USER);
        settings.put("bactrian.source.shop.password", Servers.PASSWORD);
        settings.put("bactrian.source.shop.databases", "store,shipping");
        settings.put("bactrian.warehouse.main.url", servers.warehouse.jdbcUrl(database));
        settings.put("bactrian.warehouse.main.user", Servers.USER);
        settings.put("bactrian.warehouse.main.password", Servers.PASSWORD);
        settings.put("bactrian.warehouse.main.scripts", "sql/warehouse");
        if (models) {
            settings.put("bactrian.warehouse.main.models", "sql/models");
        }
        settings.put("bactrian.routes", FOLDER.resolve(folder).toString());
        settings.put("bactrian.http.port", "0");
        settings.put("bactrian.mask.key", "0123456789abcdef-bench");
        return Bactrian.start(Settings.load(Path.of("no-such.properties"), Map.of(), settings), Stages.ALL);
    }

    private static void settle(Bactrian bactrian) {
        await("an empty queue",
                () -> bactrian.pumps().drained("bookstore") && bactrian.models().values().stream().allMatch(KeptModels::fresh));
    }

    private static String applied(Servers servers, String folder, String database, boolean models) {
        try (Bactrian bactrian = start(servers, folder, database, models)) {
            await("the first batch", () -> bactrian.counters().values().stream().anyMatch(c -> c.changes.sum() > 0));
            Counters counters = bactrian.counters().get("bookstore");
            long firstAt = System.nanoTime();
            long first = counters.changes.sum();
            long readBefore = rowsRead(servers);
            // Every batch ends where the watermark is written: the last one counts, not the time to find out that there
            // is no other.
            long last = first;
            long lastAt = firstAt;
            while (System.nanoTime() - lastAt < 10_000_000_000L) {
                long now = counters.changes.sum();
                if (now != last) {
                    last = now;
                    lastAt = System.nanoTime();
                }
                LockSupport.parkNanos(2_000_000);
            }
            double seconds = (lastAt - firstAt) / 1e9;
            return String.format(Locale.ROOT, "%,d changes in %.1f s = %,.0f changes/s, %d batches, %.1f rows read a change", last - first,
                    seconds,
                    (last - first) / seconds, counters.batches.sum(), (rowsRead(servers) - readBefore) / (double) (last - first));
        }
    }

    /** What a noisy machine does not change: rows that the warehouse has looked at. */
    private static long rowsRead(Servers servers) {
        return Servers.query(servers.warehouse, "show global status like 'Handler_read%'").stream()
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*\\|", ""))).sum();
    }

    /** Orders of the last two years and their items, in the warehouse only: what counts is how much is there. */
    private static void grow(Servers servers, long items) throws Exception {
        long begin = System.nanoTime();
        while (counts(servers, "store_order_items") < items) {
            long there = counts(servers, "store_order_items");
            long step = Math.min(there, items - there);
            long shift = Long.parseLong(
                    Servers.query(servers.warehouse, "select greatest(1000000000, max(order_id)) from warehouse.store_orders").get(0));
            // Of customers of their own: a shop grows by customers, not by what each of them orders.
            String orders = columns(servers, "store_orders",
                    Map.of("order_id", "order_id + " + shift, "customer_id", "customer_id + " + shift, "placed_at",
                            "timestampadd(minute, -((order_id * 7919 + " + shift + ") % 1000000), '2026-11-01')"));
            String lines = columns(servers, "store_order_items", Map.of("order_id", "order_id + " + shift));
            Servers.execute(servers.warehouse, "use warehouse", "set autocommit = 1",
                    "create temporary table some as select distinct order_id from (select order_id from "
                            + "store_order_items order by order_id limit "
                            + step + ") l",
                    "alter table some add primary key (order_id)",
                    "insert into store_orders select " + orders + " from store_orders where order_id in (select order_id from some)",
                    "insert into store_order_items select " + lines
                            + " from store_order_items where order_id in (select order_id from some)",
                    "drop temporary table some");
        }
        try (Bactrian bactrian = start(servers, "capture", "warehouse", true)) {
            for (String model : GROWN) {
                await("all models", () -> bactrian.models().values().stream().allMatch(KeptModels::fresh));
                rebuild(bactrian.models().get("main"), model);
            }
            await("all models", () -> bactrian.models().values().stream().allMatch(KeptModels::fresh));
        }
        System.out.printf(Locale.ROOT, "grown to %,d order items, models made anew, in %.0f s%n", counts(servers, "store_order_items"),
                (System.nanoTime() - begin) / 1e9);
    }

    /** The instance itself may be at it: then it was marked, and is tried again until somebody has made it. */
    private static void rebuild(KeptModels models, String model) throws Exception {
        while (true) {
            try {
                models.rebuild(model);
                return;
            } catch (KeptModels.ModelTroubleException e) {
                LockSupport.parkNanos(500_000_000);
            }
        }
    }

    /** A select list of all columns of a table, some of them replaced. */
    private static String columns(Servers servers, String table, Map<String, String> replaced) {
        return String
                .join(",", Servers
                        .query(servers.warehouse,
                                "select column_name from information_schema.columns where table_schema = 'warehouse' and table_name = '"
                                        + table + "' order by ordinal_position")
                        .stream().map(name -> replaced.getOrDefault(name, name)).toList());
    }

    private static void write(Bookstore bookstore, int transactions) throws Exception {
        try (Bookstore.Writing writing = bookstore.write(2_000, 8)) {
            while (writing.transactions() < transactions) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static long counts(Servers servers, String table) {
        return Servers.query(servers.warehouse, "show tables from warehouse like '" + table + "'").isEmpty()
                ? 0
                : Long.parseLong(Servers.query(servers.warehouse, "select count(*) from warehouse." + table).get(0));
    }

    interface Count {
        long now();
    }

    private static void untilStill(Count count) {
        long last = -1;
        long since = System.nanoTime();
        while (last <= 0 || System.nanoTime() - since < 8_000_000_000L) {
            long now = count.now();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 1_800_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited half an hour for " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
