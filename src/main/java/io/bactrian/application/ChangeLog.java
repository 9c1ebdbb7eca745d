package io.bactrian.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a source's changes go, for one source: Kafka, in transactions. One instance has one owner; opening it fences an
 * earlier owner of the same source, wherever that one runs.
 */
public interface ChangeLog extends AutoCloseable {

    /** The source's offsets as the last committed transaction left them: partition to offset, both as JSON. */
    Map<String, String> offsets();

    /** Where each partition of a topic ends, whatever was written there; the topic is made if it is not there. */
    Map<Integer, Long> ends(String topic);

    /** The re-reads of the source's tables, as they become known. For one thread, which closes it. */
    RereadFeed rereads();

    /** What was noted of the source's tables, by batches and by whoever asks for re-reads. */
    Tables tables();

    /**
     * @param shapes how the source's tables were when a batch noted it last, by table
     * @param rereads the last one of each table
     * @param everything that the capture is to begin anew, and to read all tables again
     */
    record Tables(Map<String, String> shapes, List<Reread> rereads, Optional<Reread> everything) {
    }

    /** Re-reads that were asked for. */
    interface RereadFeed extends AutoCloseable {

        /** All that are known now; waits for news, but not for long. */
        Tables next();

        @Override
        void close();
    }

    /**
     * Writes a batch and the offsets that follow it in one transaction. When this throws, nothing of the batch can be
     * seen by a reader, or, if the connection was lost while committing, all of it and its offsets: either way the
     * capture goes on from {@link #offsets()} and neither loses nor repeats.
     *
     * @throws FencedException when another instance has taken over the source
     */
    void write(CapturedBatch batch);

    @Override
    void close();

    /** Another instance captures this source now. */
    final class FencedException extends RuntimeException {
        public FencedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Opens change logs. */
    interface Opener {
        ChangeLog open(String source);
    }

    /**
     * What a capture route's exchange carries: changes as bytes, in the order of the source's log.
     *
     * @param withdraw a snapshot begins with this batch: what an earlier, interrupted one wrote is withdrawn first
     * @param notes what is noted of re-reads together with it
     */
    record CapturedBatch(String source, List<CapturedChange> changes, Map<String, String> offsets, boolean withdraw, Notes notes,
            ChangeLog log, AtomicBoolean written) {

        public CapturedBatch(String source, List<CapturedChange> changes, Map<String, String> offsets, boolean withdraw, ChangeLog log,
                AtomicBoolean written) {
            this(source, changes, offsets, withdraw, Notes.NONE, log, written);
        }

        public int size() {
            return changes.size();
        }

        /** Whether it holds nothing but offsets. */
        public boolean isEmpty() {
            return changes.isEmpty() && !withdraw && notes.isEmpty();
        }

        /** What the last step of a capture route does. */
        public void write() {
            log.write(this);
            written.set(true);
        }

        public boolean isWritten() {
            return written.get();
        }
    }

    /**
     * @param key the primary key as JSON; null for a table without one, whose changes share one partition to stay in
     * order
     * @param schema the columns of the table as JSON
     * @param everyPartition a TRUNCATE concerns the keys of all partitions
     * @param partition the only one that it concerns; -1 where the key tells
     */
    record CapturedChange(String topic, byte[] key, byte[] value, byte[] schema, long committedAt, boolean everyPartition, int partition) {

        public CapturedChange(String topic, byte[] key, byte[] value, byte[] schema, long committedAt, boolean everyPartition) {
            this(topic, key, value, schema, committedAt, everyPartition, -1);
        }
    }

    /**
     * What a batch notes of the source's tables in its transaction.
     *
     * @param forgotten tables of which no re-read is wanted any more, unless it is among those that are asked for
     * @param shapes how tables are after it, by table; null for one that is gone
     */
    record Notes(Set<String> forgotten, List<Reread.Asked> asked, List<Reread.Progress> progress, Map<String, String> shapes) {
        public static final Notes NONE = new Notes(Set.of(), List.of(), List.of(), Map.of());

        public boolean isEmpty() {
            return forgotten.isEmpty() && asked.isEmpty() && progress.isEmpty() && shapes.isEmpty();
        }
    }
}
