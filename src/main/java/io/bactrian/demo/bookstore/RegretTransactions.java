package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Second thoughts: an order is cancelled, deleted, made smaller or sent back, and the copies return to the shelves. */
final class RegretTransactions {

    private final Desk desk;
    private final RandomGenerator random;

    RegretTransactions(Desk desk) {
        this.desk = desk;
        this.random = desk.random;
    }

    private record Line(int number, long book, int quantity, BigDecimal price) {

        BigDecimal amount() {
            return price.multiply(BigDecimal.valueOf(quantity));
        }
    }

    /** The order stays, cancelled, without items; what was paid goes back. */
    boolean cancel(Session session) throws SQLException {
        boolean paid = Chance.in(0.3, random);
        Optional<Long> order = (paid ? desk.paidOrders : desk.placedOrders).take(session, random);
        List<Line> lines = order.isEmpty() ? List.of() : lines(session, order.get(), paid ? "paid" : "placed");
        if (lines.isEmpty()) {
            return false;
        }
        deleteLines(session, order.get(), lines);
        session.later("UPDATE store.orders SET status = 'cancelled', total = 0, refunded = ? WHERE order_id = ?",
                paid ? amount(lines) : BigDecimal.ZERO, order.get());
        return true;
    }

    /** An order that was not paid yet disappears. */
    boolean delete(Session session) throws SQLException {
        Optional<Long> order = desk.placedOrders.take(session, random);
        List<Line> lines = order.isEmpty() ? List.of() : lines(session, order.get(), "placed");
        if (lines.isEmpty()) {
            return false;
        }
        deleteLines(session, order.get(), lines);
        session.later("DELETE FROM store.orders WHERE order_id = ?", order.get());
        return true;
    }

    /** One line is taken out, and the lines behind it move up: their keys change. */
    boolean removeLine(Session session) throws SQLException {
        Optional<Long> order = desk.placedOrders.take(session, random);
        List<Line> lines = order.isEmpty() ? List.of() : lines(session, order.get(), "placed");
        if (order.isEmpty() || lines.isEmpty()) {
            return false;
        }
        session.afterCommit(() -> desk.placedOrders.add(order.get(), random));
        if (lines.size() == 1) {
            // Put back by a commit that changes nothing would count as a transaction; so it is put back here.
            desk.placedOrders.add(order.get(), random);
            return false;
        }
        Line removed = lines.get(random.nextInt(lines.size() - 1));
        session.later("DELETE FROM store.order_items WHERE order_id = ? AND line_number = ?", order.get(), removed.number());
        // One after the other: each line must find the number below it free.
        lines.stream().filter(line -> line.number() > removed.number()).forEach(line -> session.later(
                "UPDATE store.order_items SET line_number = ? WHERE order_id = ? AND line_number = ?", line.number() - 1, order.get(),
                line.number()));
        session.later("UPDATE store.orders SET total = total - ? WHERE order_id = ?", removed.amount(), order.get());
        Shelves.putBack(session, new TreeMap<>(Map.of(removed.book(), removed.quantity())));
        return true;
    }

    /** Some or all copies of a delivered order come back and are refunded. */
    boolean sendBack(Session session) throws SQLException {
        Optional<Long> order = desk.deliveredOrders.take(session, random);
        List<Line> lines = order.isEmpty() ? List.of() : lines(session, order.get(), "delivered");
        if (lines.isEmpty()) {
            return false;
        }
        List<Line> back = new ArrayList<>();
        for (Line line : lines) {
            if (Chance.in(0.6, random)) {
                back.add(part(line));
            }
        }
        if (back.isEmpty()) {
            back.add(part(lines.get(0)));
        }
        List<Object> values = new ArrayList<>();
        back.forEach(line -> values.addAll(List.of(line.number(), line.quantity())));
        values.add(desk.now());
        values.add(order.get());
        back.forEach(line -> values.add(line.number()));
        session.later("UPDATE store.order_items SET returned_quantity = CASE line_number" + " WHEN ? THEN ?".repeat(back.size())
                + " ELSE 0 END, returned_at = ? WHERE order_id = ? AND line_number IN (" + Marks.of(back.size()) + ")", values.toArray());
        session.later("UPDATE store.orders SET status = 'returned', refunded = ? WHERE order_id = ?", amount(back), order.get());
        Shelves.putBack(session, copies(back));
        return true;
    }

    private Line part(Line line) {
        return new Line(line.number(), line.book(), 1 + random.nextInt(line.quantity()), line.price());
    }

    /** Locks the order and its lines; none when the order is not, or no longer, in that status. */
    private static List<Line> lines(Session session, long order, String status) throws SQLException {
        return session.rows("SELECT i.line_number, i.book_id, i.quantity, i.unit_price FROM store.orders o"
                + " JOIN store.order_items i ON i.order_id = o.order_id"
                + " WHERE o.order_id = ? AND o.status = ? ORDER BY i.line_number FOR UPDATE",
                row -> new Line(row.getInt(1), row.getLong(2), row.getInt(3), row.getBigDecimal(4)), order, status);
    }

    private static void deleteLines(Session session, long order, List<Line> lines) {
        session.later("DELETE FROM store.order_items WHERE order_id = ?", order);
        Shelves.putBack(session, copies(lines));
    }

    private static SortedMap<Long, Integer> copies(List<Line> lines) {
        SortedMap<Long, Integer> copies = new TreeMap<>();
        lines.forEach(line -> copies.merge(line.book(), line.quantity(), Integer::sum));
        return copies;
    }

    private static BigDecimal amount(List<Line> lines) {
        return lines.stream().map(Line::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
