package io.bactrian.demo.bookstore;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;

/** Moves copies of several books in one statement. Books are always locked in ascending order, against deadlocks. */
final class Shelves {

    private Shelves() {
    }

    /** Takes away what was sold. */
    static void sell(Session session, SortedMap<Long, Integer> copies) {
        session.later("UPDATE store.books SET stock = stock - " + copiesOf(copies) + " WHERE book_id IN (" + keys(copies) + ")");
    }

    /** Puts back what was not sold after all. */
    static void putBack(Session session, SortedMap<Long, Integer> copies) {
        session.later("UPDATE store.books SET stock = stock + " + copiesOf(copies) + " WHERE book_id IN (" + keys(copies) + ")");
    }

    /** Puts up what the publishers sent. */
    static void deliver(Session session, SortedMap<Long, Integer> copies, LocalDateTime at) {
        session.later("UPDATE store.books SET stock = stock + " + copiesOf(copies) + ", copies_delivered = copies_delivered + "
                + copiesOf(copies) + ", last_delivery_at = ? WHERE book_id IN (" + keys(copies) + ")", at);
    }

    private static String copiesOf(Map<Long, Integer> copies) {
        StringBuilder cases = new StringBuilder("CASE book_id");
        copies.forEach((book, count) -> cases.append(" WHEN ").append(book).append(" THEN ").append(count));
        return cases.append(" ELSE 0 END").toString();
    }

    private static String keys(Map<Long, Integer> copies) {
        StringJoiner keys = new StringJoiner(", ");
        copies.keySet().forEach(book -> keys.add(book.toString()));
        return keys.toString();
    }
}
