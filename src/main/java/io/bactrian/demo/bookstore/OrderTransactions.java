package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Buying: an order with its items, sold at the price of that moment and taken off the shelves, and its payment. */
final class OrderTransactions {

    static final List<String> PAYMENT_METHODS = List.of("card", "card", "wallet", "transfer", "invoice");

    private static final List<String> GIFT_MESSAGES = List.of("Happy birthday! 🎂", "Für Oma ❤️", "𠮷 – good luck",
            "Read it to me?", "C'est pour toi, Zoë", "誕生日おめでとう");

    private static final List<String> NOTES = List.of("Please ring twice.", "Leave it with the neighbour (Weiß, 2nd floor)",
            "No plastic, please 🌱", "Livrer après 18 h.\nMerci !");

    private static final int SCARCE = 5;

    private final Desk desk;
    private final RandomGenerator random;
    private final Popularity books = Popularity.ofBooks();
    private final Popularity customers = Popularity.ofCustomers();

    OrderTransactions(Desk desk) {
        this.desk = desk;
        this.random = desk.random;
    }

    private record OnShelf(long book, BigDecimal price, int stock) {
    }

    record Line(long book, int quantity, BigDecimal price, String giftMessage) {

        BigDecimal amount() {
            return price.multiply(BigDecimal.valueOf(quantity));
        }
    }

    boolean place(Session session) throws SQLException {
        SortedSet<Long> wanted = wantedBooks();
        List<Line> lines = new ArrayList<>();
        SortedMap<Long, Integer> sold = new TreeMap<>();
        for (OnShelf book : onShelf(session, wanted)) {
            int quantity = Math.min(book.stock(), quantity(random));
            if (book.stock() - quantity < SCARCE) {
                desk.scarceBooks.add(book.book());
            }
            if (quantity > 0) {
                lines.add(new Line(book.book(), quantity, book.price(), giftMessage(random)));
                sold.put(book.book(), quantity);
            }
        }
        if (lines.isEmpty()) {
            return false;
        }
        long order = insertOrder(session, lines.stream().map(Line::amount).reduce(BigDecimal.ZERO, BigDecimal::add));
        if (order == 0) {
            return false;
        }
        insertLines(session, order, lines);
        Shelves.sell(session, sold);
        session.afterCommit(() -> desk.placedOrders.add(order, random));
        return true;
    }

    boolean pay(Session session) throws SQLException {
        Optional<Long> order = desk.placedOrders.take(session, random);
        if (order.isEmpty()) {
            return false;
        }
        Session.Later paid = session.later("UPDATE store.orders SET status = 'paid', paid_at = ?, payment_method = ?"
                + " WHERE order_id = ? AND status = 'placed'", desk.now(), Chance.oneOf(PAYMENT_METHODS, random), order.get());
        session.afterCommit(() -> {
            if (paid.tookEffect()) {
                desk.paidOrders.add(order.get(), random);
            }
        });
        return true;
    }

    static int lines(RandomGenerator random) {
        return Chance.small(1, 5, 0.65, random);
    }

    static int quantity(RandomGenerator random) {
        return Chance.small(1, 4, 0.2, random);
    }

    static String giftMessage(RandomGenerator random) {
        return Chance.in(0.08, random) ? Chance.oneOf(GIFT_MESSAGES, random) : null;
    }

    static String note(RandomGenerator random) {
        return Chance.in(0.1, random) ? Chance.oneOf(NOTES, random) : null;
    }

    private SortedSet<Long> wantedBooks() {
        SortedSet<Long> wanted = new TreeSet<>();
        int lines = lines(random);
        for (int i = 0; i < lines; i++) {
            // What has just come out sells too, before it finds its place in the order of popularity.
            boolean novelty = Chance.in(0.1, random);
            wanted.add(novelty ? Math.max(1, desk.newest.book() - random.nextInt(50)) : 1 + books.draw(desk.newest.book(), random));
        }
        return wanted;
    }

    private static List<OnShelf> onShelf(Session session, SortedSet<Long> books) throws SQLException {
        return session.rows("SELECT book_id, price, stock FROM store.books WHERE book_id IN (" + Marks.of(books.size())
                + ") ORDER BY book_id FOR UPDATE",
                row -> new OnShelf(row.getLong(1), row.getBigDecimal(2), row.getInt(3)), books.toArray());
    }

    /** Customers leave now and then, so a number may be nobody's; then somebody else buys. 0: nobody was found. */
    private long insertOrder(Session session, BigDecimal total) throws SQLException {
        long order = 0;
        for (int tries = 0; order == 0 && tries < 10; tries++) {
            order = session.insert("INSERT INTO store.orders (customer_id, status, placed_at, total, recipient, delivery_address,"
                    + " delivery_city, delivery_postal_code, delivery_country, note)"
                    + " SELECT customer_id, 'placed', ?, ?, name, address, city, postal_code, country, ?"
                    + " FROM store.customers WHERE customer_id = ?",
                    desk.now(), total, note(random), 1 + customers.draw(desk.newest.customer(), random));
        }
        return order;
    }

    private static void insertLines(Session session, long order, List<Line> lines) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            values.add(order);
            values.add(i + 1);
            values.add(line.book());
            values.add(line.quantity());
            values.add(line.price());
            values.add(line.giftMessage());
        }
        session.later("INSERT INTO store.order_items (order_id, line_number, book_id, quantity, unit_price, gift_message) VALUES "
                + Marks.rows(lines.size(), 6), values.toArray());
    }
}
