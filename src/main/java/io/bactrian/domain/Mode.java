package io.bactrian.domain;

/** How a target table follows the changes. */
public enum Mode {
    /** The latest row of each key; deletes applied. */
    MIRROR,
    /** Every version of each key, with the time from and to which it was valid. */
    HISTORY,
    /** Every change, never updated. */
    APPEND,
    /** Sums for each key: what is written is added, what is deleted is taken away. */
    ADD
}
