package io.bactrian.application;

import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Image;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An analytics database. Whatever a method throws means "not now, for nobody": the connection, a lock, a full disk, a
 * right that is missing. The caller rolls back and tries again later; a row that fails alone is never an exception but
 * a {@link Refusal}.
 */
public interface Warehouse {

    String name();

    /**
     * Makes the tables and columns that the rows need and the warehouse lacks. Runs outside of a transaction, since
     * making a table ends one in MySQL; repeating it is safe.
     */
    void prepare(Collection<Row> rows);

    /**
     * The pipeline's watermarks for those partitions; a partition without one gets the given start. Repeating it is
     * safe.
     */
    Map<Partition, Long> watermarks(String pipeline, Map<Partition, Long> starts);

    Transaction begin(String pipeline);

    /** Whether it passes changes on as they are: values that the source did not send, somebody else fills in. */
    default boolean passesOn() {
        return false;
    }

    /**
     * The rows of a mirror, or the open versions of a history, for those keys, keyed as {@link Image#keyOf} of the
     * target's key columns says; none when there is no such table.
     */
    Map<Object, Image> read(Target target, Collection<Image> keys);

    /** Number of rows; zero when the table is not there. */
    long count(String table);

    /** Number of rows that stand for rows of the source: neither deleted ones that are kept nor ended versions. */
    long count(Target target);

    /**
     * All rows that {@link #count(Target)} counts, streamed. The iterator is closed with the whole read by
     * {@link Rows#close}.
     */
    Rows scan(Target target, Image like);

    /** Dead letters that nobody has replayed or discarded yet, by pipeline; a pipeline without any is absent. */
    Map<String, Long> openDeadLetters();

    /** The tables that keep a history, whoever writes them. */
    List<HistoryTable> histories();

    /**
     * What breaks the law of a history, naming the first keys that do; empty when all keep it: the versions of a key
     * are numbered 1, 2, 3 …, each ends where the next begins or, when its row was deleted, before, and only the last
     * may be open.
     */
    List<String> historyViolations(HistoryTable history);

    record HistoryTable(String table, List<String> key) {
    }

    /** An open read. */
    interface Rows extends Iterator<Image>, AutoCloseable {
        @Override
        void close();
    }

    /**
     * A transaction failed for something that the warehouse leaves out from now on, or gave way to another one (a
     * deadlock). Begin it again at once: after a pause what was left out may be back, and in the way again.
     */
    class BeginAgainException extends RuntimeException {
        public BeginAgainException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** One transaction; closing it without {@link #commit} rolls it back. */
    interface Transaction extends AutoCloseable {

        /** Locks the watermarks of those partitions until the end, in one order for all, and tells them. */
        Map<Partition, Long> lock(Collection<Partition> partitions);

        /** Writes rows in the order given, as far as order matters: for a key the last one counts. */
        List<Refusal> write(List<Row> rows);

        /**
         * Like {@link #write} for rows of replayed dead letters: a row of the warehouse that a newer change of the same
         * partition wrote stays as it is.
         */
        List<Refusal> writeUnlessNewer(List<Row> rows);

        /**
         * Brings the models up to date with the rows that this transaction has written; called after the last of them.
         */
        void refresh();

        void advance(Map<Partition, Long> next);

        /** Notes dead letters as open, in this transaction: from its commit on they can be replayed, once. */
        void open(List<DeadLetter> letters);

        /**
         * Notes on each open dead letter that a newer change of its key, or a truncation, came after it, so that a
         * replay does not bring an old row back.
         */
        void supersede(List<Delivery> newer, List<Row> rows);

        /** Locks the entry of a dead letter. Empty when the batch that it failed in has not been committed. */
        Optional<LetterEntry> claim(String id);

        /** Ends a claimed dead letter. */
        void settle(String id, String how);

        void commit();

        @Override
        void close();
    }

    /** A row that the warehouse will not take, however often it is tried. */
    record Refusal(Row row, String reason) {
    }

    /**
     * What the warehouse knows of a dead letter.
     *
     * @param state {@code open}, {@code replayed} or {@code discarded}
     * @param supersededBy offset of a newer change of the same key in the same partition, or -1
     * @param cleared what became of all rows of its partition since
     */
    record LetterEntry(String id, String state, long supersededBy, Cleared cleared) {

        /** What came over a whole partition. */
        public enum Cleared {
            NO,
            /** The source's table was truncated. */
            TRUNCATED,
            /** A snapshot began again: everything that is in the source was read once more. */
            READ_AGAIN
        }

        public LetterEntry(String id, String state, long supersededBy) {
            this(id, state, supersededBy, Cleared.NO);
        }

        public boolean isOpen() {
            return state.equals("open");
        }
    }
}
