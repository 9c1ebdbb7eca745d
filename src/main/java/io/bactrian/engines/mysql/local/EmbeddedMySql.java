package io.bactrian.engines.mysql.local;

import io.bactrian.servers.EmbeddedDatabase;
import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.FreePort;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A MySQL server of its own process on a loopback port, with its binlog on. Its settings are as durable as MySQL's
 * defaults; only memory is modest. It stops when this process ends, however that happens.
 */
public final class EmbeddedMySql extends EmbeddedDatabase {

    private static final String USER = "root";
    private static final String PASSWORD = "";
    private static final String CONNECTION = "?sslMode=DISABLED&allowPublicKeyRetrieval=true&allowLoadLocalInfile=true"
            + "&connectionTimeZone=UTC";

    private final MySqlBinaries binaries;
    private final int serverId;
    private final List<String> options;
    private int port;

    private EmbeddedMySql(MySqlBinaries binaries, ServerHome home, String name, int serverId, Progress progress,
            List<String> options) {
        super("MySQL server", home, name, progress);
        this.binaries = binaries;
        this.serverId = serverId;
        this.options = options;
    }

    /**
     * Starts on the data that is there, or initialises it; returns when a query was answered.
     *
     * @param name of the server within the home; a second server of that name is refused while the first runs
     * @param options on top of and stronger than ours, as in {@code --innodb-buffer-pool-size=512M}
     */
    public static EmbeddedMySql start(MySqlBinaries binaries, ServerHome home, String name, int serverId,
            Progress progress, String... options) {
        return started(new EmbeddedMySql(binaries, home, name, serverId, progress, List.of(options)));
    }

    @Override
    public int port() {
        return port;
    }

    /** @param database may be empty */
    @Override
    public String jdbcUrl(String database) {
        return "jdbc:mysql://" + ADDRESS + ":" + port + "/" + database + CONNECTION;
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    /** What sets the server up, by one who may everything. */
    void execute(String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(""), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new EmbeddedServerException(title() + " could not be set up: " + e.getMessage(), e);
        }
    }

    /** What a person pastes into a shell to look around. */
    public String clientCommand() {
        return new MySqlClient(binaries, home, name).command(ADDRESS, port, USER);
    }

    @Override
    public void prepare() throws IOException {
        Path data = home.data(name);
        Files.createDirectories(data.resolve("tmp"));
        // The folder gets its name when it is whole: one that a killed parent left half-made does not count.
        if (Files.notExists(dataFolder())) {
            new MySqlTemplate(binaries, home, progress).copyTo(dataFolder());
        }
        port = FreePort.rememberedIn(portFile(), progress);
    }

    @Override
    public void takeOtherPorts() throws IOException {
        port = FreePort.another(portFile());
    }

    @Override
    public String portIsTaken() {
        return "Bind on TCP/IP port";
    }

    @Override
    public String partOfCommand() {
        return dataOption();
    }

    @Override
    public List<String> command() {
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
                        // All of it is resident from the start; MySQL 8.4 made it 64M, for transactions larger than
                        // ours.
                        "--innodb-log-buffer-size=16M",
                        "--innodb-buffer-pool-load-at-startup=OFF",
                        "--innodb-buffer-pool-dump-at-shutdown=OFF",
                        "--performance-schema=OFF")
                .and(MySqlTemplate.asRoot().toArray())
                .and(options.toArray())
                .words();
    }

    @Override
    public Optional<String> obstacle() {
        String url = jdbcUrl("") + "&connectTimeout=2000&socketTimeout=10000";
        try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT @@datadir")) {
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
        return home.data(name).resolve("mysql");
    }

    private String dataOption() {
        return "--datadir=" + dataFolder();
    }
}
