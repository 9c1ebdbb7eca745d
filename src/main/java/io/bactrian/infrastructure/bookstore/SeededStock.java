package io.bactrian.infrastructure.bookstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What a seeding transaction does to the books: copies sold, and those that had to be delivered first. */
final class SeededStock {

    private static final int DELIVERED_AT_LEAST = 60;

    private static final class Movement {
        private int stock;
        private int delivered;
        private LocalDateTime deliveredAt;
    }

    private final Connection connection;
    private final SeededCatalogue catalogue;
    private final Map<Long, Movement> movements = new TreeMap<>();

    SeededStock(Connection connection, SeededCatalogue catalogue) {
        this.connection = connection;
        this.catalogue = catalogue;
    }

    void sell(long book, int copies, LocalDateTime at) {
        Movement movement = movements.computeIfAbsent(book, key -> new Movement());
        if (catalogue.stock(book) < copies) {
            int delivered = DELIVERED_AT_LEAST + copies;
            movement.delivered += delivered;
            movement.deliveredAt = at.minusHours(1);
            move(book, movement, delivered);
        }
        move(book, movement, -copies);
    }

    void putBack(long book, int copies) {
        move(book, movements.computeIfAbsent(book, key -> new Movement()), copies);
    }

    private void move(long book, Movement movement, int copies) {
        movement.stock += copies;
        catalogue.moveStock(book, copies);
    }

    void flush() throws SQLException {
        if (movements.isEmpty()) {
            return;
        }
        StringJoiner rows = new StringJoiner(", ");
        movements.forEach((book, movement) -> rows.add("ROW(" + book + ", " + movement.stock + ", " + movement.delivered + ", "
                + (movement.deliveredAt == null ? "NULL" : "'" + movement.deliveredAt + "'") + ")"));
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE store.books b JOIN (VALUES " + rows + ") AS m (book_id, stock, delivered, delivered_at)"
                    + " ON m.book_id = b.book_id SET b.stock = b.stock + m.stock, b.copies_delivered = b.copies_delivered + m.delivered,"
                    + " b.last_delivery_at = COALESCE(CAST(m.delivered_at AS DATETIME(6)), b.last_delivery_at)");
        }
        movements.clear();
    }
}
