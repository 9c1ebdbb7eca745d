package io.bactrian.infrastructure.capture;

import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog;
import io.bactrian.engines.CaptureProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Changes of the log that an exact look at the whole table, which has been written, holds already: they are passed
 * over. Whoever touches it holds the capture's lock.
 */
final class CoveredChanges {

    private final String source;
    private final CaptureProgress progress;
    /** By topic, up to where. */
    private final Map<String, String> boundaries = new HashMap<>();

    /**
     * @param known what was noted of re-reads. What the capture was beyond when it ended last is none of it: the next
     * log may be another server's, whose positions are small again
     */
    CoveredChanges(String source, CaptureProgress progress, List<Reread> known) {
        this.source = source;
        this.progress = progress;
        for (Reread reread : known) {
            if (reread.progress() != null && reread.progress().covered() != null) {
                cover(SourceCatalog.topic(source, reread.asked().table()), reread.progress().covered());
            }
        }
        boundaries.values().removeIf(progress::isBehind);
    }

    /** Everything is read anew: what was read before says nothing of the changes that come. */
    void forget() {
        boundaries.clear();
    }

    void cover(String topic, String boundary) {
        boundaries.put(topic, boundary);
    }

    /** @return null when there is none any more */
    String boundary(String topic) {
        return boundaries.get(topic);
    }

    boolean holds(SourceRecord record) {
        if (boundaries.isEmpty() || !ChangeEncoder.isChange(record)) {
            return false;
        }
        String topic = SourceCatalog.topic(source, ChangeEncoder.tableName(record));
        String boundary = boundaries.get(topic);
        if (boundary != null && progress.isBehind(boundary)) {
            boundaries.remove(topic);
            return false;
        }
        return boundary != null && progress.isCovered(record, boundary);
    }
}
