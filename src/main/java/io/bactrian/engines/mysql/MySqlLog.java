package io.bactrian.engines.mysql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.SourceLog;
import io.bactrian.engines.TableReader;
import io.bactrian.infrastructure.capture.ChangeEncoder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** MySQL's binlog: each record's offset is a place to begin from, and rows are whole. */
public final class MySqlLog implements SourceLog {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Properties engine;

    public MySqlLog(Properties engine) {
        this.engine = engine;
    }

    @Override
    public void complete(Properties properties) {
        properties.setProperty("include.schema.changes", "true"); // the first record of a snapshot, even of empty
                                                                  // tables
        properties.setProperty("decimal.handling.mode", "precise");
        properties.setProperty("bigint.unsigned.handling.mode", "precise");
        // A snapshot reads TIMESTAMP columns as text in the session's time zone. In the server's own, the default,
        // autumn's repeated hour
        // is ambiguous, and a zone that the driver does not know ends the capture.
        properties.setProperty("driver.connectionTimeZone", "UTC");
        properties.setProperty("driver.forceConnectionTimeZoneToSession", "true");
        // How far an idle log has been read, only a heartbeat tells, and re-reads wait for it. The server beats in four
        // fifths of
        // this interval. The connector's own watch of the connection goes by the same interval, and takes a busy
        // machine for a
        // lost connection; the capture watches instead.
        properties.setProperty("connect.keep.alive", "false");
        properties.setProperty("connect.keep.alive.interval.ms", "1250");
        if ("0".equals(properties.getProperty("heartbeat.interval.ms", "0"))) {
            properties.setProperty("heartbeat.interval.ms", "1000");
        }
    }

    @Override
    public void prepare(Properties run, Map<String, String> offsets) {
        // The connector looks itself whether the binlog still has the offset.
    }

    @Override
    public CaptureProgress progress(Map<String, String> offsets) {
        Map<Map<String, ?>, Map<String, ?>> last = new LinkedHashMap<>();
        return new CaptureProgress() {
            /** By the server that it came from. */
            private final Map<String, String> gtids = new LinkedHashMap<>();

            @Override
            public boolean isNew(SourceRecord record) {
                last.put(record.sourcePartition(), record.sourceOffset());
                String gtid = ChangeEncoder.isChange(record) ? gtid((Struct) record.value()) : null;
                if (gtid != null) {
                    gtids.put(gtid.substring(0, gtid.lastIndexOf(':')), gtid);
                }
                return true;
            }

            @Override
            public boolean beginsSnapshot(SourceRecord first) {
                return ChangeEncoder.snapshotMarker(first) != null;
            }

            /** They are committed in the order in which they are logged. Without GTIDs nobody can tell. */
            @Override
            public String taken() {
                return String.join(",", gtids.values());
            }

            @Override
            public boolean isPastSnapshot() {
                Map<String, ?> offset = last.isEmpty() ? offset(offsets) : last.values().iterator().next();
                return offset != null && !offset.containsKey("snapshot");
            }

            @Override
            public boolean hasReached(String position) {
                MySqlLogPosition wanted = MySqlLogPosition.parse(position);
                Map<String, ?> offset = last.isEmpty() ? offset(offsets) : last.values().iterator().next();
                MySqlLogPosition here = offset == null ? null : MySqlLogPosition.of(offset);
                return here != null && here.compareTo(wanted) >= 0;
            }

            /** A transaction lies before the position or behind it as a whole; its records have its beginning. */
            @Override
            public boolean isCovered(SourceRecord change, String boundary) {
                MySqlLogPosition here = MySqlLogPosition.of(change.sourceOffset());
                return here != null && here.compareTo(MySqlLogPosition.parse(boundary)) < 0;
            }

            @Override
            public boolean isBehind(String boundary) {
                return hasReached(boundary);
            }

            @Override
            public Map<Map<String, ?>, Map<String, ?>> offsets() {
                return last;
            }
        };
    }

    private static String gtid(Struct change) {
        Struct origin = change.getStruct("source");
        return origin.schema().field("gtid") == null ? null : origin.getString("gtid");
    }

    private static Map<String, ?> offset(Map<String, String> offsets) {
        try {
            return offsets.isEmpty()
                    ? null
                    : JSON.readValue(offsets.values().iterator().next(), new TypeReference<Map<String, Object>>() {
                    });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the offsets in Kafka are not JSON: " + offsets, e);
        }
    }

    @Override
    public boolean isLogGone(String failure) {
        return failure.contains("no longer available on the server") || failure.contains("Could not find first log file name")
                || failure.contains("purged required binary logs") || failure.contains("purged binary logs containing GTIDs");
    }

    /** It beats each second. */
    @Override
    public Optional<Duration> longestSilence() {
        return Optional.of(Duration.ofSeconds(60));
    }

    @Override
    public List<SchemaEvent> schemaEvents(SourceRecord record) {
        return MySqlSchemaEvents.of(record);
    }

    @Override
    public TableReader reader() {
        return new MySqlTableReader(engine);
    }

    @Override
    public ColumnType type(String table, String column, Schema schema) {
        return MySqlLogTypes.of(table, column, schema);
    }

    @Override
    public boolean isNotSent(Object value) {
        return false;
    }

    @Override
    public boolean logsWholeRows(String table) {
        return true;
    }

    @Override
    public void watch(String source, Health health) {
        // How long the binlog is kept, bactrian check tells.
    }
}
