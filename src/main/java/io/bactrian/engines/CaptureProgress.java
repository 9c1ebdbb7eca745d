package io.bactrian.engines;

import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** How far an engine's records have come, told as the offsets to begin from after them. For one life of an engine. */
public interface CaptureProgress {

    /** Takes the next record. False when a Kafka transaction of an earlier life holds it already. */
    boolean isNew(SourceRecord record);

    /** Whether a snapshot begins with that record, the first of this life, when the snapshot reads rows. */
    boolean beginsSnapshot(SourceRecord first);

    /** Where to go on after the records taken: partition to offset. */
    Map<Map<String, ?>, Map<String, ?>> offsets();
}
