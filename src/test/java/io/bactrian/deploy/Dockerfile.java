package io.bactrian.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the Dockerfile does, done in folders without Docker. */
final class Dockerfile {

    private static final Pattern COPY = Pattern.compile("(?m)^COPY (--from=build )?(.+) (\\S+)$");
    private static final Pattern BUILD = Pattern.compile("(?m)^RUN mvn (.+)$");
    private static final Pattern ENV = Pattern.compile("(?m)^ENV (\\w+)=(.*)$");

    private final String build;
    private final String image;

    private Dockerfile(String text) {
        int second = text.lastIndexOf("\nFROM ");
        this.build = text.substring(0, second);
        this.image = text.substring(second);
    }

    static Dockerfile read() {
        try {
            return new Dockerfile(Files.readString(Path.of("Dockerfile")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the build stage begins with. */
    void copyForBuild(Path to) {
        copy(build, Path.of(""), to);
    }

    /** The arguments of its Maven. */
    List<String> maven() {
        return List.of(BUILD.matcher(build).results().findFirst().orElseThrow().group(1).split(" "));
    }

    /** @param built the build stage's folder */
    void copyImage(Path built, Path to) {
        copy(image, built, to);
    }

    Process start(Path folder, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_"));
        ENV.matcher(image).results().forEach(env -> builder.environment().put(env.group(1), env.group(2)));
        return builder.start();
    }

    private static void copy(String stage, Path built, Path to) {
        List<MatchResult> copies = COPY.matcher(stage).results().toList();
        if (copies.isEmpty()) {
            throw new IllegalStateException("nothing is copied in: " + stage);
        }
        for (MatchResult one : copies) {
            for (String from : one.group(2).split(" ")) {
                Path source = one.group(1) == null ? Path.of(from) : built.resolve(from.replaceFirst("^/build/", ""));
                copy(source, one.group(3).equals("./") ? to.resolve(source.getFileName()) : to.resolve(one.group(3)));
            }
        }
    }

    private static void copy(Path source, Path target) {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(source)) {
            files.addAll(all.filter(Files::isRegularFile).toList());
            for (Path file : files) {
                Path to = Files.isDirectory(source) ? target.resolve(source.relativize(file).toString()) : target;
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
