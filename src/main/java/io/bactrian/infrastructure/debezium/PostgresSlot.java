package io.bactrian.infrastructure.debezium;

import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import io.bactrian.infrastructure.jdbc.FirstColumn;
import io.bactrian.infrastructure.jdbc.PostgresNames;
import io.bactrian.infrastructure.jdbc.PostgresSource;
import io.debezium.DebeziumException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot and the publication of one source: made when they are not there, looked at before each start. */
final class PostgresSlot {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresSlot.class);
    /** Debezium's own defaults, which Camel gives when the route says nothing. */
    private static final String DEFAULT_SLOT = "debezium";
    private static final String DEFAULT_PUBLICATION = "dbz_publication";
    /** Below this part of max_slot_wal_keep_size a person is asked for. */
    private static final double LITTLE = 0.25;
    private static final String NEW_SNAPSHOT = "Take a new snapshot (docs/operations.md, Taking a new snapshot)";

    private final Properties engine;
    private final String slot;
    private final String publication;

    PostgresSlot(Properties engine) {
        this.engine = engine;
        String own = "bactrian_" + text("topic.prefix").replaceAll("[^a-z0-9_]", "_");
        this.slot = text("slot.name").isEmpty() || text("slot.name").equals(DEFAULT_SLOT) ? own : text("slot.name");
        this.publication = text("publication.name").isEmpty() || text("publication.name").equals(DEFAULT_PUBLICATION) ? own : text("publication.name");
    }

    private String text(String key) {
        return engine.getProperty(key, "");
    }

    String slot() {
        return slot;
    }

    String publication() {
        return publication;
    }

    private String where() {
        return text("database.hostname") + ":" + engine.getProperty("database.port", "5432") + "/" + text("database.dbname");
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", text("database.user"));
        properties.setProperty("password", text("database.password"));
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "60");
        if (!text("database.sslmode").isEmpty()) {
            properties.setProperty("sslmode", text("database.sslmode"));
        }
        return DriverManager.getConnection("jdbc:postgresql://" + where(), properties);
    }

    void prepare(Properties run, Map<String, String> offsets) {
        try (Connection connection = connect()) {
            if (!one(connection, "show wal_level").equals("logical")) {
                throw new DebeziumException("PostgreSQL at " + where() + " has wal_level " + one(connection, "show wal_level")
                        + "; expected logical. ALTER SYSTEM SET wal_level = 'logical'; then restart the server");
            }
            preparePublication(connection, PostgresProgress.isSnapshotDone(offsets));
            prepareSlot(connection, offsets);
            leaveOutGeneratedColumns(connection, run);
        } catch (SQLException e) {
            throw new DebeziumException("PostgreSQL at " + where() + ": " + e.getMessage(), e);
        }
    }

    /** The log does not have them, and so must the snapshot not: they would stay as it found them. */
    private static void leaveOutGeneratedColumns(Connection connection, Properties run) throws SQLException {
        List<String> generated = FirstColumn.of(connection, "select regexp_replace(n.nspname || '.' || c.relname || '.' || a.attname, '([^a-zA-Z0-9_])', '[\\1]', 'g') from pg_attribute a "
                + "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where a.attgenerated <> '' and not a.attisdropped and n.nspname !~ '^pg_'");
        if (!generated.isEmpty() && run.getProperty("column.include.list", "").isEmpty()) {
            String given = run.getProperty("column.exclude.list", "");
            run.setProperty("column.exclude.list", (given.isEmpty() ? "" : given + ",") + String.join(",", generated));
        }
    }

    /** @param misread its names that come out of the log as others */
    private record Captured(String name, String identity, boolean keyed, String misread) {
    }

    private void preparePublication(Connection connection, boolean goesOn) throws SQLException {
        List<Captured> tables = tables(connection);
        // PostgreSQL would refuse the applications' own updates and deletes from the moment that such a table is published.
        List<String> unusable = tables.stream().filter(table -> table.identity().equals("n") || table.identity().equals("i") || table.identity().equals("d") && !table.keyed())
                .map(Captured::name).toList();
        if (!unusable.isEmpty()) {
            throw new DebeziumException("of the tables " + String.join(", ", unusable) + " PostgreSQL logs nothing by which Bactrian could tell a changed row: expected a primary key, "
                    + "or the replica identity FULL. Run " + unusable.stream().map(table -> "ALTER TABLE " + table + " REPLICA IDENTITY FULL;").collect(Collectors.joining(" "))
                    + " or leave them out with tableExcludeList");
        }
        List<String> misread = tables.stream().filter(table -> !table.misread().isEmpty()).map(table -> table.misread() + " of " + table.name()).toList();
        if (!misread.isEmpty()) {
            throw new DebeziumException(PostgresNames.fault(misread) + "; " + PostgresNames.remedy());
        }
        List<String> published = FirstColumn.of(connection, "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_publication_tables where pubname = ?", publication);
        boolean isThere = !FirstColumn.of(connection, "select pubname from pg_publication where pubname = ?", publication).isEmpty();
        List<String> missing = tables.stream().map(Captured::name).filter(table -> !published.contains(table)).toList();
        if (isThere && missing.isEmpty()) {
            return;
        }
        if (missing.isEmpty()) {
            throw new DebeziumException("there is no table in the schemas " + text("schema.include.list") + " of " + where() + ", or user " + text("database.user") + " may not see it");
        }
        String sql = isThere ? "alter publication " + quoted(publication) + " add table " + String.join(", ", missing)
                : "create publication " + quoted(publication) + " for table " + String.join(", ", missing) + " with (publish_via_partition_root = true)";
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            LOG.info("PostgreSQL at {}: {}", where(), sql);
            if (goesOn) {
                LOG.warn("source {}: {} captured from now on; rows that were there before are not. {}", text("topic.prefix"), String.join(", ", missing), NEW_SNAPSHOT);
            }
        } catch (SQLException e) {
            throw new DebeziumException("publication " + publication + " of " + where() + " lacks " + String.join(", ", missing) + ", and user " + text("database.user")
                    + " may not change that (" + e.getMessage() + "). Have the owner of the tables run: " + sql + ";", e);
        }
    }

    /** What the route captures: ordinary tables, and partitioned ones in the place of their partitions. */
    private List<Captured> tables(Connection connection) throws SQLException {
        List<Captured> tables = new ArrayList<>();
        String sql = "select n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), "
                + "case when c.relkind = 'p' then coalesce((select min(case when l.relreplident = 'f' then 'f' when l.relreplident = 'd' then 'd' else 'a' end) "
                + "from pg_partition_tree(c.oid) t join pg_class l on l.oid = t.relid where t.isleaf), 'd') else c.relreplident::text end, "
                + "exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary), " + PostgresNames.MISREAD
                + " from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' "
                + "and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2";
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String plain = rows.getString(1) + "." + rows.getString(2);
                if (matches("schema.include.list", rows.getString(1), true) && !matches("schema.exclude.list", rows.getString(1), false)
                        && matches("table.include.list", plain, true) && !matches("table.exclude.list", plain, false)) {
                    String identity = rows.getString(4);
                    tables.add(new Captured(rows.getString(3), identity.equals("a") ? "n" : identity, rows.getBoolean(5), rows.getString(6)));
                }
            }
        }
        return tables;
    }

    private boolean matches(String list, String name, boolean whenEmpty) {
        String patterns = text(list);
        return patterns.isEmpty() ? whenEmpty : Stream.of(patterns.split(",")).anyMatch(pattern -> Pattern.compile(pattern.strip(), Pattern.CASE_INSENSITIVE).matcher(name).matches());
    }

    private void prepareSlot(Connection connection, Map<String, String> offsets) throws SQLException {
        boolean goesOn = PostgresProgress.isSnapshotDone(offsets);
        try (PreparedStatement statement = connection.prepareStatement("select plugin, database, active, active_pid, wal_status, "
                + "confirmed_flush_lsn - '0/0'::pg_lsn from pg_replication_slots where slot_name = ?")) {
            statement.setString(1, slot);
            try (ResultSet found = statement.executeQuery()) {
                if (!found.next()) {
                    if (goesOn) {
                        throw new DebeziumException("the replication slot " + slot + " of " + where() + " is gone, and with it the changes since the last that was captured. " + NEW_SNAPSHOT);
                    }
                    return;
                }
                if (!"pgoutput".equals(found.getString(1)) || !text("database.dbname").equals(found.getString(2))) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " is for the plugin " + found.getString(1) + " and the database " + found.getString(2)
                            + "; expected pgoutput and " + text("database.dbname") + ". It is somebody else's: name another with slotName");
                }
                if (found.getBoolean(3)) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " is in use, by the server's process " + found.getInt(4)
                            + ": another instance still captures, or the server has not noticed yet that it is gone");
                }
                if (!goesOn) {
                    // Only a new slot comes with a view of the rows at exactly its beginning; with this one a change could fall between the two.
                    LOG.info("PostgreSQL at {}: replication slot {} is made anew for the snapshot", where(), slot);
                    FirstColumn.of(connection, "select pg_drop_replication_slot(?)", slot);
                    return;
                }
                if ("lost".equals(found.getString(5))) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " was invalidated: it was behind by more than max_slot_wal_keep_size, and the server has removed "
                            + "the log. Changes are missing from now on. SELECT pg_drop_replication_slot('" + slot + "'); then: " + NEW_SNAPSHOT);
                }
                long kept = lsn(offsets);
                if (found.getLong(6) > kept) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " stands at " + found.getLong(6) + ", beyond " + kept
                            + ", up to where Kafka has the changes: somebody else has read from it. Changes are missing. " + NEW_SNAPSHOT);
                }
            }
        }
    }

    private static long lsn(Map<String, String> offsets) {
        return offsets.values().stream().mapToLong(PostgresProgress::lsn).max().orElse(0);
    }

    boolean logsWholeRows(String table) {
        int dot = table.indexOf('.');
        try (Connection connection = connect(); PreparedStatement statement = connection.prepareStatement(
                "with root as (select c.oid, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ? and c.relname = ?) "
                        + "select coalesce(bool_and(c.relreplident = 'f'), false) from pg_class c where c.relkind <> 'p' "
                        + "and (c.oid in (select oid from root) or c.oid in (select t.relid from root, pg_partition_tree(root.oid) t))")) {
            statement.setString(1, table.substring(0, dot));
            statement.setString(2, table.substring(dot + 1));
            try (ResultSet found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new DebeziumException("PostgreSQL at " + where() + ": the replica identity of " + table + " could not be read: " + e.getMessage(), e);
        }
    }

    /** A domain's name says nothing: the server knows what it is made of. */
    ColumnType typeOf(String table, String column) {
        try (Connection connection = connect()) {
            return PostgresSource.typeOf(connection, table, column);
        } catch (SQLException e) {
            throw new DebeziumException("PostgreSQL at " + where() + ": the type of " + table + "." + column + " could not be read: " + e.getMessage(), e);
        }
    }

    void watch(String source, Health health) {
        String part = "log of " + source;
        try (Connection connection = connect(); PreparedStatement statement = connection.prepareStatement(
                "select wal_status, safe_wal_size, (select setting::bigint * 1048576 from pg_settings where name = 'max_slot_wal_keep_size') from pg_replication_slots where slot_name = ?")) {
            statement.setString(1, slot);
            try (ResultSet found = statement.executeQuery()) {
                boolean bounded = found.next() && found.getLong(3) > 0 && found.getString(2) != null;
                if (bounded && (found.getLong(2) < LITTLE * found.getLong(3) || "unreserved".equals(found.getString(1)))) {
                    health.down(part, "the replication slot " + slot + " of " + where() + " is about to be invalidated: " + Math.max(0, found.getLong(2) >> 20)
                            + " MiB more of log, and it is more behind than max_slot_wal_keep_size (" + (found.getLong(3) >> 20)
                            + " MiB) allows; then a new snapshot is needed. Let the capture catch up, or raise max_slot_wal_keep_size now (SELECT pg_reload_conf() afterwards)");
                } else if (bounded) {
                    health.up(part);
                } else {
                    health.gone(part);
                }
            }
            lookForNewTables(connection, source, health);
            moveOn(connection);
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && !state.startsWith("08") && !state.startsWith("57P")) {
                // A right that is missing, say: the slot may hold back the server's log meanwhile, and nobody else would notice.
                health.down(part, "the replication slot " + slot + " of " + where() + " can not be looked after: " + e.getMessage() + "; it may keep the server's log for ever");
                return;
            }
            // That the server does not answer, the capture itself says.
            LOG.debug("source {}: the replication slot could not be looked at: {}", source, e.getMessage());
        }
    }

    /**
     * What others write to the server must not keep this slot's log for ever: after a message of ours it moves up to there. The engine
     * would write one with its heartbeats too, but those begin with the first change that it reads.
     */
    private void moveOn(Connection connection) throws SQLException {
        FirstColumn.of(connection, "select pg_logical_emit_message(true, 'bactrian', '') from pg_replication_slots where slot_name = ? and active and not pg_is_in_recovery()", slot);
    }

    /** MySQL's log has every table; a publication has those that were there when it was made. */
    private void lookForNewTables(Connection connection, String source, Health health) throws SQLException {
        String part = "tables of " + source;
        List<String> published = FirstColumn.of(connection, "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_publication_tables where pubname = ?", publication);
        List<String> missing = tables(connection).stream().map(Captured::name).filter(table -> !published.contains(table)).toList();
        if (published.isEmpty() || missing.isEmpty()) {
            health.gone(part);
        } else {
            health.down(part, "publication " + publication + " of " + where() + " lacks " + String.join(", ", missing) + ", made since: their changes are not captured. "
                    + "ALTER PUBLICATION " + publication + " ADD TABLE " + String.join(", ", missing) + "; rows from before arrive with a new snapshot only");
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        return FirstColumn.of(connection, sql).get(0);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
