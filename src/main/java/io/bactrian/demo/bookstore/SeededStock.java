package io.bactrian.demo.bookstore;

import io.bactrian.local.StoreDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        List<String> rows = new ArrayList<>();
        movements.forEach((book, movement) -> rows.add(book + ", " + movement.stock + ", " + movement.delivered + ", "
                + (movement.deliveredAt == null ? "NULL" : "'" + movement.deliveredAt + "'")));
        StoreDialect dialect = Dialects.of(connection);
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeUpdate(
                            dialect.updateOfEach("store.books", "book_id", List.of("book", "copies", "delivered", "delivered_at"), rows,
                                    "stock = stock + copies, copies_delivered = copies_delivered + delivered,"
                                            + " last_delivery_at = COALESCE(CAST(delivered_at AS " + dialect.moment()
                                            + "), last_delivery_at)"));
        }
        movements.clear();
    }
}
