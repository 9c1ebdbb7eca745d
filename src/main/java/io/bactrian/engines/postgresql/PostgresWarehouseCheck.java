package io.bactrian.engines.postgresql;

import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.engines.WarehouseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Whether a PostgreSQL warehouse takes what Bactrian writes: makes a table {@code bactrian_check} in a transaction, and
 * takes all of it back.
 */
final class PostgresWarehouseCheck {

    private static final int OLDEST = 14;
    private static final String TABLE = "bactrian_check";

    private final WarehouseSettings warehouse;
    private final Findings findings;

    private PostgresWarehouseCheck(WarehouseSettings warehouse, Findings findings) {
        this.warehouse = warehouse;
        this.findings = findings;
    }

    static List<Finding> look(WarehouseSettings warehouse) {
        Findings findings = new Findings("warehouse " + warehouse.name());
        new PostgresWarehouseCheck(warehouse, findings).look();
        return findings.all();
    }

    private String grant() {
        return "GRANT CONNECT, TEMPORARY ON DATABASE \"" + warehouse.database() + "\" TO \"" + warehouse.user()
                + "\"; GRANT USAGE, CREATE ON SCHEMA public TO \"" + warehouse.user() + "\";";
    }

    private void look() {
        Properties properties = new Properties();
        properties.setProperty("user", warehouse.user());
        properties.setProperty("password", warehouse.password());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        try (Connection connection = DriverManager.getConnection(warehouse.url(), properties);
                Statement statement = connection.createStatement()) {
            version(statement);
            encoding(statement);
            if (writable(statement)) {
                rights(connection, statement);
            }
        } catch (SQLException e) {
            refused(e);
        }
    }

    private void refused(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String said = e.getMessage().lines().findFirst().orElse("").strip();
        if (state.startsWith("28")) {
            findings.fault("the server at " + warehouse.where() + " rejects user '" + warehouse.user() + "': " + said,
                    "nothing can be read or written",
                    "set the right " + warehouse.settings()
                            + ".user and .password; whether the user exists: SELECT rolname, rolcanlogin FROM "
                            + "pg_roles; and whether pg_hba.conf lets it in");
        } else if (state.equals("3D000") || state.equals("42501")) {
            findings.fault("the server at " + warehouse.where() + " does not let user '" + warehouse.user() + "' use the database: " + said,
                    "nothing can be written",
                    "CREATE DATABASE \"" + warehouse.database() + "\" ENCODING 'UTF8' TEMPLATE template0; " + grant());
        } else {
            findings.fault("no answer from " + warehouse.where() + ": " + said, "nothing can be read or written",
                    "is the server running, and can this host reach it? If it is elsewhere, set " + warehouse.settings() + ".url");
        }
    }

    private static String one(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getString(1) != null ? row.getString(1) : "";
        }
    }

    private void version(Statement statement) throws SQLException {
        String version = one(statement, "show server_version");
        if (Integer.parseInt(one(statement, "show server_version_num")) / 10_000 < OLDEST) {
            findings.fault("the server at " + warehouse.where() + " is PostgreSQL " + version + "; expected " + OLDEST + " or newer",
                    "it is not tested with it, and its makers no longer fix it",
                    "use a newer server");
        } else {
            findings.ok("PostgreSQL " + version + " at " + warehouse.where() + ", schema " + one(statement, "select current_schema()")
                    + " (Bactrian's sessions use UTC)");
        }
    }

    private void encoding(Statement statement) throws SQLException {
        String encoding = one(statement, "show server_encoding");
        if (!encoding.equals("UTF8")) {
            findings.fault("the database " + warehouse.database() + " has the encoding " + encoding + "; expected UTF8",
                    "rows with characters that it lacks become dead letters",
                    "create a database with the encoding: CREATE DATABASE warehouse ENCODING 'UTF8' TEMPLATE template0; and name it in "
                            + warehouse.settings() + ".url");
        } else {
            findings.ok("the encoding is UTF8");
        }
    }

    private boolean writable(Statement statement) throws SQLException {
        boolean replica = one(statement, "select pg_is_in_recovery()").equals("t");
        if (replica || one(statement, "show transaction_read_only").equals("on")) {
            findings.fault(replica ? "the server is a replica" : "default_transaction_read_only is on; expected off",
                    "the warehouse takes no rows; the pipelines wait",
                    replica
                            ? "set " + warehouse.settings() + ".url to the primary server"
                            : "ALTER ROLE \"" + warehouse.user() + "\" SET default_transaction_read_only = off;");
            return false;
        }
        if (one(statement, "select current_schema()").isEmpty()) {
            findings.fault(
                    "there is no schema for the user's tables: none of search_path (" + one(statement, "show search_path") + ") exists",
                    "no table can be created",
                    "create one of them, or name one at the end of " + warehouse.settings() + ".url: ?currentSchema=warehouse");
            return false;
        }
        return true;
    }

    /** By doing it, in a transaction that is taken back: that sees rights however they were given. */
    private void rights(Connection connection, Statement statement) throws SQLException {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("CREATE on the schema", "create table " + TABLE + " (id integer primary key, note text); alter table " + TABLE
                + " add column more text; create index on " + TABLE + " (note)");
        statements.put("a view", "create view " + TABLE + "_view as select * from " + TABLE);
        statements.put("TEMPORARY on the database", "create temporary table " + TABLE + "_stage (id integer) on commit drop");
        statements.put("rows", "insert into " + TABLE + " (id) values (1) on conflict (id) do update set note = 'a'; update " + TABLE
                + " set note = 'b'; delete from " + TABLE);
        List<String> missing = new ArrayList<>();
        String said = "";
        connection.setAutoCommit(false);
        try {
            for (Map.Entry<String, String> one : statements.entrySet()) {
                java.sql.Savepoint before = connection.setSavepoint();
                try {
                    statement.execute(one.getValue());
                } catch (SQLException e) {
                    connection.rollback(before);
                    if (missing.isEmpty() || one.getKey().startsWith("TEMPORARY")) {
                        missing.add(one.getKey());
                        said += (said.isEmpty() ? "" : "; ") + new PostgresErrors().reason(e);
                    }
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        if (missing.isEmpty()) {
            findings.ok("user '" + warehouse.user() + "' may make, change, write and drop tables and views");
        } else {
            findings.fault(
                    "user '" + warehouse.user() + "' could not do all that loading needs (" + String.join(", ", missing) + "): " + said,
                    "the pipelines wait, and report it, at the first row that needs it", grant());
        }
    }
}
