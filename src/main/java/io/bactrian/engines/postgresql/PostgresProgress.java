package io.bactrian.engines.postgresql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.infrastructure.capture.ChangeEncoder;
import io.debezium.DebeziumException;
import io.debezium.data.Envelope;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * PostgreSQL's log is read by transactions, and within one there is no place to begin from: many rows may have one LSN
 * (those of a COPY, say), of which Debezium, when it begins again, leaves out all or none. So the offset that is kept
 * is always the end of the last transaction that is whole, with how far the next one has come: its number, the last
 * LSN, and how many changes at that LSN. PostgreSQL sends that transaction again from its beginning, in the same order,
 * and what Kafka has of it is passed over.
 */
public final class PostgresProgress implements CaptureProgress {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final String COMMIT = "lsn_commit";
    private static final String TRANSACTION = "bactrian_tx";
    private static final String LSN = "bactrian_lsn";
    private static final String COUNT = "bactrian_count";

    /** A place within a transaction. */
    private record LogPosition(long transaction, long lsn, long count) {
    }

    private final boolean snapshotIsDone;
    /** The LSN of the newest record, be it a change, a message or a heartbeat. */
    private long heard;
    private long newest = -1;
    private Map<String, ?> partition;
    /** The end of the last whole transaction, or the last record of a snapshot. */
    private Map<String, Object> base;
    /** What Kafka has of the transaction that was under way; null once it is passed. */
    private LogPosition written;
    /** How far the transaction under way has come; null when nothing of it has. */
    private LogPosition now;

    PostgresProgress(Map<String, String> offsets) {
        snapshotIsDone = isSnapshotDone(offsets);
        try {
            for (Map.Entry<String, String> entry : offsets.entrySet()) {
                partition = map(JSON.readTree(entry.getKey()));
                base = map(JSON.readTree(entry.getValue()));
                heard = base.get(COMMIT) == null ? 0 : number(base.get(COMMIT));
                if (base.get(TRANSACTION) != null) {
                    written = new LogPosition(number(base.remove(TRANSACTION)), number(base.remove(LSN)), number(base.remove(COUNT)));
                }
            }
        } catch (IOException e) {
            throw new DebeziumException("the offsets in Kafka are not JSON", e);
        }
    }

    /** Whether the log goes on after a snapshot; else one is to be taken, or taken anew. */
    static boolean isSnapshotDone(Map<String, String> offsets) {
        try {
            for (String offset : offsets.values()) {
                JsonNode json = JSON.readTree(offset);
                if (json.path("snapshot").isMissingNode() || json.path("last_snapshot_record").asBoolean()
                        || json.path("snapshot_completed").asBoolean()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new DebeziumException("the offsets in Kafka are not JSON", e);
        }
    }

    /** Up to where Kafka has everything. */
    static long lsn(String offset) {
        try {
            JsonNode json = JSON.readTree(offset);
            return json.path(COMMIT).isMissingNode() ? json.path("lsn").asLong() : json.path(COMMIT).asLong();
        } catch (IOException e) {
            throw new DebeziumException("the offsets in Kafka are not JSON", e);
        }
    }

    private static Map<String, Object> map(JsonNode json) {
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(field -> map.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
        return map;
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    @Override
    public boolean beginsSnapshot(SourceRecord first) {
        // Of empty tables a snapshot has no record that could tell.
        return !snapshotIsDone;
    }

    @Override
    public boolean isNew(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        partition = record.sourcePartition();
        if (offset.get("lsn") != null) {
            heard = Math.max(heard, number(offset.get("lsn")));
        }
        if (ChangeEncoder.snapshotMarker(record) != null || base == null) {
            base = new HashMap<>(offset);
            now = null;
            written = null;
            return true;
        }
        if (offset.get(COMMIT) != null && (base.get(COMMIT) == null || number(offset.get(COMMIT)) != number(base.get(COMMIT)))) {
            if (written != null && !written.equals(now)) {
                throw elsewhere(offset);
            }
            written = null;
            base = endOf(offset);
            now = null;
        }
        return !ChangeEncoder.isChange(record) || isNew(((Struct) record.value()).getStruct(Envelope.FieldName.SOURCE), offset);
    }

    /** As Debezium itself writes it between two transactions. */
    private static Map<String, Object> endOf(Map<String, ?> offset) {
        Map<String, Object> end = new HashMap<>();
        end.put("lsn", offset.get(COMMIT));
        end.put("lsn_proc", offset.get(COMMIT));
        end.put(COMMIT, offset.get(COMMIT));
        end.put("messageType", "COMMIT");
        end.put("ts_usec", offset.get("ts_usec"));
        return end;
    }

    private boolean isNew(Struct origin, Map<String, ?> offset) {
        long transaction = origin.getInt64("txId");
        newest = transaction;
        long lsn = origin.getInt64("lsn");
        now = now != null && now.transaction() == transaction && now.lsn() == lsn
                ? new LogPosition(transaction, lsn, now.count() + 1)
                : new LogPosition(transaction, lsn, 1);
        if (written == null) {
            return true;
        }
        if (written.transaction() != transaction) {
            throw elsewhere(offset);
        }
        if (lsn < written.lsn() || lsn == written.lsn() && now.count() <= written.count()) {
            return false;
        }
        written = null;
        return true;
    }

    private DebeziumException elsewhere(Map<String, ?> offset) {
        return new DebeziumException("the log goes on at " + offset + "; expected was transaction " + written.transaction()
                + ", of which Kafka has the changes up to LSN " + written.lsn() + ". Going on could lose or repeat changes. "
                + "Was the replication slot moved by somebody else? Run: bactrian reread --everything, with the name of the source");
    }

    private static boolean isLast(Map<String, ?> offset, String what) {
        return Boolean.TRUE.equals(offset.get(what));
    }

    @Override
    public boolean isPastSnapshot() {
        return base == null
                ? snapshotIsDone
                : !base.containsKey("snapshot") || isLast(base, "last_snapshot_record")
                        || isLast(base, "snapshot_completed");
    }

    @Override
    public boolean isCovered(SourceRecord change, String boundary) {
        Long transaction = ((Struct) change.value()).getStruct(Envelope.FieldName.SOURCE).getInt64("txId");
        return transaction != null && sees(boundary.substring(0, boundary.indexOf(' ')), transaction);
    }

    /** The transaction of the newest change: they come in the order of their commits. */
    @Override
    public String taken() {
        return newest < 0 ? "" : Long.toString(newest);
    }

    /** Numbers of transactions go round after four billions; the snapshot's do not. */
    static boolean sees(String snapshot, long transaction) {
        String[] parts = snapshot.split(":", -1);
        int number = (int) transaction;
        if (number - (int) Long.parseLong(parts[0]) < 0) {
            return true;
        }
        if (number - (int) Long.parseLong(parts[1]) >= 0) {
            return false;
        }
        for (String running : parts[2].split(",")) {
            if (!running.isEmpty() && (int) Long.parseLong(running) == number) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isBehind(String boundary) {
        return hasReached(boundary.substring(boundary.indexOf(' ') + 1));
    }

    @Override
    public boolean hasReached(String position) {
        return heard >= Long.parseLong(position);
    }

    @Override
    public Map<Map<String, ?>, Map<String, ?>> offsets() {
        if (base == null) {
            return Map.of();
        }
        Map<String, Object> offset = new HashMap<>(base);
        // While changes are passed over, Kafka still has more of the transaction than has come by.
        LogPosition place = written != null ? written : now;
        if (place != null) {
            offset.put(TRANSACTION, place.transaction());
            offset.put(LSN, place.lsn());
            offset.put(COUNT, place.count());
        }
        return Map.of(partition, offset);
    }
}
