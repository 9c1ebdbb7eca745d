package io.bactrian.domain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a step of a route has worked out for a schema. A table's schema stays the same for a million changes, and the
 * rows made of them must share one schema again: so it is worked out once, and the answer is the same object each time.
 */
final class PerSchema<T> {

    interface Work<T> {
        /** @param table for messages only */
        T of(TableSchema schema, String table);
    }

    private record Known<T>(TableSchema schema, T answer) {
    }

    private final Work<T> work;
    private final Map<TableSchema, T> all = new ConcurrentHashMap<>();
    private volatile Known<T> last;

    PerSchema(Work<T> work) {
        this.work = work;
    }

    T of(TableSchema schema, String table) {
        Known<T> known = last;
        if (known == null || known.schema() != schema) {
            known = new Known<>(schema, all.computeIfAbsent(schema, s -> work.of(s, table)));
            last = known;
        }
        return known.answer();
    }
}
