package io.bactrian.routes;

import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import io.bactrian.testing.ReferenceTablesInMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of docs/kamelets.md does what the page says. */
class KameletsPageTest {

    private static final Path PAGE = Path.of("docs/kamelets.md");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\\n(.*?)```\\n```\\n(.*?)```", Pattern.DOTALL);
    private static final TableSchema SCHEMA = schema("id int64, email string(254) null, phone text null", "id");
    private static final ObjectMapper JSON = new ObjectMapper();

    record Example(String steps, List<String> lines) {
        @Override
        public String toString() {
            return steps.lines().findFirst().orElseThrow();
        }
    }

    static Stream<Example> examples() throws IOException {
        Matcher found = EXAMPLE.matcher(Files.readString(PAGE));
        List<Example> examples = new ArrayList<>();
        while (found.find()) {
            examples.add(new Example(found.group(1), found.group(2).lines().toList()));
        }
        return examples.stream();
    }

    @Test
    void everyKameletHasAnExampleAndAllItsParametersAreSpokenOf() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(examples().count()).isEqualTo(KameletFilesTest.KAMELETS.size());
        for (String kamelet : KameletFilesTest.KAMELETS) {
            assertThat(page).contains("kamelet:" + kamelet + "?");
            Matcher parameter = Pattern.compile("\"\\{\\{\\??([\\w-]+)}}\"")
                    .matcher(Files.readString(Path.of("routes/kamelets", kamelet + ".kamelet.yaml")));
            while (parameter.find()) {
                assertThat(parameter.group(1).equals("step") || page.contains("`" + parameter.group(1) + "`"))
                        .as(kamelet + " " + parameter.group(1)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleMakesTheRowsThatThePageShows(Example example) throws Exception {
        ReferenceTablesInMemory tables = new ReferenceTablesInMemory(schema("address text, owner string(20)")).with("ada@example.org",
                "Ada");
        try (KameletScene scene = new KameletScene(tables)) {
            scene.route(example.steps());
            List<String> made = new ArrayList<>();
            for (String line : example.lines()) {
                if (!line.startsWith(" ")) {
                    made.add(line);
                    for (Row row : scene.process(change(line))) {
                        made.add("  " + row.meaning().name().toLowerCase(Locale.ROOT) + " " + JSON.writeValueAsString(row.image()));
                    }
                }
            }
            assertThat(made).isEqualTo(example.lines());
        }
    }

    private static Change change(String line) throws JsonProcessingException {
        int space = line.indexOf(' ');
        String[] images = line.substring(space + 1).split(" -> ");
        return switch (line.substring(0, space)) {
            case "insert" -> Given.insert(image(images[0]));
            case "update" -> Given.update(image(images[0]), image(images[1]));
            case "delete" -> Given.delete(image(images[0]));
            default -> throw new IllegalArgumentException(PAGE + ": '" + line + "'; expected insert, update or delete");
        };
    }

    private static Image image(String json) throws JsonProcessingException {
        Map<String, Object> values = JSON.readValue(json, new TypeReference<>() {
        });
        assertThat(values.keySet()).containsExactlyElementsOf(SCHEMA.names());
        return new Image(SCHEMA, new Object[]{((Number) values.get("id")).longValue(), values.get("email"), values.get("phone")});
    }
}
