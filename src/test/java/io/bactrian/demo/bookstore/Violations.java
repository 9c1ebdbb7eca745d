package io.bactrian.demo.bookstore;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must hold at every commit; each query finds the keys for which it does not. */
final class Violations {

    private static final Map<String, String> RULES = new LinkedHashMap<>();

    static {
        RULES.put("an order's total is the sum of its items", """
                SELECT o.order_id FROM store.orders o LEFT JOIN store.order_items i ON i.order_id = o.order_id
                GROUP BY o.order_id, o.total HAVING o.total <> COALESCE(SUM(i.quantity * i.unit_price), 0)""");
        RULES.put("stock is what was delivered less what was sold and not returned", """
                SELECT b.book_id FROM store.books b LEFT JOIN store.order_items i ON i.book_id = b.book_id
                GROUP BY b.book_id, b.stock, b.copies_delivered
                HAVING b.stock + COALESCE(SUM(CAST(i.quantity AS SIGNED) - i.returned_quantity), 0) <> b.copies_delivered""");
        RULES.put("lines are numbered from 1 without gaps", """
                SELECT order_id FROM store.order_items GROUP BY order_id HAVING COUNT(*) <> MAX(line_number)""");
        RULES.put("exactly the cancelled orders have no items", """
                SELECT o.order_id FROM store.orders o LEFT JOIN store.order_items i ON i.order_id = o.order_id
                GROUP BY o.order_id, o.status HAVING (COUNT(i.order_id) = 0) <> (o.status = 'cancelled')""");
        RULES.put("what was returned was refunded", """
                SELECT o.order_id FROM store.orders o JOIN store.order_items i ON i.order_id = o.order_id
                GROUP BY o.order_id, o.refunded HAVING o.refunded <> SUM(i.returned_quantity * i.unit_price)""");
        RULES.put("only returned orders have returned items, at most as many as were bought", """
                SELECT i.order_id FROM store.order_items i JOIN store.orders o ON o.order_id = i.order_id
                WHERE i.returned_quantity > i.quantity OR (i.returned_quantity > 0) <> (i.returned_at IS NOT NULL)
                   OR (i.returned_quantity > 0 AND o.status <> 'returned')""");
        RULES.put("who was sent something has paid", """
                SELECT order_id FROM store.orders
                WHERE status IN ('paid', 'shipped', 'delivered', 'returned') AND (paid_at IS NULL OR payment_method IS NULL)
                   OR status = 'placed' AND paid_at IS NOT NULL""");
        RULES.put("every book has an author", """
                SELECT b.book_id FROM store.books b LEFT JOIN store.book_authors a ON a.book_id = b.book_id WHERE a.book_id IS NULL""");
        RULES.put("exactly the orders that were sent have a shipment, and one", """
                SELECT o.order_id FROM store.orders o LEFT JOIN shipping.shipments s ON s.order_id = o.order_id
                GROUP BY o.order_id, o.status HAVING COUNT(s.shipment_id) <> (o.status IN ('shipped', 'delivered', 'returned'))""");
        RULES.put("every shipment is of an order", """
                SELECT s.shipment_id FROM shipping.shipments s LEFT JOIN store.orders o ON o.order_id = s.order_id
                WHERE o.order_id IS NULL""");
        RULES.put("an order is delivered when its shipment is", """
                SELECT o.order_id FROM store.orders o JOIN shipping.shipments s ON s.order_id = o.order_id
                WHERE (s.status = 'delivered') <> (o.status <> 'shipped')""");
        RULES.put("every shipment has one announcement, and one delivery exactly when it is delivered", """
                SELECT s.shipment_id FROM shipping.shipments s LEFT JOIN shipping.shipment_events e ON e.shipment_id = s.shipment_id
                GROUP BY s.shipment_id, s.status, s.delivered_at
                HAVING COALESCE(SUM(e.kind = 'announced'), 0) <> 1 OR COALESCE(SUM(e.kind = 'delivered'), 0) <> (s.status = 'delivered')
                    OR (s.delivered_at IS NOT NULL) <> (s.status = 'delivered')""");
        RULES.put("a shipment's last event is its latest, whatever order they came in", """
                SELECT s.shipment_id FROM shipping.shipments s JOIN shipping.shipment_events e ON e.shipment_id = s.shipment_id
                GROUP BY s.shipment_id, s.last_event_at HAVING s.last_event_at <> MAX(e.occurred_at)""");
        RULES.put("a shipment's status is the kind of its latest event", """
                SELECT s.shipment_id FROM shipping.shipments s JOIN shipping.shipment_events e ON e.shipment_id = s.shipment_id
                GROUP BY s.shipment_id, s.status, s.last_event_at
                HAVING SUM(e.occurred_at = s.last_event_at AND e.kind = s.status) = 0""");
        RULES.put("nothing happens in the future",
                """
                        SELECT order_id FROM store.orders WHERE GREATEST(placed_at, COALESCE(paid_at, placed_at)) > \
                        UTC_TIMESTAMP(6) + INTERVAL 1 SECOND
                        UNION ALL SELECT shipment_id FROM shipping.shipments WHERE last_event_at > UTC_TIMESTAMP(6) + INTERVAL 1 SECOND""");
    }

    private Violations() {
    }

    /** Each broken rule, with the first of the keys that break it; empty is well. */
    static List<String> in(Connection connection) throws SQLException {
        List<String> violations = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> rule : RULES.entrySet()) {
                try (ResultSet broken = statement.executeQuery(rule.getValue() + " LIMIT 5")) {
                    List<Long> keys = new ArrayList<>();
                    while (broken.next()) {
                        keys.add(broken.getLong(1));
                    }
                    if (!keys.isEmpty()) {
                        violations.add(rule.getKey() + ": not so for " + keys);
                    }
                }
            }
        }
        return violations;
    }
}
