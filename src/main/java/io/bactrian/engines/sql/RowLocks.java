package io.bactrian.engines.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Locks on rows, which last until the transaction ends. A query that is given here begins with {@code select}, and ends
 * where a lock can follow. Executing one waits for whoever holds the rows; if that takes too long, or each waits for
 * the other, it fails, mostly such that {@link SqlErrors#gaveWay}.
 *
 * <p>The words of the default methods are those that MySQL and PostgreSQL have in common.
 */
public interface RowLocks {

    /**
     * A query that locks the rows of {@code count} keys, one after the other in the keys' order, which is everybody's.
     */
    String lockEach(String columns, String table, List<String> key, int count);

    /**
     * Makes sure that what a transaction reads from now on is not older than the rows that it locks, to share, by the
     * query.
     */
    void hold(Connection connection, String select) throws SQLException;

    /** The query, such that nobody else locks, changes or deletes the rows that it finds. */
    default String alone(String select) {
        return select + " for update";
    }

    /** Likewise, but the rows of one of the query's tables only. @param alias the name that the query gives to it */
    default String aloneIn(String alias, String select) {
        return select + " for update of " + alias;
    }

    /** Likewise, but rows that somebody has locked are as if they were not there: nobody is waited for. */
    default String aloneUnlessLocked(String select) {
        return select + " for update skip locked";
    }

    /** The query, such that nobody changes or deletes the rows that it finds; others may share the lock. */
    default String shared(String select) {
        return select + " for share";
    }
}
