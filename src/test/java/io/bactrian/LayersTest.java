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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The house plan: {@code domain <- application <- routes, engines, infrastructure <- settings <- live, init <- main <-
 * cli}. An engine knows no other engine, and nothing of it knows the demo, the golden cases and the servers of our own,
 * which know everything.
 */
class LayersTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /**
     * What a room may use.
     *
     * @param rooms of this project, besides itself
     * @param others beginnings of names; empty if everything of others is allowed
     */
    private record Room(List<String> rooms, List<String> others) {

        private static Room using(String... rooms) {
            return new Room(List.of(rooms), List.of());
        }

        private boolean allows(String own, String used) {
            if (used.startsWith("io.bactrian.")) {
                String room = roomOf(packageOf(used));
                return room.equals(own) || rooms.contains(room) || rooms.contains("its engine") && own.equals(room + LOCAL);
            }
            return others.isEmpty() || others.stream().anyMatch(used::startsWith);
        }
    }

    private static final String LOCAL = ".local";
    private static final String[] PRODUCT = {"domain", "application", "routes", "engines", "engines.sql", "infrastructure.wire",
        "infrastructure.kafka", "infrastructure.capture", "infrastructure.observe", "settings", "live", "init", "main", "cli"};

    private static final Map<String, Room> ROOMS = new LinkedHashMap<>();

    static {
        ROOMS.put("domain", new Room(List.of(), List.of("java.", "javax.crypto.")));
        ROOMS.put("application", new Room(List.of("domain"), List.of("java.", "javax.crypto.", "org.slf4j.")));
        ROOMS.put("routes", Room.using("domain", "application"));
        ROOMS.put("infrastructure.wire", Room.using("domain", "application"));
        ROOMS.put("infrastructure.kafka", Room.using("domain", "application", "infrastructure.wire"));
        ROOMS.put("infrastructure.observe", Room.using("domain", "application"));
        ROOMS.put("infrastructure.capture", Room.using("domain", "application", "infrastructure.wire", "engines"));
        ROOMS.put("engines", Room.using("domain", "application"));
        ROOMS.put("engines.sql", Room.using("domain", "application", "engines"));
        // Each engine: the capture's encoder and the SQL that engines share, and no other engine.
        ROOMS.put("engines.*",
                Room.using("domain", "application", "engines", "engines.sql", "infrastructure.wire", "infrastructure.capture"));
        ROOMS.put("settings", Room.using("domain", "application", "engines"));
        ROOMS.put("init", Room.using("domain", "application", "engines", "settings"));
        ROOMS.put("live", Room.using("domain", "application", "routes", "engines", "engines.sql", "infrastructure.wire",
                "infrastructure.kafka", "infrastructure.capture", "settings"));
        ROOMS.put("main", Room.using("domain", "application", "routes", "engines", "engines.sql", "infrastructure.wire",
                "infrastructure.kafka", "infrastructure.capture", "infrastructure.observe", "settings", "live"));
        ROOMS.put("cli", Room.using(PRODUCT));
        // Not the product.
        ROOMS.put("servers", Room.using("settings"));
        ROOMS.put("local", Room.using(with("servers")));
        ROOMS.put("engines.*.local", Room.using(with("servers", "local", "its engine")));
        ROOMS.put("cases", Room.using(with("servers", "local")));
        ROOMS.put("demo", Room.using(with("servers", "local")));
    }

    private static String[] with(String... more) {
        return Stream.concat(Stream.of(PRODUCT), Stream.of(more)).toArray(String[]::new);
    }

    /** {@code engines.mysql}, of {@code io.bactrian.engines.mysql.MySqlLog.Some}. */
    private static String packageOf(String name) {
        return Stream.of(name.substring("io.bactrian.".length()).split("\\.")).takeWhile(part -> Character.isLowerCase(part.charAt(0)))
                .collect(Collectors.joining("."));
    }

    /** The room that a package is in: an engine is one, with its folder {@code local} beside it. */
    private static String roomOf(String name) {
        String[] parts = name.split("\\.");
        return switch (parts[0]) {
            case "engines" -> parts.length == 1
                    ? "engines"
                    : parts[1].equals("sql") ? "engines.sql" : parts.length > 2 && parts[2].equals("local") ? name : "engines." + parts[1];
            case "infrastructure" -> parts.length == 1 ? "infrastructure" : "infrastructure." + parts[1];
            default -> parts[0];
        };
    }

    private static Room rules(String room) {
        Room own = ROOMS.get(room);
        return own != null
                ? own
                : room.endsWith(LOCAL) ? ROOMS.get("engines.*.local") : room.startsWith("engines.") ? ROOMS.get("engines.*") : null;
    }

    private static final Pattern IMPORT = Pattern.compile("^import\\s+(?:static\\s+)?([\\w.*]+)\\s*;");
    /** A name of a package and a class that is written out in the code. */
    private static final Pattern WRITTEN_OUT = Pattern.compile("(?<![\\w.$])((?:[a-z]\\w*\\.){2,}[A-Z]\\w*)");

    @Test
    void importsPointLeftOnly() {
        assertThat(violations(SOURCES)).isEmpty();
    }

    @Test
    void everyClassIsInARoom() {
        assertThat(javaFiles(SOURCES)).allSatisfy(file -> assertThat(rules(roomOf(packageOf(file)))).as(file.toString()).isNotNull());
    }

    /** The formatter breaks code, and leaves texts as they are. */
    @Test
    void noLineIsLongerThanAHundredAndFortyCharacters() {
        assertThat(Stream.of(SOURCES, Path.of("src/test/java")).flatMap(folder -> javaFiles(folder).stream()).toList())
                .allSatisfy(file -> assertThat(Files.readAllLines(file)).as(file.toString())
                        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(140)));
    }

    @Test
    void lookedAtSomething() {
        assertThat(javaFiles(SOURCES)).hasSizeGreaterThan(80);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "domain                 | import io.bactrian.application.Health;",
        "domain                 | import org.slf4j.Logger;",
        "domain                 | import static org.apache.camel.Exchange.TIMER_NAME;",
        "domain                 | import javax.sql.DataSource;",
        "domain                 | Object one = new org.slf4j.LoggerFactory();",
        "application            | import io.bactrian.routes.RouteTable;",
        "application            | import io.bactrian.infrastructure.wire.*;",
        "application            | import com.fasterxml.jackson.core.JsonFactory;",
        "application            | void take(io.bactrian.infrastructure.wire.ChangeJson json) {",
        "routes                 | import io.bactrian.infrastructure.kafka.Pumps;",
        "routes                 | import static io.bactrian.infrastructure.kafka.KafkaSettings.OFFSETS_TOPIC;",
        "routes                 | io.bactrian.cli.App.main(null);",
        "infrastructure.wire    | import io.bactrian.routes.RouteTable;",
        "infrastructure.kafka   | List<io.bactrian.routes.RouteTable> tables;",
        "infrastructure.kafka   | import io.bactrian.settings.Settings;",
        "infrastructure.capture | import io.bactrian.engines.mysql.MySqlLog;",
        "engines                | import io.bactrian.engines.mysql.MySqlEngine;",
        "engines                | import io.bactrian.engines.sql.Dialect;",
        "engines.sql            | import io.bactrian.engines.postgresql.PostgresEngine;",
        "engines.mysql          | import io.bactrian.engines.postgresql.PostgresTables;",
        "engines.mysql          | import io.bactrian.engines.mysql.local.EmbeddedMySql;",
        "engines.mysql          | import io.bactrian.servers.Progress;",
        "engines.mysql          | import io.bactrian.settings.Settings;",
        "engines.mysql.local    | import io.bactrian.engines.postgresql.local.EmbeddedPostgres;",
        "engines.mysql.local    | import io.bactrian.demo.DemoCommand;",
        "settings               | import io.bactrian.engines.mysql.MySqlEngine;",
        "settings               | import io.bactrian.main.Bactrian;",
        "live                   | import io.bactrian.main.Bactrian;",
        "init                   | import io.bactrian.cli.App;",
        "main                   | import io.bactrian.cli.App;",
        "main                   | import io.bactrian.servers.ServerHome;",
        "main                   | import io.bactrian.engines.mysql.MySqlEngine;",
        "cli                    | import io.bactrian.demo.DemoCommand;",
        "cli                    | import io.bactrian.cases.TestCommand;",
        "servers                | import io.bactrian.local.LocalEngine;",
        "cases                  | import io.bactrian.demo.bookstore.Bookstore;",
        "demo                   | import io.bactrian.engines.mysql.local.EmbeddedMySql;"})
    void aViolationIsNamedWithItsFileAndLine(String room, String line) {
        assertThat(violations("Some.java", room, List.of("package io.bactrian." + room + ";", "", line)))
                .singleElement().asString().startsWith("Some.java:3: " + room + " uses ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "domain                 | import java.util.List;",
        "domain                 | import javax.crypto.Mac;",
        "domain                 | import static io.bactrian.domain.Mode.MIRROR;",
        "domain                 |  * {@link io.bactrian.application.Health} is only spoken of here",
        "domain                 | // as io.bactrian.cli.App does",
        "domain                 | String name = \"io.bactrian.cli.App\";",
        "domain                 | int size = this.schema.columns.length;",
        "application            | import org.slf4j.Logger;",
        "routes                 | import org.apache.camel.Exchange;",
        "infrastructure.kafka   | import io.bactrian.infrastructure.wire.ChangeJson;",
        "engines.sql            | import io.bactrian.engines.sql.models.Models;",
        "engines.mysql          | import io.bactrian.engines.sql.modes.TargetWriter;",
        "engines.mysql          | import io.bactrian.infrastructure.capture.ColumnParameters;",
        "engines.mysql.local    | import io.bactrian.engines.mysql.MySqlVersion;",
        "live                   | import io.bactrian.routes.RouteTable;",
        "demo                   | import io.bactrian.demo.bookstore.Bookstore;"})
    void whatIsAllowedIsNoViolation(String room, String line) {
        assertThat(violations("Some.java", room, List.of(line))).isEmpty();
    }

    private static String packageOf(Path file) {
        return SOURCES.resolve("io/bactrian").relativize(file.getParent()).toString().replace('/', '.');
    }

    private static List<String> violations(Path sources) {
        List<String> violations = new ArrayList<>();
        for (Path file : javaFiles(sources)) {
            try {
                violations.addAll(violations(file.toString(), roomOf(packageOf(file)), Files.readAllLines(file)));
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

    private static List<String> violations(String file, String room, List<String> lines) {
        List<String> violations = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            for (String used : used(lines.get(i))) {
                if (!rules(room).allows(room, used)) {
                    violations.add(file + ":" + (i + 1) + ": " + room + " uses " + used);
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
