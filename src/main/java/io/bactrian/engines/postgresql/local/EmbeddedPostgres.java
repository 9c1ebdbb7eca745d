package io.bactrian.engines.postgresql.local;

import io.bactrian.servers.Command;
import io.bactrian.servers.EmbeddedDatabase;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.FileTree;
import io.bactrian.servers.FreePort;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A PostgreSQL server of its own process on a loopback port, whose log can be decoded. Its settings are as durable as
 * PostgreSQL's defaults; only memory is modest. It stops when this process ends, however that happens.
 */
public final class EmbeddedPostgres extends EmbeddedDatabase {

    private static final Duration SILENCE = Duration.ofMinutes(2);
    private static final String USER = "postgres";
    private static final String PASSWORD = "";

    private final PostgresBinaries binaries;
    private final List<String> options;
    private int port;

    private EmbeddedPostgres(PostgresBinaries binaries, ServerHome home, String name, Progress progress, List<String> options) {
        super("PostgreSQL server", home, name, progress);
        this.binaries = binaries;
        this.options = options;
    }

    /**
     * Starts on the data that is there, or initialises it; returns when a query was answered.
     *
     * @param name of the server within the home; a second server of that name is refused while the first runs
     * @param options on top of and stronger than ours, as in {@code shared_buffers=512MB}
     */
    public static EmbeddedPostgres start(PostgresBinaries binaries, ServerHome home, String name, Progress progress, String... options) {
        return started(new EmbeddedPostgres(binaries, home, name, progress, List.of(options)));
    }

    @Override
    public int port() {
        return port;
    }

    /** @param database "postgres" is always there */
    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + ADDRESS + ":" + port + "/" + database + "?sslmode=disable";
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    /** What sets a database up, by one who may everything. */
    void execute(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(database), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(database, e);
        }
    }

    /** For what PostgreSQL has no IF NOT EXISTS. */
    void unlessThere(String database, String what, String sql) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(database), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from " + what)) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(database, e);
        }
    }

    private EmbeddedServerException failure(String database, SQLException e) {
        return new EmbeddedServerException(title() + ", database " + database + ", could not be set up: " + e.getMessage(), e);
    }

    /** What a person pastes into a shell to look around. */
    public String clientCommand(String database) {
        return "psql --host=" + ADDRESS + " --port=" + port + " --username=" + USER + " " + database;
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(home.data(name));
        // The folder gets its name when it is whole: one that a killed parent left half-made does not count.
        if (Files.notExists(dataFolder())) {
            initialise();
        }
        port = FreePort.rememberedIn(portFile(), progress);
    }

    private void initialise() throws IOException {
        FileTree whole = new FileTree(dataFolder());
        Path draft = Files.createDirectory(whole.freshDraft(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (PostgresBinaries.isRoot()) {
            Files.setAttribute(draft, "unix:uid", PostgresBinaries.NOBODY);
            Files.setAttribute(draft, "unix:gid", PostgresBinaries.NOBODY);
        }
        Command.Outcome outcome = binaries.program("initdb").and("--pgdata=" + draft, "--username=" + USER, "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync").run(SILENCE);
        if (!outcome.succeeded()) {
            throw new EmbeddedServerException("PostgreSQL " + binaries.version() + " cannot initialise a data folder in " + draft
                    + ", exit code " + outcome.exitCode() + " " + outcome.trouble() + ":\n" + outcome.output().indent(2)
                    + "As root it is run as nobody, through setpriv of util-linux.");
        }
        whole.publish(draft);
    }

    @Override
    public void takeOtherPorts() throws IOException {
        port = FreePort.another(portFile());
    }

    @Override
    public String portIsTaken() {
        return "Address already in use";
    }

    @Override
    public String partOfCommand() {
        return dataFolder().toString();
    }

    /** TERM would wait until the last client has gone. */
    @Override
    public String stopSignal() {
        return "INT";
    }

    @Override
    public List<String> command() {
        Command command = binaries.program("postgres").and("-D", dataFolder());
        for (String setting : List.of(
                "listen_addresses=" + ADDRESS,
                "port=" + port,
                // Its path could not be longer than 107 bytes, and nobody needs it.
                "unix_socket_directories=",
                "wal_level=logical",
                "max_wal_senders=20",
                "max_replication_slots=20",
                "shared_buffers=64MB",
                "max_connections=60",
                "timezone=UTC",
                "log_timezone=UTC",
                "synchronous_commit=on",
                "fsync=on")) {
            command = command.and("-c", setting);
        }
        for (String option : options) {
            command = command.and("-c", option);
        }
        return command.words();
    }

    @Override
    public Optional<String> obstacle() {
        String url = jdbcUrl("postgres") + "&connectTimeout=2&socketTimeout=10";
        try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("show data_directory")) {
            answer.next();
            Path answering = Path.of(answer.getString(1)).normalize();
            return answering.equals(dataFolder())
                    ? Optional.empty()
                    : Optional.of("on port " + port + " answers another server, with data in " + answering);
        } catch (SQLException e) {
            return Optional.of(e.getMessage().lines().collect(Collectors.joining(" ")));
        }
    }

    private Path dataFolder() {
        return home.data(name).resolve("postgres");
    }
}
