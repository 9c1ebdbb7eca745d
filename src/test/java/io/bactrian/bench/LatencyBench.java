package io.bactrian.bench;

import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * From the return of a commit in the source to the row being visible in the warehouse. The warehouse is asked, over and
 * over, for the highest id; each id's first sighting is its arrival, so what is measured includes up to one asking.
 */
public final class LatencyBench {

    private static final String TABLE = "create table orders (id bigint primary key, customer bigint, total "
            + "decimal(10,2), note varchar(100))";

    private LatencyBench() {
    }

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        try (Servers servers = Servers.start("bench-latency"); Scenario scenario = scenario(servers)) {
            scenario.mirror("orders").start();
            System.out.println(rate + " transactions/s, " + said(measure(scenario, rate, seconds)));
        }
    }

    /** A source with the table that is measured, and its topic of one partition. */
    static Scenario scenario(Servers servers) {
        return new Scenario(servers).source(TABLE, "insert into orders values (0, 0, 0, '')").setting("bactrian.kafka.partitions", "1");
    }

    static String said(double[] millis) {
        return String.format(Locale.ROOT, "%d measured: p50 %.0f ms, p90 %.0f ms, p99 %.0f ms, max %.0f ms", millis.length,
                millis[millis.length / 2], millis[millis.length * 9 / 10], millis[millis.length * 99 / 100], millis[millis.length - 1]);
    }

    static void awaitBegin(Scenario scenario) {
        while (scenario.rows("show tables from NAME like 'orders'").isEmpty() || scenario.rows("select * from NAME.orders").isEmpty()) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** @return how long each row took, in milliseconds, the shortest first */
    static double[] measure(Scenario scenario, int rate, int seconds) throws Exception {
        int total = rate * seconds;
        long[] committed = new long[total + 1];
        long[] seen = new long[total + 1];
        awaitBegin(scenario);
        AtomicLong highest = new AtomicLong();
        Thread reader = new Thread(() -> {
            try (Connection connection = Servers.connect(scenario.servers.warehouse, scenario.name);
                    PreparedStatement ask = connection.prepareStatement("select max(id) from orders")) {
                while (highest.get() < total) {
                    try (ResultSet answer = ask.executeQuery()) {
                        answer.next();
                        long now = System.nanoTime();
                        long id = answer.getLong(1);
                        for (long i = highest.get() + 1; i <= id; i++) {
                            seen[(int) i] = now;
                        }
                        highest.set(id);
                    }
                    LockSupport.parkNanos(2_000_000);
                }
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        reader.start();
        try (Connection connection = Servers.connect(scenario.servers.source, scenario.name);
                PreparedStatement insert = connection.prepareStatement("insert into orders values (?, ?, ?, ?)")) {
            long begin = System.nanoTime();
            for (int i = 1; i <= total; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                insert.setInt(1, i);
                insert.setInt(2, i % 1_000);
                insert.setBigDecimal(3, java.math.BigDecimal.valueOf(i, 2));
                insert.setString(4, "order number " + i);
                insert.executeUpdate();
                committed[i] = System.nanoTime();
            }
        }
        reader.join();
        // The first seconds warm the JVM up.
        int from = Math.min(total / 3, rate * 10);
        double[] millis = new double[total - from];
        for (int i = from + 1; i <= total; i++) {
            millis[i - from - 1] = (seen[i] - committed[i]) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }
}
