package io.bactrian.demo.bookstore;

/** Something that the bookstore cannot mend by trying again; the message says what, and what to do. */
public final class BookstoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BookstoreException(String message) {
        super(message);
    }

    BookstoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
