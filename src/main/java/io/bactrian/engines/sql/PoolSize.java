package io.bactrian.engines.sql;

import java.util.Collection;

/**
 * How many connections a warehouse's pool may have: as many as are in use at one time at most, so that nobody waits for
 * one that somebody else keeps for long. None is opened before it is needed.
 */
public final class PoolSize {

    /** Making a model: one keeps the others out, one makes the table, one reads the definitions meanwhile. */
    private static final int MODELS = 3;
    /** The count of open dead letters, for status and metrics. */
    private static final int STATUS = 1;
    /** A table that routes look values up in. */
    private static final int LOOKUPS = 1;
    /** A check, a comparison, or the replay of a dead letter. */
    private static final int CHECKS = 1;
    /**
     * For whoever has a transaction open and has to see how a table is: it is given back at once, so that one serves
     * all of them.
     */
    private static final int LOOKS = 1;

    private PoolSize() {
    }

    /** @param consumers of each pipeline that writes the warehouse: each has one connection for its transaction */
    public static int of(Collection<Integer> consumers) {
        return consumers.stream().mapToInt(Integer::intValue).sum() + MODELS + STATUS + LOOKUPS + CHECKS + LOOKS;
    }
}
