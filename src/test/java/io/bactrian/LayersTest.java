package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The house plan: {@code domain <- application <- routes | engines | infrastructure}, {@code engines <- settings}, all
 * of these {@code <- init | live <- main <- cli}.
 */
class LayersTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** What a layer may use, by the beginnings of the names; null where everything of others is allowed. */
    private record Layer(List<String> ownLayers, List<String> others) {
        private boolean allows(String used) {
            if (used.startsWith("io.bactrian.")) {
                return ownLayers.stream().anyMatch(layer -> used.startsWith("io.bactrian." + layer + "."));
            }
            return others == null || others.stream().anyMatch(used::startsWith);
        }
    }

    private static final Map<String, Layer> LAYERS = new LinkedHashMap<>();

    static {
        LAYERS.put("domain", new Layer(List.of("domain"), List.of("java.", "javax.crypto.")));
        LAYERS.put("application", new Layer(List.of("domain", "application"), List.of("java.", "javax.crypto.", "org.slf4j.")));
        LAYERS.put("routes", new Layer(List.of("domain", "application", "routes"), null));
        LAYERS.put("infrastructure", new Layer(List.of("domain", "application", "engines", "infrastructure"), null));
        LAYERS.put("engines",
                new Layer(List.of("domain", "application", "engines", "infrastructure", "servers", "cases"), null));
        LAYERS.put("settings", new Layer(List.of("domain", "application", "engines", "settings"), null));
        LAYERS.put("init", new Layer(List.of("domain", "application", "engines", "settings", "init"), null));
        LAYERS.put("live", new Layer(List.of("domain", "application", "routes", "engines", "infrastructure", "settings", "live"), null));
        LAYERS.put("main", new Layer(
                List.of("domain", "application", "routes", "engines", "infrastructure", "settings", "live", "servers", "main"), null));
        LAYERS.put("cli", null);
        LAYERS.put("servers", new Layer(List.of("servers", "engines"), null));
        LAYERS.put("cases", new Layer(
                List.of("domain", "application", "routes", "engines", "infrastructure", "settings", "live", "servers", "cases"), null));
        LAYERS.put("demo", null);
    }

    private static final Pattern IMPORT = Pattern.compile("^import\\s+(?:static\\s+)?([\\w.*]+)\\s*;");
    /** A name of a package and a class that is written out in the code. */
    private static final Pattern WRITTEN_OUT = Pattern.compile("(?<![\\w.$])((?:[a-z]\\w*\\.){2,}[A-Z]\\w*)");

    @Test
    void importsPointLeftOnly() {
        assertThat(violations(SOURCES)).isEmpty();
    }

    @Test
    void everyClassIsInALayer() throws IOException {
        try (Stream<Path> packages = Files.list(SOURCES.resolve("io/bactrian"))) {
            assertThat(packages.map(p -> p.getFileName().toString())).containsExactlyInAnyOrderElementsOf(LAYERS.keySet());
        }
    }

    @Test
    void lookedAtSomething() {
        assertThat(javaFiles(SOURCES)).hasSizeGreaterThan(80);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "domain         | import io.bactrian.application.Health;",
        "domain         | import org.slf4j.Logger;",
        "domain         | import static org.apache.camel.Exchange.TIMER_NAME;",
        "domain         | import javax.sql.DataSource;",
        "domain         | Object one = new org.slf4j.LoggerFactory();",
        "application    | import io.bactrian.routes.RouteTable;",
        "application    | import io.bactrian.infrastructure.wire.*;",
        "application    | import com.fasterxml.jackson.core.JsonFactory;",
        "application    | void take(io.bactrian.infrastructure.wire.ChangeJson json) {",
        "routes         | import io.bactrian.infrastructure.kafka.Pumps;",
        "routes         | import static io.bactrian.infrastructure.kafka.KafkaSettings.OFFSETS_TOPIC;",
        "routes         | io.bactrian.cli.App.main(null);",
        "infrastructure | import io.bactrian.routes.RouteTable;",
        "infrastructure | List<io.bactrian.routes.RouteTable> tables;",
        "infrastructure | import io.bactrian.settings.Settings;",
        "settings       | import io.bactrian.live.CauseMessages;",
        "live           | import io.bactrian.main.Bactrian;",
        "init           | import io.bactrian.cli.App;",
        "cases          | import io.bactrian.cli.App;"})
    void aViolationIsNamedWithItsFileAndLine(String layer, String line) {
        assertThat(violations("Some.java", layer, List.of("package io.bactrian." + layer + ";", "", line)))
                .singleElement().asString().startsWith("Some.java:3: " + layer + " uses ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "domain         | import java.util.List;",
        "domain         | import javax.crypto.Mac;",
        "domain         | import static io.bactrian.domain.Mode.MIRROR;",
        "domain         |  * {@link io.bactrian.application.Health} is only spoken of here",
        "domain         | // as io.bactrian.cli.App does",
        "domain         | String name = \"io.bactrian.cli.App\";",
        "domain         | int size = this.schema.columns.length;",
        "application    | import org.slf4j.Logger;",
        "routes         | import org.apache.camel.Exchange;",
        "infrastructure | import io.bactrian.infrastructure.wire.ChangeJson;",
        "live           | import io.bactrian.routes.RouteTable;"})
    void whatIsAllowedIsNoViolation(String layer, String line) {
        assertThat(violations("Some.java", layer, List.of(line))).isEmpty();
    }

    private static List<String> violations(Path sources) {
        List<String> violations = new ArrayList<>();
        for (Path file : javaFiles(sources)) {
            String layer = sources.resolve("io/bactrian").relativize(file).getName(0).toString();
            try {
                violations.addAll(violations(file.toString(), layer, Files.readAllLines(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }
        return violations;
    }

    private static List<Path> javaFiles(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(sources + "; the test runs in the project's folder", e);
        }
    }

    private static List<String> violations(String file, String layer, List<String> lines) {
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            for (String used : used(lines.get(i))) {
                if (LAYERS.get(layer) != null && !LAYERS.get(layer).allows(used)) {
                    violations.add(file + ":" + (i + 1) + ": " + layer + " uses " + used);
                }
            }
        }
        return violations;
    }

    private static List<String> used(String line) {
        String code = line.strip();
        if (code.startsWith("package ") || code.startsWith("*") || code.startsWith("/*")) {
            return List.of();
        }
        Matcher imported = IMPORT.matcher(code);
        if (imported.find()) {
            return List.of(imported.group(1));
        }
        code = code.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"").replaceAll("//.*", "");
        List<String> used = new ArrayList<>();
        Matcher written = WRITTEN_OUT.matcher(code);
        while (written.find()) {
            used.add(written.group(1));
        }
        return used;
    }
}
