package io.bactrian.application;

import io.bactrian.application.Standings.Standing;
import io.bactrian.domain.Partition;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the warehouse is behind, by partition.
 *
 * <p>The seconds are the time that the oldest change that waits has waited at most: since the newest one that was
 * applied was committed in the source, or since nothing was waiting, whichever is later. The first alone would call an
 * idle source's next change three hours late when the last one was three hours ago.
 */
public final class Lags {

    /**
     * @param end of the partition, in Kafka
     * @param waiting changes that are in Kafka and not in the warehouse; -1 when the warehouse has not said where it
     * is. The markers of Kafka's transactions count until they are read, so it is an upper bound, and 0 is exact
     * @param since what waits was committed after this; null when nothing waits or nobody knows
     */
    public record Lag(long watermark, long end, long waiting, Instant since) {
    }

    private record PumpedPartition(String pipeline, Partition partition) {
    }

    private final Map<PumpedPartition, Instant> nothingWaitedAt = new HashMap<>();
    private volatile Map<String, Map<Partition, Lag>> lags = Map.of();

    /**
     * @param at when Kafka was asked for the ends
     * @param standings of each pipeline, taken after the ends
     */
    public void look(Instant at, Map<Partition, Long> ends, Map<String, Map<Partition, Standing>> standings) {
        Map<String, Map<Partition, Lag>> now = new HashMap<>();
        Map<PumpedPartition, Instant> stillHere = new HashMap<>();
        standings.forEach((pipeline, partitions) -> partitions.forEach((partition, standing) -> {
            Long end = ends.get(partition);
            if (end == null) {
                // It came here after the ends were asked for.
                return;
            }
            PumpedPartition place = new PumpedPartition(pipeline, partition);
            long waiting = standing.isKnown() ? standing.underWay() + Math.max(0, end - standing.read()) : -1;
            Instant nothingWaited = waiting == 0 ? at : nothingWaitedAt.get(place);
            if (nothingWaited != null) {
                stillHere.put(place, nothingWaited);
            }
            now.computeIfAbsent(pipeline, name -> new HashMap<>())
                    .put(partition, new Lag(standing.watermark(), end, waiting, waiting == 0 ? null : since(standing, nothingWaited)));
        }));
        nothingWaitedAt.clear();
        nothingWaitedAt.putAll(stillHere);
        lags = now;
    }

    private static Instant since(Standing standing, Instant nothingWaited) {
        if (standing.oldestUnderWay() > 0) {
            return Instant.ofEpochMilli(standing.oldestUnderWay());
        }
        if (standing.newestApplied() == 0) {
            return nothingWaited;
        }
        Instant newest = Instant.ofEpochMilli(standing.newestApplied());
        return nothingWaited == null || newest.isAfter(nothingWaited) ? newest : nothingWaited;
    }

    public Map<Partition, Lag> of(String pipeline) {
        return lags.getOrDefault(pipeline, Map.of());
    }
}
