package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;

/**
 * A column as a table of the warehouse has it.
 *
 * @param words its type in the database's own words
 * @param type what it holds; null for a type that is not known
 * @param faithful whether it gives back each value of that type as it took it; a CHAR takes blanks away from a text's
 * end, or adds some
 * @param exact whether values that differ are two in an index; texts may be one in spite of case, accents or blanks
 * @param computed whether the database works its values out, so that nobody can write them
 */
public record StoredColumn(String words, ColumnType type, boolean faithful, boolean exact, boolean computed) {
}
