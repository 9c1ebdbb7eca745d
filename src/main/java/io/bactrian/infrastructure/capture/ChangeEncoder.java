package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.SourceLog;
import io.bactrian.infrastructure.wire.SchemaJson;
import io.debezium.data.Envelope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Writes Debezium's records as JSON that loses nothing. One for each engine run; not for several threads. */
public final class ChangeEncoder {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String[] ORIGIN = {"gtid", "file", "pos", "row", "lsn", "txId", "ord"};

    private final String source;
    private final SourceLog kind;
    /**
     * The last delete: where a key changes, the row under the new one follows, and what did not change is only here.
     */
    private SourceRecord lastDelete;
    // Debezium keeps one Schema object for a table until a DDL changes it.
    private final Map<Schema, Table> tables = new IdentityHashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);

    private record Table(String topic, TableSchema schema, byte[] header, Field[] fields, ColumnType[] types, boolean logged) {
    }

    ChangeEncoder(String source, SourceLog kind) {
        this.source = source;
        this.kind = kind;
    }

    public static boolean isChange(SourceRecord record) {
        return record.value() != null && Envelope.isEnvelopeSchema(record.valueSchema());
    }

    /** The snapshot marker of the record's source: "true", "first", "last" … or null. */
    public static String snapshotMarker(SourceRecord record) {
        if (record.value() instanceof Struct value && value.schema().field(Envelope.FieldName.SOURCE) != null) {
            Struct origin = value.getStruct(Envelope.FieldName.SOURCE);
            String marker = origin == null || origin.schema().field("snapshot") == null ? null : origin.getString("snapshot");
            return marker == null || marker.equals("false") ? null : marker;
        }
        return null;
    }

    CapturedChange encode(SourceRecord record) {
        Struct value = (Struct) record.value();
        String operation = value.getString(Envelope.FieldName.OPERATION);
        Struct origin = value.getStruct(Envelope.FieldName.SOURCE);
        Schema rowSchema = value.schema().field(Envelope.FieldName.AFTER).schema();
        String name = tableName(origin);
        // A truncation has no key, and must not make the table one without: rows may come after it.
        Table table = operation.equals("t")
                ? describe(name, SourceCatalog.topic(source, name), rowSchema, null)
                : tables.computeIfAbsent(rowSchema,
                        schema -> describe(name, SourceCatalog.topic(source, name), schema, record.keySchema()));
        long committed = origin.getInt64("ts_ms");
        try {
            bytes.reset();
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeStringField("op", operation);
                json.writeStringField("source", source);
                json.writeStringField("table", name);
                json.writeNumberField("ts_ms", committed);
                if (snapshotMarker(record) != null) {
                    json.writeBooleanField("snapshot", true);
                }
                json.writeStringField("origin", origin(origin));
                images(json, record, table);
                json.writeEndObject();
            }
            lastDelete = operation.equals("d") ? record : null;
            byte[] change = bytes.toByteArray();
            return new CapturedChange(table.topic(), key(record, table), change, table.header(), committed, operation.equals("t"));
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
    }

    /** The table that a change is of: {@code store.orders}. */
    static String tableName(SourceRecord change) {
        return tableName(((Struct) change.value()).getStruct(Envelope.FieldName.SOURCE));
    }

    private static String tableName(Struct origin) {
        String schema = origin.schema().field("schema") == null ? null : origin.getString("schema");
        return (schema == null ? origin.getString("db") : schema) + "." + origin.getString("table");
    }

    private static String origin(Struct origin) {
        StringBuilder text = new StringBuilder(64);
        for (String name : ORIGIN) {
            Field field = origin.schema().field(name);
            Object value = field == null ? null : origin.get(field);
            if (value != null) {
                text.append(text.length() == 0 ? "" : " ").append(value);
            }
        }
        return text.toString();
    }

    private Table describe(String table, String topic, Schema schema, Schema keySchema) {
        List<Column> columns = new ArrayList<>();
        Field[] fields = schema.fields().toArray(new Field[0]);
        ColumnType[] types = new ColumnType[fields.length];
        for (int i = 0; i < fields.length; i++) {
            types[i] = kind.type(table, fields[i].name(), fields[i].schema());
            columns.add(new Column(fields[i].name(), types[i], fields[i].schema().isOptional()));
        }
        List<String> key = keySchema == null ? List.of() : keySchema.fields().stream().map(Field::name).toList();
        TableSchema described = new TableSchema(columns, key);
        return new Table(topic, described, SchemaJson.write(described), fields, types, kind.logsWholeRows(table));
    }

    private byte[] key(SourceRecord record, Table table) throws IOException {
        if (!(record.key() instanceof Struct key)) {
            return null;
        }
        bytes.reset();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            for (Field field : key.schema().fields()) {
                json.writeFieldName(field.name());
                ColumnType type = table.types()[table.schema().place(field.name())];
                SourceValues.write(json, type, field.schema(), key.get(field));
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** The row before is whole, or it is the key alone; a value that is not known is left out. */
    private void images(JsonGenerator json, SourceRecord record, Table table) throws IOException {
        Struct value = (Struct) record.value();
        Struct before = value.getStruct(Envelope.FieldName.BEFORE);
        Struct after = value.getStruct(Envelope.FieldName.AFTER);
        boolean whole = table.logged() && before != null && kind.isWhole(before);
        if (before != null || after != null && value.getString(Envelope.FieldName.OPERATION).equals("u")) {
            json.writeObjectFieldStart("before");
            image(json, before == null ? after : before, null, table, !whole);
            json.writeEndObject();
        }
        if (after != null) {
            json.writeObjectFieldStart("after");
            image(json, after, whole ? before : rowUnderItsKeyBefore(record, table), table, false);
            json.writeEndObject();
        }
    }

    private Struct rowUnderItsKeyBefore(SourceRecord record, Table table) {
        Struct value = (Struct) record.value();
        if (lastDelete == null || !table.logged() || !value.getString(Envelope.FieldName.OPERATION).equals("c")
                || !lastDelete.topic().equals(record.topic())) {
            return null;
        }
        Struct deleted = (Struct) lastDelete.value();
        Struct before = deleted.getStruct(Envelope.FieldName.BEFORE);
        return origin(deleted.getStruct(Envelope.FieldName.SOURCE)).equals(origin(value.getStruct(Envelope.FieldName.SOURCE)))
                && kind.isWhole(before) ? before : null;
    }

    private void image(JsonGenerator json, Struct row, Struct before, Table table, boolean keyOnly) throws IOException {
        Field[] fields = table.fields();
        // The image before may come with a schema object of its own; the fields' order is the same.
        for (int i = 0; i < fields.length; i++) {
            String name = fields[i].name();
            Object value = row.getWithoutDefault(name);
            if (kind.isNotSent(value)) {
                value = before == null ? value : before.getWithoutDefault(name);
            }
            if (!kind.isNotSent(value) && (!keyOnly || table.schema().key().contains(name))) {
                json.writeFieldName(name);
                SourceValues.write(json, table.types()[i], fields[i].schema(), value);
            }
        }
    }
}
