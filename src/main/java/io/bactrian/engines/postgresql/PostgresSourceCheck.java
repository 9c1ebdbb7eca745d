package io.bactrian.engines.postgresql;

import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.engines.CapturedNames;
import io.bactrian.engines.SourceSettings;
import io.bactrian.engines.postgresql.PostgresTables.SourceTable;
import io.bactrian.engines.sql.FirstColumn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** Whether a PostgreSQL server can be captured as it is. Reads only. */
public final class PostgresSourceCheck {

    private static final int OLDEST = 14;

    private final SourceSettings source;
    private final String database;
    private final Set<String> tablesOfRoutes;
    private final Properties capture = new Properties();
    private final Findings findings;
    private Connection connection;

    private PostgresSourceCheck(SourceSettings source, String database, Set<String> tablesOfRoutes, Properties capture) {
        this.source = source;
        this.database = database;
        this.tablesOfRoutes = tablesOfRoutes;
        this.capture.putAll(capture);
        this.capture.putIfAbsent("schema.include.list", String.join(",", source.databases()));
        this.findings = new Findings("source " + source.name());
    }

    /**
     * @param tablesOfRoutes as {@code schema.table}
     * @param capture the engine's properties, as the capture's route gives them; empty when there is no such route here
     */
    public static List<Finding> look(SourceSettings source, String database, Set<String> tablesOfRoutes, Properties capture) {
        PostgresSourceCheck check = new PostgresSourceCheck(source, database, tablesOfRoutes, capture);
        check.look();
        return check.findings.all();
    }

    private interface Look {
        void run() throws SQLException;
    }

    private void look() {
        Properties properties = new Properties();
        properties.setProperty("user", source.user());
        properties.setProperty("password", source.password());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        try (Connection opened = DriverManager.getConnection("jdbc:postgresql://" + source.where() + "/" + database, properties)) {
            connection = opened;
            about("the version", this::version);
            about("wal_level", this::walLevel);
            about("slots and senders", this::room);
            about("the replication slot", this::slot);
            about("the log that is kept", this::kept);
            about("the rights of the user", this::rights);
            about("the schemas", this::schemas);
            about("the tables", this::tables);
            about("the columns", this::columns);
            about("the publication", this::publication);
        } catch (SQLException e) {
            refused(e);
        }
    }

    private void refused(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String said = e.getMessage().lines().findFirst().orElse("").strip();
        if (state.startsWith("28")) {
            findings.fault("the server at " + source.where() + " rejects user '" + source.user() + "': " + said, "nothing is captured",
                    "set the right " + source.settings() + ".user and .password ("
                            + source.variable()
                            + "_PASSWORD); whether the user exists: SELECT rolname, rolcanlogin FROM pg_roles; and "
                            + "whether pg_hba.conf lets it in");
        } else if (state.equals("3D000") || state.equals("42501")) {
            findings.fault("the server at " + source.where() + " does not let user '" + source.user() + "' use the database: " + said,
                    "nothing is captured",
                    "set the right " + source.settings() + ".database, or GRANT CONNECT ON DATABASE " + PostgresTables.quoted(database)
                            + " TO " + PostgresTables.quoted(source.user()) + ";");
        } else {
            findings.fault("no answer from " + source.where() + ": " + said, "nothing is captured",
                    "is the server running, and can this host reach it? If it is elsewhere, set " + source.settings() + ".host and .port");
        }
    }

    private void about(String what, Look look) {
        try {
            look.run();
        } catch (SQLException e) {
            findings.warning(what + " could not be looked at: " + e.getMessage().lines().findFirst().orElse(""),
                    "nobody knows whether it is right", "give user '" + source.user() + "' the right to see it");
        }
    }

    private void version() throws SQLException {
        String version = one("show server_version");
        int major = Integer.parseInt(one("show server_version_num")) / 10_000;
        if (major < OLDEST) {
            findings.fault("the server at " + source.where() + " is PostgreSQL " + version + "; expected " + OLDEST + " or newer",
                    "its log may be misread", "upgrade the server");
        } else {
            findings.ok("PostgreSQL " + version + " at " + source.where());
        }
    }

    private void walLevel() throws SQLException {
        String level = one("show wal_level");
        if (level.equals("logical")) {
            findings.ok("wal_level is logical");
        } else {
            findings.fault("wal_level is " + level + "; expected logical", "the log does not hold rows; the capture does not start",
                    "ALTER SYSTEM SET wal_level = 'logical'; and restart the server");
        }
    }

    private void room() throws SQLException {
        boolean own = !column("select slot_name from pg_replication_slots where slot_name = ?", slotName()).isEmpty();
        long slots = Long.parseLong(one(
                "select setting::bigint - (select count(*) from pg_replication_slots) from pg_settings where name = "
                        + "'max_replication_slots'"));
        long senders = Long.parseLong(
                one("select setting::bigint - (select count(*) from pg_stat_replication) from pg_settings where name = 'max_wal_senders'"));
        if (slots < 1 && !own) {
            findings.fault("all of max_replication_slots (" + one("show max_replication_slots") + ") are taken",
                    "the capture does not start",
                    "ALTER SYSTEM SET max_replication_slots to more, and restart the server; or drop a slot that "
                            + "nobody needs: SELECT slot_name, active FROM pg_replication_slots;");
        } else if (senders < 1) {
            findings.fault("all of max_wal_senders (" + one("show max_wal_senders") + ") are taken", "the capture does not start",
                    "ALTER SYSTEM SET max_wal_senders to more, and restart the server");
        } else {
            findings.ok("there is room for a replication slot");
        }
    }

    private String slotName() {
        return PostgresTables.slot(source.name(), capture);
    }

    private void slot() throws SQLException {
        List<String> found = column(
                "select plugin || '|' || database || '|' || coalesce(wal_status, '') || '|' || active from "
                        + "pg_replication_slots where slot_name = ?",
                slotName());
        if (found.isEmpty()) {
            findings.ok("replication slot " + slotName() + " does not exist yet; the capture creates it");
            return;
        }
        String[] parts = found.get(0).split("\\|");
        if (!parts[0].equals("pgoutput") || !parts[1].equals(database)) {
            findings.fault(
                    "replication slot " + slotName() + " is for the plugin " + parts[0] + " and the database " + parts[1]
                            + "; expected pgoutput and " + database,
                    "it is somebody else's; the capture does not start", "name another slot with slotName in the capture's route");
        } else if (parts[2].equals("lost")) {
            findings.fault("replication slot " + slotName() + " was invalidated (wal_status lost)",
                    "the log that the capture needs is gone; it does not start",
                    "SELECT pg_drop_replication_slot('" + slotName()
                            + "'); and run bactrian reread --everything with the name of the source");
        } else if (parts[2].equals("unreserved")) {
            findings.warning("replication slot " + slotName() + " is about to be invalidated (wal_status unreserved)",
                    "at the next checkpoint the log that the capture needs may go",
                    "let the capture run and catch up, and raise max_slot_wal_keep_size");
        } else {
            findings.ok("replication slot " + slotName() + " is " + parts[2] + (parts[3].equals("true") ? ", and in use" : ""));
        }
    }

    private void kept() throws SQLException {
        String bound = one("show max_slot_wal_keep_size");
        if (bound.equals("-1")) {
            findings.warning("max_slot_wal_keep_size is -1, no bound",
                    "while the capture is stopped the server keeps all of its log, until the disk is full",
                    "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; (what the disk can spare; beyond it the slot "
                            + "is invalidated and everything must be read again) and SELECT pg_reload_conf();");
        } else {
            findings.ok("max_slot_wal_keep_size is " + bound);
        }
    }

    private void rights() throws SQLException {
        boolean replicates = one("select rolreplication or rolsuper from pg_roles where rolname = current_user").equals("t")
                || !column("select 1 from pg_roles where rolname = 'rds_replication' and pg_has_role(current_user, oid, 'member')")
                        .isEmpty();
        if (!replicates) {
            findings.fault("user '" + source.user() + "' lacks REPLICATION", "the log cannot be read",
                    "ALTER ROLE " + PostgresTables.quoted(source.user()) + " REPLICATION;");
        } else {
            findings.ok("user '" + source.user() + "' may read the log");
        }
    }

    private void schemas() throws SQLException {
        List<String> there = column("select nspname from pg_namespace");
        for (String schema : source.databases()) {
            if (!there.contains(schema)) {
                findings.fault("there is no schema '" + schema + "' in database " + database, "nothing of it is captured",
                        "set " + source.settings() + ".databases, which for PostgreSQL names schemas");
            } else if (one("select has_schema_privilege(current_user, ?, 'usage')", schema).equals("f")) {
                findings.fault("user '" + source.user() + "' lacks USAGE on schema " + schema, "its tables cannot be read",
                        "GRANT USAGE ON SCHEMA " + PostgresTables.quoted(schema) + " TO " + PostgresTables.quoted(source.user()) + ";");
            }
        }
    }

    private List<SourceTable> captured() throws SQLException {
        return PostgresTables.captured(connection, capture);
    }

    private void tables() throws SQLException {
        List<SourceTable> all = captured();
        List<String> unread = all.stream().filter(table -> !table.readable()).map(SourceTable::quoted).toList();
        if (!unread.isEmpty()) {
            findings.fault("user '" + source.user() + "' lacks SELECT on " + Findings.some(unread), "a snapshot cannot be taken",
                    "GRANT SELECT ON ALL TABLES IN SCHEMA "
                            + String.join(", ", source.databases().stream().map(PostgresTables::quoted).toList()) + " TO "
                            + PostgresTables.quoted(source.user()) + ";");
        }
        List<String> unusable = all.stream().flatMap(table -> table.unlogged().stream()).toList();
        if (!unusable.isEmpty()) {
            findings.fault("neither a primary key with REPLICA IDENTITY DEFAULT nor REPLICA IDENTITY FULL: " + Findings.some(unusable),
                    "once published, the server would reject the applications' own updates and deletes there; the capture does not start",
                    String.join(" ", unusable.stream().limit(5).map(table -> "ALTER TABLE " + table + " REPLICA IDENTITY FULL;").toList())
                            + (unusable.size() > 5 ? " and so on" : "") + " Or leave them out: tableExcludeList in the capture's route");
        }
        List<String> misread = PostgresTables.misread(all);
        if (!misread.isEmpty()) {
            findings.fault(PostgresNames.fault(misread), "the capture does not start", PostgresNames.remedy());
        }
        List<String> keys = all.stream().filter(table -> table.unlogged().isEmpty() && !table.whole()).map(SourceTable::quoted).toList();
        if (!keys.isEmpty()) {
            findings.ok("of " + keys.size()
                    + " tables the log has the row before as its key alone (REPLICA IDENTITY DEFAULT): enough for mode=mirror and history; "
                    + "mode=add, only-if over other columns and onlyWhenChanged need FULL");
        }
        Set<String> missing = new TreeSet<>(tablesOfRoutes);
        all.forEach(table -> missing.remove(table.plain()));
        if (!missing.isEmpty()) {
            findings.fault("routes read " + Findings.some(List.copyOf(missing)) + ", which is not in the source, or not captured",
                    "nothing arrives there",
                    "make the table, take it out of tableExcludeList in the capture's route, or take the route away");
        }
    }

    private void columns() throws SQLException {
        List<String> unknown = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        for (SourceTable table : captured()) {
            for (PostgresSource.Found column : PostgresSource.found(connection, table.schema(), table.name())) {
                String name = table.plain() + "." + column.name();
                if (!column.isKnown() && CapturedNames.matches(capture, "column.include.list", name, true)
                        && !CapturedNames.matches(capture, "column.exclude.list", name, false)) {
                    unknown.add(name + " (" + column.shownType() + ")");
                    patterns.add(name.replace(".", "[.]"));
                }
            }
        }
        if (!unknown.isEmpty()) {
            findings.fault("columns of types that cannot be captured: " + Findings.some(unknown), "the capture does not start",
                    "in the capture's route: columnExcludeList: '" + String.join(",", patterns) + "'");
        }
    }

    private void publication() throws SQLException {
        String name = PostgresTables.publication(source.name(), capture);
        List<SourceTable> all = captured();
        List<String> others = all.stream().filter(table -> !table.owned()).map(SourceTable::quoted).toList();
        List<String> published = PostgresTables.published(connection, name);
        if (published == null) {
            boolean mayCreate = one("select has_database_privilege(current_database(), 'create')").equals("t");
            if (others.isEmpty() && mayCreate) {
                findings.ok("publication " + name + " does not exist yet; the capture creates it");
            } else {
                findings.fault(
                        "publication " + name + " does not exist, and user '" + source.user() + "' may not make it: "
                                + (mayCreate ? "it does not own " + Findings.some(others) : "it lacks CREATE on the database"),
                        "the capture does not start",
                        "have the owner of the tables run: CREATE PUBLICATION " + PostgresTables.quoted(name) + " FOR TABLE "
                                + String.join(", ", all.stream().map(SourceTable::quoted).toList())
                                + " WITH (publish_via_partition_root = true);");
            }
            return;
        }
        String leftOut = PostgresTables.leftOutBy(connection, name, all);
        if (!leftOut.isEmpty()) {
            findings.fault("publication " + name + " leaves out: " + leftOut,
                    "they would be missing without a word, so the capture does not start",
                    "have its owner run: " + PostgresTables.completing(name));
        }
        List<String> narrowed = PostgresTables.narrowedBy(connection, name, all, capture);
        if (!narrowed.isEmpty()) {
            findings.fault("publication " + name + " leaves out: " + String.join("; ", narrowed),
                    "they would be missing without a word, so the capture does not start",
                    "have its owner run: " + PostgresTables.widening(name, published));
        }
        List<SourceTable> missing = all.stream().filter(table -> !published.contains(table.quoted())).toList();
        if (missing.isEmpty()) {
            findings.ok("publication " + name + " has all tables");
        } else {
            boolean may = missing.stream().allMatch(SourceTable::owned)
                    && one("select pg_has_role(pubowner, 'usage') from pg_publication where pubname = ?", name).equals("t");
            findings.warning("publication " + name + " lacks " + Findings.some(missing.stream().map(SourceTable::quoted).toList()),
                    "their changes are not captured" + (may
                            ? "; the next start of the capture adds them"
                            : "; before the first snapshot the capture does not start without them"),
                    (may ? "" : "have the owner of the tables run: ") + PostgresTables.adding(name, missing));
        }
    }

    private String one(String sql, String... parameters) throws SQLException {
        return column(sql, parameters).get(0);
    }

    private List<String> column(String sql, String... parameters) throws SQLException {
        return FirstColumn.of(connection, sql, parameters);
    }
}
