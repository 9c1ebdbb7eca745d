package io.bactrian.domain;

import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One committed change of one row. This is the body that a row route sees: {@code ${body.after[email]}},
 * {@code ${body.operation}}.
 *
 * @param table database and table, {@code store.customers}
 * @param before the row before; null for READ, INSERT, TRUNCATE and SWEEP
 * @param after the row after; null for DELETE, TRUNCATE and SWEEP
 * @param position where it stands in Kafka
 * @param origin where it stood in the source's log, in the source's own words
 * @param committedAt when it was committed in the source
 * @param snapshot whether a snapshot read it, or began with it
 * @param again whether it belongs to a re-read: the source may have told the row before
 * @param older for SWEEP: rows of the partition that are older than this offset are gone; otherwise the own offset
 */
public record Change(String source, String table, Operation operation, Image before, Image after,
        Position position, String origin, Instant committedAt, boolean snapshot, boolean again, long older) {

    public Change {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(position, "position");
        boolean whole = switch (operation) {
            case READ, INSERT -> after != null && before == null;
            case UPDATE -> after != null && before != null;
            case DELETE -> before != null && after == null;
            case TRUNCATE, SWEEP -> before == null && after == null;
        };
        if (!whole) {
            throw new IllegalArgumentException("the " + operation.word() + " of " + table + " (" + position + ") has "
                    + (before == null ? "no row before" : "a row before") + " and " + (after == null ? "no row after" : "a row after"));
        }
    }

    public Change(String source, String table, Operation operation, Image before, Image after,
            Position position, String origin, Instant committedAt, boolean snapshot) {
        this(source, table, operation, before, after, position, origin, committedAt, snapshot, false,
                position == null ? 0 : position.offset());
    }

    /** Whether rows of the partition go, all that are older than {@link #older}, and this brings none. */
    public boolean clears() {
        return operation == Operation.TRUNCATE || operation == Operation.SWEEP;
    }

    /** The row after, or for a delete the row before. */
    public Image row() {
        return after != null ? after : before;
    }

    /**
     * The change with both its images passed through a function. What rewrites a column must rewrite both: a delete
     * finds its row by the image before.
     */
    public Change mapImages(UnaryOperator<Image> function) {
        return new Change(source, table, operation, before == null ? null : function.apply(before),
                after == null ? null : function.apply(after), position, origin, committedAt, snapshot, again, older);
    }

    /** What this change is to a table that keeps only some of the rows, or other rows made of them. */
    public Change as(Operation other, Image otherBefore, Image otherAfter) {
        return new Change(source, table, other, otherBefore, otherAfter, position, origin, committedAt, snapshot, again, older);
    }

    @Override
    public String toString() {
        return operation.word() + " of " + table + " (" + position + ")";
    }
}
