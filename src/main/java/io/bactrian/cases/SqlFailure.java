package io.bactrian.cases;

import java.sql.SQLException;

/** A server refuses a statement of a case. */
final class SqlFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 200;

    /** @param reason in the server's words */
    SqlFailure(SqlStatement sql, String reason, SQLException cause) {
        super(sql.place() + ": " + reason + System.lineSeparator() + "  " + shortened(sql.text()), cause);
    }

    static String shortened(String sql) {
        String line = sql.replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + " ...";
    }
}
