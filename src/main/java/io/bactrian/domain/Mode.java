package io.bactrian.domain;

/** How a target table follows the changes. */
public enum Mode {
    /** The latest row of each key; deletes applied. */
    MIRROR,
    /** Every change, never updated. */
    APPEND
}
