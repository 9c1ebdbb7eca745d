package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/** The highest keys of the tables that writers draw from; they share it, so what one adds, the others sell too. */
final class Newest {

    private final AtomicLong book = new AtomicLong();
    private final AtomicLong author = new AtomicLong();
    private final AtomicLong customer = new AtomicLong();

    void learn(Session session) throws SQLException {
        sawBook(session.number("SELECT COALESCE(MAX(book_id), 0) FROM store.books"));
        sawAuthor(session.number("SELECT COALESCE(MAX(author_id), 0) FROM store.authors"));
        sawCustomer(session.number("SELECT COALESCE(MAX(customer_id), 0) FROM store.customers"));
    }

    void sawBook(long id) {
        book.accumulateAndGet(id, Math::max);
    }

    void sawAuthor(long id) {
        author.accumulateAndGet(id, Math::max);
    }

    void sawCustomer(long id) {
        customer.accumulateAndGet(id, Math::max);
    }

    long book() {
        return book.get();
    }

    long author() {
        return author.get();
    }

    long customer() {
        return customer.get();
    }
}
