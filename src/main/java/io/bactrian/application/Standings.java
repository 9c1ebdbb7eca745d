package io.bactrian.application;

import io.bactrian.domain.Partition;
import java.util.Map;

/** How far this process has got with the partitions that it owns. Whoever asks never waits for it. */
public interface Standings {

    Map<Partition, Standing> standings(String pipeline);

    /**
     * @param watermark the next offset to be applied; -1 while the warehouse has not said it
     * @param read offset up to which the partition was read; from the watermark on, what is between the two was polled
     * or is no change
     * @param underWay changes that were polled and are being applied
     * @param oldestUnderWay when the first of them was committed in the source; milliseconds since 1970, 0 when there
     * is none
     * @param newestApplied when the last change applied was committed in the source; 0 when none was since the
     * partition came here
     */
    record Standing(long watermark, long read, int underWay, long oldestUnderWay, long newestApplied) {

        public static final Standing UNKNOWN = new Standing(-1, -1, 0, 0, 0);

        public boolean isKnown() {
            return watermark >= 0;
        }
    }
}
