package io.bactrian.local;

import io.bactrian.engines.sql.SqlSource;
import io.bactrian.servers.EmbeddedDatabase;
import io.bactrian.servers.ServerInUseException;
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
 * servers is in its subclasses, in their engines' folders, and nowhere else.
 */
public abstract class CaseServer implements AutoCloseable {

    /** The warehouse is one database of the server; a source's database of that name would be in its way. */
    public static final String WAREHOUSE = "bactrian_test_warehouse";

    private static final int AT_ONCE = 16;

    private final EmbeddedDatabase server;
    /** By database; kept, since a case asks a dozen times. */
    private final Map<String, Connection> connections = new HashMap<>();
    private SqlSource.Looks looks;

    public CaseServer(EmbeddedDatabase server) {
        this.server = server;
    }

    /**
     * A server of its own for each process that tests at the same time; what an earlier one left on it is dropped.
     *
     * @param name of the first; the others are numbered
     */
    public static CaseServer firstFree(String name, Function<String, CaseServer> start) {
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
    public abstract String title();

    public final int port() {
        return server.port();
    }

    public final String user() {
        return server.user();
    }

    public final String password() {
        return server.password();
    }

    public final String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    public final String warehouseUrl() {
        return jdbcUrl(WAREHOUSE);
    }

    /** Why it refused a statement, in its own words. */
    public abstract String message(SQLException failure);

    // ---- what differs

    public abstract String quoted(String name);

    /** The database in which the sources' tables are, or that a session begins in which names them with theirs. */
    public abstract String sources();

    /** Its own way of saying which schema a session is in. */
    public abstract String schemaOfSession();

    /** A warehouse and no source's table are there then, and nothing in it. */
    public abstract void dropAll();

    /** They count from 1 again. */
    public abstract void empty(Statement statement, List<String> warehouseTables) throws SQLException;

    /** What a source's name of a database means here: a database, or a schema. */
    public abstract List<String> sourceDatabases();

    public abstract void dropSourceDatabases();

    /** As {@code database.table}, in order. */
    public abstract List<String> sourceTables(Statement statement) throws SQLException;

    /** They count from 1 again. What is in neither of the lists is empty and does so already. */
    public abstract void emptySources(Statement statement, Set<String> touched) throws SQLException;

    /** A source's table, whatever refers to it; it counts on, or not, as after a truncation. */
    public abstract void truncate(Statement statement, String table) throws SQLException;

    /** What the SQL's clock says in that session from now on. */
    public abstract void setTime(Statement statement, Instant time) throws SQLException;

    /** By table a number that is another when its rows are others, and 0 when there are none. */
    public abstract Map<String, Long> checksums(Statement statement, List<String> tables) throws SQLException;

    /** A case's SQL as the server is to read it. */
    public abstract String ownWords(String sql);

    /** The changes of a table as the log would have them, which may hold less of the row before. */
    public abstract List<RowChange> asLogged(Statement statement, String table, List<RowChange> changes) throws SQLException;

    /** Opens a connection that reads the sources' tables. */
    public abstract SqlSource.Looks look();

    // ---- what is the same

    /** Reads the sources' tables. */
    public final SqlSource.Looks looks() {
        if (looks == null) {
            looks = look();
        }
        return looks;
    }

    public final Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user(), password());
    }

    public interface Work<T> {
        T run(Statement statement) throws SQLException;
    }

    /** For what can only fail when the server does. */
    public final <T> T with(String database, Work<T> work) {
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

    public final IllegalStateException failure(SQLException e) {
        return new IllegalStateException("the server for the cases, " + jdbcUrl(sources()) + ", does not do its part: " + e.getMessage(),
                e);
    }

    public static List<String> strings(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** A name with its database's before it. */
    public final String quotedTable(String table) {
        int dot = table.indexOf('.');
        return quoted(table.substring(0, dot)) + "." + quoted(table.substring(dot + 1));
    }

    public final List<String> warehouseTables() {
        return warehouseTables("");
    }

    private List<String> warehouseTables(String condition) {
        return with(WAREHOUSE, statement -> strings(statement,
                "select table_name from information_schema.tables where table_schema=" + schemaOfSession() + condition
                        + " order by table_name"));
    }

    /** The database stays: connections that beans of the routes hold to it go on. */
    public final void dropTables(Set<String> butThese) {
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

    public final void emptyTables(Set<String> butThese) {
        List<String> tables = without(warehouseTables(" and table_type='BASE TABLE'"), butThese);
        with(WAREHOUSE, statement -> {
            empty(statement, tables);
            return null;
        });
    }

    /** As if nothing had been applied yet. */
    public final void forgetBatches() {
        with(WAREHOUSE, statement -> {
            empty(statement, List.of("bactrian_watermarks"));
            return statement.execute("delete from bactrian_dead_letters");
        });
    }

    /** As if no model had been made yet, and no day begun. */
    public final void forgetModels() {
        with(WAREHOUSE, statement -> {
            statement.execute("delete from bactrian_models where name<>''");
            statement.execute("delete from bactrian_model_locks where name<>''");
            return statement.execute("update bactrian_calendar set begun=0 where begun=1");
        });
    }

    /** The models stay, and find all days anew. */
    public final void emptyCalendar() {
        with(WAREHOUSE, statement -> statement.execute("delete from bactrian_calendar"));
    }

    /** First its connections: MySQL would wait three seconds for them to go. */
    @Override
    public final void close() {
        try (EmbeddedDatabase last = server; SqlSource.Looks first = looks) {
            for (Connection connection : connections.values()) {
                connection.close();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }
}
