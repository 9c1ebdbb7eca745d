package io.bactrian.demo.bookstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A bookstore that never closes: makes its tables, fills them with believable data, and keeps changing them. With the
 * same seed, an empty database and one writer, the same transactions happen in the same order; only instants differ.
 */
public final class Bookstore implements AutoCloseable {

    /** Its tables, parents before children. */
    public static final List<String> TABLES = List.of("store.authors", "store.books", "store.book_authors", "store.customers",
            "store.orders", "store.order_items", "shipping.carriers", "shipping.shipping_services", "shipping.shipments",
            "shipping.shipment_events");

    /** Writers at work. All counts are of transactions whose commit the server has acknowledged. */
    public interface Writing extends AutoCloseable {

        /** One whose acknowledgement was lost with its connection is not counted, though the server may have it. */
        long transactions();

        /** Rows inserted, updated to other values, or deleted: what a capture must see. */
        long rowChanges();

        /** Transactions by what happened, every kind present. */
        Map<String, Long> byKind();

        /** Transactions that fell due and were given up, because the server could not keep up or was away. */
        long missed();

        /** Transactions rolled back and tried again after a deadlock, a lock wait or a duplicate key. */
        long conflicts();

        /** Failed attempts to reach the server, after which a writer paused. */
        long lostConnections();

        /** What stopped the writers; conflicts and lost connections do not. */
        Optional<Throwable> failure();

        /**
         * Stops, and waits for the transactions in flight; at most a minute when the server does not answer. Safe to
         * repeat.
         */
        @Override
        void close();
    }

    private final SourceServers servers;
    private final long seed;
    private final Clock clock;
    private final Queue<Writing> writings = new ConcurrentLinkedQueue<>();

    private Bookstore(SourceServers servers, long seed, Clock clock) {
        this.servers = servers;
        this.seed = seed;
        this.clock = clock;
    }

    /**
     * @param url JDBC URL of the server of both databases without a default database, such as
     * {@code jdbc:mysql://127.0.0.1:3306/}
     * @throws BookstoreException when the server cannot be reached
     */
    public static Bookstore open(String url, String user, String password, long seed) {
        return open(url, user, password, seed, Clock.systemUTC());
    }

    static Bookstore open(String url, String user, String password, long seed, Clock clock) {
        SourceServer both = new SourceServer(url, user, password);
        return open(new SourceServers(both, both), seed, clock);
    }

    /**
     * Each of its databases on a server of its own.
     *
     * @param store of any engine that the bookstore can live on
     * @param shipping MySQL
     * @throws BookstoreException when one of them cannot be reached
     */
    public static Bookstore open(SourceServer store, SourceServer shipping, long seed) {
        return open(new SourceServers(store, shipping), seed, Clock.systemUTC());
    }

    private static Bookstore open(SourceServers servers, long seed, Clock clock) {
        for (SourceServer server : servers.all()) {
            try {
                server.forStatements().close();
            } catch (SQLException failure) {
                throw new BookstoreException("The bookstore cannot be opened: " + server + " did not let user " + server.user() + " in: "
                        + failure.getMessage() + ". Start the server, or correct the URL, user or password.", failure);
            }
        }
        return new Bookstore(servers, seed, clock);
    }

    /**
     * Runs {@code sql/source/*.sql}, found in the working directory or beside the program; PostgreSQL's are beside that
     * folder. Safe to repeat.
     */
    public void createTables() {
        createTables(SqlFolder.usual().path());
    }

    /** Runs the {@code *.sql} files of a folder, in the order of their names. */
    public void createTables(Path folder) {
        if (servers.apart()) {
            createTables(servers.shipping(), folder, "shipping");
            createTables(servers.store(), folder, "store");
        } else {
            createTables(servers.store(), folder, "*");
        }
    }

    private static void createTables(SourceServer server, Path folder, String database) {
        String current = "";
        try (Connection connection = server.forStatements(); Statement statement = connection.createStatement()) {
            for (String sql : new SqlFolder(server.dialect().folder(folder)).statements(database)) {
                current = sql;
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new BookstoreException("The bookstore's tables could not be made on " + server.url() + ": "
                    + failure.getMessage() + ", in: " + current.lines().findFirst().orElse("(before the first statement)"), failure);
        }
    }

    /**
     * Fills an empty bookstore, in transactions of some thousand rows, each of which leaves it consistent. Does
     * nothing, and answers 0, when there are orders already; a seeding cut short before its first order is taken up
     * again.
     *
     * @return the rows inserted
     */
    public long seed(int customers, int books, int orders) {
        return seed(new Seeding.Amounts(customers, books, orders));
    }

    /**
     * As above, with about so many rows over all tables (3 % more or less from 10,000 rows on), in believable
     * proportions.
     */
    public long seed(long rows) {
        return seed(Seeding.Amounts.ofRows(rows));
    }

    private long seed(Seeding.Amounts amounts) {
        try (Connection store = servers.store().forSeeding();
                Connection apart = servers.apart() ? servers.shipping().forSeeding() : null) {
            return new Seeding(store, apart == null ? store : apart, seed, clock).fill(amounts);
        } catch (SQLException failure) {
            throw new BookstoreException("The bookstore could not be seeded on " + servers + ": " + failure.getMessage()
                    + ". Were the tables made (createTables)?", failure);
        }
    }

    /**
     * Starts to write, and returns at once. The rate is transactions a second, all writers together; a transaction
     * changes three rows on average. Deadlocks are tried again, lost connections are opened again with growing pauses;
     * any other error stops all writers and shows in {@link Writing#failure()}.
     */
    public Writing write(double transactionsPerSecond, int writers) {
        Writing writing = Writers.start(servers, clock, seed, transactionsPerSecond, writers);
        writings.add(writing);
        return writing;
    }

    /** The rows of each table at this moment, counted one by one: seconds for millions. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (String table : TABLES) {
            SourceServer server = servers.of(table);
            try (Connection connection = server.forStatements();
                    Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
                count.next();
                rows.put(table, count.getLong(1));
            } catch (SQLException failure) {
                throw new BookstoreException("The bookstore's rows could not be counted on " + server + ": "
                        + failure.getMessage() + ".", failure);
            }
        }
        return rows;
    }

    /** Stops what is still writing. */
    @Override
    public void close() {
        for (Writing writing = writings.poll(); writing != null; writing = writings.poll()) {
            writing.close();
        }
    }
}
