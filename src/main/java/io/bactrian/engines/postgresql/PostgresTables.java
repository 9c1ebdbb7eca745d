package io.bactrian.engines.postgresql;

import io.bactrian.engines.CapturedNames;
import io.bactrian.engines.sql.FirstColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables of a PostgreSQL database that can be captured: ordinary ones, and partitioned ones in the place of their
 * partitions.
 */
public final class PostgresTables {

    /** Debezium's own defaults, which Camel gives when the route says nothing. */
    private static final String DEFAULT_SLOT = "debezium";
    private static final String DEFAULT_PUBLICATION = "dbz_publication";

    private static final String LEAVES = """
            from (select c.oid where c.relkind = 'r' union all select t.relid from pg_partition_tree(c.oid) t where \
            c.relkind = 'p' and t.isleaf) leaf
              join pg_class l on l.oid = leaf.oid join pg_namespace m on m.oid = l.relnamespace where""";

    private static final String TABLES = """
            select n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
              exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary), has_table_privilege(c.oid, \
            'select'), pg_has_role(c.relowner, 'usage'),
              array(select quote_ident(m.nspname) || '.' || quote_ident(l.relname) LEAVES
                not (l.relreplident = 'f' or l.relreplident = 'd' and exists (select 1 from pg_index i where i.indrelid = \
            l.oid and i.indisprimary)) order by 1),
              not exists (select 1 LEAVES l.relreplident <> 'f'), c.relkind = 'p', MISREAD
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' and n.nspname !~ '^pg_' and \
            n.nspname <> 'information_schema'
            order by 1, 2"""
            .replace("LEAVES", LEAVES).replace("MISREAD", PostgresNames.MISREAD);

    /** PostgreSQL 14 has neither of the two columns. */
    private static final String NARROWED = """
            select quote_ident(p.schemaname) || '.' || quote_ident(p.tablename), to_jsonb(p) ->> 'rowfilter', array(select a.attname::text
              from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = p.schemaname and c.relname = p.tablename and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                and not jsonb_exists(to_jsonb(p) -> 'attnames', a.attname::text) order by a.attnum)
            from pg_publication_tables p where p.pubname = ? order by 1""";

    private PostgresTables() {
    }

    /**
     * @param quoted as SQL names it
     * @param owned by this user, or by a role that it is a member of
     * @param unlogged what PostgreSQL logs nothing of by which a changed row could be told, as SQL names it: the table
     * itself, or some of its partitions
     * @param whole whether the log has the whole row before, of all partitions
     * @param misread its names that come out of the log as others; empty when none does
     */
    public record SourceTable(String schema, String name, String quoted, boolean keyed, boolean readable, boolean owned,
            List<String> unlogged,
            boolean whole, boolean partitioned, String misread) {
        /** Whether it must not be published as it is. */
        public boolean isUnfit() {
            return !unlogged.isEmpty() || !misread.isEmpty();
        }

        public String plain() {
            return schema + "." + name;
        }
    }

    /** All of them, by name. Who may not read a table sees it all the same. */
    static List<SourceTable> all(Connection connection) throws SQLException {
        List<SourceTable> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES); ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                tables.add(new SourceTable(rows.getString(1), rows.getString(2), rows.getString(3), rows.getBoolean(4), rows.getBoolean(5),
                        rows.getBoolean(6),
                        List.of((String[]) rows.getArray(7).getArray()), rows.getBoolean(8), rows.getBoolean(9), rows.getString(10)));
            }
        }
        return tables;
    }

    /** @param capture the engine's properties, whose lists say which tables it takes */
    public static List<SourceTable> captured(Connection connection, Properties capture) throws SQLException {
        return all(connection).stream()
                .filter(table -> CapturedNames.matches(capture, "schema.include.list", table.schema(), true)
                        && !CapturedNames.matches(capture, "schema.exclude.list", table.schema(), false)
                        && CapturedNames.matches(capture, "table.include.list", table.plain(), true)
                        && !CapturedNames.matches(capture, "table.exclude.list", table.plain(), false))
                .toList();
    }

    /** Those that a publication has, as SQL names them; null when it is not there. */
    public static List<String> published(Connection connection, String publication) throws SQLException {
        boolean there = !FirstColumn.of(connection, "select pubname from pg_publication where pubname = ?", publication).isEmpty();
        return there
                ? FirstColumn.of(connection,
                        "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_publication_tables where pubname = ?",
                        publication)
                : null;
    }

    /** What a publication that is there leaves out of the tables' changes, in words; empty when nothing. */
    public static String leftOutBy(Connection connection, String publication, List<SourceTable> tables) throws SQLException {
        return FirstColumn.of(connection,
                "select concat_ws(', ', case when not pubinsert then 'insert' end, case when not pubupdate then "
                        + "'update' end, case when not pubdelete then 'delete' end, "
                        + "case when not pubtruncate then 'truncate' end, case when not pubviaroot and ?::boolean "
                        + "then 'changes of partitions, as their table''s own' end) from pg_publication where pubname = ?",
                Boolean.toString(tables.stream().anyMatch(SourceTable::partitioned)), publication).get(0);
    }

    /**
     * Rows and columns of the tables that a publication leaves out (from PostgreSQL 15 on it may), in words. Columns
     * that the capture leaves out itself are no loss.
     */
    public static List<String> narrowedBy(Connection connection, String publication, List<SourceTable> tables, Properties capture)
            throws SQLException {
        List<String> narrowed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(NARROWED)) {
            statement.setString(1, publication);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String quoted = rows.getString(1);
                    Optional<SourceTable> table = tables.stream().filter(one -> one.quoted().equals(quoted)).findFirst();
                    if (table.isEmpty()) {
                        continue;
                    }
                    if (rows.getString(2) != null) {
                        narrowed.add("of " + quoted + " the rows that are not " + rows.getString(2));
                    }
                    Stream.of((String[]) rows.getArray(3).getArray())
                            .filter(column -> !CapturedNames.matches(capture, "column.exclude.list", table.get().plain() + "." + column,
                                    false))
                            .forEach(column -> narrowed.add("the column " + column + " of " + quoted));
                }
            }
        }
        return narrowed;
    }

    public static String widening(String publication, List<String> published) {
        return "ALTER PUBLICATION " + quoted(publication) + " SET TABLE " + String.join(", ", published)
                + "; A column that is to stay out goes into columnExcludeList of the capture's route";
    }

    public static String completing(String publication) {
        return "ALTER PUBLICATION " + quoted(publication)
                + " SET (publish = 'insert, update, delete, truncate', publish_via_partition_root = true);";
    }

    /** What is said of those with names that come out of the log as others; empty when there is none. */
    public static List<String> misread(List<SourceTable> tables) {
        return tables.stream().filter(table -> !table.misread().isEmpty()).map(table -> table.misread() + " of " + table.quoted()).toList();
    }

    /** Statements that add tables to a publication; of some, PostgreSQL must be told first what to log of a row. */
    public static String adding(String publication, List<SourceTable> tables) {
        return tables.stream().flatMap(table -> table.unlogged().stream()).map(table -> "ALTER TABLE " + table + " REPLICA IDENTITY FULL; ")
                .collect(Collectors.joining())
                + "ALTER PUBLICATION " + quoted(publication) + " ADD TABLE "
                + tables.stream().map(SourceTable::quoted).collect(Collectors.joining(", ")) + ";";
    }

    /** What the slot and the publication of a source are called where its capture's route says nothing. */
    public static String ownName(String source) {
        return "bactrian_" + source.replaceAll("[^a-z0-9_]", "_");
    }

    public static String slot(String source, Properties capture) {
        return given(capture, "slot.name", DEFAULT_SLOT, source);
    }

    public static String publication(String source, Properties capture) {
        return given(capture, "publication.name", DEFAULT_PUBLICATION, source);
    }

    private static String given(Properties capture, String key, String fallback, String source) {
        String given = capture.getProperty(key, "");
        return given.isEmpty() || given.equals(fallback) ? ownName(source) : given;
    }

    /** As SQL takes any name. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
