package io.bactrian.application;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a source's changes go, for one source: Kafka, in transactions. One instance has one owner; opening it fences an
 * earlier owner of the same source, wherever that one runs.
 */
public interface ChangeLog extends AutoCloseable {

    /** The source's offsets as the last committed transaction left them: partition to offset, both as JSON. */
    Map<String, String> offsets();

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
     */
    record CapturedBatch(String source, List<CapturedChange> changes, Map<String, String> offsets, boolean withdraw, ChangeLog log,
            AtomicBoolean written) {

        public int size() {
            return changes.size();
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
     */
    record CapturedChange(String topic, byte[] key, byte[] value, byte[] schema, long committedAt, boolean everyPartition) {
    }
}
