package io.bactrian.servers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What of this machine the search for a server looks at.
 *
 * @param namedServer the mysqld that configuration names, if any
 * @param searchPath folders of programs
 * @param etc the system's configuration: os-release and apt's sources
 */
public record Surroundings(Optional<String> namedServer, List<Path> searchPath, Path etc) {

    public static final String VARIABLE = "BACTRIAN_MYSQLD";
    public static final String PROPERTY = "bactrian.mysqld";

    /** Servers often live where an ordinary user's PATH does not point. */
    private static final List<String> ALSO = List.of(
            "/usr/local/sbin", "/usr/sbin", "/usr/local/mysql/bin", "/opt/homebrew/opt/mysql/bin");

    /** A program that a system property names, else an environment variable. */
    public static Optional<String> named(String property, String variable) {
        return Stream.of(System.getProperty(property), System.getenv(variable))
                .filter(named -> named != null && !named.isBlank())
                .findFirst();
    }

    public static Surroundings here() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return new Surroundings(
                named(PROPERTY, VARIABLE),
                Stream.concat(Stream.of(path.split(File.pathSeparator)), ALSO.stream())
                        .filter(folder -> !folder.isBlank())
                        .distinct()
                        .map(Path::of)
                        .toList(),
                Path.of("/etc"));
    }

    public Optional<Path> find(String program) {
        return all(program).findFirst();
    }

    public Stream<Path> all(String program) {
        return searchPath.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    }
}
