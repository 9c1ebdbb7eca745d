package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Two years of orders up to now: what has not happened yet to the latest of them, the writers will let happen. */
final class SeededOrders implements AutoCloseable {

    private static final double SINCE_DAYS = 730;
    private static final double CANCELLED = 0.04;
    private static final double RETURNED = 0.05;

    private final Seeding seeding;
    private final SeededCatalogue catalogue;
    private final Seeding.Amounts amounts;
    private final BulkInsert orders;
    private final BulkInsert items;
    private final SeededShipments shipments;
    private final SeededStock stock;
    private final Popularity books = Popularity.ofBooks();
    private final Popularity customers = Popularity.ofCustomers();

    SeededOrders(Seeding seeding, SeededCatalogue catalogue, Seeding.Amounts amounts) throws SQLException {
        this.seeding = seeding;
        this.catalogue = catalogue;
        this.amounts = amounts;
        this.orders = new BulkInsert(seeding.store(), "store.orders", "order_id, customer_id, status, placed_at, paid_at,"
                + " payment_method, total, refunded, recipient, delivery_address, delivery_city, delivery_postal_code, delivery_country,"
                + " note, updated_at", false);
        this.items = new BulkInsert(seeding.store(), "store.order_items", "order_id, line_number, book_id, quantity, unit_price,"
                + " gift_message, returned_quantity, returned_at", false);
        this.shipments = new SeededShipments(seeding);
        this.stock = new SeededStock(seeding.store(), catalogue);
    }

    private record Line(long book, int quantity, long cents) {
    }

    void add(int order) throws SQLException {
        RandomGenerator random = seeding.random(Seeding.Stream.ORDER, order);
        LocalDateTime placed = placedAt(order, random);
        long customer = 1 + customers.draw(Seeding.customersAt(placed, seeding.now(), amounts.customers()), random);
        Person person = seeding.customer(customer);
        if (Chance.in(CANCELLED, random)) {
            insert(order, customer, person, "cancelled", placed, null, 0, 0, placed.plusMinutes(random.nextInt(600)), random);
            return;
        }
        List<Line> lines = sell(placed, random);
        LocalDateTime paid = placed.plusSeconds((long) (-4 * 3_600 * Math.log(1 - random.nextDouble())));
        LocalDateTime sent = paid.plusMinutes(120 + random.nextInt(1_700));
        boolean isPaid = !paid.isAfter(seeding.now());
        if (sent.isAfter(seeding.now())) {
            insert(order, customer, person, isPaid ? "paid" : "placed", placed, isPaid ? paid : null, total(lines), 0,
                    isPaid ? paid : placed, random);
            insertLines(order, lines, 0, null, random);
            return;
        }
        int grams = lines.stream().mapToInt(line -> line.quantity() * catalogue.grams(line.book())).sum();
        LocalDateTime delivered = shipments.add(order, person, sent, Parcels.withWrapping(grams), random);
        LocalDateTime returned = delivered == null || !Chance.in(RETURNED, random)
                ? null
                : delivered.plusMinutes(1_440 + random.nextInt(28_000));
        if (returned == null || returned.isAfter(seeding.now())) {
            insert(order, customer, person, delivered == null ? "shipped" : "delivered", placed, paid, total(lines), 0,
                    delivered == null ? sent : delivered, random);
            insertLines(order, lines, 0, null, random);
            return;
        }
        int back = 1 + random.nextInt(lines.size());
        insert(order, customer, person, "returned", placed, paid, total(lines), total(lines.subList(0, back)), returned, random);
        insertLines(order, lines, back, returned, random);
        lines.subList(0, back).forEach(line -> stock.putBack(line.book(), line.quantity()));
    }

    int gathered() {
        return orders.gathered() + items.gathered() + shipments.gathered();
    }

    /** Parents before children, and the stock in the same transaction. */
    void flush() throws SQLException {
        orders.flush();
        items.flush();
        shipments.flush();
        stock.flush();
    }

    long inserted() {
        return orders.inserted() + items.inserted() + shipments.inserted();
    }

    @Override
    public void close() throws SQLException {
        orders.close();
        items.close();
        shipments.close();
    }

    /** Business grows: more orders towards now. */
    private LocalDateTime placedAt(int order, RandomGenerator random) {
        double past = 1 - (order - random.nextDouble()) / amounts.orders();
        return seeding.now().minusSeconds((long) (SINCE_DAYS * 86_400 * Math.pow(past, 1.3))).plusNanos(1_000L * random.nextInt(1_000_000))
                .minusSeconds(1);
    }

    private List<Line> sell(LocalDateTime placed, RandomGenerator random) {
        Set<Long> wanted = new LinkedHashSet<>();
        for (int count = OrderTransactions.lines(random); count > 0; count--) {
            wanted.add(1 + books.draw(catalogue.books(), random));
        }
        List<Line> lines = new ArrayList<>();
        for (long book : wanted) {
            int quantity = OrderTransactions.quantity(random);
            stock.sell(book, quantity, placed);
            // Prices were others then.
            lines.add(new Line(book, quantity, Math.max(100, catalogue.cents(book) * (90L + random.nextInt(16)) / 100)));
        }
        return lines;
    }

    private static long total(List<Line> lines) {
        return lines.stream().mapToLong(line -> line.quantity() * line.cents()).sum();
    }

    private void insert(int order, long customer, Person person, String status, LocalDateTime placed, LocalDateTime paid, long total,
            long refunded, LocalDateTime updated, RandomGenerator random) throws SQLException {
        orders.add(order, customer, status, placed, paid, paid == null ? null : Chance.oneOf(OrderTransactions.PAYMENT_METHODS, random),
                BigDecimal.valueOf(total, 2), BigDecimal.valueOf(refunded, 2), person.name(), person.address(), person.city(),
                person.postalCode(), person.country(), OrderTransactions.note(random), updated);
    }

    private void insertLines(int order, List<Line> lines, int back, LocalDateTime returned, RandomGenerator random) throws SQLException {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            items.add(order, i + 1, line.book(), line.quantity(), BigDecimal.valueOf(line.cents(), 2),
                    OrderTransactions.giftMessage(random), i < back ? line.quantity() : 0, i < back ? returned : null);
        }
    }
}
