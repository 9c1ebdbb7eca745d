package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Authors, books and who wrote what; then remembers each book's price, weight and copies while orders are made up. */
final class SeededCatalogue {

    /** A book, its share of the authors and of book_authors. */
    static final double ROWS_PER_BOOK = 1 + 0.45 + 1.2;

    private static final double AUTHORS_PER_BOOK = 0.45;
    private static final int TOGETHER = 1_000;
    /** Odd and no multiple of 5, so that a thousand million keys give as many different numbers. */
    private static final long ISBN_SCATTER = 387_420_489L;

    private final Seeding seeding;
    private final int books;
    private final int authors;
    private final int[] cents;
    private final int[] grams;
    private final int[] stock;
    private final Popularity fame = Popularity.ofCustomers();

    SeededCatalogue(Seeding seeding, int books) {
        this.seeding = seeding;
        this.books = books;
        this.authors = authors(books);
        this.cents = new int[books + 1];
        this.grams = new int[books + 1];
        this.stock = new int[books + 1];
    }

    static int authors(int books) {
        return (int) Math.max(1, Math.ceil(books * AUTHORS_PER_BOOK));
    }

    long fill() throws SQLException {
        return fillAuthors() + fillBooks();
    }

    int books() {
        return books;
    }

    int cents(long book) {
        return cents[(int) book];
    }

    int grams(long book) {
        return grams[(int) book];
    }

    int stock(long book) {
        return stock[(int) book];
    }

    void moveStock(long book, int copies) {
        stock[(int) book] += copies;
    }

    private long fillAuthors() throws SQLException {
        try (BulkInsert insert = new BulkInsert(seeding.store(), "store.authors", "author_id, name, born_on, country, biography", true)) {
            for (int id = 1; id <= authors; id++) {
                Author author = Author.any(seeding.random(Seeding.Stream.AUTHOR, id));
                insert.add(id, author.name(), author.bornOn(), author.country(), author.biography());
                if (insert.gathered() == TOGETHER || id == authors) {
                    insert.flush();
                    seeding.commit();
                }
            }
            return insert.inserted();
        }
    }

    private long fillBooks() throws SQLException {
        try (BulkInsert insert = new BulkInsert(seeding.store(), "store.books", "book_id, isbn, title, category, price, stock,"
                + " copies_delivered, last_delivery_at, published_on, weight_grams, in_print, attributes, description", true);
                BulkInsert written = new BulkInsert(seeding.store(), "store.book_authors", "book_id, author_id, position, role", true)) {
            for (int id = 1; id <= books; id++) {
                RandomGenerator random = seeding.random(Seeding.Stream.BOOK, id);
                Book book = Book.any(Book.isbn(978, id * ISBN_SCATTER % 1_000_000_000), seeding.now().toLocalDate(), random);
                int copies = 20 + random.nextInt(120);
                LocalDateTime delivered = seeding.now().minusDays(735).minusMinutes(random.nextInt(100_000));
                insert.add(id, book.isbn(), book.title(), book.category(), book.price(), copies, copies, delivered, book.publishedOn(),
                        book.weightGrams(), book.inPrint(), book.attributes(), book.description());
                cents[id] = book.price().unscaledValue().intValueExact();
                grams[id] = book.weightGrams();
                stock[id] = copies;
                writeAuthors(written, id, random);
                if (insert.gathered() == TOGETHER || id == books) {
                    insert.flush();
                    written.flush();
                    seeding.commit();
                }
            }
            return insert.inserted() + written.inserted();
        }
    }

    private void writeAuthors(BulkInsert written, int book, RandomGenerator random) throws SQLException {
        Set<Long> who = new LinkedHashSet<>();
        for (int count = Chance.small(1, 4, 0.18, random); count > 0; count--) {
            who.add(1 + fame.draw(authors, random));
        }
        int position = 1;
        for (long author : who) {
            String role = position == 1 || Chance.in(0.6, random) ? "author" : Chance.in(0.5, random) ? "translator" : "illustrator";
            written.add(book, author, position++, role);
        }
    }
}
