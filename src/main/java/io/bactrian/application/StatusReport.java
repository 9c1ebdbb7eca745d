package io.bactrian.application;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a running instance knows of itself at one moment. The names are those of {@code /api/status}: a contract.
 *
 * @param live false when only a restart of the process helps
 * @param ready whether everything is up
 * @param needs what a person should look at; empty when all is well
 * @param lastErrors the last trouble of each part, the newest first; also of parts that are up again
 */
public record StatusReport(Instance instance, Instant at, boolean live, boolean ready, List<Lifeless> lifeless, List<Need> needs,
        List<Part> parts, List<Server> servers,
        List<Capture> captures, List<Pipeline> pipelines, List<LastError> lastErrors) {

    /** @param url where it listens; empty when it does not yet */
    public record Instance(String version, long pid, Instant startedAt, String url) {
    }

    /** A part whose thread does not get on; only a restart of the process helps. */
    public record Lifeless(String part, String reason) {
    }

    /** @param what the parts that it is about */
    public record Need(String what, String why) {
    }

    /**
     * @param reason why it is not up; empty when it is @param since when its state began; null when it has not said one
     * yet
     */
    public record Part(String name, boolean up, String reason, Instant since) {
    }

    /**
     * @param reason why there is no newer answer; empty when there is one @param answeredAt null when it never answered
     */
    public record Server(String name, boolean answers, String reason, Instant answeredAt) {
    }

    /**
     * @param newestCommit when the newest change in Kafka was committed in the source @param heardAt when the source's
     * log last gave a sign of life @param rereads tables that are not current until they have been read again
     */
    public record Capture(String source, boolean up, boolean snapshot, long changes, double changesPerSecond, long batches, long restarts,
            Instant newestCommit, Instant heardAt, List<TableReread> rereads) {
        public Capture {
            rereads = rereads == null ? List.of() : List.copyOf(rereads);
        }
    }

    /**
     * @param since when it was asked for @param rows so far @param ofAbout how many rows the table has, as far as the
     * source knows @param secondsLeft null while nobody can tell
     */
    public record TableReread(String table, String reason, Instant since, long rows, long ofAbout, double rowsPerSecond,
            Double secondsLeft) {
    }

    /**
     * @param sinceStart new ones of this process @param open all that nobody has settled; null when the warehouse has
     * not been asked yet
     */
    public record Letters(Long open, long sinceStart) {
    }

    public record Pipeline(String pipeline, boolean up, Lag lag, long changes, double changesPerSecond, long rows, double rowsPerSecond,
            long filtered,
            long batches, long retries, long rewinds, long lookupMisses, Letters deadLetters, Instant newestCommit, List<Table> tables) {
    }

    /**
     * @param changes that are in Kafka and not in the warehouse, at most; of the partitions that this process owns
     * @param seconds that the oldest of them has waited, at most; null when nobody knows
     * @param unknownPartitions whose watermark the warehouse has not said: what waits in them is not in {@code changes}
     * @param asOf when Kafka was asked; null when it has not answered yet
     */
    public record Lag(long changes, Double seconds, int unknownPartitions, Instant asOf) {
    }

    /** @param partitions those that this process owns */
    public record Table(String topic, Lag lag, long changes, List<String> routes, Map<Integer, PartitionProgress> partitions) {
    }

    /**
     * @param watermark the next offset to be applied; -1 when the warehouse has not said it @param end of the partition
     */
    public record PartitionProgress(long watermark, long end) {
    }

    /** @param until null while it lasts */
    public record LastError(String part, String reason, Instant since, Instant until) {
    }

    public boolean isWell() {
        return live && ready && needs.isEmpty();
    }
}
