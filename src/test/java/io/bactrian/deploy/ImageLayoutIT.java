package io.bactrian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("./bactrian"));
        command.addAll(List.of(arguments));
        Process process = dockerfile.start(image, command.toArray(String[]::new));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
