package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** What a writer does about an error of the server. */
enum SqlFault {

    /** This transaction met another one: roll back and try once more. */
    CONFLICT,
    /** The server or the way to it is gone: connect again, with growing pauses. */
    LOST,
    /** Trying again would not help. */
    FATAL;

    private static final Set<Integer> CONFLICTS = Set.of(
            1205, // lock wait timeout
            1213, // deadlock
            1317, // query interrupted, by KILL QUERY
            1062, // duplicate key: an ISBN that was drawn twice
            1451, 1452); // foreign key: a customer left while another writer took an order from them

    /** PostgreSQL has no numbers. Those of MySQL may have the same state. */
    private static final Set<String> CONFLICT_STATES = Set.of(
            "40001", "40P01", // serialization failure, deadlock
            "55P03", // lock not available: waited for too long
            "57014", // query cancelled
            "23505", // unique violation, as 1062 above
            "23503"); // foreign key violation, as 1452 above

    private static final Set<String> LOSS_STATES = Set.of(
            "53300", // too many connections
            "57P01", "57P02", "57P03", // shut down by an administrator, crash, cannot connect now
            "57P05", "25P03"); // disconnected for being idle

    private static final Set<Integer> LOSSES = Set.of(
            1040, 1203, // too many connections
            1053, // server shutdown in progress
            1158, 1159, 1160, 1161, // network errors and timeouts
            3168, 3169, // server is not available, session was killed
            4031); // disconnected for being idle

    static SqlFault of(SQLException failure) {
        String state = failure.getSQLState();
        if (CONFLICTS.contains(failure.getErrorCode()) || state != null && CONFLICT_STATES.contains(state)) {
            return CONFLICT;
        }
        boolean lost = LOSSES.contains(failure.getErrorCode())
                || state != null && LOSS_STATES.contains(state)
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || state != null && state.startsWith("08");
        return lost ? LOST : FATAL;
    }
}
