package io.bactrian.infrastructure.cases;

import java.sql.SQLException;

/** MySQL refuses a statement of a case. */
final class SqlFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200;

    SqlFailure(SqlStatement sql, SQLException cause) {
        super(sql.place() + ": " + message(cause) + System.lineSeparator() + "  " + shortened(sql.text()), cause);
    }

    static String message(SQLException failure) {
        return failure.getMessage().strip() + " (MySQL error " + failure.getErrorCode() + ")";
    }

    static String shortened(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...";
    }
}
