package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What one writer has before it: its own random numbers, and the orders, parcels and customers that it takes further.
 */
final class Desk {

    /** A parcel on its way. */
    record Parcel(long shipment, long order, String status, LocalDateTime createdAt, LocalDateTime lastEventAt) {
    }

    /** Only this many of the newest orders and shipments are looked through when the bookstore is opened again. */
    private static final int LOOKED_THROUGH = 20_000;

    private static final int POOL = 10_000;

    final RandomGenerator random;
    final Newest newest;
    final Pool<Long> placedOrders = new Pool<>(POOL);
    final Pool<Long> paidOrders = new Pool<>(POOL);
    final Pool<Parcel> parcels = new Pool<>(POOL);
    final Pool<Long> deliveredOrders = new Pool<>(POOL);
    final Pool<Long> customersWithoutOrders = new Pool<>(POOL);
    final TreeSet<Long> scarceBooks = new TreeSet<>();
    final List<Carriers.Service> services;

    private final Clock clock;

    private Desk(RandomGenerator random, Newest newest, Clock clock, List<Carriers.Service> services) {
        this.random = random;
        this.newest = newest;
        this.clock = clock;
        this.services = services;
    }

    /**
     * A desk with every {@code writers}-th open order and parcel on it. The random numbers depend on the seed, the
     * writer and how far the bookstore has come, so that a bookstore that is opened again does not repeat itself.
     */
    static Desk prepare(Session session, Newest newest, Clock clock, long seed, int writer, int writers) throws SQLException {
        newest.learn(session);
        long newestOrder = session.number("SELECT COALESCE(MAX(order_id), 0) FROM store.orders");
        long newestEvent = session.number("SELECT COALESCE(MAX(event_id), 0) FROM shipping.shipment_events");
        SplittableRandom random = new SplittableRandom(Chance.mixed(Chance.mixed(Chance.mixed(seed, writer), newestOrder), newestEvent));
        Desk desk = new Desk(random, newest, clock, Carriers.services(session));
        desk.takeOrders(session, newestOrder, writer, writers);
        desk.takeParcels(session, writer, writers);
        desk.takeCustomers(session, writer, writers);
        session.commit();
        desk.check();
        return desk;
    }

    LocalDateTime now() {
        return LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    private void takeOrders(Session session, long newestOrder, int writer, int writers) throws SQLException {
        session.rows("SELECT order_id, status FROM store.orders WHERE order_id > ? AND MOD(order_id, ?) = ?"
                + " AND status IN ('placed', 'paid', 'delivered') ORDER BY order_id", row -> {
                    Pool<Long> pool = switch (row.getString(2)) {
                        case "placed" -> placedOrders;
                        case "paid" -> paidOrders;
                        default -> deliveredOrders;
                    };
                    pool.add(row.getLong(1), random);
                    return pool;
                }, butTheNewest(LOOKED_THROUGH, newestOrder), writers, writer);
    }

    private void takeParcels(Session session, int writer, int writers) throws SQLException {
        long newestShipment = session.number("SELECT COALESCE(MAX(shipment_id), 0) FROM shipping.shipments");
        session.rows("SELECT shipment_id, order_id, status, created_at, last_event_at FROM shipping.shipments"
                + " WHERE shipment_id > ? AND MOD(shipment_id, ?) = ? AND status <> 'delivered' ORDER BY shipment_id",
                row -> new Parcel(row.getLong(1), row.getLong(2), row.getString(3),
                        row.getObject(4, LocalDateTime.class), row.getObject(5, LocalDateTime.class)),
                butTheNewest(LOOKED_THROUGH, newestShipment), writers, writer).forEach(parcel -> parcels.add(parcel, random));
    }

    private void takeCustomers(Session session, int writer, int writers) throws SQLException {
        session.rows("SELECT customer_id FROM store.customers c WHERE customer_id > ? AND MOD(customer_id, ?) = ?"
                + " AND NOT EXISTS (SELECT 1 FROM store.orders o WHERE o.customer_id = c.customer_id) ORDER BY customer_id",
                row -> row.getLong(1), butTheNewest(LOOKED_THROUGH / 10, newest.customer()), writers, writer)
                .forEach(customer -> customersWithoutOrders.add(customer, random));
    }

    /** Never below 0: the server would take a negative number for a very large one, as keys are unsigned. */
    private static long butTheNewest(int count, long newest) {
        return Math.max(0, newest - count);
    }

    private void check() {
        if (newest.book() == 0 || newest.customer() == 0 || newest.author() == 0 || services.isEmpty()) {
            throw new BookstoreException("Nothing can be sold: the bookstore has books up to number " + newest.book()
                    + ", authors up to " + newest.author() + ", customers up to " + newest.customer() + " and "
                    + services.size() + " shipping services, and at least one of each is needed. Seed it first.");
        }
    }
}
