package io.bactrian.domain;

import java.util.List;
import java.util.Objects;

/**
 * A table of the warehouse and how it is written.
 *
 * @param key columns that tell rows apart; empty for a mirror of a table without a primary key, which is kept as a bag
 * of rows
 * @param keepDeleted a deleted row stays, with the time in {@code deleted_at}
 * @param tracking how a history is kept; null in every other mode
 */
public record Target(String table, Mode mode, List<String> key, boolean keepDeleted, Tracking tracking) {

    /** The column that a kept row's time of deletion goes to. */
    public static final String DELETED_AT = "deleted_at";

    public static final String VERSION = "version";
    public static final String VALID_FROM = "valid_from";
    public static final String VALID_TO = "valid_to";
    public static final String IS_CURRENT = "is_current";
    /** What a history says of each version, beside the row's own columns and the surrogate key. */
    public static final List<String> HISTORY_COLUMNS = List.of(VERSION, VALID_FROM, VALID_TO, IS_CURRENT, DELETED_AT);

    public Target {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(mode, "mode");
        key = List.copyOf(key);
        if (keepDeleted && mode != Mode.MIRROR) {
            throw new IllegalArgumentException("warehouse table " + table + ": deletes=mark needs mode=mirror");
        }
        if ((tracking != null) != (mode == Mode.HISTORY)) {
            throw new IllegalArgumentException(
                    "warehouse table " + table + ": mode " + mode + (tracking == null ? " needs" : " has no") + " tracking");
        }
    }

    public Target(String table, Mode mode, List<String> key, boolean keepDeleted) {
        this(table, mode, key, keepDeleted, null);
    }

    public static Target history(String table, List<String> key, Tracking tracking) {
        return new Target(table, Mode.HISTORY, key, false, tracking);
    }

    /** A mirror without a key: equal rows may occur more than once, and one delete takes one of them. */
    public boolean bag() {
        return mode == Mode.MIRROR && key.isEmpty();
    }
}
