package io.bactrian.bench;

import io.bactrian.bench.SnapshotContestant.Bactrian;
import io.bactrian.bench.SnapshotContestant.Dump;
import io.bactrian.bench.SnapshotContestant.Peer;
import io.bactrian.testing.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * First snapshots, MySQL to MySQL: Kafka Connect with Debezium's source and JDBC sink, Bactrian as it is packaged, and
 * {@code mysqldump | mysql}, by turns, from process start until all rows are in the warehouse.
 */
public final class SnapshotBench {

    static final String DATABASE = "sbtest";
    static final List<String> TABLES = List.of("sbtest1", "sbtest2", "sbtest3", "sbtest4");
    static final Path FOLDER = Path.of("target", "bench-snapshot").toAbsolutePath();

    private static final String CHECKSUM = "select count(*), sum(crc32(concat_ws('#', id, k, c, pad))), sum(id * k) from ";
    private static final long MILLIS_BETWEEN_LOOKS = 100;
    private static final long PATIENCE_SECONDS = 900;

    private final Servers servers;
    private final int rowsOfATable;
    private final List<String> checksums;

    private SnapshotBench(Servers servers, int rowsOfATable) {
        this.servers = servers;
        this.rowsOfATable = rowsOfATable;
        fill();
        this.checksums = checksums(servers.source.jdbcUrl(DATABASE));
    }

    /** @param seen how many rows were there when the first ones were seen */
    private record Result(double first, double all, long seen, long rows) {
        double rate() {
            return rows / all;
        }

        double rateAfterFirst() {
            return (rows - seen) / (all - first);
        }
    }

    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 400_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Files.createDirectories(FOLDER);
        Map<String, List<Result>> results = new LinkedHashMap<>();
        try (Servers servers = Servers.start("bench-snapshot")) {
            SnapshotBench race = new SnapshotBench(servers, rows / TABLES.size());
            for (int round = 1; round <= rounds; round++) {
                List<SnapshotContestant> contestants = List.of(new Peer(servers), new Bactrian(servers), new Dump(servers));
                for (int i = 0; i < contestants.size(); i++) {
                    // By turns who goes first, since a machine slows down and speeds up.
                    SnapshotContestant next = contestants.get((i + round - 1) % contestants.size());
                    Result result = race.run(next, round);
                    results.computeIfAbsent(next.title(), t -> new ArrayList<>()).add(result);
                    System.out.printf(Locale.ROOT,
                            "round %d, %s: first row after %.1f s, all %,d after %.1f s, %,.0f rows/s after the first%n",
                            round, next.title(), result.first(), result.rows(), result.all(), result.rateAfterFirst());
                }
            }
        }
        report(results);
    }

    private static void report(Map<String, List<Result>> results) {
        Map<String, double[]> medians = new LinkedHashMap<>();
        List.of(Bactrian.TITLE, Peer.TITLE, Dump.TITLE).forEach(title -> {
            List<Result> all = results.get(title);
            double[] median = {median(all.stream().mapToDouble(Result::first).toArray()),
                median(all.stream().mapToDouble(Result::all).toArray()), median(all.stream().mapToDouble(Result::rate).toArray()),
                median(all.stream().mapToDouble(Result::rateAfterFirst).toArray())};
            medians.put(title, median);
            System.out.printf(Locale.ROOT,
                    "median of %d, %s: first row after %.1f s, all after %.1f s, %,.0f rows/s from the start, %,.0f after the first row%n",
                    all.size(), title, median[0], median[1], median[2], median[3]);
        });
        double[] ours = medians.remove(Bactrian.TITLE);
        medians.forEach((title, theirs) -> System.out.printf(Locale.ROOT,
                "%s to %s: %.2f times as fast from the start, %.2f times after the first row%n", Bactrian.TITLE, title, ours[2] / theirs[2],
                ours[3] / theirs[3]));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** What sysbench fills its tables with: a number, ten groups of digits, five groups of digits. */
    private void fill() {
        Servers.execute(servers.source, "create database " + DATABASE);
        for (String table : TABLES) {
            String name = DATABASE + "." + table;
            Servers.execute(servers.source,
                    "create table " + name + " (id int not null auto_increment primary key, k int not null, c char(120) not null, "
                            + "pad char(60) not null)",
                    "set session cte_max_recursion_depth = " + (rowsOfATable + 1),
                    "insert into " + name + " (k, c, pad) with recursive n (i) as (select 1 union all select i + 1 from n where i < "
                            + rowsOfATable + ") select crc32(concat('" + table + "', i)) % 1000000, " + digits(table, 10) + ", "
                            + digits(table, 5) + " from n");
        }
    }

    private static String digits(String table, int groups) {
        return "concat_ws('-', " + IntStream.rangeClosed(1, groups)
                .mapToObj(group -> "lpad(crc32(concat('" + table + "', i, '/" + groups + "/', " + group + ")), 11, '7')")
                .collect(Collectors.joining(", ")) + ")";
    }

    /**
     * A new warehouse database, and both servers as they are after a start: nobody finds what another has warmed up.
     */
    private Result run(SnapshotContestant contestant, int round) throws Exception {
        Servers.execute(servers.warehouse, "drop database if exists " + DATABASE, "create database " + DATABASE);
        for (var server : List.of(servers.source, servers.warehouse)) {
            server.stop();
            server.startAgain();
        }
        Path folder = FOLDER.resolve("round-" + round + "-" + contestant.word());
        contestant.prepare(folder, round);
        String url = servers.warehouse.jdbcUrl(DATABASE);
        Result result;
        try (contestant; Connection warehouse = Servers.connect(servers.warehouse, DATABASE)) {
            long begin = System.nanoTime();
            contestant.start();
            result = watch(contestant, warehouse, begin);
        }
        List<String> loaded = checksums(url);
        if (!loaded.equals(checksums)) {
            throw new IllegalStateException(contestant.title() + ", round " + round + ": the warehouse has " + loaded
                    + " and the source " + checksums + " (count, sum of checksums, sum of id * k of each table)");
        }
        return result;
    }

    private Result watch(SnapshotContestant contestant, Connection warehouse, long begin) throws Exception {
        double first = 0;
        long seen = 0;
        List<String> left = new ArrayList<>(TABLES);
        while (true) {
            double now = (System.nanoTime() - begin) / 1e9;
            if (seen == 0) {
                for (String table : TABLES) {
                    seen += last(warehouse, table) == 0 ? 0 : number(warehouse, "select count(*) from " + table);
                }
                first = now;
            }
            // Counting costs the machine that is raced on: only a table that has its last row is counted.
            for (String table : List.copyOf(left)) {
                if (last(warehouse, table) == rowsOfATable && number(warehouse, "select count(*) from " + table) == rowsOfATable) {
                    left.remove(table);
                }
            }
            if (left.isEmpty()) {
                return new Result(first, (System.nanoTime() - begin) / 1e9, seen, (long) rowsOfATable * TABLES.size());
            }
            contestant.checkAlive();
            if (now > PATIENCE_SECONDS) {
                throw new IllegalStateException(contestant.title() + " has not filled " + left + " after " + PATIENCE_SECONDS
                        + " s; its log is in " + FOLDER);
            }
            TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
        }
    }

    /** The highest id; 0 if there is no row, or no table yet. */
    private static long last(Connection warehouse, String table) throws SQLException {
        try {
            return number(warehouse, "select coalesce(max(id), 0) from " + table);
        } catch (SQLException e) {
            if ("42S02".equals(e.getSQLState())) {
                return 0;
            }
            throw e;
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private List<String> checksums(String url) {
        boolean ofSource = url.equals(servers.source.jdbcUrl(DATABASE));
        return TABLES.stream().map(table -> Servers.query(ofSource ? servers.source : servers.warehouse, DATABASE, CHECKSUM + table).get(0))
                .toList();
    }
}
