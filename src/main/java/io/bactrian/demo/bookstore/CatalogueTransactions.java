package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What the shop offers: prices, deliveries from the publishers, new books, and what is told about authors. */
final class CatalogueTransactions {

    private static final int REPRICED_TOGETHER = 150;
    private static final int DELIVERED_TOGETHER = 8;

    private final Desk desk;
    private final RandomGenerator random;
    private final Popularity popularity = Popularity.ofBooks();

    CatalogueTransactions(Desk desk) {
        this.desk = desk;
        this.random = desk.random;
    }

    boolean changePrice(Session session) {
        session.later("UPDATE store.books SET price = LEAST(250, GREATEST(1.99, ROUND(price * ?, 2))) WHERE book_id = ?",
                factor(), 1 + popularity.draw(desk.newest.book(), random));
        return true;
    }

    /**
     * The larger transaction: the books of one category from some book on, as many as one may lock without being
     * noticed.
     */
    boolean repriceCategory(Session session) throws SQLException {
        BigDecimal factor = factor();
        List<Long> books = session.rows("SELECT book_id FROM store.books WHERE category = ? AND book_id >= ? ORDER BY book_id LIMIT "
                + REPRICED_TOGETHER + " FOR UPDATE", row -> row.getLong(1), Chance.oneOf(Book.CATEGORIES, random),
                1 + random.nextLong(desk.newest.book()));
        if (books.isEmpty()) {
            return false;
        }
        String keys = books.stream().map(String::valueOf).collect(Collectors.joining(", "));
        session.later("UPDATE store.books SET price = LEAST(250, GREATEST(1.99, ROUND(price * ?, 2))) WHERE book_id IN (" + keys + ")",
                factor);
        return true;
    }

    /** What was noticed to run short, and a few others. */
    boolean deliver(Session session) {
        SortedMap<Long, Integer> copies = new TreeMap<>();
        Iterator<Long> scarce = desk.scarceBooks.iterator();
        while (scarce.hasNext() && copies.size() < DELIVERED_TOGETHER - 3) {
            long book = scarce.next();
            scarce.remove();
            session.afterConflict(() -> desk.scarceBooks.add(book));
            copies.put(book, 40 + random.nextInt(60));
        }
        for (int others = Chance.small(1, 3, 0.5, random); others > 0; others--) {
            copies.merge(1 + popularity.draw(desk.newest.book(), random), 5 + random.nextInt(20), Integer::sum);
        }
        Shelves.deliver(session, copies, desk.now());
        return true;
    }

    boolean publish(Session session) throws SQLException {
        Book book = Book.any(Book.isbn(979, random.nextLong(1_000_000_000)), desk.now().toLocalDate(), random);
        int copies = 20 + random.nextInt(80);
        long id = session.insert("INSERT INTO store.books (isbn, title, category, price, stock, copies_delivered, last_delivery_at,"
                + " published_on, weight_grams, in_print, attributes, description) VALUES (" + Marks.of(12) + ")",
                book.isbn(), book.title(), book.category(), book.price(), copies, copies, desk.now(), desk.now().toLocalDate(),
                book.weightGrams(), true, book.attributes(), book.description());
        long first = Chance.in(0.4, random) ? newAuthor(session) : 1 + random.nextLong(desk.newest.author());
        session.later("INSERT INTO store.book_authors (book_id, author_id, position, role) SELECT ?, author_id, 1, 'author'"
                + " FROM store.authors WHERE author_id = ?", id, first);
        long second = 1 + random.nextLong(desk.newest.author());
        if (second != first && Chance.in(0.3, random)) {
            session.later("INSERT INTO store.book_authors (book_id, author_id, position, role) SELECT ?, author_id, 2, ?"
                    + " FROM store.authors WHERE author_id = ?", id, Chance.in(0.5, random) ? "translator" : "illustrator", second);
        }
        session.afterCommit(() -> desk.newest.sawBook(id));
        return true;
    }

    boolean reviseAuthor(Session session) {
        long author = 1 + random.nextLong(desk.newest.author());
        session.later("UPDATE store.authors SET biography = ? WHERE author_id = ?",
                Chance.in(0.9, random) ? Author.biography(Person.anyName(random), random) : null, author);
        return true;
    }

    private long newAuthor(Session session) throws SQLException {
        Author author = Author.any(random);
        long id = session.insert("INSERT INTO store.authors (name, born_on, country, biography) VALUES (?, ?, ?, ?)",
                author.name(), author.bornOn(), author.country(), author.biography());
        session.afterCommit(() -> desk.newest.sawAuthor(id));
        return id;
    }

    private BigDecimal factor() {
        return BigDecimal.valueOf(85 + random.nextInt(32), 2);
    }
}
