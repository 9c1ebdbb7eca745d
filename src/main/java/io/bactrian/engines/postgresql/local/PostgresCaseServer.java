package io.bactrian.engines.postgresql.local;

import io.bactrian.local.CaseServer;
import io.bactrian.local.RowChange;
import io.bactrian.engines.postgresql.PostgresSource;
import io.bactrian.engines.sql.SqlSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PostgreSQL: a source is a database, and what a source calls a database is a schema of it. */
public final class PostgresCaseServer extends CaseServer {

    /** Nothing here outlives the run, and nothing here is captured. */
    public static final String[] OPTIONS = {"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
        "max_wal_senders=0", "autovacuum=off"};

    private static final String SOURCES = "bactrian_test_source";
    private static final String ADMINISTRATION = "postgres";
    private static final String OWN_SCHEMAS = "nspname not like 'pg\\_%' and nspname <> 'information_schema'";
    private static final String OWN_TABLES = "from pg_class c join pg_namespace n on n.oid = c.relnamespace and n." + OWN_SCHEMAS
            + " where c.relkind in ('r', 'p') and not c.relispartition ";
    private static final String COUNT_ANEW = "select setval(q.seqrelid, q.seqstart, false) from pg_sequence q join "
            + "pg_depend d on d.objid = q.seqrelid "
            + "where d.deptype in ('a', 'i') and d.refobjid in (TABLES); ";
    /**
     * What stands for the clock without being a function; or a text, a quoted name or a comment, in which it does not.
     */
    private static final Pattern CLOCK = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|\\b(current_timestamp|localtimestamp|current_date)\\b(?:\\s*\\(\\s*\\d\\s*\\))?",
            Pattern.CASE_INSENSITIVE);

    public PostgresCaseServer(EmbeddedPostgres server) {
        super(server);
    }

    @Override
    public String title() {
        return "PostgreSQL";
    }

    @Override
    public String message(SQLException failure) {
        return failure.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "") + " (PostgreSQL error "
                + failure.getSQLState() + ")";
    }

    @Override
    public String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String sources() {
        return SOURCES;
    }

    @Override
    public String schemaOfSession() {
        return "current_schema()";
    }

    /** Whole databases: nothing cleans up here, and what was dropped in one would stay in its catalogues. */
    @Override
    public void dropAll() {
        with(ADMINISTRATION, statement -> {
            for (String database : List.of(WAREHOUSE, SOURCES)) {
                statement.execute("drop database if exists " + database + " with (force)");
                statement.execute("create database " + database + " template template0 encoding 'UTF8'");
            }
            return null;
        });
        // Tables' defaults and triggers name them with their schema or without, under whatever search_path: only in
        // their own place do they serve all.
        with(SOURCES, statement -> {
            for (String clock : List.of("now", "statement_timestamp", "transaction_timestamp", "clock_timestamp")) {
                statement.execute("create or replace function pg_catalog." + clock + "() returns timestamptz language sql stable as "
                        + "$$ select to_timestamp(coalesce(nullif(current_setting('bactrian.now', true), ''), '0')::bigint) $$");
            }
            return null;
        });
    }

    @Override
    public void empty(Statement statement, List<String> warehouseTables) throws SQLException {
        delete(statement, warehouseTables.stream().map(this::quoted).toList(), COUNT_ANEW);
    }

    /**
     * Row by row: a truncation makes new files, which takes ten times as long. A replica's session runs no trigger, and
     * the rules of foreign keys are triggers.
     */
    private static void delete(Statement statement, Collection<String> quotedTables, String then) throws SQLException {
        if (!quotedTables.isEmpty()) {
            statement.execute("set session_replication_role = replica; "
                    + quotedTables.stream().map(table -> "delete from " + table + "; ").collect(Collectors.joining())
                    + then.replace("TABLES",
                            quotedTables.stream().map(table -> "'" + table.replace("'", "''") + "'::regclass")
                                    .collect(Collectors.joining(",")))
                    + "set session_replication_role = origin");
        }
    }

    @Override
    public List<String> sourceDatabases() {
        return with(SOURCES,
                statement -> strings(statement, "select nspname from pg_namespace where " + OWN_SCHEMAS + " order by nspname"));
    }

    @Override
    public void dropSourceDatabases() {
        List<String> schemas = sourceDatabases();
        with(SOURCES, statement -> {
            for (String schema : schemas) {
                statement.execute("drop schema " + quoted(schema) + " cascade");
            }
            return statement.execute("create schema public");
        });
    }

    @Override
    public List<String> sourceTables(Statement statement) throws SQLException {
        return strings(statement, "select n.nspname || '.' || c.relname " + OWN_TABLES + "order by n.nspname, c.relname");
    }

    @Override
    public void emptySources(Statement statement, Set<String> touched) throws SQLException {
        Set<String> used = new LinkedHashSet<>(strings(statement, "select n.nspname || '.' || c.relname " + OWN_TABLES
                + "and exists (select 1 from pg_depend d join pg_class s on s.oid = d.objid where d.refobjid = c.oid "
                + "and d.deptype in ('a', 'i')"
                // The function must not be asked of anything else, and a condition beside it may be looked at after it.
                + " and case when s.relkind = 'S' then pg_sequence_last_value(s.oid) end is not null)"));
        used.addAll(touched);
        delete(statement, used.stream().map(this::quotedTable).toList(), COUNT_ANEW);
    }

    @Override
    public void truncate(Statement statement, String table) throws SQLException {
        delete(statement, List.of(quotedTable(table)), "");
    }

    @Override
    public void setTime(Statement statement, Instant time) throws SQLException {
        statement.execute("set bactrian.now = '" + time.getEpochSecond() + "'");
    }

    @Override
    public Map<String, Long> checksums(Statement statement, List<String> tables) throws SQLException {
        Map<String, Long> found = new TreeMap<>();
        if (tables.isEmpty()) {
            return found;
        }
        try (ResultSet sums = statement.executeQuery(tables.stream().map(table -> "select '" + table.replace("'", "''")
                + "', coalesce(sum(hashtextextended(t::text, 0)) % (1::bigint << 62), 0)::bigint from " + quotedTable(table) + " t")
                .collect(Collectors.joining(" union all ")))) {
            while (sums.next()) {
                found.put(sums.getString(1), sums.getLong(2));
            }
        }
        return found;
    }

    @Override
    public String ownWords(String sql) {
        return CLOCK.matcher(sql).replaceAll(found -> Matcher
                .quoteReplacement(found.group(1) == null ? found.group() : switch (found.group(1).toLowerCase(Locale.ROOT)) {
                    case "current_date" -> "(now() at time zone 'UTC')::date";
                    case "localtimestamp" -> "(now() at time zone 'UTC')";
                    default -> "now()";
                }));
    }

    /** Without REPLICA IDENTITY FULL the log has the key alone of the row before. */
    @Override
    public List<RowChange> asLogged(Statement statement, String table, List<RowChange> changes) throws SQLException {
        boolean whole = !strings(statement,
                "select 1 from pg_class where oid = '" + quotedTable(table).replace("'", "''") + "'::regclass and relreplident = 'f'")
                .isEmpty();
        return whole ? changes : changes.stream().map(RowChange::knowingTheKeyBefore).toList();
    }

    @Override
    public SqlSource.Looks look() {
        return new PostgresSource("127.0.0.1", port(), SOURCES, user(), password()).look();
    }
}
