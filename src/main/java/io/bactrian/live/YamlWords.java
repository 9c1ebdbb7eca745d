package io.bactrian.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;

/**
 * The keys that Camel's YAML has anywhere, and at its top, from the schema that Camel brings. Read once somebody has
 * mistyped one.
 */
final class YamlWords {

    private static JsonNode schema;

    private YamlWords() {
    }

    private static synchronized JsonNode schema() {
        if (schema == null) {
            try (InputStream in = YamlRoutesBuilderLoader.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
                schema = new ObjectMapper().readTree(in);
            } catch (IOException e) {
                throw new UncheckedIOException("the schema of Camel's YAML cannot be read", e);
            }
        }
        return schema;
    }

    static Set<String> all() {
        Set<String> words = new TreeSet<>();
        schema().findValues("properties").forEach(properties -> properties.fieldNames().forEachRemaining(words::add));
        return words;
    }

    static Set<String> top() {
        Set<String> words = new TreeSet<>();
        schema().path("items").path("properties").fieldNames().forEachRemaining(words::add);
        return words;
    }
}
