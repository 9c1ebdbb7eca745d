package io.bactrian.engines;

import java.util.List;

/**
 * A table, for somebody who is about to capture it.
 *
 * @param database of PostgreSQL, the schema
 * @param columns those that can be captured
 * @param unknown those that cannot
 * @param keyed whether it has a primary key
 * @param unlogged what the server logs nothing of by which a changed row could be told, as SQL names it: the table
 * itself, or some of its partitions
 * @param obstacle why it can not be captured at all; empty when it can
 */
public record SurveyedTable(String database, String name, List<String> columns, List<Unknown> unknown, boolean keyed, List<String> unlogged,
        String obstacle) {

    /** A column of a type that Bactrian does not know. */
    public record Unknown(String column, String type) {
    }

    public String plain() {
        return database + "." + name;
    }
}
