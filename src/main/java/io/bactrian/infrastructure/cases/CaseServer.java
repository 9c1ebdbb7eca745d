package io.bactrian.infrastructure.cases;

import io.bactrian.infrastructure.embedded.EmbeddedDatabase;
import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.EmbeddedPostgres;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.PostgresBinaries;
import io.bactrian.infrastructure.embedded.Progress;
import io.bactrian.infrastructure.embedded.ServerHome;
import io.bactrian.infrastructure.embedded.ServerInUseException;
import io.bactrian.infrastructure.jdbc.JdbcSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A server that cases run on: the sources' tables and the warehouse's, side by side. What differs between kinds of
 * servers is in its subclasses, and nowhere else among the cases.
 */
public abstract class CaseServer implements AutoCloseable {

    /** The warehouse is one database of the server; a source's database of that name would be in its way. */
    static final String WAREHOUSE = "bactrian_test_warehouse";

    private static final String NAME = "test";
    private static final int AT_ONCE = 16;

    private final EmbeddedDatabase server;
    /** By database; kept, since a case asks a dozen times. */
    private final Map<String, Connection> connections = new HashMap<>();
    private JdbcSource.Looks looks;

    /** As the command line names them. */
    public enum Kind {
        mysql, postgres;

        /** Of the server that a warehouse's JDBC URL leads to. */
        public static Kind of(String url) {
            return url.startsWith("jdbc:postgresql:") ? postgres : mysql;
        }
    }

    CaseServer(EmbeddedDatabase server) {
        this.server = server;
    }

    /** A server of its own for each process that tests at the same time; what an earlier one left on it is dropped. */
    public static CaseServer start(Kind kind, ServerHome home, Progress progress) {
        return switch (kind) {
            case mysql -> {
                MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
                yield started(NAME, name -> new MySqlCaseServer(
                        EmbeddedMySql.start(binaries, home, name, MySqlCaseServer.SERVER_ID, progress, MySqlCaseServer.OPTIONS)));
            }
            case postgres -> {
                PostgresBinaries binaries = PostgresBinaries.locate(home, progress);
                yield started(NAME + "-postgres",
                        name -> new PostgresCaseServer(EmbeddedPostgres.start(binaries, home, name, progress, PostgresCaseServer.OPTIONS)));
            }
        };
    }

    private static CaseServer started(String name, Function<String, CaseServer> start) {
        for (int number = 1;; number++) {
            try {
                CaseServer server = start.apply(number == 1 ? name : name + "-" + number);
                server.dropAll();
                return server;
            } catch (ServerInUseException e) {
                if (number == AT_ONCE) {
                    throw e;
                }
            }
        }
    }

    // ---- what people and routes see of it

    /** What its makers call it. */
    abstract String title();

    public final int port() {
        return server.port();
    }

    public final String user() {
        return server.user();
    }

    public final String password() {
        return server.password();
    }

    final String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    public final String warehouseUrl() {
        return jdbcUrl(WAREHOUSE);
    }

    /** Why it refused a statement, in its own words. */
    abstract String message(SQLException failure);

    // ---- what differs

    abstract String quoted(String name);

    /** The database in which the sources' tables are, or that a session begins in which names them with theirs. */
    public abstract String sources();

    /** Its own way of saying which schema a session is in. */
    abstract String schemaOfSession();

    /** A warehouse and no source's table are there then, and nothing in it. */
    abstract void dropAll();

    /** They count from 1 again. */
    abstract void empty(Statement statement, List<String> warehouseTables) throws SQLException;

    /** What a source's name of a database means here: a database, or a schema. */
    abstract List<String> sourceDatabases();

    abstract void dropSourceDatabases();

    /** As {@code database.table}, in order. */
    abstract List<String> sourceTables(Statement statement) throws SQLException;

    /** They count from 1 again. What is in neither of the lists is empty and does so already. */
    abstract void emptySources(Statement statement, Set<String> touched) throws SQLException;

    /** A source's table, whatever refers to it; it counts on, or not, as after a truncation. */
    abstract void truncate(Statement statement, String table) throws SQLException;

    /** What the SQL's clock says in that session from now on. */
    abstract void setTime(Statement statement, Instant time) throws SQLException;

    /** By table a number that is another when its rows are others, and 0 when there are none. */
    abstract Map<String, Long> checksums(Statement statement, List<String> tables) throws SQLException;

    /** A case's SQL as the server is to read it. */
    abstract String ownWords(String sql);

    /** The changes of a table as the log would have them, which may hold less of the row before. */
    abstract List<RowChange> asLogged(Statement statement, String table, List<RowChange> changes) throws SQLException;

    /** Opens a connection that reads the sources' tables. */
    abstract JdbcSource.Looks look();

    // ---- what is the same

    /** Reads the sources' tables. */
    final JdbcSource.Looks looks() {
        if (looks == null) {
            looks = look();
        }
        return looks;
    }

    final Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    interface Work<T> {
        T run(Statement statement) throws SQLException;
    }

    /** For what can only fail when the server does. */
    final <T> T with(String database, Work<T> work) {
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

    final IllegalStateException failure(SQLException e) {
        return new IllegalStateException("the server for the cases, " + jdbcUrl(sources()) + ", does not do its part: " + e.getMessage(),
                e);
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

    /** A name with its database's before it. */
    final String quotedTable(String table) {
        int dot = table.indexOf('.');
        return quoted(table.substring(0, dot)) + "." + quoted(table.substring(dot + 1));
    }

    final List<String> warehouseTables() {
        return warehouseTables("");
    }

    private List<String> warehouseTables(String condition) {
        return with(WAREHOUSE, statement -> strings(statement,
                "select table_name from information_schema.tables where table_schema=" + schemaOfSession() + condition
                        + " order by table_name"));
    }

    /** The database stays: connections that beans of the routes hold to it go on. */
    final void dropTables(Set<String> butThese) {
        drop("view", without(warehouseTables(" and table_type='VIEW'"), butThese));
        drop("table", without(warehouseTables(" and table_type='BASE TABLE'"), butThese));
    }

    private void drop(String kind, List<String> names) {
        if (!names.isEmpty()) {
            with(WAREHOUSE,
                    statement -> statement.execute("drop " + kind + " " + String.join(",", names.stream().map(this::quoted).toList())));
        }
    }

    private static List<String> without(List<String> all, Collection<String> some) {
        return all.stream().filter(name -> !some.contains(name)).toList();
    }

    final void emptyTables(Set<String> butThese) {
        List<String> tables = without(warehouseTables(" and table_type='BASE TABLE'"), butThese);
        with(WAREHOUSE, statement -> {
            empty(statement, tables);
            return null;
        });
    }

    /** As if nothing had been applied yet. */
    final void forgetBatches() {
        with(WAREHOUSE, statement -> {
            empty(statement, List.of("bactrian_watermarks"));
            return statement.execute("delete from bactrian_dead_letters");
        });
    }

    /** As if no model had been made yet, and no day begun. */
    final void forgetModels() {
        with(WAREHOUSE, statement -> {
            statement.execute("delete from bactrian_models where name<>''");
            statement.execute("delete from bactrian_model_locks where name<>''");
            return statement.execute("update bactrian_calendar set begun=0 where begun=1");
        });
    }

    /** The models stay, and find all days anew. */
    final void emptyCalendar() {
        with(WAREHOUSE, statement -> statement.execute("delete from bactrian_calendar"));
    }

    /** First its connections: MySQL would wait three seconds for them to go. */
    @Override
    public final void close() {
        try (EmbeddedDatabase last = server; JdbcSource.Looks first = looks) {
            for (Connection connection : connections.values()) {
                connection.close();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }
}
