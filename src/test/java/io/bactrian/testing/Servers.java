package io.bactrian.testing;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.engines.postgresql.local.PostgresBinaries;
import io.bactrian.servers.EmbeddedKafka;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A source server, a warehouse server and a broker: real ones, each a process, started once for all tests of this JVM.
 */
public final class Servers implements AutoCloseable {

    public static final String USER = "bactrian";
    public static final String PASSWORD = "bactrian-test";

    /** Tests run in several processes at a time: which one this is, empty when it is the only one. */
    static final String FORK = System.getProperty("bactrian.fork", "");

    private static Servers shared;

    public final EmbeddedMySql source;
    public final EmbeddedMySql warehouse;
    public final EmbeddedKafka kafka;
    private final ServerHome home;
    private final Progress progress = line -> System.err.println("servers: " + line);
    private EmbeddedPostgres postgres;

    private Servers(String name, String... mySqlOptions) {
        home = ServerHome.standard().withData(Path.of("target", "servers", name));
        home.cleanUp(progress);
        // What an earlier run left would be captured too.
        delete(home.servers().resolve("data"));
        MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
        List<AutoCloseable> started = new ArrayList<>();
        try {
            kafka = EmbeddedKafka.start(home, "kafka", progress);
            started.add(kafka);
            source = EmbeddedMySql.start(binaries, home, "source", 11, progress, mySqlOptions);
            started.add(source);
            warehouse = EmbeddedMySql.start(binaries, home, "warehouse", 12, progress, mySqlOptions);
            started.add(warehouse);
            execute(source, "create user if not exists '" + USER + "'@'%' identified by '" + PASSWORD + "'",
                    "grant select, reload, show databases, replication slave, replication client, lock tables on *.* to '" + USER
                            + "'@'%'");
            execute(warehouse, "create user if not exists '" + USER + "'@'%' identified by '" + PASSWORD + "'",
                    "grant all on *.* to '" + USER + "'@'%'");
        } catch (RuntimeException e) {
            started.forEach(Servers::closeQuietly);
            throw e;
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeQuietly(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            System.err.println("servers: while stopping after a failed start: " + e);
        }
    }

    /** Those that all tests of this JVM share; stopped with it. A test that kills one starts it again. */
    public static synchronized Servers shared() {
        if (shared == null) {
            shared = new Servers("it" + FORK);
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "stop-servers"));
        }
        return shared;
    }

    /** Servers of one's own. */
    public static Servers start(String name, String... mySqlOptions) {
        return new Servers(name, mySqlOptions);
    }

    /** A PostgreSQL, started when a test first asks for it; stops with the others. */
    public synchronized EmbeddedPostgres postgres() {
        if (postgres == null) {
            postgres = EmbeddedPostgres.start(PostgresBinaries.locate(home, progress), home, "postgres", progress);
        }
        return postgres;
    }

    public static Connection connect(EmbeddedPostgres server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.user(), server.password());
    }

    /** Each statement in a transaction of its own, by one who may everything. */
    public static void execute(EmbeddedPostgres server, String database, String... statements) {
        try (Connection connection = connect(server, database)) {
            execute(connection, statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in " + String.join("; ", statements), e);
        }
    }

    /** All rows of a query, each as its values' texts joined by {@code |}. */
    public static List<String> query(EmbeddedPostgres server, String database, String sql) {
        try (Connection connection = connect(server, database)) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in " + sql, e);
        }
    }

    public static List<String> query(EmbeddedMySql server, String database, String sql) {
        try (Connection connection = connect(server, database)) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in " + sql, e);
        }
    }

    public static Connection connect(EmbeddedMySql server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.user(), server.password());
    }

    public static void execute(EmbeddedMySql server, String... statements) {
        try (Connection connection = connect(server, "")) {
            execute(connection, statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in " + String.join("; ", statements), e);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** All rows of a query, each as its values' texts joined by {@code |}. */
    public static List<String> query(EmbeddedMySql server, String sql) {
        try (Connection connection = connect(server, "")) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in " + sql, e);
        }
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    line.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                found.add(line.toString());
            }
            return found;
        }
    }

    @Override
    public void close() {
        closeQuietly(source);
        closeQuietly(warehouse);
        closeQuietly(kafka);
        closePostgres();
    }

    private synchronized void closePostgres() {
        if (postgres != null) {
            closeQuietly(postgres);
        }
    }
}
