package io.bactrian.application;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Row;
import java.util.List;
import java.util.Optional;

/**
 * The entries of dead letters that a warehouse keeps, written in a batch: they count from its commit on or never, so a
 * letter is replayed once. What a method throws means "not now, for nobody"; repeating all of it in another batch is
 * safe.
 */
public interface LetterEntries {

    /** Notes dead letters as open, in this batch: from its commit on they can be replayed, once. */
    void open(List<DeadLetter> letters);

    /**
     * Notes on each open dead letter that a newer change of its key, or a truncation, came after it, so that a replay
     * does not bring an old row back.
     */
    void supersede(List<Delivery> newer, List<Row> rows);

    /** Locks the entry of a dead letter. Empty if the batch that it failed in has not been committed. */
    Optional<LetterEntry> claim(String id);

    /** Ends a claimed dead letter. */
    void settle(String id, String how);

    /**
     * Like {@link Warehouse.Batch#write} for rows of replayed dead letters: a row of the warehouse that a newer change
     * of the same partition wrote stays as it is.
     */
    List<Refusal> writeUnlessNewer(List<Row> rows);
}
