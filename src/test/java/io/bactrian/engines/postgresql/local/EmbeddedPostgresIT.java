package io.bactrian.engines.postgresql.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.FileTree;
import io.bactrian.servers.FreePort;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedPostgresIT {

    private ServerHome home;

    @BeforeEach
    void startWithoutData(TestInfo test) throws IOException {
        Path data = Path.of("target", "servers", "postgres", test.getTestMethod().orElseThrow().getName());
        ServerHome.standard().withData(data).cleanUp(System.out::println);
        new FileTree(data.toAbsolutePath()).delete();
        home = ServerHome.standard().withData(data);
    }

    @Test
    void keepsCommittedRowsOverAKillAndOverAnOrderlyStopThatDoesNotWaitForItsClients() throws SQLException {
        PostgresBinaries binaries = PostgresBinaries.locate(ServerHome.standard(), System.out::println);
        try (EmbeddedPostgres server = EmbeddedPostgres.start(binaries, home, "store", Progress.SILENT, "shared_buffers=32MB")) {
            int port = server.port();
            execute(server, "create table t (id int primary key)", "insert into t values (1)");

            Connection open = connect(server);
            server.kill();
            assertThat(FreePort.isFree(port)).isTrue();
            server.startAgain();
            execute(server, "insert into t values (2)");
            open = connect(server);
            server.stop();
            assertThat(home.log("store")).content().contains("fast shutdown").contains("database system is shut down");
            server.startAgain();

            assertThat(open.isValid(5)).isFalse();
            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "select count(*) from t")).isEqualTo("2");
            assertThat(query(server,
                    "select concat_ws(' ', current_setting('wal_level'), current_setting('synchronous_commit'), current_setting('fsync'), "
                            + "current_setting('shared_buffers'), current_setting('server_encoding'))"))
                    .isEqualTo("logical on on 32MB UTF8");
        }
    }

    @Test
    void isFetchedWhereThereIsNoneAndRuns() throws SQLException {
        ServerHome fresh = new ServerHome(home.servers().resolve("home"));
        Surroundings here = Surroundings.here();
        // All of this machine but its own PostgreSQL.
        List<Path> others = here.searchPath().stream().filter(folder -> !Files.exists(folder.resolve("postgres"))).toList();

        PostgresBinaries binaries = new PostgresSearch(fresh, Optional.empty(), new Surroundings(Optional.empty(), others, here.etc()),
                System.out::println).find();

        assertThat(binaries.folder()).isEqualTo(fresh.folder().resolve("postgres-" + PostgresFetch.VERSION + "/bin"));
        try (EmbeddedPostgres server = EmbeddedPostgres.start(binaries, home, "store", Progress.SILENT)) {
            assertThat(query(server, "show server_version")).isEqualTo(binaries.version());
        }
    }

    @Test
    void aServerThatDiesWhileStartingSaysWhy() {
        PostgresBinaries binaries = PostgresBinaries.locate(ServerHome.standard(), System.out::println);
        assertThatThrownBy(() -> EmbeddedPostgres.start(binaries, home, "store", Progress.SILENT, "no_such_setting=1"))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith("PostgreSQL server 'store' stopped while starting, exit code ")
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    private static void execute(EmbeddedPostgres server, String... statements) throws SQLException {
        try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), server.password());
    }
}
