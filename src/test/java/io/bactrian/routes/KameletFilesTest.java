package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The kamelets' files as tools read them: the shape of Camel's Kamelet, everything titled, described and typed. */
class KameletFilesTest {

    static final List<String> KAMELETS = List.of("drop-columns", "explode", "keep-columns", "lookup", "mask", "only-if", "rename",
            "set-column");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\??)([\\w-]+)}}");

    @Test
    void allOfThemAreNamedHere() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes/kamelets"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(KAMELETS.stream().map(name -> name + ".kamelet.yaml").toList());
        }
    }

    @ParameterizedTest
    @FieldSource("KAMELETS")
    void hasTheShapeOfAKamelet(String name) throws IOException {
        Map<String, Object> kamelet = read(name);

        assertThat(kamelet).containsOnlyKeys("apiVersion", "kind", "metadata", "spec").containsEntry("apiVersion", "camel.apache.org/v1")
                .containsEntry("kind", "Kamelet");
        assertThat(in(kamelet, "metadata")).containsEntry("name", name).containsEntry("labels",
                Map.of("camel.apache.org/kamelet.type", "action"));
        assertThat(in(kamelet, "spec")).containsOnlyKeys("definition", "dependencies", "template").containsEntry("dependencies",
                List.of("camel:core", "camel:kamelet"));
        assertThat(in(kamelet, "spec", "definition")).containsOnlyKeys("title", "description", "type", "required", "properties")
                .containsEntry("type", "object");
        assertThat(in(kamelet, "spec", "template", "from")).containsEntry("uri", "kamelet:source");
    }

    @ParameterizedTest
    @FieldSource("KAMELETS")
    @SuppressWarnings("unchecked")
    void titlesDescribesAndTypesEveryParameter(String name) throws IOException {
        Map<String, Object> definition = in(read(name), "spec", "definition");

        assertThat(definition.get("title").toString()).matches("[A-Z].*[^.]");
        assertThat(definition.get("description").toString()).matches("[A-Z].*\\.");
        in(definition, "properties").keySet().forEach(parameter -> {
            Map<String, Object> described = in(definition, "properties", parameter);
            assertThat(described).as(parameter).containsEntry("type", "string");
            assertThat(described.get("title").toString()).as(parameter).matches("[A-Z].*[^.]");
            assertThat(described.get("description").toString()).as(parameter).endsWith(".");
            assertThat(described.keySet()).as(parameter + " shows how it may look").containsAnyOf("default", "example");
            if (described.containsKey("enum")) {
                assertThat((List<Object>) described.get("enum")).as(parameter).contains(described.get("default")).doesNotHaveDuplicates();
            }
        });
    }

    @ParameterizedTest
    @FieldSource("KAMELETS")
    @SuppressWarnings("unchecked")
    void usesEveryParameterAndNoOther(String name) throws IOException {
        Map<String, Object> spec = in(read(name), "spec");
        Map<String, Object> parameters = in(spec, "definition", "properties");
        List<String> required = (List<String>) in(spec, "definition").get("required");
        Map<String, Boolean> expected = new LinkedHashMap<>();
        parameters.keySet().forEach(parameter -> expected.put(parameter,
                !required.contains(parameter) && !in(parameters, parameter).containsKey("default")));

        Map<String, Boolean> used = new LinkedHashMap<>();
        Matcher found = PLACEHOLDER.matcher(spec.get("template").toString());
        while (found.find()) {
            used.put(found.group(2), !found.group(1).isEmpty());
        }
        assertThat(used.remove("step")).as("the step that the template makes").isFalse();
        assertThat(used).as("each parameter, and whether it may be missing").containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(parameters.keySet()).containsAll(required);
    }

    @ParameterizedTest
    @FieldSource("KAMELETS")
    @SuppressWarnings("unchecked")
    void itsStepTakesEveryParameterUnderTheSameName(String name) throws Exception {
        Map<String, Object> bean = ((List<Map<String, Object>>) in(read(name), "spec", "template").get("beans")).get(0);
        Class<?> step = Class.forName(bean.get("type").toString().substring("#class:".length()));

        assertThat(KameletStep.class).isAssignableFrom(step);
        TreeSet<String> setters = new TreeSet<>();
        for (java.lang.reflect.Method method : step.getDeclaredMethods()) {
            if (method.getName().startsWith("set") && !method.isBridge()) {
                setters.add(Character.toLowerCase(method.getName().charAt(3)) + method.getName().substring(4));
            }
        }
        assertThat(in(bean, "properties").keySet()).containsExactlyInAnyOrderElementsOf(setters);
        in(bean, "properties").forEach((property, value) -> {
            Matcher placeholder = PLACEHOLDER.matcher(value.toString());
            assertThat(placeholder.matches()).as(property).isTrue();
            assertThat(placeholder.group(2).replace("-", "")).isEqualToIgnoringCase(property);
        });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(String name) throws IOException {
        return (Map<String, Object>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("routes/kamelets", name + ".kamelet.yaml")));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> in(Map<String, Object> whole, String... keys) {
        Map<String, Object> part = whole;
        for (String key : keys) {
            part = (Map<String, Object>) part.get(key);
        }
        return part;
    }
}
