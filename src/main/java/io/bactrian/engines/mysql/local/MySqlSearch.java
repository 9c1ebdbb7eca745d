package io.bactrian.engines.mysql.local;

import io.bactrian.engines.mysql.MySqlVersion;
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

/** Looks for mysqld: named by configuration, on the PATH, fetched before, fetched now. */
final class MySqlSearch {

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final ServerHome home;
    private final Surroundings surroundings;
    private final Progress progress;
    private final List<String> attempts = new ArrayList<>();

    MySqlSearch(ServerHome home, Surroundings surroundings, Progress progress) {
        this.home = home;
        this.surroundings = surroundings;
        this.progress = progress;
    }

    MySqlBinaries find() {
        Optional<MySqlBinaries> found = surroundings.namedServer().isPresent()
                ? named(surroundings.namedServer().get())
                : installed().or(this::fetched);
        return found.orElseThrow(this::nothing);
    }

    /** What was named is used or refused; another server in its place would be a surprise. */
    private Optional<MySqlBinaries> named(String mysqld) {
        return tried(settingName() + "=" + mysqld, MySqlBinaries.installed(Path.of(mysqld).toAbsolutePath()));
    }

    private Optional<MySqlBinaries> installed() {
        attempts.add(settingName() + ": not set");
        List<Path> programs = surroundings.all("mysqld").toList();
        if (programs.isEmpty()) {
            attempts.add("mysqld on the PATH: none");
        }
        return programs.stream()
                .flatMap(mysqld -> tried("mysqld on the PATH, " + mysqld, MySqlBinaries.installed(mysqld)).stream())
                .findFirst();
    }

    private Optional<MySqlBinaries> fetched() {
        MySqlPrefix prefix = new MySqlPrefix(home.folder().resolve("mysql-server"));
        if (!Files.isDirectory(prefix.folder())) {
            FileLease.alone(home.folder().resolve("mysql-server.lock"), PATIENCE, progress,
                    "MySQL: waiting for another process that fetches it", () -> fetchOnce(prefix));
        }
        return Files.isDirectory(prefix.folder())
                ? tried("fetched earlier, " + prefix.folder(), prefix.probe())
                : Optional.empty();
    }

    private void fetchOnce(MySqlPrefix prefix) {
        if (Files.isDirectory(prefix.folder())) {
            return;
        }
        try {
            new AptFetch(surroundings, home.folder().resolve("apt"), progress).into(prefix)
                    .ifPresent(failure -> attempts.add("fetch with apt: " + failure));
        } catch (IOException e) {
            attempts.add("fetch with apt: " + e);
        }
    }

    private Optional<MySqlBinaries> tried(String where, MySqlBinaries.Probe probe) {
        attempts.add(where + ": " + probe.outcome());
        return probe.binaries();
    }

    private static String settingName() {
        return Surroundings.VARIABLE + " (or -D" + Surroundings.PROPERTY + ")";
    }

    private EmbeddedServerException nothing() {
        return new EmbeddedServerException("No MySQL server " + MySqlVersion.OLDEST + " or newer to run here. Tried:\n  - "
                + String.join("\n  - ", attempts)
                + "\nWays out:\n  - install MySQL (its mysqld on the PATH is enough; it need not run)"
                + "\n  - name a mysqld: " + Surroundings.VARIABLE + "=/path/to/mysqld"
                + "\n  - use servers of your own: write application.properties, then ./bactrian run");
    }
}
