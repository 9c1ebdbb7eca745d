package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page on adding an engine names the files that the engines really touch. */
class AddAnEngineTest {

    private static final Path PAGE = Path.of("docs/add-an-engine.md");

    private static List<Engine> engines() {
        return Engines.all();
    }

    /** {@code mysql}, of {@code io.bactrian.engines.mysql.MySqlEngine}. */
    private static String folder(Engine engine) {
        String name = engine.getClass().getPackageName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static List<String> named(Engine engine) throws IOException {
        String page = Files.readString(PAGE);
        String list = page.substring(page.indexOf("```\n") + 4, page.indexOf("\n```\n", page.indexOf("```\n") + 4));
        return list.lines().map(line -> line.replace("<engine>", folder(engine))).toList();
    }

    /** Files outside of documentation that import a class of the engine's, or name it. */
    private static Set<String> touched(Engine engine) throws IOException {
        String name = "io.bactrian.engines." + folder(engine) + ".";
        Set<String> touched = new TreeSet<>();
        for (String root : List.of("src/main", "src/test/resources")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (holds(file, name)) {
                        touched.add(file.toString());
                    }
                }
            }
        }
        return touched;
    }

    private static boolean holds(Path file, String text) throws IOException {
        try {
            return Files.readString(file).contains(text);
        } catch (MalformedInputException e) {
            // No text.
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void namesEachFileThatTheEngineTouches(Engine engine) throws IOException {
        List<String> named = named(engine);
        assertThat(touched(engine)).isNotEmpty()
                .allSatisfy(file -> assertThat(named).as(PAGE + " names " + file).anyMatch(file::startsWith));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void eachFileThatItNamesIsThereAndKnowsTheEngine(Engine engine) throws IOException {
        List<String> missing = new ArrayList<>(named(engine));
        missing.removeIf(path -> Files.exists(Path.of(path)));
        assertThat(missing).isEmpty();
        assertThat(named(engine).stream().filter(path -> path.contains("META-INF/services/io.bactrian.engines")
                || path.contains("META-INF/services/io.bactrian.local")))
                .allSatisfy(path -> assertThat(Files.readString(Path.of(path))).contains("io.bactrian.engines." + folder(engine) + "."));
    }

    @Test
    void lookedAtEveryFolderOfAnEngine() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/main/java/io/bactrian/engines"))) {
            Set<String> engines = new TreeSet<>();
            folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).filter(name -> !name.equals("sql"))
                    .forEach(engines::add);
            assertThat(engines().stream().map(AddAnEngineTest::folder)).as("each engine has its service line")
                    .containsExactlyInAnyOrderElementsOf(engines);
        }
    }
}
