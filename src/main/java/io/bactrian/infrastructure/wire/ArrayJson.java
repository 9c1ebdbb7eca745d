package io.bactrian.infrastructure.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** The array of a column, which PostgreSQL has, as JSON; decimals as text, since they are exact. */
public final class ArrayJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ArrayJson() {
    }

    public static String write(List<?> elements) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            array(json, elements);
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return text.toString();
    }

    private static void array(JsonGenerator json, List<?> elements) throws IOException {
        json.writeStartArray();
        for (Object element : elements) {
            element(json, element);
        }
        json.writeEndArray();
    }

    private static void element(JsonGenerator json, Object element) throws IOException {
        if (element == null) {
            json.writeNull();
        } else if (element instanceof List<?> list) {
            array(json, list);
        } else if (element instanceof Object[] list) {
            array(json, Arrays.asList(list));
        } else if (element instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (element instanceof Float number) {
            json.writeNumber(number);
        } else if (element instanceof Double number) {
            json.writeNumber(number);
        } else if (element instanceof BigDecimal number) {
            json.writeString(number.toPlainString());
        } else if (element instanceof Number number) {
            json.writeNumber(number.longValue());
        } else {
            json.writeString(element.toString());
        }
    }
}
