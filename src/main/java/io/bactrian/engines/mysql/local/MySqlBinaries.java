package io.bactrian.engines.mysql.local;

import io.bactrian.engines.mysql.MySqlVersion;
import io.bactrian.servers.Command;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A MySQL server program that runs here, and how to call it. */
public final class MySqlBinaries {

    static final Duration SILENCE = Duration.ofSeconds(20);

    private final List<String> server;
    private final Optional<List<String>> client;
    private final MySqlVersion version;

    private MySqlBinaries(List<String> server, Optional<List<String>> client, MySqlVersion version) {
        this.server = server;
        this.client = client;
        this.version = version;
    }

    /**
     * Finds mysqld, fetching it when this machine has none; the fetch happens once for a home, however many processes
     * ask. Fails with an {@link EmbeddedServerException} that tells every way tried.
     */
    public static MySqlBinaries locate(ServerHome home, Progress progress) {
        return new MySqlSearch(home, Surroundings.here(), progress).find();
    }

    /** A program that stands on its own, as packages and archives install it. */
    static Probe installed(Path mysqld) {
        return probe(List.of(mysqld.toString(), "--no-defaults"),
                Optional.of(mysqld.resolveSibling("mysql")).filter(Files::isExecutable).map(Path::toString).map(List::of));
    }

    /** Asks the program for its version, which also shows that it runs on this machine at all. */
    static Probe probe(List<String> server, Optional<List<String>> client) {
        Command.Outcome outcome = new Command(server).and("--version").run(SILENCE);
        if (!outcome.succeeded()) {
            return new Probe(Optional.empty(), "does not run: " + outcome.reason());
        }
        Optional<MySqlVersion> version = MySqlVersion.in(outcome.output());
        if (version.isEmpty()) {
            return new Probe(Optional.empty(), "tells no version: " + outcome.output());
        }
        if (!version.get().suits()) {
            return new Probe(Optional.empty(), "is " + version.get() + ", needed is MySQL " + MySqlVersion.OLDEST
                    + " or newer");
        }
        return new Probe(Optional.of(new MySqlBinaries(server, client, version.get())), "is " + version.get());
    }

    public String version() {
        return version.toString();
    }

    /** The program and the options that say where its own files are; options of a server follow. */
    Command server() {
        return new Command(server);
    }

    /** The client that came with the server, if any. */
    Optional<List<String>> client() {
        return client;
    }

    /** @param outcome why there are none, or what they are */
    public record Probe(Optional<MySqlBinaries> binaries, String outcome) {
    }
}
