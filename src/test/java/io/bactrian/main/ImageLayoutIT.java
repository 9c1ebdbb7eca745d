package io.bactrian.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that the Dockerfile makes, made without Docker: what is copied into it is enough to run. */
class ImageLayoutIT {

    @TempDir
    private Path image;

    @Test
    void theLauncherRunsFromWhatTheDockerfileCopies() throws Exception {
        copyAsTheDockerfileDoes();
        Process version = start("--version");
        String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(version.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).startsWith("bactrian ").doesNotContain("not packaged").doesNotContain("building");
        assertThat(version.exitValue()).isZero();

        // The command of the image, with the settings that are in it and without passwords: they are all that it
        // misses.
        Process run = start("run");
        String complaint = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(complaint.strip().lines()).containsExactly(
                "bactrian.source.shop.password is not set; expected: Its password; best from the environment "
                        + "(BACTRIAN_SOURCE_SHOP_PASSWORD)");
        assertThat(run.exitValue()).isEqualTo(2);
    }

    private Process start(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(image.resolve("bactrian").toString(), command).directory(image.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_"));
        Pattern.compile("(?m)^ENV (\\w+)=(.*)$").matcher(Files.readString(Path.of("Dockerfile"))).results()
                .forEach(env -> builder.environment().put(env.group(1), env.group(2)));
        return builder.start();
    }

    private void copyAsTheDockerfileDoes() throws IOException {
        String last = Files.readString(Path.of("Dockerfile"));
        last = last.substring(last.lastIndexOf("\nFROM "));
        List<MatchResult> copies = Pattern.compile("(?m)^COPY (?:--from=build )?(.+) (\\S+)$").matcher(last).results().toList();
        assertThat(copies).hasSizeGreaterThan(4);
        for (MatchResult one : copies) {
            for (String from : one.group(1).split(" ")) {
                Path source = Path.of(from.replaceFirst("^/build/", ""));
                copy(source, one.group(2).equals("./") ? image.resolve(source.getFileName()) : image.resolve(one.group(2)));
            }
        }
        assertThat(Files.exists(image.resolve("src"))).isFalse();
    }

    private static void copy(Path source, Path target) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(source)) {
            files.addAll(all.filter(Files::isRegularFile).toList());
        }
        for (Path file : files) {
            Path to = Files.isDirectory(source) ? target.resolve(source.relativize(file).toString()) : target;
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
    }
}
