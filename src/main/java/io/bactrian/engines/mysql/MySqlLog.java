package io.bactrian.engines.mysql;

import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.SourceLog;
import io.bactrian.infrastructure.capture.ChangeEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;

/** MySQL's binlog: each record's offset is a place to begin from, and rows are whole. */
public final class MySqlLog implements SourceLog {

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
    }

    @Override
    public void prepare(Properties run, Map<String, String> offsets) {
        // The connector looks itself whether the binlog still has the offset.
    }

    @Override
    public CaptureProgress progress(Map<String, String> offsets) {
        Map<Map<String, ?>, Map<String, ?>> last = new LinkedHashMap<>();
        return new CaptureProgress() {
            @Override
            public boolean isNew(SourceRecord record) {
                last.put(record.sourcePartition(), record.sourceOffset());
                return true;
            }

            @Override
            public boolean beginsSnapshot(SourceRecord first) {
                return ChangeEncoder.snapshotMarker(first) != null;
            }

            @Override
            public Map<Map<String, ?>, Map<String, ?>> offsets() {
                return last;
            }
        };
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
