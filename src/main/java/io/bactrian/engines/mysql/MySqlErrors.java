package io.bactrian.engines.mysql;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import java.sql.SQLException;
import java.util.Set;

/** What MySQL's errors mean: this row's fault, the statement's, or everybody's. */
final class MySqlErrors {

    static final int NO_UTF8 = 1300;

    /** Faults of a value that MySQL reports under a state of its own choosing, not under 22 or 23. */
    static final Set<Integer> VALUE_FAULTS = Set.of(
            1048, // column cannot be null
            1263, // null supplied to a NOT NULL column
            1264, // out of range
            1265, // data truncated
            1292, // incorrect value for a time
            NO_UTF8, // half of a character, as a route makes it that cuts a text in the middle of an emoji
            1366, // incorrect value
            1406, // too long
            1411, // incorrect value for a function
            1416, // no geometry
            1526, // a table that somebody has partitioned has no partition for it
            3140, // no JSON
            3819, // a CHECK is violated
            1153, // larger than max_allowed_packet
            4025);

    private static final int UNKNOWN_TABLE = 1146;
    private static final int ROW_TOO_LONG = 1118;
    private static final int DUPLICATE_COLUMN = 1060;
    /**
     * Faults of a SELECT that MySQL reports under HY000, where the faults of the server are too: collations that do not
     * go together, views and definers that are gone, wrong arguments, endless recursion; and 3685 to 3699, which are
     * those of regular expressions.
     */
    private static final Set<Integer> STATEMENT_FAULTS = Set.of(1210, 1267, 1270, 1271, 1356, 1449, 3636);
    private static final int FIRST_OF_REGULAR_EXPRESSIONS = 3685;
    private static final int LAST_OF_REGULAR_EXPRESSIONS = 3699;
    /** A right that is missing may be given: the statement is not to blame. */
    private static final Set<Integer> NOT_ALLOWED = Set.of(1044, 1045, 1142, 1143, 1227, 1370);
    private static final Set<Integer> DUPLICATE_KEY = Set.of(1062, 1586);

    private MySqlErrors() {
    }

    static boolean isRowTooLong(SQLException failure) {
        return failure.getErrorCode() == ROW_TOO_LONG;
    }

    static boolean isDuplicateColumn(SQLException failure) {
        return failure.getErrorCode() == DUPLICATE_COLUMN;
    }

    static boolean isUnknownTable(SQLException failure) {
        return failure.getErrorCode() == UNKNOWN_TABLE;
    }

    static boolean isDuplicateKey(SQLException failure) {
        return DUPLICATE_KEY.contains(failure.getErrorCode());
    }

    static boolean refusesRow(SQLException failure) {
        if (failure instanceof PacketTooBigException) {
            return true;
        }
        String state = failure.getSQLState();
        return VALUE_FAULTS.contains(failure.getErrorCode())
                || state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    static String reason(SQLException failure) {
        return failure.getMessage() + (failure.getErrorCode() == 0 ? "" : " (MySQL error " + failure.getErrorCode() + ")");
    }

    static boolean isStatementFault(SQLException failure) {
        String state = failure.getSQLState();
        int code = failure.getErrorCode();
        // 21: a number of columns or rows that is not the one expected.
        return state != null && (state.startsWith("42") || state.startsWith("21")) && !NOT_ALLOWED.contains(code)
                || STATEMENT_FAULTS.contains(code) || code >= FIRST_OF_REGULAR_EXPRESSIONS && code <= LAST_OF_REGULAR_EXPRESSIONS;
    }
}
