package io.bactrian.engines.postgresql;

import java.util.List;

/**
 * Names that Debezium (3.4) reads wrongly in PostgreSQL's log: it takes each byte for a character, so that a letter
 * beyond ASCII becomes two or three others, and takes away a pair of quotes around a column's name. The value would
 * arrive under a name that nobody knows, and be NULL under its own; a snapshot reads such names rightly. So tables with
 * such names are refused.
 */
public final class PostgresNames {

    /**
     * An expression for the names of a table, {@code c} of pg_class in {@code n} of pg_namespace, that are read
     * wrongly: quoted, separated by commas.
     */
    public static final String MISREAD = "array_to_string(array(select quote_ident(misread) from unnest(array[n.nspname, c.relname] || "
            + "array(select attname from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and "
            + "attgenerated = '')) misread "
            + "where misread::text ~ '[^\\u0001-\\u007f]' or misread::text ~ '^([''\"`]).*\\1$'), ', ')";

    private PostgresNames() {
    }

    /** Whether that is what becomes of a name with other letters than ASCII's. */
    public static boolean isMisread(String name) {
        return name.chars().anyMatch(character -> character > 0x7f);
    }

    public static String fault(List<String> names) {
        return "the names " + String.join("; ", names)
                + " would come out of PostgreSQL's log as others: Debezium reads it byte by byte, and takes quotes "
                + "around a column's name away";
    }

    public static String remedy() {
        return "give them names of ASCII letters without quotes around them, or leave the tables out with tableExcludeList";
    }
}
