package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Statements, and parts of them, in the words of one database. Nothing here talks to a server: what is wrong with a
 * statement the server says when somebody executes it. Safe for many threads.
 */
public interface SqlWords {

    /**
     * A name as it stands in a statement.
     *
     * @throws IllegalStateException when the database would take another name than this one
     */
    String quote(String name);

    /** The names, quoted, with commas between them. */
    default String quoted(List<String> names) {
        return names.stream().map(this::quote).collect(Collectors.joining(","));
    }

    /** The type of a warehouse column that holds every value of the source's type. */
    String typeFor(ColumnType type, boolean inKey);

    /**
     * The types of all columns of a table that is to be made: like {@link #typeFor}, but such that they fit into one
     * row, and those of the key into one index.
     *
     * @param ours how many numbers of ours that index holds too
     */
    Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours);

    /** A type for the same values that takes next to nothing of a row's length. */
    String typeOutsideRow(ColumnType type);

    /** What a column holds whose type is one of those that {@link #typesFor} and {@link #typeOutsideRow} give. */
    ColumnType meaning(String type);

    /**
     * The statement that gives columns of a table another type; their values stay what they are.
     *
     * @param definitions by column, the new type and what follows it
     */
    String changeColumns(String table, Map<String, ColumnDefinition> definitions);

    /** A column's definition in two parts. @param rest whether it may be NULL, and its default */
    record ColumnDefinition(String type, String rest) {
    }

    /** Whether a view forbids to change the type of a column that it shows, so that it must go first. */
    boolean viewsBindTypes();

    /** A name as a person writes it: quoted only if it must be. */
    default String legible(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : quote(name);
    }

    /** The definition of a column that numbers rows by itself and is the primary key. */
    String rowNumber(String name);

    /** The statements that make a table if it is not there. */
    List<String> createTable(String name, List<String> definitions, List<TargetIndex> indexes);

    /** Makes the view, or replaces it if it has come to have more columns. */
    String createView(String name, String select);

    String createIndex(String table, List<String> columns);

    /** Statements that make Bactrian's own tables if they are not there. */
    List<String> bookkeeping();

    /** The end of an INSERT of which a row may be there: what is set of that one then. */
    String onDuplicate(List<String> key, String sets);

    /** A DELETE of as many rows as its last parameter says, the first in that order. */
    String deleteSome(String table, String where, String order);

    /** The text of a model in the words of this database. */
    String ownWords(String sql);
}
