package io.bactrian.engines.sql;

/**
 * A table of the warehouse is not as its target needs it, and cannot be changed into that. Others are not concerned.
 */
final class TableFaultException extends Exception {

    private final String wayOut;

    /** @param wayOut what somebody has to do; empty if the message says it */
    TableFaultException(String message, String wayOut) {
        super(message);
        this.wayOut = wayOut;
    }

    TableFaultException(String message, String wayOut, Throwable cause) {
        super(message, cause);
        this.wayOut = wayOut;
    }

    String wayOut() {
        return wayOut;
    }

    /** All of it, for people. @param source the source's table that the rows come from */
    String reason(String source) {
        return (getMessage() + ". The rows that need it wait, everything else goes on. " + wayOut).strip()
                + (wayOut.contains(" table (") ? " and run: bactrian reread " + source : "");
    }
}
