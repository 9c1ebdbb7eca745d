package io.bactrian.engines.postgresql;

import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableShape.ShapeColumn;
import io.bactrian.engines.TableShape;
import io.bactrian.engines.sql.FirstColumn;
import io.bactrian.engines.sql.SqlTableReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Reads tables of a PostgreSQL source. A position is an LSN, of a message that the reader itself puts into the log: an
 * idle log would never come to any other.
 */
final class PostgresTableReader extends SqlTableReader {

    /** A FLOAT differs from what is written of it. */
    private static final Set<String> UNORDERED = Set.of("real", "double precision", "money");

    /** Columns, key and partitions of a table, in one text. */
    private static final String FINGERPRINT = """
            select n.nspname, c.relname, c.oid || ' ' || md5(concat_ws('/',
                (select string_agg(concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull), ',' order by a.attnum)
                   from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                (select i.indkey::text from pg_index i where i.indrelid = c.oid and i.indisprimary),
                (select string_agg(t.relid::oid::text, ',' order by t.relid) from pg_partition_tree(c.oid) t where t.isleaf)))
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition""";

    private static final long VISIBLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Properties engine;

    PostgresTableReader(Properties engine) {
        super(new PostgresSource(engine.getProperty("database.hostname"), Integer.parseInt(engine.getProperty("database.port", "5432")),
                engine.getProperty("database.dbname"), engine.getProperty("database.user"), engine.getProperty("database.password", "")),
                new PostgresWords(), new PostgresValues());
        this.engine = engine;
    }

    /** A server sends what it has logged before it shows it to others, with synchronous standbys even long before. */
    @Override
    protected void awaitVisible(Connection connection, String taken) throws SQLException {
        long deadline = System.nanoTime() + VISIBLE_NANOS;
        while (true) {
            String snapshot = FirstColumn.of(connection, "select pg_current_snapshot()::text, pg_sleep(0.005)").get(0);
            if (PostgresProgress.sees(snapshot, Long.parseLong(taken))) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new SQLException(
                        "the log has told of transaction " + taken + ", and after 30 s the server does not show it to others");
            }
        }
    }

    /** Those of the publication: of the others no change comes, which health reports. */
    @Override
    protected Map<String, String> tables(Connection connection) throws SQLException {
        Map<String, String> fingerprints = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(FINGERPRINT)) {
            while (found.next()) {
                fingerprints.put(found.getString(1) + "." + found.getString(2), found.getString(3));
            }
        }
        List<String> published = PostgresTables.published(connection,
                PostgresTables.publication(engine.getProperty("topic.prefix", ""), engine));
        Map<String, String> tables = new TreeMap<>();
        for (PostgresTables.SourceTable table : PostgresTables.captured(connection, engine)) {
            String fingerprint = fingerprints.get(table.plain());
            if (published != null && published.contains(table.quoted()) && fingerprint != null) {
                tables.put(table.plain(), fingerprint);
            }
        }
        return tables;
    }

    @Override
    public boolean isGone(String table) {
        return true;
    }

    @Override
    protected TableShape shape(Connection connection, String schema, String table, TableSchema known) throws SQLException {
        List<ShapeColumn> columns = new ArrayList<>();
        Set<String> filled = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = ? and c.relname = ? and a.attnum > 0 and (a.atthasdef or a.attnotnull or a.attidentity <> '')""")) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    filled.add(found.getString(1));
                }
            }
        }
        known.columns().forEach(column -> columns.add(new ShapeColumn(column.name(), column.type().toString(), false, column.nullable(),
                filled.contains(column.name()), List.of())));
        List<String> parts = new ArrayList<>();
        String identity = "";
        try (PreparedStatement statement = connection.prepareStatement("""
                select c.oid::text, t.relid::oid::text, t.relid::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  left join lateral pg_partition_tree(c.oid) t on t.isleaf and t.relid <> c.oid
                  where n.nspname = ? and c.relname = ? order by 2""")) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    identity = found.getString(1);
                    if (found.getString(2) != null) {
                        boolean holdsRows = !FirstColumn.of(connection, "select 1 from " + found.getString(3) + " limit 1").isEmpty();
                        parts.add(found.getString(2) + (holdsRows ? TableShape.FILLED : ""));
                    }
                }
            }
        }
        return new TableShape(columns, known.key(), identity, parts);
    }

    @Override
    protected List<String> keyTypes(Connection connection, String schema, String table, List<String> key) throws SQLException {
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select a.attname, format_type(a.atttypid, null) from pg_attribute a join pg_class c on c.oid = a.attrelid
                  join pg_namespace n on n.oid = c.relnamespace where n.nspname = ? and c.relname = ? and a.attnum > 0""")) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    types.put(found.getString(1), found.getString(2));
                }
            }
        }
        return key.stream().map(column -> types.getOrDefault(column, "text")).toList();
    }

    @Override
    protected boolean isOrdered(String type) {
        return !UNORDERED.contains(type);
    }

    /** Through text: the driver knows few of the types, the server all of them. */
    @Override
    protected String placeholder(String type) {
        return "cast(cast(? as text) as " + type + ")";
    }

    @Override
    protected long estimate(Connection connection, String schema, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select greatest(0, sum(p.reltuples))::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  left join pg_class p on p.oid in (select relid from pg_partition_tree(c.oid)) or p.oid = c.oid
                  where n.nspname = ? and c.relname = ?""")) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    /** {@code 750:753:750,752 25165824}: which transactions the look sees, and a position behind all of them. */
    @Override
    protected String look(Connection reading, Connection locking, String schema, String table) throws SQLException {
        reading.setAutoCommit(false);
        reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = reading.createStatement();
                ResultSet found = statement.executeQuery("select pg_current_snapshot()::text")) {
            found.next();
            return found.getString(1) + " " + position(locking);
        }
    }

    /**
     * The number of a transaction is asked for so that the commit writes the log to the disk: only from there it is
     * sent, and with nothing else going on the message alone would stay in memory for half a minute.
     */
    @Override
    protected String position(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select pg_logical_emit_message(false, 'bactrian', 'read'), txid_current()")) {
            found.next();
            return Long.toString(LogSequenceNumber.valueOf(found.getString(1)).asLong());
        }
    }
}
