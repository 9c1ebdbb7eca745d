package io.bactrian.bench;

import io.bactrian.engines.KeptModels;
import io.bactrian.settings.Stages;
import io.bactrian.application.Counters;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.BookstoreRun;
import io.bactrian.testing.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * From the return of an order's commit in the source to its row in fact_item_sale, while the bookstore does all its
 * other business.
 */
public final class FreshnessBench {

    private static final AtomicLong LOOKS = new AtomicLong();

    private FreshnessBench() {
    }

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        String consumers = args.length > 2 ? args[2] : "2";
        try (Servers servers = Servers.start("bench-freshness");
                BookstoreRun run = new BookstoreRun(servers, "bench-freshness", 20_000);
                Bactrian bactrian = Bactrian.start(run.settings(Map.of("bactrian.pipeline.bookstore.consumers", consumers)),
                        Stages.ALL)) {
            while (!(bactrian.models().values().stream().allMatch(KeptModels::fresh) && bactrian.pumps().drained("bookstore"))) {
                LockSupport.parkNanos(100_000_000);
            }
            ConcurrentSkipListMap<Long, Long> committed = new ConcurrentSkipListMap<>();
            ConcurrentSkipListMap<Long, Long> seen = new ConcurrentSkipListMap<>();
            long batchesBefore = bactrian.counters().get("bookstore").batches.sum();
            long changesBefore = bactrian.counters().get("bookstore").changes.sum();
            long statementsBefore = statements(servers);
            Thread reader = new Thread(() -> look(servers, committed, seen), "reader");
            try (Bookstore.Writing writing = run.bookstore.write(rate - 20, 4);
                    Connection connection = Servers.connect(servers.source, "store");
                    PreparedStatement order = connection.prepareStatement(
                            "insert into orders (customer_id, status, placed_at, total, recipient, delivery_address, delivery_city,"
                                    + " delivery_postal_code, delivery_country) select customer_id, 'placed', "
                                    + "utc_timestamp(6), 10, name, address, city, postal_code, country from customers "
                                    + "order by customer_id limit 1",
                            Statement.RETURN_GENERATED_KEYS);
                    PreparedStatement item = connection.prepareStatement(
                            "insert into order_items (order_id, line_number, book_id, quantity, unit_price) values (?, 1, 1, 1, 10)")) {
                connection.setAutoCommit(false);
                reader.start();
                long begin = System.nanoTime();
                // Twenty of the transactions each second are orders that are watched.
                for (int i = 1; i <= 20 * seconds; i++) {
                    LockSupport.parkNanos(Math.max(1, begin + i * 50_000_000L - System.nanoTime()));
                    order.executeUpdate();
                    long id;
                    try (ResultSet keys = order.getGeneratedKeys()) {
                        keys.next();
                        id = keys.getLong(1);
                    }
                    item.setLong(1, id);
                    item.executeUpdate();
                    connection.commit();
                    committed.put(id, System.nanoTime());
                }
            }
            Counters counters = bactrian.counters().get("bookstore");
            long batches = counters.batches.sum() - batchesBefore;
            System.out.printf(Locale.ROOT, "%d batches of %d changes and %d statements on average, the watching ones not counted%n",
                    batches,
                    (counters.changes.sum() - changesBefore) / batches, (statements(servers) - statementsBefore - LOOKS.get()) / batches);
            while (!seen.keySet().containsAll(committed.keySet())) {
                LockSupport.parkNanos(10_000_000);
            }
            reader.interrupt();
            reader.join();
            // The first ten seconds warm up.
            double[] millis = committed.entrySet().stream().skip(200)
                    .mapToDouble(entry -> (seen.get(entry.getKey()) - entry.getValue()) / 1e6).sorted().toArray();
            System.out.printf(Locale.ROOT,
                    "%d transactions/s, %d orders measured: committed to visible in fact_item_sale p50 %.0f ms, p90 "
                            + "%.0f ms, p99 %.0f ms, max %.0f ms%n",
                    rate,
                    millis.length, millis[millis.length / 2], millis[millis.length * 9 / 10], millis[millis.length * 99 / 100],
                    Arrays.stream(millis).max().orElse(0));
        }
    }

    private static long statements(Servers servers) {
        return Long.parseLong(Servers.query(servers.warehouse, "show global status like 'Questions'").get(0).replaceFirst(".*\\|", ""));
    }

    private static void look(Servers servers, ConcurrentSkipListMap<Long, Long> committed, ConcurrentSkipListMap<Long, Long> seen) {
        try (Connection connection = Servers.connect(servers.warehouse, "warehouse");
                PreparedStatement ask = connection.prepareStatement("select order_id from fact_item_sale where order_id > ?")) {
            while (!Thread.currentThread().isInterrupted()) {
                // From the oldest that has not been seen: orders go through several partitions, one may overtake
                // others.
                ask.setLong(1, committed.keySet().stream().filter(id -> !seen.containsKey(id)).findFirst().orElse(Long.MAX_VALUE) - 1);
                LOOKS.incrementAndGet();
                try (ResultSet found = ask.executeQuery()) {
                    long now = System.nanoTime();
                    while (found.next()) {
                        seen.putIfAbsent(found.getLong(1), now);
                    }
                }
                LockSupport.parkNanos(10_000_000);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
