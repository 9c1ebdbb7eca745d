package io.bactrian.engines;

import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** How far an engine's records have come, told as the offsets to begin from after them. For one life of an engine. */
public interface CaptureProgress {

    /** Takes the next record. False when a Kafka transaction of an earlier life holds it already. */
    boolean isNew(SourceRecord record);

    /** Whether a snapshot begins with that record, the first of this life, when the snapshot reads rows. */
    boolean beginsSnapshot(SourceRecord first);

    /** Whether the log is read, and no snapshot under way. */
    boolean isPastSnapshot();

    /** Whether every change up to a position that {@link TableReader#position} gave has been taken. */
    boolean hasReached(String position);

    /**
     * The newest transactions that were taken, in words that {@link TableReader#awaitVisible} knows: the log may tell
     * of a change before the server shows it to others.
     */
    String taken();

    /**
     * Whether a look at the table with that boundary, {@link TableReader.ExactPieces#boundary}, holds this change of it
     * already.
     */
    boolean isCovered(SourceRecord change, String boundary);

    /** Whether every change that a look with that boundary holds has been taken. */
    boolean isBehind(String boundary);

    /** Where to go on after the records taken: partition to offset. */
    Map<Map<String, ?>, Map<String, ?>> offsets();
}
