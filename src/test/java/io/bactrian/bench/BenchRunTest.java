package io.bactrian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** bench/run names every race that there is. */
class BenchRunTest {

    @Test
    void withoutARaceItListsThemAll() throws Exception {
        List<String> races;
        try (Stream<Path> files = Files.list(Path.of("src/test/java/io/bactrian/bench"))) {
            races = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith("Bench.java"))
                    .map(name -> name.replace("Bench.java", "").toLowerCase(Locale.ROOT)).sorted().toList();
        }
        assertThat(races).hasSizeGreaterThan(5);
        assertThat(output()).isEqualTo("usage: bench/run RACE [arguments]; the races: " + String.join(" ", races) + "\n");
        assertThat(output("loud")).startsWith("bench/run: there is no race 'loud'\n").endsWith(String.join(" ", races) + "\n");
        String page = Files.readString(Path.of("bench/README.md"));
        assertThat(races).allSatisfy(race -> assertThat(page).contains("bench/run " + race));
    }

    private static String output(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bench/run"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        return output;
    }
}
