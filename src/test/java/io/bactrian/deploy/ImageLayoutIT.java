package io.bactrian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder that the Dockerfile makes, made without Docker: what is copied into it is enough to run. */
class ImageLayoutIT {

    private final Dockerfile dockerfile = Dockerfile.read();

    @TempDir
    private Path image;

    private record Ended(int exitCode, String output) {
    }

    @BeforeEach
    void copyAsTheDockerfileDoes() {
        dockerfile.copyImage(Path.of(""), image);
        assertThat(Files.exists(image.resolve("src"))).isFalse();
    }

    @Test
    void theLauncherRunsFromWhatTheDockerfileCopies() throws Exception {
        Ended version = run("--version");
        assertThat(version.output()).startsWith("bactrian ").doesNotContain("not packaged").doesNotContain("building");
        assertThat(version.exitCode()).isZero();

        // The command of the image, with the settings that are in it and without passwords: they are all that it
        // misses.
        Ended run = run("run");
        assertThat(run.output().strip().lines()).containsExactly(
                "bactrian.source.shop.password is not set; expected: Its password; best from the environment "
                        + "(BACTRIAN_SOURCE_SHOP_PASSWORD)");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    /** Of a demo's servers nothing is in it, nor of the REST server of a Connect cluster. */
    @Test
    void hasNothingThatOnlyTheDemoNeeds() throws Exception {
        List<String> files;
        try (Stream<Path> all = Files.walk(image)) {
            files = all.map(file -> file.getFileName().toString()).toList();
        }
        assertThat(files).contains("bactrian.jar").anyMatch(file -> file.startsWith("kafka-clients"))
                .noneMatch(file -> file.matches("(scala|kafka_|kafka-server|kafka-raft|jetty|jersey|xz|bactrian-demo).*"));
        try (JarFile jar = new JarFile(image.resolve("target/bactrian.jar").toFile())) {
            assertThat(jar.stream().map(JarEntry::getName)).contains("io/bactrian/cli/App.class", "kamelets/mask.kamelet.yaml")
                    .noneMatch(name -> name.matches("io/bactrian/(servers|local|cases|demo|engines/\\w+/local)/.*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "test", "demo --rate 5 --for 10s", "test --help"})
    void aCommandThatIsNotInItTellsWhereItIs(String command) throws Exception {
        Ended ended = run(command.split(" "));
        assertThat(ended.output().lines()).singleElement().asString()
                .startsWith("`bactrian " + command.split(" ")[0] + "` is not part of this installation")
                .contains("a clone of Bactrian's repository");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void theHelpListsWhatIsInIt() throws Exception {
        Ended help = run("--help");
        assertThat(help.output()).contains("  run ", "  check ", "  dead-letters ").doesNotContain("demo").doesNotContain("  test ");
        assertThat(help.exitCode()).isZero();
    }

    private Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./bactrian"));
        command.addAll(List.of(arguments));
        Process process = dockerfile.start(image, command.toArray(String[]::new));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
