package io.bactrian.infrastructure.capture;

import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.infrastructure.wire.ChangeWriter;
import io.bactrian.infrastructure.wire.SchemaJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes rows that were read beside the log as the log's own records are written. */
final class RereadRows {

    private final String source;
    private final String table;
    private final String topic;
    private final TableSchema schema;
    private final byte[] header;
    private final Position nowhere;
    private final boolean first;

    /** Of a table that was read before. */
    RereadRows(String source, String table, String topic, TableSchema schema) {
        this(source, table, topic, schema, false);
    }

    private RereadRows(String source, String table, String topic, TableSchema schema, boolean first) {
        this.source = source;
        this.table = table;
        this.topic = topic;
        this.schema = schema;
        this.header = SchemaJson.write(schema);
        this.nowhere = new Position(topic, 0, 0);
        this.first = first;
    }

    /** Of one that never was. */
    static RereadRows first(String source, String table, String topic, TableSchema schema) {
        return new RereadRows(source, table, topic, schema, true);
    }

    List<CapturedChange> changes(List<Image> rows) {
        Instant now = Instant.now();
        List<CapturedChange> changes = new ArrayList<>(rows.size());
        for (Image row : rows) {
            Change change = new Change(source, table, Operation.READ, null, row, nowhere, first ? "first read" : "read again", now, first,
                    !first, 0);
            changes.add(new CapturedChange(topic, ChangeWriter.key(row, schema.key()), ChangeWriter.value(change, table), header,
                    now.toEpochMilli(), false));
        }
        return changes;
    }

    /** What was written of an earlier look goes: this one begins from the beginning. */
    CapturedChange withdrawal() {
        Instant now = Instant.now();
        return new CapturedChange(topic, null,
                ChangeWriter.value(new Change(source, table, Operation.TRUNCATE, null, null, nowhere, "first read", now, true), table),
                new byte[0], now.toEpochMilli(), true);
    }

    /** The row of a key, as far as the key tells it. */
    Image row(byte[] key) {
        return ChangeJson.image(key, schema);
    }

    static byte[] sweep(String source, String table, long older, long now) {
        return ChangeWriter.value(new Change(source, table, Operation.SWEEP, null, null, new Position(table, 0, 0), "read again",
                Instant.ofEpochMilli(now), false, true, older), table);
    }
}
