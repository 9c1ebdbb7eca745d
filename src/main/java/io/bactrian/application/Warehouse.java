package io.bactrian.application;

import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pump needs of what it writes, and nothing else: tables of an analytics database, or topics. What only some can
 * do besides (read rows back, keep dead letters, keep histories, lend tables to lookups) each offers as a port of its
 * own; empty means that it cannot, and whoever needs it decides that before a batch, see {@link Capabilities}.
 *
 * <p>There are two kinds, by what a batch promises.
 *
 * <p><b>A transactional one</b> makes rows, models, entries of dead letters and watermarks one transaction, which locks
 * the watermarks first. Of a batch that ends without a commit nothing is there. A batch that is applied a second time
 * is found by its watermark and skipped. A zombie waits for the lock and finds the watermark moved. With a row that is
 * refused go the other rows that its route made of the change.
 *
 * <p><b>An idempotent one</b> gives each row its version (log, offset); a row counts as soon as it is written, and the
 * watermarks follow the rows. Of a batch that ends without a commit some rows may be there; trying again writes the
 * same versions. So a batch that is applied a second time is found by its watermark, or changes nothing. A zombie
 * writes older versions, which lose against newer ones and against what newer changes have deleted or truncated; it
 * never moves a watermark backwards. Of the rows that a route made of a change, those that were written before one of
 * them was refused stay until a newer version comes.
 *
 * <p>Whatever a method throws means "not now, for nobody": the connection, a lock, a full disk, a right that is
 * missing. The caller closes the batch and tries again later; a row that fails alone is never an exception but a
 * {@link Refusal}.
 */
public interface Warehouse {

    String name();

    /**
     * Creates the tables and columns that the rows need and the warehouse lacks, and gives a column a wider type if the
     * rows need it. Runs outside of a batch, since creating a table ends a transaction in MySQL. Repeating it is safe:
     * each time it looks again at a table that was at fault.
     *
     * @return the tables that cannot be made such that they take some of the rows as they are; those rows, and what
     * comes behind them in their partitions, must not be written before the fault is gone. Empty if all rows can be
     * written
     */
    List<TableFault> prepare(Collection<Row> rows);

    /**
     * The pipeline's watermarks for those partitions; a partition without one gets the given start. Repeating it is
     * safe.
     */
    Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> starts);

    /** Begins a batch. Nothing is written yet, so repeating it is safe; each batch that was begun must be closed. */
    Batch begin(String pipeline);

    /**
     * Whether it passes changes on as they are: values that the source did not send are written as unknown, and
     * somebody who loads them later fills them in. Everybody else gets rows without unknown values only, but for the
     * row before a delete.
     */
    default boolean passesOn() {
        return false;
    }

    /** Its rows, read back outside of a batch. One that offers them offers {@link Batch#rows} in each batch too. */
    default Optional<StoredRows> rows() {
        return Optional.empty();
    }

    /**
     * How many dead letters are open. One that offers it offers {@link Batch#letters} in each batch too; with one that
     * does not, a dead letter is in Kafka alone, where it can be listed and discarded, and not replayed.
     */
    default Optional<OpenLetters> letters() {
        return Optional.empty();
    }

    /** The tables of it that keep a history. */
    default Optional<Histories> histories() {
        return Optional.empty();
    }

    /** What it would do to its tables; empty for one that makes and changes none. */
    default Optional<TablePlans> plans() {
        return Optional.empty();
    }

    /** Its tables, for routes that look something up. */
    default Optional<ReadableTables> tables() {
        return Optional.empty();
    }

    /**
     * One batch: {@link #lock}, then {@link #write}, then {@link #advance}, then {@link #commit}; {@link #close} in any
     * case. For one thread.
     */
    interface Batch extends AutoCloseable {

        /**
         * The watermarks of those partitions. A transactional warehouse locks them until the batch is closed, in one
         * order for all; an idempotent one only reads them, so another owner may write and move them meanwhile.
         */
        Map<Partition, Long> lock(Collection<Partition> partitions);

        /**
         * Writes rows of locked partitions in the order given, as far as order matters: for a key the last one counts.
         * In a transactional warehouse they count from the commit on; in an idempotent one at once, each against what
         * is there by its version, and a failure may leave some of them written; what it appends it knows again by its
         * position, its route and its number among what the route made of the change. Repeating it in another batch is
         * safe.
         *
         * @return the rows that it does not take, however often they are tried
         */
        List<Refusal> write(List<Row> rows);

        /**
         * Moves watermarks with the commit. An idempotent warehouse never moves one backwards: a watermark that is
         * further already, since another owner was faster, stays where it is.
         */
        void advance(Map<Partition, Long> next);

        /**
         * A transactional warehouse makes everything of the batch count at once; an idempotent one moves the
         * watermarks, after all rows are safe. When it throws, either has happened or not: the watermarks tell.
         */
        void commit();

        /**
         * Takes back what a transactional warehouse was given since {@link Warehouse#begin}, unless it is committed.
         */
        @Override
        void close();

        /**
         * Rows as this batch sees them, read over its own connection: it needs no second one. An idempotent warehouse
         * also gives the values of a row that it keeps as deleted: a batch that is tried again may meet its own delete,
         * and its changes from before still ask for that row.
         */
        default Optional<RowsByKey> rows() {
            return Optional.empty();
        }

        /** The entries of dead letters, written with this batch. */
        default Optional<LetterEntries> letters() {
            return Optional.empty();
        }

        /** The models, refreshed with this batch. */
        default Optional<RefreshedModels> models() {
            return Optional.empty();
        }
    }

    /**
     * A table that does not take some rows as they are: it would round them, or take rows for one that are two.
     *
     * @param reason what was found, what was expected, what follows from it, and the way out
     * @param since of each partition the first change with such a row
     */
    record TableFault(String table, String reason, Map<Partition, Long> since) {
    }

    /** A row that the warehouse will not take, however often it is tried. */
    record Refusal(Row row, String reason) {
    }

    /**
     * A batch failed for something that the warehouse leaves out from now on, such as a model. Begin it again at once:
     * after a pause what was left out may be back, and in the way again.
     */
    class BeginAgainException extends RuntimeException {
        public BeginAgainException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * A batch gave way to another one (a deadlock): everyday business of a database. Begin it again at once; if that
     * happens again and again, after a pause, which lets the other one end.
     */
    class GaveWayException extends BeginAgainException {
        public GaveWayException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
