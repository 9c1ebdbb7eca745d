package io.bactrian.engines.postgresql;

import io.bactrian.engines.sql.SqlErrors;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL's errors mean, by their SQLSTATE: this row's fault, the statement's, or everybody's. */
final class PostgresErrors implements SqlErrors {

    static final String NO_UTF8 = "22021";
    private static final String UNKNOWN_TABLE = "42P01";
    private static final String DUPLICATE_COLUMN = "42701";
    private static final String NOT_SERIALIZABLE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String DUPLICATE_KEY = "23505";
    /** A right that is missing may be given: the statement is not to blame. */
    private static final String NOT_ALLOWED = "42501";
    /** A row that is longer than a page in spite of everything, or a key that is longer than an index takes. */
    private static final String TOO_LONG = "54000";
    /** A view over a model's table, which is bound to that very table. */
    private static final String OTHERS_DEPEND_ON_IT = "2BP01";
    /**
     * The part of the server that finds out that a table is another than when the statement was prepared; the next try
     * prepares it again.
     */
    private static final String PREPARED_FOR_ANOTHER_TABLE = "RevalidateCachedQuery";

    private static boolean is(SQLException failure, String state) {
        return failure.getSQLState() != null && failure.getSQLState().startsWith(state);
    }

    @Override
    public boolean isUnknownTable(SQLException failure) {
        return is(failure, UNKNOWN_TABLE);
    }

    @Override
    public boolean isDuplicateColumn(SQLException failure) {
        return is(failure, DUPLICATE_COLUMN);
    }

    @Override
    public boolean isDuplicateKey(SQLException failure) {
        return is(failure, DUPLICATE_KEY);
    }

    /**
     * 22: a value, 23: a constraint, 44: a view's condition, P0: what a trigger of the owner's raises. 21: two rows of
     * one statement are one to the table, such as the keys 1.0 and 1.00; halved, they go in one after the other.
     */
    @Override
    public boolean refusesRow(SQLException failure) {
        return is(failure, "22") || is(failure, "23") || is(failure, "44") || is(failure, "P0") || is(failure, "21")
                || is(failure, TOO_LONG);
    }

    @Override
    public boolean isStatementFault(SQLException failure) {
        return is(failure, "42") && !is(failure, NOT_ALLOWED) || is(failure, OTHERS_DEPEND_ON_IT) || is(failure, "21")
                || is(failure, "0A") && !preparedForAnotherTable(failure);
    }

    private static boolean preparedForAnotherTable(SQLException failure) {
        ServerErrorMessage said = said(failure);
        return said != null && PREPARED_FOR_ANOTHER_TABLE.equals(said.getRoutine());
    }

    private static ServerErrorMessage said(SQLException failure) {
        return failure instanceof PSQLException server ? server.getServerErrorMessage() : null;
    }

    @Override
    public boolean gaveWay(SQLException failure) {
        return is(failure, NOT_SERIALIZABLE) || is(failure, DEADLOCK);
    }

    /** Long values go out of the row by themselves. */
    @Override
    public boolean isRowTooLong(SQLException failure) {
        return false;
    }

    @Override
    public String reason(SQLException failure) {
        ServerErrorMessage said = said(failure);
        // The server's own hint is CASCADE, which nobody can ask Bactrian for, and which would drop somebody's work.
        String hint = is(failure, OTHERS_DEPEND_ON_IT)
                ? "Drop that, let the model be made, and create it again"
                : said == null ? null : said.getHint();
        String text = said == null || said.getMessage() == null
                ? failure.getMessage()
                : said.getMessage() + (said.getDetail() == null ? "" : "; " + said.getDetail()) + (hint == null ? "" : "; " + hint);
        return text + (failure.getSQLState() == null ? "" : " (PostgreSQL state " + failure.getSQLState() + ")");
    }
}
