package io.bactrian.infrastructure.bookstore;

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

    private static final Set<Integer> LOSSES = Set.of(
            1040, 1203, // too many connections
            1053, // server shutdown in progress
            1158, 1159, 1160, 1161, // network errors and timeouts
            3168, 3169, // server is not available, session was killed
            4031); // disconnected for being idle

    static SqlFault of(SQLException failure) {
        if (CONFLICTS.contains(failure.getErrorCode())) {
            return CONFLICT;
        }
        String state = failure.getSQLState();
        boolean lost = LOSSES.contains(failure.getErrorCode())
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || state != null && state.startsWith("08");
        return lost ? LOST : FATAL;
    }
}
