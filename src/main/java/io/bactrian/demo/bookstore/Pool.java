package io.bactrian.demo.bookstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What one writer knows to be waiting for a next step. Bounded: when full, a newcomer takes the place of one that is
 * forgotten here and keeps its state in the database, as an order that nobody ever pays. Used by one thread.
 */
final class Pool<T> {

    private final List<T> waiting = new ArrayList<>();
    private final int capacity;

    Pool(int capacity) {
        this.capacity = capacity;
    }

    void add(T one, RandomGenerator random) {
        if (waiting.size() < capacity) {
            waiting.add(one);
        } else {
            waiting.set(random.nextInt(capacity), one);
        }
    }

    /** Takes any one out; it is put back when the transaction has to be tried again. */
    Optional<T> take(Session session, RandomGenerator random) {
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        int at = random.nextInt(waiting.size());
        T taken = waiting.get(at);
        T last = waiting.remove(waiting.size() - 1);
        if (at < waiting.size()) {
            waiting.set(at, last);
        }
        session.afterConflict(() -> add(taken, random));
        return Optional.of(taken);
    }

    int size() {
        return waiting.size();
    }
}
