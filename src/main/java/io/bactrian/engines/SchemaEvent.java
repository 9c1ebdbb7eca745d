package io.bactrian.engines;

/**
 * What a statement did to a table, as the source's log tells it.
 *
 * @param table {@code store.orders}; {@code store.} for all tables of a database
 * @param shape the table afterwards; null for one that is gone, and where nobody tells
 * @param statement the statement's text
 * @param movesRows whether it may have brought or taken rows without telling of each
 */
public record SchemaEvent(String table, Kind kind, TableShape shape, String statement, boolean movesRows) {

    /** What became of the table. */
    public enum Kind {
        CREATED, ALTERED, DROPPED,
        /** It has another name now; another table may have got this one. */
        RENAMED
    }
}
