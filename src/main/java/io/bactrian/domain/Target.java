package io.bactrian.domain;

import java.util.List;
import java.util.Objects;

/**
 * A table of the warehouse and how it is written.
 *
 * @param key columns that tell rows apart; empty for a mirror of a table without a primary key, which is kept as a bag of rows
 * @param keepDeleted a deleted row stays, with the time in {@code deleted_at}
 */
public record Target(String table, Mode mode, List<String> key, boolean keepDeleted) {

    /** The column that a kept row's time of deletion goes to. */
    public static final String DELETED_AT = "deleted_at";

    public Target {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(mode, "mode");
        key = List.copyOf(key);
        if (keepDeleted && mode != Mode.MIRROR) {
            throw new IllegalArgumentException("warehouse table " + table + ": deletes=mark needs mode=mirror");
        }
    }

    /** A mirror without a key: equal rows may occur more than once, and one delete takes one of them. */
    public boolean bag() {
        return mode == Mode.MIRROR && key.isEmpty();
    }
}
