package io.bactrian.infrastructure.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table's columns as they travel with each change, in a header:
 * {@code {"columns":[["id","uint64"],["name","string(255)","null"]],"key":["id"]}}. With it a change can be read,
 * replayed and made a table of without asking anybody.
 */
public final class SchemaJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SchemaJson() {
    }

    public static byte[] write(TableSchema schema) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("columns");
            for (Column column : schema.columns()) {
                json.writeStartArray();
                json.writeString(column.name());
                json.writeString(column.type().toString());
                if (column.nullable()) {
                    json.writeString("null");
                }
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("key");
            for (String name : schema.key()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when these bytes are no schema */
    public static TableSchema read(byte[] bytes) throws IOException {
        JsonNode root = MAPPER.readTree(bytes);
        if (root == null || !root.path("columns").isArray() || !root.path("key").isArray()) {
            throw new IOException("expected {\"columns\":[…],\"key\":[…]}");
        }
        List<Column> columns = new ArrayList<>();
        for (JsonNode column : root.get("columns")) {
            columns.add(
                    new Column(column.path(0).asText(), ColumnType.parse(column.path(1).asText()), column.path(2).asText().equals("null")));
        }
        List<String> key = new ArrayList<>();
        root.get("key").forEach(name -> key.add(name.asText()));
        return new TableSchema(columns, key);
    }
}
