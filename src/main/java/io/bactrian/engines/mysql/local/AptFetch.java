package io.bactrian.engines.mysql.local;

import io.bactrian.servers.Command;
import io.bactrian.servers.FileTree;
import io.bactrian.servers.Progress;
import io.bactrian.servers.SteadyProgress;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches MySQL with apt, installing nothing and needing no rights: apt works on a state of its own, in which hardly
 * anything is installed, and so resolves and verifies all that the server needs; the packages are unpacked, not
 * installed.
 */
final class AptFetch {

    /** apt says something at least twice a second while bytes flow. */
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration UNPACK_SILENCE = Duration.ofMinutes(5);
    private static final Pattern COUNT = Pattern.compile("(\\d+) newly installed");
    private static final Pattern SIZE = Pattern.compile("Need to get ([\\d.,]+ ?(?:[\\d.,]+ )?[kMG]?B)");
    private static final Pattern DOWNLOADED = Pattern.compile("dlstatus:(\\d+):([\\d.]+):.*");
    private static final String SERVER = "mysql-server-core";
    private static final String CLIENT = "mysql-client-core";

    private final Surroundings surroundings;
    private final Path state;
    private final Progress progress;

    AptFetch(Surroundings surroundings, Path state, Progress progress) {
        this.surroundings = surroundings;
        this.state = state;
        this.progress = progress;
    }

    /** Empty when the prefix is there now, else why not. Nothing half-done ever gets the prefix's name. */
    Optional<String> into(MySqlPrefix prefix) throws IOException {
        for (String tool : List.of("apt-get", "apt-cache", "dpkg", "dpkg-deb")) {
            if (surroundings.find(tool).isEmpty()) {
                return Optional.of("no " + tool + " on the PATH; this way is for Debian and Ubuntu");
            }
        }
        AptSources sources = AptSources.of(surroundings.etc());
        Map<String, List<AptSource>> sets = sources.worthTrying();
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, List<AptSource>> set : sets.entrySet()) {
            Optional<String> failure = from(set.getKey(), set.getValue(), prefix);
            if (failure.isEmpty()) {
                // Kept after a failure, so that a second try resumes the download.
                new FileTree(state).delete();
                return Optional.empty();
            }
            failures.add(set.getKey() + ": " + failure.get());
        }
        return Optional.of(failures.isEmpty()
                ? "apt's sources of this system (ID=" + sources.distribution() + ", VERSION_CODENAME="
                        + sources.codename() + ") name no archive that is known to have MySQL"
                : String.join("; ", failures));
    }

    private Optional<String> from(String what, List<AptSource> sources, MySqlPrefix prefix) throws IOException {
        try (SteadyProgress steady = new SteadyProgress(progress, "MySQL: reading the package lists of " + what)) {
            configure(sources);
            Command.Outcome update = apt("apt-get", "update").run(SILENCE);
            if (!update.succeeded()) {
                return Optional.of("apt-get update: " + update.reason());
            }
            // An earlier attempt may have left packages that were superseded since; two versions must not mix.
            apt("apt-get", "autoclean").run(SILENCE);
            List<String> packages = packages();
            if (packages.isEmpty()) {
                // Without a network apt-get update only warns, and succeeds.
                return Optional.of("offers no " + SERVER + "; apt-get update: " + update.reason());
            }
            Command.Outcome download = download(packages, steady);
            if (!download.succeeded()) {
                return Optional.of("apt-get install " + String.join(" ", packages) + ": " + download.reason());
            }
            return unpack(prefix, what, steady);
        }
    }

    private void configure(List<AptSource> sources) throws IOException {
        Files.createDirectories(state.resolve("lists/partial"));
        Files.createDirectories(state.resolve("cache/archives/partial"));
        StringBuilder text = new StringBuilder();
        sources.forEach(source -> text.append(source.asDeb822()));
        Files.writeString(state.resolve("apt.sources"), text);
        String machine = Command.of("dpkg", "--print-architecture").run(SILENCE).output().strip();
        Files.writeString(state.resolve("status"), pretendedInstalled(machine));
        Files.writeString(state.resolve("apt.conf"), configuration(machine));
    }

    /** Perl is for scripts that we do not run; with what it needs itself, it is a sixth of the download. */
    private static String pretendedInstalled(String machine) {
        return """
                Package: perl
                Status: install ok installed
                Architecture: %s
                Multi-Arch: allowed
                Version: 9999
                Maintainer: nobody
                Description: not needed here

                """.formatted(machine);
    }

    /**
     * Read after the system's own configuration, so that proxies and certificates of this machine stay in force. Hooks
     * are cleared: they would work on the system's own cache, and fail without its rights.
     */
    private String configuration(String machine) {
        return """
                #clear APT::Update::Pre-Invoke;
                #clear APT::Update::Post-Invoke;
                #clear APT::Update::Post-Invoke-Success;
                #clear DPkg::Pre-Invoke;
                #clear DPkg::Post-Invoke;
                #clear DPkg::Pre-Install-Pkgs;
                #clear APT::Architectures;
                APT::Architecture "%2$s";
                APT::Architectures { "%2$s"; };
                APT::Install-Recommends "0";
                APT::Install-Suggests "0";
                APT::Sandbox::User "root";
                Acquire::Languages "none";
                Acquire::Retries "1";
                Acquire::http::Timeout "12";
                Acquire::https::Timeout "12";
                Debug::NoLocking "1";
                Dir::Cache "%1$s/cache";
                Dir::Cache::archives "archives";
                Dir::Etc::sourcelist "%1$s/apt.sources";
                Dir::Etc::sourceparts "-";
                Dir::Etc::preferences "-";
                Dir::Etc::preferencesparts "-";
                Dir::State "%1$s";
                Dir::State::lists "%1$s/lists";
                Dir::State::status "%1$s/status";
                """.formatted(state, machine);
    }

    /** Debian names them plainly; Ubuntu with a version, of which we want the newest. */
    private List<String> packages() {
        List<String> names = apt("apt-cache", "pkgnames", SERVER).run(SILENCE).said();
        if (names.contains(SERVER)) {
            return List.of(SERVER, CLIENT);
        }
        return names.stream()
                .filter(name -> name.matches(SERVER + "-\\d+\\.\\d+"))
                .map(name -> name.substring(SERVER.length() + 1))
                .max((one, other) -> Runtime.Version.parse(one).compareTo(Runtime.Version.parse(other)))
                .map(version -> List.of(SERVER + "-" + version, CLIENT + "-" + version))
                .orElse(List.of());
    }

    private Command.Outcome download(List<String> packages, SteadyProgress steady) {
        steady.begins("MySQL: resolving " + String.join(" and ", packages));
        Expected expected = new Expected();
        return apt("apt-get", "-y", "--download-only", "-o", "APT::Status-Fd=1", "install").and(packages.toArray())
                .run(SILENCE, line -> expected.after(line, steady));
    }

    private Optional<String> unpack(MySqlPrefix prefix, String origin, SteadyProgress steady) throws IOException {
        FileTree whole = new FileTree(prefix.folder());
        MySqlPrefix draft = new MySqlPrefix(whole.freshDraft());
        Files.createDirectories(draft.folder());
        List<Path> packages = FileTree.children(state.resolve("cache/archives")).stream()
                .filter(file -> file.toString().endsWith(".deb"))
                .toList();
        steady.begins("MySQL: unpacking " + packages.size() + " packages");
        int done = 0;
        for (Path file : packages) {
            steady.now("MySQL: unpacking, " + ++done + " of " + packages.size() + " packages");
            Command.Outcome outcome = Command.of("dpkg-deb", "-x", file, draft.folder()).run(UNPACK_SILENCE);
            if (!outcome.succeeded()) {
                return Optional.of("dpkg-deb -x " + file.getFileName() + ": " + outcome.reason());
            }
        }
        draft.prune();
        draft.record(origin, packages);
        MySqlBinaries.Probe probe = draft.probe();
        if (probe.binaries().isEmpty()) {
            return Optional.of("what was fetched " + probe.outcome());
        }
        whole.publish(draft.folder());
        progress.says("MySQL: " + probe.binaries().get().version() + " is ready in " + prefix.folder());
        return Optional.empty();
    }

    private Command apt(String program, String... words) {
        return Command.of(program, "-c", state.resolve("apt.conf")).and((Object[]) words);
    }

    /** What a download announces, and how far it is. */
    private static final class Expected {
        private String count = "?";
        private String size = "? MB";

        void after(String line, SteadyProgress steady) {
            Matcher announced = COUNT.matcher(line);
            if (announced.find()) {
                count = announced.group(1);
            }
            Matcher sized = SIZE.matcher(line);
            if (sized.find()) {
                size = sized.group(1);
                steady.begins("MySQL: fetching " + count + " packages, " + size);
            }
            Matcher downloaded = DOWNLOADED.matcher(line);
            if (downloaded.matches()) {
                steady.now(String.format(Locale.ROOT, "MySQL: fetching, package %s of %s, %.0f %% of %s",
                        downloaded.group(1), count, Double.parseDouble(downloaded.group(2)), size));
            }
        }
    }
}
