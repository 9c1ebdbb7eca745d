package io.bactrian.engines.postgresql;

import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.postgresql.PostgresTables.SourceTable;
import io.bactrian.engines.sql.FirstColumn;
import io.debezium.DebeziumException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication slot and the publication of one source: made when they are not there, looked at before each start.
 */
final class PostgresSlot {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresSlot.class);
    private static final String NOT_ALLOWED = "42501";
    /** Below this part of max_slot_wal_keep_size a person is asked for. */
    private static final double LITTLE = 0.25;

    private final Properties engine;
    private final String slot;
    private final String publication;

    PostgresSlot(Properties engine) {
        this.engine = engine;
        this.slot = PostgresTables.slot(text("topic.prefix"), engine);
        this.publication = PostgresTables.publication(text("topic.prefix"), engine);
    }

    private String text(String key) {
        return engine.getProperty(key, "");
    }

    private String rereading() {
        return "Run: bactrian reread --everything " + text("topic.prefix");
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
            leaveOutPartitions(connection, run);
        } catch (SQLException e) {
            throw new DebeziumException("PostgreSQL at " + where() + ": " + e.getMessage(), e);
        }
    }

    /** The log does not have them, and so must the snapshot not: they would stay as it found them. */
    private static void leaveOutGeneratedColumns(Connection connection, Properties run) throws SQLException {
        exclude(run, "column", FirstColumn.of(connection,
                "select regexp_replace(n.nspname || '.' || c.relname || '.' || a.attname, '([^a-zA-Z0-9_])', '[\\1]', "
                        + "'g') from pg_attribute a "
                        + "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where "
                        + "a.attgenerated <> '' and not a.attisdropped and n.nspname !~ '^pg_'"));
    }

    /** Their rows are their table's: a snapshot would read them a second time, into topics that no change follows. */
    private static void leaveOutPartitions(Connection connection, Properties run) throws SQLException {
        exclude(run, "table", FirstColumn.of(connection,
                "select regexp_replace(n.nspname || '.' || c.relname, '([^a-zA-Z0-9_])', '[\\1]', 'g') from pg_class c "
                        + "join pg_namespace n on n.oid = c.relnamespace where c.relispartition and c.relkind in "
                        + "('r', 'p') and n.nspname !~ '^pg_'"));
    }

    /** The engine takes a list of what to leave out, or of what to take. */
    private static void exclude(Properties run, String what, List<String> names) {
        if (!names.isEmpty() && run.getProperty(what + ".include.list", "").isEmpty()) {
            String given = run.getProperty(what + ".exclude.list", "");
            run.setProperty(what + ".exclude.list", (given.isEmpty() ? "" : given + ",") + String.join(",", names));
        }
    }

    private void preparePublication(Connection connection, boolean goesOn) throws SQLException {
        List<SourceTable> tables = PostgresTables.captured(connection, engine);
        List<String> published = PostgresTables.published(connection, publication);
        List<SourceTable> missing = tables.stream().filter(table -> published == null || !published.contains(table.quoted())).toList();
        // PostgreSQL would reject the applications' own updates and deletes from the moment that such a table is
        // published.
        List<SourceTable> unfit = tables.stream().filter(SourceTable::isUnfit).toList();
        // One that came since must not keep the others waiting: health says that it is not captured.
        List<SourceTable> inTheWay = goesOn ? unfit.stream().filter(table -> !missing.contains(table)).toList() : unfit;
        List<String> unlogged = inTheWay.stream().flatMap(table -> table.unlogged().stream()).toList();
        if (!unlogged.isEmpty()) {
            throw new DebeziumException("of the tables " + String.join(", ", unlogged)
                    + " PostgreSQL logs nothing by which Bactrian could tell a changed row: expected a primary key, "
                    + "or the replica identity FULL. Run "
                    + unlogged.stream().map(table -> "ALTER TABLE " + table + " REPLICA IDENTITY FULL;").collect(Collectors.joining(" "))
                    + " or leave them out with tableExcludeList");
        }
        List<String> misread = PostgresTables.misread(inTheWay);
        if (!misread.isEmpty()) {
            throw new DebeziumException(PostgresNames.fault(misread) + "; " + PostgresNames.remedy());
        }
        if (published == null && tables.isEmpty()) {
            throw new DebeziumException("there is no table in the schemas " + text("schema.include.list") + " of " + where() + ", or user "
                    + text("database.user") + " may not see it");
        }
        String leftOut = leftOut(connection, tables, published);
        if (!leftOut.isEmpty()) {
            throw new DebeziumException(leftOut);
        }
        List<String> added = missing.stream().filter(table -> !unfit.contains(table)).map(SourceTable::quoted).toList();
        if (!added.isEmpty()) {
            publish(connection, added, published != null, goesOn);
        }
    }

    /** Why changes of published tables would be missing without a word, and the way out; empty when none would. */
    private String leftOut(Connection connection, List<SourceTable> tables, List<String> published) throws SQLException {
        if (published == null) {
            return "";
        }
        String begin = "publication " + publication + " of " + where() + " leaves out: ";
        String end = "; they would be missing without a word. Have its owner run: ";
        String kinds = PostgresTables.leftOutBy(connection, publication, tables);
        if (!kinds.isEmpty()) {
            return begin + kinds + end + PostgresTables.completing(publication);
        }
        List<String> narrowed = PostgresTables.narrowedBy(connection, publication, tables, engine);
        return narrowed.isEmpty() ? "" : begin + String.join("; ", narrowed) + end + PostgresTables.widening(publication, published);
    }

    private void publish(Connection connection, List<String> tables, boolean isThere, boolean goesOn) {
        String sql = isThere
                ? "alter publication " + PostgresTables.quoted(publication) + " add table " + String.join(", ", tables)
                : "create publication " + PostgresTables.quoted(publication) + " for table " + String.join(", ", tables)
                        + " with (publish_via_partition_root = true)";
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            LOG.info("PostgreSQL at {}: {}", where(), sql);
            if (goesOn) {
                LOG.info("source {}: {} captured from now on; the rows that are there are read too", text("topic.prefix"),
                        String.join(", ", tables));
            }
        } catch (SQLException e) {
            if (isThere && goesOn && NOT_ALLOWED.equals(e.getSQLState())) {
                LOG.warn(
                        "source {}: publication {} lacks {}, and user {} may not change that ({}): their changes are "
                                + "not captured. Have the owner of the tables run: {};",
                        text("topic.prefix"), publication, String.join(", ", tables), text("database.user"), e.getMessage(), sql);
                return;
            }
            throw new DebeziumException("publication " + publication + " of " + where() + " lacks " + String.join(", ", tables)
                    + ", and user " + text("database.user")
                    + " may not change that (" + e.getMessage() + "). Have the owner of the tables run: " + sql + ";", e);
        }
    }

    private void prepareSlot(Connection connection, Map<String, String> offsets) throws SQLException {
        boolean goesOn = PostgresProgress.isSnapshotDone(offsets);
        try (PreparedStatement statement = connection.prepareStatement("select plugin, database, active, active_pid, wal_status, "
                + "confirmed_flush_lsn - '0/0'::pg_lsn from pg_replication_slots where slot_name = ?")) {
            statement.setString(1, slot);
            try (ResultSet found = statement.executeQuery()) {
                if (!found.next()) {
                    if (goesOn) {
                        throw new DebeziumException("the replication slot " + slot + " of " + where()
                                + " is gone, and with it the changes since the last that was captured. " + rereading());
                    }
                    return;
                }
                if (!"pgoutput".equals(found.getString(1)) || !text("database.dbname").equals(found.getString(2))) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " is for the plugin "
                            + found.getString(1) + " and the database " + found.getString(2)
                            + "; expected pgoutput and " + text("database.dbname") + ". It is somebody else's: name another with slotName");
                }
                if (found.getBoolean(3)) {
                    throw new DebeziumException(
                            "the replication slot " + slot + " of " + where() + " is in use, by the server's process " + found.getInt(4)
                                    + ": another instance still captures, or the server has not noticed yet that it is gone");
                }
                if (!goesOn) {
                    // Only a new slot comes with a view of the rows at exactly its beginning; with this one a change
                    // could fall between the two.
                    LOG.info("PostgreSQL at {}: replication slot {} is created again for the snapshot", where(), slot);
                    FirstColumn.of(connection, "select pg_drop_replication_slot(?)", slot);
                    return;
                }
                if ("lost".equals(found.getString(5))) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where()
                            + " was invalidated: it was behind by more than max_slot_wal_keep_size, and the server has removed "
                            + "the log. Changes are missing from now on. SELECT pg_drop_replication_slot('" + slot + "'); then: "
                            + rereading());
                }
                long kept = lsn(offsets);
                if (found.getLong(6) > kept) {
                    throw new DebeziumException("the replication slot " + slot + " of " + where() + " stands at " + found.getLong(6)
                            + ", beyond " + kept
                            + ", up to where Kafka has the changes: somebody else has read from it. Changes are missing. " + rereading());
                }
            }
        }
    }

    private static long lsn(Map<String, String> offsets) {
        return offsets.values().stream().mapToLong(PostgresProgress::lsn).max().orElse(0);
    }

    boolean logsWholeRows(String table) {
        int dot = table.indexOf('.');
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(
                        "with root as (select c.oid, c.relkind from pg_class c join pg_namespace n on n.oid = "
                                + "c.relnamespace where n.nspname = ? and c.relname = ?) "
                                + "select coalesce(bool_and(c.relreplident = 'f'), false) from pg_class c where c.relkind <> 'p' "
                                + "and (c.oid in (select oid from root) or c.oid in (select t.relid from root, "
                                + "pg_partition_tree(root.oid) t))")) {
            statement.setString(1, table.substring(0, dot));
            statement.setString(2, table.substring(dot + 1));
            try (ResultSet found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new DebeziumException(
                    "PostgreSQL at " + where() + ": the replica identity of " + table + " could not be read: " + e.getMessage(), e);
        }
    }

    /** A domain's name says nothing: the server knows what it is made of. */
    ColumnType typeOf(String table, String column) {
        try (Connection connection = connect()) {
            return PostgresSource.typeOf(connection, table, column);
        } catch (SQLException e) {
            throw new DebeziumException(
                    "PostgreSQL at " + where() + ": the type of " + table + "." + column + " could not be read: " + e.getMessage(), e);
        }
    }

    void watch(String source, Health health) {
        String part = "log of " + source;
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(
                        "select wal_status, safe_wal_size, (select setting::bigint * 1048576 from pg_settings where "
                                + "name = 'max_slot_wal_keep_size') from pg_replication_slots where slot_name = ?")) {
            statement.setString(1, slot);
            try (ResultSet found = statement.executeQuery()) {
                boolean bounded = found.next() && found.getLong(3) > 0 && found.getString(2) != null;
                if (bounded && (found.getLong(2) < LITTLE * found.getLong(3) || "unreserved".equals(found.getString(1)))) {
                    health.down(part, "the replication slot " + slot + " of " + where() + " is about to be invalidated: "
                            + Math.max(0, found.getLong(2) >> 20)
                            + " MiB more of log, and it is more behind than max_slot_wal_keep_size (" + (found.getLong(3) >> 20)
                            + " MiB) allows; then everything must be read again. Let the capture catch up, or raise "
                            + "max_slot_wal_keep_size now (SELECT pg_reload_conf() afterwards)");
                } else if (bounded) {
                    health.up(part);
                } else {
                    health.gone(part);
                }
            }
            lookAtPublication(connection, source, health);
            moveOn(connection);
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && !state.startsWith("08") && !state.startsWith("57P")) {
                // A right that is missing, say: the slot may hold back the server's log meanwhile, and nobody else
                // would notice.
                health.down(part, "the replication slot " + slot + " of " + where() + " cannot be checked: " + e.getMessage()
                        + "; it may keep the server's log for ever");
                return;
            }
            // That the server does not answer, the capture itself says.
            LOG.debug("source {}: the replication slot could not be looked at: {}", source, e.getMessage());
        }
    }

    /**
     * What others write to the server must not keep this slot's log for ever: after a message of ours it moves up to
     * there. The engine would write one with its heartbeats too, but those begin with the first change that it reads.
     */
    private void moveOn(Connection connection) throws SQLException {
        FirstColumn.of(connection,
                "select pg_logical_emit_message(true, 'bactrian', '') from pg_replication_slots where slot_name = ? "
                        + "and active and not pg_is_in_recovery()",
                slot);
    }

    /**
     * MySQL's log has every table; a publication has those that were there when it was made, and somebody may narrow it
     * while it is read.
     */
    private void lookAtPublication(Connection connection, String source, Health health) throws SQLException {
        String part = "tables of " + source;
        List<String> published = PostgresTables.published(connection, publication);
        List<SourceTable> tables = PostgresTables.captured(connection, engine);
        List<SourceTable> missing = tables.stream().filter(table -> published != null && !published.contains(table.quoted())).toList();
        String leftOut = leftOut(connection, tables, published);
        if (!leftOut.isEmpty()) {
            health.down(part, leftOut + " What it has left out meanwhile arrives with bactrian reread only");
        } else if (missing.isEmpty()) {
            health.gone(part);
        } else {
            List<String> misread = PostgresTables.misread(missing);
            health.down(part,
                    "publication " + publication + " of " + where() + " lacks "
                            + missing.stream().map(SourceTable::quoted).collect(Collectors.joining(", "))
                            + ": their changes are not captured. "
                            + (misread.isEmpty() ? "" : "First: " + PostgresNames.fault(misread) + "; " + PostgresNames.remedy() + ". ")
                            + "Have the owner of the tables run: " + PostgresTables.adding(publication, missing)
                            + " Rows from before are read as soon as it has them");
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        return FirstColumn.of(connection, sql).get(0);
    }
}
