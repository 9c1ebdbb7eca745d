package io.bactrian.routes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bactrian.domain.Change;
import io.bactrian.domain.Explosion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/** What the kamelet {@code explode} does: the body becomes a list of changes, one for each element of a JSON array. */
public final class ExplodeKamelet extends KameletStep {

    // A number stays what it says: no digit of a price is lost on the way through a double.
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build().readerFor(JsonNode.class);

    private String column;
    private String at;
    private JsonPointer pointer = JsonPointer.empty();
    private String as;
    private String number = "place";
    private String type = "string(255)";
    private Explosion explosion;
    private boolean json;

    public ExplodeKamelet() {
        super("explode");
    }

    @Override
    protected void prepare() {
        if (column == null || column.isBlank()) {
            throw wrong("column", column, "the name of the column that holds the array");
        }
        if (at != null && !at.isBlank()) {
            try {
                pointer = JsonPointer.compile(at.strip());
            } catch (IllegalArgumentException e) {
                throw wrong("at", at, "a JSON pointer, such as /languages");
            }
        }
        json = type.strip().equalsIgnoreCase("json");
        explosion = new Explosion(column.strip(), number.strip(), type, this::elements);
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        return explosion.apply(change);
    }

    private List<Map<String, Object>> elements(Object text) {
        JsonNode array;
        try {
            array = text instanceof byte[] bytes ? JSON.readTree(bytes) : JSON.readTree(text.toString());
        } catch (JsonProcessingException e) {
            // Without its cause, whose message has nothing more but whole pieces of the document.
            throw new IllegalArgumentException("it is no JSON (" + e.getOriginalMessage() + "); expected a JSON array");
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
        array = array.at(pointer);
        if (array.isNull() || array.isMissingNode()) {
            return List.of();
        }
        if (!array.isArray()) {
            throw new IllegalArgumentException(
                    "it holds " + described(array) + (at == null ? "" : " at " + at) + "; expected a JSON array");
        }
        List<Map<String, Object>> elements = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            elements.add(as != null ? Collections.singletonMap(as.strip(), plain(element)) : fields(element, elements.size() + 1));
        }
        return elements;
    }

    private Map<String, Object> fields(JsonNode element, int place) {
        if (element.isNull()) {
            return Map.of();
        }
        if (!element.isObject()) {
            throw new IllegalArgumentException("its element " + place + " is " + described(element)
                    + "; expected an object, whose fields become columns. Give the elements one column with as=<name>");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        element.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
        return fields;
    }

    /** What is not plain stays JSON. */
    private Object plain(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (json || value.isContainerNode()) {
            return value.toString();
        }
        return value.isNumber() ? value.decimalValue() : value.isBoolean() ? (Object) value.booleanValue() : value.textValue();
    }

    private static String described(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case STRING, BINARY -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL, MISSING -> "null";
        };
    }

    public void setColumn(String column) {
        this.column = column;
    }

    public void setAt(String at) {
        this.at = at;
    }

    public void setAs(String as) {
        this.as = as;
    }

    public void setNumber(String number) {
        this.number = number;
    }

    public void setType(String type) {
        this.type = type;
    }
}
