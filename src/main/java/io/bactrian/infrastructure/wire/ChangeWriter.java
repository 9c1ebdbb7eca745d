package io.bactrian.infrastructure.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bactrian.domain.Change;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Writes changes in the form that {@link ChangeJson} reads. */
public final class ChangeWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private ChangeWriter() {
    }

    /** @param table what the change is of to whoever reads it */
    public static byte[] value(Change change, String table) {
        return bytes(json -> {
            json.writeStartObject();
            json.writeStringField("op", String.valueOf(change.operation().letter()));
            json.writeStringField("source", change.source());
            json.writeStringField("table", table);
            json.writeNumberField("ts_ms", change.committedAt().toEpochMilli());
            if (change.snapshot()) {
                json.writeBooleanField("snapshot", true);
            }
            if (change.again()) {
                json.writeBooleanField("again", true);
            }
            if (change.operation() == Operation.SWEEP) {
                json.writeNumberField("older", change.older());
            }
            json.writeStringField("origin", change.origin());
            image(json, "before", change.before());
            image(json, "after", change.after());
            json.writeEndObject();
        });
    }

    /** @return null where no columns tell rows apart */
    public static byte[] key(Image row, List<String> columns) {
        return columns.isEmpty() ? null : bytes(json -> {
            json.writeStartObject();
            for (String column : columns) {
                json.writeFieldName(column);
                value(json, row.schema().column(row.schema().place(column)).type(), row.get(column));
            }
            json.writeEndObject();
        });
    }

    private interface Text {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] bytes(Text text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            text.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void image(JsonGenerator json, String name, Image image) throws IOException {
        if (image == null) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (int i = 0; i < image.size(); i++) {
            // What the source did not send is not there, so that nobody takes it for NULL.
            if (image.knows(i)) {
                json.writeFieldName(image.schema().column(i).name());
                value(json, image.schema().column(i).type(), image.value(i));
            }
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, ColumnType type, Object value) throws IOException {
        if (value == null) {
            json.writeNull();
            return;
        }
        switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, BITS, YEAR -> {
                if (value instanceof BigInteger big) {
                    json.writeNumber(big);
                } else {
                    json.writeNumber(((Number) value).longValue());
                }
            }
            // PostgreSQL's NaN and infinity are no numbers.
            case DECIMAL -> json.writeString(value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString());
            case FLOAT -> json.writeNumber(((Number) value).floatValue());
            case DOUBLE -> json.writeNumber(((Number) value).doubleValue());
            case BYTES, BLOB, GEOMETRY -> json.writeBinary((byte[]) value);
            case STRING, TEXT, DATE, TIME, DATETIME, INSTANT, JSON -> json.writeString(value.toString());
        }
    }
}
