package io.bactrian.testing;

import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.servers.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The user has the rights that docs/postgresql.md names, and no others: it owns what it publishes. */
public final class PostgresSourceUnderTest implements SourceUnderTest {

    private static final Pattern CREATED = Pattern.compile("create table (\"[^\"]+\"|\\w+).*", Pattern.DOTALL);

    private final boolean wholeRows;

    public PostgresSourceUnderTest() {
        this(false);
    }

    /** @param wholeRows every table has REPLICA IDENTITY FULL */
    private PostgresSourceUnderTest(boolean wholeRows) {
        this.wholeRows = wholeRows;
    }

    @Override
    public List<SourceUnderTest> variants() {
        return List.of(new PostgresSourceUnderTest(false), new PostgresSourceUnderTest(true));
    }

    @Override
    public Map<String, String> waivers() {
        Map<String, String> waivers = new LinkedHashMap<>();
        waivers.put("aTableThatIsMadeWhileItsSourceIsCapturedIsCapturedToo",
                "a publication for tables has those that were there when it was made; one for all tables only a "
                        + "superuser may make. Health names the table");
        waivers.put("namesMayHoldLettersOfAnyAlphabet",
                "Debezium 3.4 reads names in PostgreSQL's log byte by byte; the capture does not start, and says "
                        + "which names (PostgresCaptureIT)");
        if (!wholeRows) {
            waivers.put("appendKeepsEveryChangeInItsOrder",
                    "of a deleted row the log has the key alone: its log line is a dead letter that asks for REPLICA "
                            + "IDENTITY FULL (PostgresSourceIT)");
            String keyless = "of a table without a key PostgreSQL logs what an update or a delete concerns only with "
                    + "REPLICA IDENTITY FULL; without, it refuses them once the table is published";
            waivers.put("aTableWithoutAKeyIsKeptAsABagOfRows", keyless);
            waivers.put("aColumnThatTheSourceAddsToATableWithoutAKeyIsAddedToo", keyless);
        }
        waivers.put("aSecondInstanceWithAnotherServerIdTakesTheSourceOverToo", "PostgreSQL knows no server ids");
        return waivers;
    }

    @Override
    public Database create(Servers servers, String name) {
        EmbeddedPostgres server = servers.postgres();
        Servers.execute(server, "postgres", "do $$ begin create role " + Servers.USER + " login replication password '" + Servers.PASSWORD
                + "'; exception when duplicate_object then null; end $$", "create database " + name);
        Servers.execute(server, name, "grant create on database " + name + " to " + Servers.USER,
                "create schema " + name + " authorization " + Servers.USER);
        return new Database() {
            @Override
            public EmbeddedServer server() {
                return server;
            }

            @Override
            public Map<String, String> settings() {
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("kind", "postgres");
                settings.put("port", Integer.toString(server.port()));
                settings.put("database", name);
                settings.put("databases", name);
                return settings;
            }

            @Override
            public String component() {
                return "debezium-postgres";
            }

            @Override
            public List<String> parameters() {
                return List.of("databaseDbname: \"{{bactrian.source.NAME.database}}\"",
                        "schemaIncludeList: \"{{bactrian.source.NAME.databases}}\"");
            }

            @Override
            public void execute(String... statements) {
                List<String> own = new ArrayList<>(List.of("set search_path to " + name + ", public", "set role " + Servers.USER));
                for (String statement : statements) {
                    own.add(statement);
                    Matcher created = CREATED.matcher(statement);
                    if (wholeRows && created.matches()) {
                        own.add("alter table " + created.group(1) + " replica identity full");
                    }
                }
                Servers.execute(server, name, own.toArray(String[]::new));
            }

            @Override
            public List<String> query(String sql) {
                return Servers.query(server, name, sql);
            }

            @Override
            public Connection connect() throws SQLException {
                Connection connection = Servers.connect(server, name);
                connection.setSchema(name);
                return connection;
            }

            @Override
            public void cutLog() {
                query("select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'bactrian_" + name
                        + "' and active");
            }

            /** A slot that stays would keep the server's log, and the server has few. */
            @Override
            public void close() {
                cutLog();
                if (!query("select 1 from pg_replication_slots where slot_name = 'bactrian_" + name + "'").isEmpty()) {
                    query("select pg_drop_replication_slot('bactrian_" + name + "')");
                }
                Servers.execute(server, "postgres", "drop database " + name + " with (force)");
            }
        };
    }

    @Override
    public String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String bytes(int most) {
        return "bytea";
    }

    @Override
    public String blob() {
        return "bytea";
    }

    @Override
    public String longText() {
        return "text";
    }

    @Override
    public String bytes(String hex, int times) {
        return "decode(repeat('" + hex + "', " + times + "), 'hex')";
    }

    @Override
    public String tellingCase() {
        return "";
    }

    @Override
    public String behind(String column) {
        return "";
    }

    @Override
    public String oneOf(String table, String condition) {
        return "ctid = (select min(ctid) from " + table + " where " + condition + ")";
    }

    @Override
    public String retype(String table, String column, String type) {
        return "alter table " + table + " alter " + column + " type " + type;
    }

    @Override
    public TypeTable types() {
        return PostgresTypeTable.TABLE;
    }

    @Override
    public String toString() {
        return wholeRows ? "PostgreSQL, REPLICA IDENTITY FULL" : "PostgreSQL";
    }
}
