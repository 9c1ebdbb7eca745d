package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;

/**
 * A column that a target's table must have.
 *
 * @param type of the values that are written to it
 * @param words the type that a new column gets, in the database's words
 * @param rest what follows the type in the column's definition: whether it may be NULL, and its default
 * @param declared whether the type was declared by somebody, so that a column that does not hold it must be changed
 */
record WantedColumn(String name, ColumnType type, String words, String rest, boolean inKey, boolean declared) {

    String definition() {
        return words + rest;
    }
}
