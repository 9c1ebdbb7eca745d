package io.bactrian.infrastructure.cases;

import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.Progress;
import io.bactrian.infrastructure.embedded.ServerHome;
import io.bactrian.infrastructure.embedded.ServerInUseException;
import io.bactrian.infrastructure.jdbc.MySqlSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The MySQL server that cases run on: the source's databases and the warehouse's, side by side. */
public final class CaseServer implements AutoCloseable {

    /** The warehouse is one database of the server; a source's database of that name would be in its way. */
    public static final String WAREHOUSE = "bactrian_test_warehouse";

    private static final String NAME = "test";
    private static final int SERVER_ID = 7;
    private static final int AT_ONCE = 16;
    private static final Set<String> SYSTEM = Set.of("mysql", "information_schema", "performance_schema", "sys");

    /**
     * Nothing here outlives the run: making and emptying tables must not wait for a disk. Without TLS a connection takes a
     * fifth of the time.
     */
    private static final String[] OPTIONS = {"--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--tls-version=", "--innodb-file-per-table=OFF"};

    private final EmbeddedMySql server;
    /** By database; kept, since a case asks a dozen times. */
    private final Map<String, Connection> connections = new HashMap<>();
    private MySqlSource.Looks looks;

    private CaseServer(EmbeddedMySql server) {
        this.server = server;
    }

    /** A server of its own for each process that tests at the same time; what an earlier one left on it is dropped. */
    public static CaseServer start(ServerHome home, Progress progress) {
        MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
        for (int number = 1; ; number++) {
            try {
                CaseServer server = new CaseServer(EmbeddedMySql.start(binaries, home, number == 1 ? NAME : NAME + "-" + number, SERVER_ID, progress, OPTIONS));
                server.dropAll();
                return server;
            } catch (ServerInUseException e) {
                if (number == AT_ONCE) {
                    throw e;
                }
            }
        }
    }

    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    public int port() {
        return server.port();
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    MySqlSource.Looks looks() {
        if (looks == null) {
            looks = new MySqlSource("127.0.0.1", port(), user(), password()).look();
        }
        return looks;
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    interface Work<T> {
        T run(Statement statement) throws SQLException;
    }

    /** For what can only fail when the server does. */
    <T> T with(String database, Work<T> work) {
        try {
            if (!connections.containsKey(database)) {
                connections.put(database, connect(database));
            }
            try (Statement statement = connections.get(database).createStatement()) {
                return work.run(statement);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    IllegalStateException failure(SQLException e) {
        return new IllegalStateException("the server for the cases, " + jdbcUrl("") + ", does not do its part: " + e.getMessage(), e);
    }

    /** Databases of this server, but for MySQL's own and the warehouse. */
    List<String> sourceDatabases() {
        return with("", statement -> {
            List<String> found = strings(statement, "select schema_name from information_schema.schemata order by schema_name");
            found.removeAll(SYSTEM);
            found.remove(WAREHOUSE);
            return found;
        });
    }

    static List<String> strings(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private void dropAll() {
        dropSourceDatabases();
        with("", statement -> {
            statement.execute("drop database if exists " + WAREHOUSE);
            return statement.execute("create database " + WAREHOUSE + " character set utf8mb4 collate utf8mb4_0900_ai_ci");
        });
    }

    void dropSourceDatabases() {
        List<String> databases = sourceDatabases();
        with("", statement -> {
            statement.execute("set foreign_key_checks=0");
            for (String database : databases) {
                statement.execute("drop database " + quoted(database));
            }
            return null;
        });
    }

    List<String> warehouseTables() {
        return with(WAREHOUSE, statement -> strings(statement,
                "select table_name from information_schema.tables where table_schema=database() order by table_name"));
    }

    private List<String> warehouseTables(String type) {
        return with(WAREHOUSE, statement -> strings(statement,
                "select table_name from information_schema.tables where table_schema=database() and table_type='" + type + "' order by table_name"));
    }

    /** The database stays: connections that beans of the routes hold to it go on. */
    void dropTables(Set<String> butThese) {
        drop("view", without(warehouseTables("VIEW"), butThese));
        drop("table", without(warehouseTables("BASE TABLE"), butThese));
    }

    private static List<String> without(List<String> all, Set<String> some) {
        return all.stream().filter(name -> !some.contains(name)).toList();
    }

    /** They count from 1 again. A table that does not count is emptied row by row, which takes a tenth of a truncation's time. */
    void emptyTables(Set<String> butThese) {
        List<String> tables = without(warehouseTables("BASE TABLE"), butThese);
        with(WAREHOUSE, statement -> {
            List<String> counting = strings(statement, "select table_name from information_schema.columns where table_schema=database() and extra like '%auto_increment%'");
            for (String table : tables) {
                statement.execute((counting.contains(table) ? "truncate table " : "delete from ") + quoted(table));
            }
            return null;
        });
    }

    /** As if nothing had been applied yet. */
    void forgetBatches() {
        with(WAREHOUSE, statement -> {
            statement.execute("truncate table bactrian_watermarks");
            return statement.execute("delete from bactrian_dead_letters");
        });
    }

    /** As if no model had been made yet, and no day begun. */
    void forgetModels() {
        with(WAREHOUSE, statement -> {
            statement.execute("delete from bactrian_models where name<>''");
            statement.execute("delete from bactrian_model_locks where name<>''");
            return statement.execute("update bactrian_calendar set begun=0 where begun=1");
        });
    }

    /** The models stay, and find all days anew. */
    void emptyCalendar() {
        with(WAREHOUSE, statement -> statement.execute("delete from bactrian_calendar"));
    }

    private void drop(String kind, List<String> names) {
        if (!names.isEmpty()) {
            with(WAREHOUSE, statement -> statement.execute("drop " + kind + " " + String.join(",", names.stream().map(CaseServer::quoted).toList())));
        }
    }

    static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    /** Its connections end with it. */
    @Override
    public void close() {
        server.close();
    }
}
