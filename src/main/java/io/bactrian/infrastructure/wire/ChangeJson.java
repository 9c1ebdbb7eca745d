package io.bactrian.infrastructure.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bactrian.application.ChangeReader;
import io.bactrian.application.Delivery;
import io.bactrian.application.UnreadableChangeException;
import io.bactrian.domain.Change;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.TableSchema;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads changes as capture writes them: {@code {"op":"u","ts_ms":…,"source":{…},"before":{…},"after":{…}}}, values
 * exact (decimals as text, times as ISO text, bytes as Base64). Reads as a stream: a tree of a million rows would be
 * most of the work.
 */
public final class ChangeJson implements ChangeReader {

    /** The header that carries the table's columns. */
    public static final String SCHEMA_HEADER = "bactrian.schema";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int SCHEMAS_REMEMBERED = 10_000;

    /** One per thread: a table's schema is the same bytes a million times over, one comparison finds it. */
    private final ThreadLocal<Map<String, Known>> last = ThreadLocal.withInitial(HashMap::new);
    private final Map<String, TableSchema> schemas = new HashMap<>();

    private record Known(byte[] bytes, TableSchema schema) {
    }

    @Override
    public Change read(Delivery delivery) {
        if (delivery.value() == null) {
            throw unreadable(delivery, "it has no value (a tombstone); Bactrian writes none", null);
        }
        try {
            return parse(delivery);
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(delivery, e.getMessage(), e);
        }
    }

    private static UnreadableChangeException unreadable(Delivery delivery, String why, Exception cause) {
        return new UnreadableChangeException("the record " + delivery.position() + " is no change: " + firstLine(why)
                + "; it begins " + beginning(delivery.value()), cause);
    }

    private static String firstLine(String text) {
        int end = text == null ? -1 : text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static String beginning(byte[] value) {
        return value == null
                ? "with nothing"
                : "'" + new String(value, 0, Math.min(60, value.length), StandardCharsets.UTF_8)
                        .replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private Change parse(Delivery delivery) throws IOException {
        String source = null;
        String table = null;
        Operation operation = null;
        Image before = null;
        Image after = null;
        long committed = -1;
        boolean snapshot = false;
        boolean again = false;
        long older = delivery.position().offset();
        String origin = "";
        try (JsonParser json = JSON.createParser(delivery.value())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken token = json.nextToken();
                switch (field) {
                    case "op" -> operation = Operation.of(text(json, token));
                    case "source" -> source = text(json, token);
                    case "table" -> table = text(json, token);
                    case "ts_ms" -> committed = whole(json, token).getLongValue();
                    case "snapshot" -> snapshot = json.getBooleanValue();
                    case "again" -> again = json.getBooleanValue();
                    case "older" -> older = whole(json, token).getLongValue();
                    case "origin" -> origin = text(json, token);
                    case "before" -> before = token == JsonToken.VALUE_NULL ? null : image(json, schema(delivery));
                    case "after" -> after = token == JsonToken.VALUE_NULL ? null : image(json, schema(delivery));
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new IOException("expected nothing after the change, found " + json.currentToken());
            }
        }
        if (operation == null || table == null || source == null || committed < 0) {
            throw new IOException("expected the fields op, source, table and ts_ms");
        }
        return new Change(source, table, operation, before, after, delivery.position(), origin, Instant.ofEpochMilli(committed), snapshot,
                again, older);
    }

    private TableSchema schema(Delivery delivery) throws IOException {
        byte[] bytes = delivery.schema();
        if (bytes == null) {
            throw new IOException("expected the header " + SCHEMA_HEADER);
        }
        Map<String, Known> mine = last.get();
        Known known = mine.get(delivery.position().topic());
        if (known == null || !Arrays.equals(known.bytes(), bytes)) {
            known = new Known(bytes, shared(bytes));
            mine.put(delivery.position().topic(), known);
        }
        return known.schema();
    }

    /** One instance for equal schemas, whichever thread reads them: caches further on go by identity. */
    private synchronized TableSchema shared(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        TableSchema schema = schemas.get(text);
        if (schema == null) {
            schema = SchemaJson.read(bytes);
            if (schemas.size() >= SCHEMAS_REMEMBERED) {
                schemas.clear();
            }
            schemas.put(text, schema);
        }
        return schema;
    }

    /** Values of some columns as {@link ChangeWriter#key} writes them; the others are not known. */
    public static Image image(byte[] bytes, TableSchema schema) {
        try (JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            return image(json, schema);
        } catch (IOException e) {
            throw new IllegalArgumentException("'" + new String(bytes, StandardCharsets.UTF_8) + "' are no values of " + schema, e);
        }
    }

    private static Image image(JsonParser json, TableSchema schema) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("expected an object of columns, found " + json.currentToken());
        }
        // What is not there was not sent: that is not NULL.
        Object[] values = new Object[schema.size()];
        Arrays.fill(values, Image.UNKNOWN);
        int expected = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            int place = expected < values.length && schema.column(expected).name().equals(name) ? expected : schema.place(name);
            if (place < 0) {
                throw new IOException("column '" + name + "' is not in the schema of the change, which has " + schema);
            }
            JsonToken token = json.nextToken();
            values[place] = token == JsonToken.VALUE_NULL ? null : value(json, token, schema.column(place).type());
            expected = place + 1;
        }
        return new Image(schema, values);
    }

    private static Object value(JsonParser json, JsonToken token, ColumnType type) throws IOException {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> whole(json, token).getLongValue();
            case UINT64, BITS -> {
                BigInteger value = whole(json, token).getBigIntegerValue();
                yield value.bitLength() < 64 ? (Object) value.longValue() : value;
            }
            case DECIMAL -> decimal(json, text(json, token));
            case FLOAT -> (float) finite(json, number(json, token).getFloatValue());
            case DOUBLE -> finite(json, number(json, token).getDoubleValue());
            case BYTES, BLOB, GEOMETRY -> json.getBinaryValue();
            case STRING, TEXT, DATE, TIME, DATETIME, INSTANT, JSON -> text(json, token);
        };
    }

    private static JsonParser number(JsonParser json, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            throw new IOException(
                    "column '" + json.currentName() + "' is " + json.getText() + ", which is no number that a warehouse holds. "
                            + "Change the row in the source, then discard this");
        }
        return json;
    }

    /** Asked for an integer, Jackson would cut a fraction off. */
    private static JsonParser whole(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw new IOException("expected a whole number, found " + token);
        }
        return json;
    }

    private static java.math.BigDecimal decimal(JsonParser json, String text) throws IOException {
        try {
            return new java.math.BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IOException("column '" + json.currentName() + "' is " + text
                    + ", which is no decimal number; no decimal column of a warehouse holds it. "
                    + "Change the row in the source, then discard this");
        }
    }

    private static double finite(JsonParser json, double value) throws IOException {
        if (!Double.isFinite(value)) {
            throw new IOException("the number " + json.getText() + " is beyond its column's range");
        }
        return value;
    }

    private static String text(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw new IOException("expected text, found " + token);
        }
        return json.getText();
    }
}
