package io.bactrian.infrastructure.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * A MySQL server of its own process on a loopback port, with its binlog on. Its settings are as durable as MySQL's
 * defaults; only memory is modest. It stops when this process ends, however that happens.
 */
public final class EmbeddedMySql implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final String ADDRESS = "127.0.0.1";
    private static final String USER = "root";
    private static final String PASSWORD = "";
    private static final String CONNECTION = "?sslMode=DISABLED&allowPublicKeyRetrieval=true&allowLoadLocalInfile=true"
            + "&connectionTimeZone=UTC";

    private final MySqlBinaries binaries;
    private final ServerHome home;
    private final String name;
    private final int serverId;
    private final Progress progress;
    private final List<String> options;
    private final ServerMark mark;
    private int port;
    private ServerProcess process;

    private EmbeddedMySql(MySqlBinaries binaries, ServerHome home, String name, int serverId, Progress progress,
                          List<String> options, ServerMark mark) {
        this.binaries = binaries;
        this.home = home;
        this.name = name;
        this.serverId = serverId;
        this.progress = progress;
        this.options = options;
        this.mark = mark;
    }

    /**
     * Starts on the data that is there, or initialises it; returns when a query was answered.
     *
     * @param name     of the server within the home; a second server of that name is refused while the first runs
     * @param options  on top of and stronger than ours, as in {@code --innodb-buffer-pool-size=512M}
     */
    public static EmbeddedMySql start(MySqlBinaries binaries, ServerHome home, String name, int serverId,
                                      Progress progress, String... options) {
        ServerMark mark = ServerMark.take(home, name, progress);
        EmbeddedMySql server = new EmbeddedMySql(binaries, home, name, serverId, progress, List.of(options), mark);
        boolean ready = false;
        try {
            server.prepare();
            server.startOnAFreePort();
            ready = true;
            return server;
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot prepare " + home.data(name) + " for MySQL: " + e, e);
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    public int port() {
        return port;
    }

    /** @param database may be empty */
    public String jdbcUrl(String database) {
        return "jdbc:mysql://" + ADDRESS + ":" + port + "/" + database + CONNECTION;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return PASSWORD;
    }

    /** What a person pastes into a shell to look around. */
    public String clientCommand() {
        return new MySqlClient(binaries, home, name).command(ADDRESS, port, USER);
    }

    /** SIGKILL to the server itself; returns when it is gone. */
    public synchronized void kill() {
        process.kill();
        mark.clear();
    }

    /** Orderly; the data and the port stay for {@link #startAgain()}. */
    public synchronized void stop() {
        process.stop(progress);
        mark.clear();
    }

    /** After {@link #kill()} or {@link #stop()}: same port, same data. */
    public synchronized void startAgain() {
        if (process.runs()) {
            throw new EmbeddedServerException("MySQL server '" + name + "' runs already, process " + process.pid()
                    + "; kill() or stop() it first.");
        }
        launch();
        awaitReady();
    }

    /** Orderly; waits until the server is gone. Safe to repeat. */
    @Override
    public synchronized void close() {
        try (mark) {
            if (process != null) {
                stop();
            }
        }
    }

    private void prepare() throws IOException {
        Path data = home.data(name);
        Files.createDirectories(data.resolve("tmp"));
        // The folder gets its name when it is whole: one that a killed parent left half-made does not count.
        if (Files.notExists(dataFolder())) {
            new MySqlTemplate(binaries, home, progress).copyTo(dataFolder());
        }
        port = FreePort.rememberedIn(portFile(), progress);
    }

    /** Somebody may take the port between our look and the server's; three times in a row nobody does. */
    private void startOnAFreePort() throws IOException {
        for (int triesLeft = 2; ; triesLeft--) {
            launch();
            try {
                awaitReady();
                return;
            } catch (EmbeddedServerException e) {
                if (triesLeft == 0 || process.runs() || !process.saidSinceItsStart("Bind on TCP/IP port")) {
                    throw e;
                }
                port = FreePort.another(portFile());
            }
        }
    }

    long pid() {
        return process.pid();
    }

    private void launch() {
        process = ServerProcess.start("MySQL server '" + name + "'", command().words(), home.log(name));
        mark.write(process.pid(), dataOption());
    }

    private Command command() {
        return binaries.server()
                .and(dataOption(),
                        "--tmpdir=" + home.data(name).resolve("tmp"),
                        "--pid-file=" + home.data(name).resolve("mysqld.pid"),
                        // Its path could not be longer than 107 bytes, and nobody needs it.
                        "--socket=",
                        "--bind-address=" + ADDRESS,
                        "--port=" + port,
                        "--mysqlx=OFF",
                        "--skip-name-resolve",
                        "--local-infile=ON",
                        "--secure-file-priv=NULL",
                        "--max-allowed-packet=64M",
                        "--default-time-zone=+00:00",
                        "--server-id=" + serverId,
                        "--log-bin=binlog",
                        // The format is ROW already; naming it is deprecated and will one day stop the server.
                        "--binlog-row-image=FULL",
                        "--gtid-mode=ON",
                        "--enforce-gtid-consistency=ON",
                        "--innodb-flush-log-at-trx-commit=1",
                        "--sync-binlog=1",
                        "--innodb-buffer-pool-size=128M",
                        // All of it is resident from the start; MySQL 8.4 made it 64M, for transactions larger than ours.
                        "--innodb-log-buffer-size=16M",
                        "--innodb-buffer-pool-load-at-startup=OFF",
                        "--innodb-buffer-pool-dump-at-shutdown=OFF",
                        "--performance-schema=OFF")
                .and(MySqlTemplate.asRoot().toArray())
                .and(options.toArray());
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<String> obstacle = obstacle();
        while (obstacle.isPresent()) {
            if (process.endsWithin(BETWEEN_TRIES)) {
                throw process.diedWhileStarting();
            }
            if (System.nanoTime() > deadline) {
                throw process.tooSlow(PATIENCE, obstacle.get());
            }
            obstacle = obstacle();
        }
    }

    /** Empty when the server answers, and it is this one. */
    private Optional<String> obstacle() {
        String url = jdbcUrl("") + "&connectTimeout=2000&socketTimeout=10000";
        try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
             Statement statement = connection.createStatement();
             ResultSet answer = statement.executeQuery("SELECT @@datadir")) {
            answer.next();
            Path answering = Path.of(answer.getString(1)).normalize();
            return answering.equals(dataFolder()) ? Optional.empty()
                    : Optional.of("on port " + port + " answers another server, with data in " + answering);
        } catch (SQLException e) {
            return Optional.of(e.getMessage().lines().collect(Collectors.joining(" ")));
        }
    }

    private Path dataFolder() {
        return home.data(name).resolve("mysql");
    }

    private String dataOption() {
        return "--datadir=" + dataFolder();
    }

    private Path portFile() {
        return home.data(name).resolve("port");
    }
}
