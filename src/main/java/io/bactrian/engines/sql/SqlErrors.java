package io.bactrian.engines.sql;

import java.sql.SQLException;

/**
 * What a failure means. At most one of {@link #refusesRow}, {@link #gaveWay} and "everybody's" is true of a failure:
 * what is neither the row's nor a matter of another transaction concerns everybody, and is tried again later. Looks at
 * codes and states alone, never at texts, and asks no server.
 */
public interface SqlErrors {

    /** Whether this row alone is at fault: tried again it fails again, and others pass. */
    boolean refusesRow(SQLException failure);

    /**
     * Whether the database has ended the transaction in favour of another that was in its way: begun again, it passes.
     */
    boolean gaveWay(SQLException failure);

    /**
     * Whether the statement itself does not fit the tables or functions that are there: it fails each time, for
     * everybody.
     */
    boolean isStatementFault(SQLException failure);

    boolean isDuplicateKey(SQLException failure);

    boolean isDuplicateColumn(SQLException failure);

    boolean isUnknownTable(SQLException failure);

    /**
     * Whether a column is one too many for the length of a row; false where long values leave the row by themselves.
     */
    boolean isRowTooLong(SQLException failure);

    /** Why, for people: what the database said, and its own number of it. */
    String reason(SQLException failure);
}
