package io.bactrian.engines.postgresql.local;

import io.bactrian.servers.Command;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's programs, found on this machine or fetched.
 *
 * @param folder of postgres and initdb
 * @param version as in 18.6
 */
public record PostgresBinaries(Path folder, String version) {

    /** The oldest that Debezium 3.4 captures from and its makers still care for. */
    static final int OLDEST = 14;

    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final Pattern FORM = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");

    /**
     * Finds PostgreSQL, fetching it when this machine has none; the fetch happens once for a home, however many
     * processes ask. Fails with an {@link EmbeddedServerException} that tells every way tried.
     */
    public static PostgresBinaries locate(ServerHome home, Progress progress) {
        return new PostgresSearch(home, Surroundings.named(PostgresSearch.PROPERTY, PostgresSearch.VARIABLE),
                Surroundings.here(), progress).find();
    }

    /** Asks a postgres for its version, which also shows that it runs on this machine at all. */
    static Probe probe(Path postgres) {
        Path program;
        try {
            // What lies on a PATH is often a link to a folder of a version of its own, where initdb is.
            program = postgres.toRealPath();
        } catch (IOException e) {
            return new Probe(Optional.empty(), "is not there");
        }
        Command.Outcome outcome = Command.of(program, "--version").run(SILENCE);
        if (!outcome.succeeded()) {
            return new Probe(Optional.empty(), "does not run: " + outcome.reason());
        }
        Matcher version = FORM.matcher(outcome.output());
        if (!version.find()) {
            return new Probe(Optional.empty(), "tells no version: " + outcome.output());
        }
        if (Integer.parseInt(version.group(2)) < OLDEST) {
            return new Probe(Optional.empty(), "is " + version.group(1) + ", needed is PostgreSQL " + OLDEST + " or newer");
        }
        if (!Files.isExecutable(program.resolveSibling("initdb"))) {
            return new Probe(Optional.empty(), "is " + version.group(1) + ", but there is no initdb beside it");
        }
        return new Probe(Optional.of(new PostgresBinaries(program.getParent(), version.group(1))), "is " + version.group(1));
    }

    /** One of its programs, as a user that it agrees to run as. */
    Command program(String name) {
        return new Command(asSomebody()).and(folder.resolve(name));
    }

    /**
     * PostgreSQL refuses to run as root, so it runs as nobody then. The capability lets it pass folders that only root
     * may enter: a home folder, say. The last option keeps the capability for access(2), with which initdb looks for
     * postgres.
     */
    private static List<String> asSomebody() {
        return isRoot()
                ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups",
                        "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup",
                        "env", "HOME=/tmp")
                : List.of();
    }

    static final int NOBODY = 65534;

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** @param outcome why there are none, or what they are */
    record Probe(Optional<PostgresBinaries> binaries, String outcome) {
    }
}
