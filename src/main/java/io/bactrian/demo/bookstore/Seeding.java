package io.bactrian.demo.bookstore;

import io.bactrian.local.StoreDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Fills an empty bookstore. Each row comes from random numbers of its own, made of the seed, the table and the key: an
 * order can tell its customer's address without a query, and a catalogue that is filled twice is the same twice.
 */
final class Seeding {

    /** How much of each; authors, items, shipments and events follow from these. */
    record Amounts(int customers, int books, int orders) {

        private static final double ITEMS_SHIPMENTS_AND_EVENTS = 7.28;
        private static final double ORDERS_PER_CUSTOMER = 4;
        private static final double ORDERS_PER_BOOK = 12;
        private static final int FEWEST_BOOKS = 24;
        private static final int FEWEST_CUSTOMERS = 10;

        Amounts {
            if (customers < 1 || books < 1 || orders < 0) {
                throw new IllegalArgumentException("A bookstore of " + customers + " customers, " + books + " books and " + orders
                        + " orders cannot be seeded; at least one customer and one book are needed.");
            }
        }

        static Amounts ofRows(long rows) {
            double perOrder = 1 + ITEMS_SHIPMENTS_AND_EVENTS + 1 / ORDERS_PER_CUSTOMER + SeededCatalogue.ROWS_PER_BOOK / ORDERS_PER_BOOK;
            double first = rows / perOrder;
            int customers = (int) Math.max(FEWEST_CUSTOMERS, first / ORDERS_PER_CUSTOMER);
            int books = (int) Math.max(FEWEST_BOOKS, first / ORDERS_PER_BOOK);
            double left = rows - Carriers.ROWS - customers - books * SeededCatalogue.ROWS_PER_BOOK;
            double orders = Math.max(0, left / (1 + ITEMS_SHIPMENTS_AND_EVENTS));
            if (orders > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("The bookstore cannot be seeded with " + rows + " rows; it can hold "
                        + (long) (Integer.MAX_VALUE * perOrder) + ".");
            }
            return new Amounts(customers, books, (int) orders);
        }
    }

    /** Which random numbers: one stream for each table that has keys of its own. */
    enum Stream {
        AUTHOR, BOOK, CUSTOMER, ORDER
    }

    private static final int ROWS_PER_TRANSACTION = 4_000;
    private static final double CUSTOMERS_SINCE_DAYS = 2_190;

    private final Connection store;
    private final Connection shipping;
    private final long seed;
    private final LocalDateTime now;

    /** The two connections are one when both databases live on one server. */
    Seeding(Connection store, Connection shipping, long seed, Clock clock) {
        this.store = store;
        this.shipping = shipping;
        this.seed = seed;
        this.now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    /** The rows inserted; 0 when there are orders already. */
    long fill(Amounts amounts) throws SQLException {
        if (hasOrders()) {
            return 0;
        }
        numberOn(amounts);
        long rows = Carriers.seed(shipping);
        commit();
        SeededCatalogue catalogue = new SeededCatalogue(this, amounts.books());
        rows += catalogue.fill() + fillCustomers(amounts.customers());
        try (SeededOrders orders = new SeededOrders(this, catalogue, amounts)) {
            for (int order = 1; order <= amounts.orders(); order++) {
                orders.add(order);
                if (orders.gathered() >= ROWS_PER_TRANSACTION || order == amounts.orders()) {
                    orders.flush();
                    commit();
                }
            }
            return rows + orders.inserted();
        }
    }

    private void numberOn(Amounts amounts) throws SQLException {
        StoreDialect dialect = Dialects.of(store);
        dialect.numberOn(store, "store.authors", "author_id", SeededCatalogue.authors(amounts.books()));
        dialect.numberOn(store, "store.books", "book_id", amounts.books());
        dialect.numberOn(store, "store.customers", "customer_id", amounts.customers());
        dialect.numberOn(store, "store.orders", "order_id", amounts.orders());
    }

    Connection store() {
        return store;
    }

    Connection shipping() {
        return shipping;
    }

    void commit() throws SQLException {
        store.commit();
        if (shipping != store) {
            shipping.commit();
        }
    }

    LocalDateTime now() {
        return now;
    }

    RandomGenerator random(Stream stream, long key) {
        return new SplittableRandom(Chance.mixed(Chance.mixed(seed, stream.ordinal()), key));
    }

    Person customer(long id) {
        return Person.any(random(Stream.CUSTOMER, id));
    }

    /** Customers have joined evenly over the years, so those of then are the first ones of today's. */
    static long customersAt(LocalDateTime then, LocalDateTime now, int customers) {
        double days = ChronoUnit.SECONDS.between(then, now) / 86_400.0;
        return Math.max(1, Math.min(customers, (long) (customers * (1 - days / CUSTOMERS_SINCE_DAYS))));
    }

    private long fillCustomers(int customers) throws SQLException {
        try (BulkInsert insert = new BulkInsert(store, "store.customers", "customer_id, name, email, phone, address, city,"
                + " postal_code, country, born_on, newsletter, created_at, updated_at", true)) {
            for (int id = 1; id <= customers; id++) {
                Person person = customer(id);
                long secondsAgo = (long) (CUSTOMERS_SINCE_DAYS * 86_400 * (1 - (id - 1.0) / customers));
                LocalDateTime created = now.minusSeconds(secondsAgo);
                insert.add(id, person.name(), person.email(), person.phone(), person.address(), person.city(), person.postalCode(),
                        person.country(), person.bornOn(), person.newsletter(), created, created);
                if (insert.gathered() >= ROWS_PER_TRANSACTION || id == customers) {
                    insert.flush();
                    commit();
                }
            }
            return insert.inserted();
        }
    }

    private boolean hasOrders() throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet any = statement.executeQuery("SELECT 1 FROM store.orders LIMIT 1")) {
            return any.next();
        }
    }
}
