package io.bactrian.engines.mysql;

import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.engines.SourceSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether a MySQL server can be captured as it is. Reads only. */
public final class MySqlSourceCheck {

    private static final long A_DAY = 86_400;

    private final SourceSettings source;
    private final Set<String> tablesOfRoutes;
    private final Findings findings;
    private MySqlQuestions server;

    private MySqlSourceCheck(SourceSettings source, Set<String> tablesOfRoutes) {
        this.source = source;
        this.tablesOfRoutes = tablesOfRoutes;
        this.findings = new Findings("source " + source.name());
    }

    /** @param tablesOfRoutes as {@code database.table} */
    public static List<Finding> look(SourceSettings source, Set<String> tablesOfRoutes) {
        MySqlSourceCheck check = new MySqlSourceCheck(source, tablesOfRoutes);
        check.look();
        return check.findings.all();
    }

    private String url() {
        return "jdbc:mysql://" + source.host() + ":" + source.port() + "/";
    }

    private void look() {
        try (MySqlQuestions opened = MySqlQuestions.open(findings, url(), source.where(), source.user(), source.password(),
                source.settings(), "")) {
            if (opened == null) {
                return;
            }
            server = opened;
            server.about("the version", this::version);
            server.about("the binary log", this::binaryLog);
            server.about("the format of the binary log", this::format);
            server.about("the retention of the binary log", this::retention);
            server.about("the rights of the user", this::rights);
            server.about("the time zone", this::timeZone);
            server.about("the server-id", this::serverId);
            server.about("the databases", this::databases);
            server.about("the tables", this::tables);
        }
    }

    private void version() throws SQLException {
        String version = server.one("select version()");
        String[] parts = version.split("\\.");
        if (version.contains("MariaDB")) {
            findings.fault("the server at " + source.where() + " is MariaDB " + version + "; expected MySQL 8.0 or newer",
                    "its binary log cannot be read", "capture a MySQL server");
        } else if (Integer.parseInt(parts[0]) < 8) {
            findings.fault("the server at " + source.where() + " is MySQL " + version + "; expected 8.0 or newer",
                    "its binary log may be misread", "upgrade the server");
        } else {
            String gtid = server.variableOf("gtid_mode");
            findings.ok("MySQL " + version + " at " + source.where() + ", gtid_mode " + gtid);
        }
    }

    private void binaryLog() throws SQLException {
        if (!server.variableOf("log_bin").equals("ON")) {
            findings.fault("the binary log is off; expected log_bin ON", "there are no changes to read",
                    "in the server's my.cnf, below [mysqld]: log_bin=binlog, and restart the server");
            return;
        }
        findings.ok("the binary log is on");
    }

    private void format() throws SQLException {
        String format = server.variableOf("binlog_format");
        if (format.isEmpty() || format.equals("ROW")) {
            findings.ok("binlog_format is ROW");
        } else {
            findings.fault("binlog_format is " + format + "; expected ROW",
                    "the log holds statements, not rows; the capture does not start",
                    "SET PERSIST binlog_format = 'ROW'; and let the applications connect again: "
                            + "a session keeps the format it began with");
        }
        String image = server.variableOf("binlog_row_image");
        if (image.equals("FULL")) {
            findings.ok("binlog_row_image is FULL");
        } else {
            findings.fault("binlog_row_image is " + image + "; expected FULL",
                    "a change holds only some of its row's columns; the capture does not start",
                    "SET PERSIST binlog_row_image = 'FULL'; and let the applications connect again: "
                            + "a session keeps the image it began with");
        }
        String options = server.variableOf("binlog_row_value_options");
        if (options.contains("PARTIAL_JSON")) {
            findings.fault("binlog_row_value_options is " + options + "; expected it to be empty",
                    "an update of a JSON column is in the log as a patch, which Debezium cannot apply",
                    "SET PERSIST binlog_row_value_options = ''; and let the applications connect again");
        }
    }

    private void retention() throws SQLException {
        String text = server.variableOf("binlog_expire_logs_seconds");
        long seconds = text.isEmpty() ? 0 : Long.parseLong(text);
        if (seconds == 0 || server.variableOf("binlog_expire_logs_auto_purge").equals("OFF")) {
            findings.ok("the binary log is kept until somebody purges it");
        } else if (seconds < A_DAY) {
            findings.warning(
                    "binlog_expire_logs_seconds is " + seconds + " (" + duration(seconds) + "); expected a day (" + A_DAY + ") or more",
                    "a capture that stands still for longer has to read everything again (bactrian reread --everything)",
                    "SET PERSIST binlog_expire_logs_seconds = 604800; -- a week");
        } else {
            findings.ok("the binary log is kept for " + duration(seconds));
        }
    }

    private static String duration(long seconds) {
        return seconds >= 2 * A_DAY
                ? seconds / A_DAY + " days"
                : seconds >= 7_200 ? seconds / 3_600 + " hours" : seconds >= 120 ? seconds / 60 + " minutes" : seconds + " seconds";
    }

    private void rights() throws SQLException {
        MySqlGrants grants = new MySqlGrants(server.column("show grants"));
        List<String> missing = new ArrayList<>();
        for (String right : List.of("REPLICATION SLAVE", "REPLICATION CLIENT")) {
            if (!grants.has(right)) {
                missing.add(right);
            }
        }
        if (!missing.isEmpty()) {
            findings.fault("user '" + source.user() + "' lacks " + String.join(" and ", missing), "the binary log cannot be read",
                    "GRANT " + String.join(", ", missing) + " ON *.* TO " + source.account() + ";");
        }
        boolean locksTables = source.databases().stream().allMatch(database -> grants.has("LOCK TABLES", database));
        if (!grants.has("RELOAD") && !locksTables) {
            findings.fault("user '" + source.user() + "' has neither RELOAD nor LOCK TABLES",
                    "a snapshot cannot be taken: nothing holds its rows and its position in the log together",
                    "GRANT RELOAD, LOCK TABLES ON *.* TO " + source.account() + ";");
        } else if (!grants.has("RELOAD")) {
            findings.warning("user '" + source.user() + "' lacks RELOAD",
                    "the first start locks all captured tables for writers while it reads their structure, not for a moment",
                    "GRANT RELOAD ON *.* TO " + source.account() + "; or start for the first time when nobody writes");
        }
        List<String> unread = source.databases().stream().filter(database -> !grants.has("SELECT", database)).toList();
        if (!unread.isEmpty()) {
            List<String> unreadTables = unreadTables(unread);
            if (unreadTables == null || !unreadTables.isEmpty()) {
                findings.fault(
                        "user '" + source.user() + "' lacks SELECT on "
                                + (unreadTables == null ? String.join(", ", unread) : Findings.some(unreadTables)),
                        "a snapshot reads what it may and leaves out the rest",
                        unread.stream().map(database -> "GRANT SELECT ON `" + database + "`.* TO " + source.account() + ";")
                                .collect(Collectors.joining(" ")));
                missing.add("SELECT");
            }
        }
        if (missing.isEmpty() && (grants.has("RELOAD") || locksTables)) {
            findings.ok("user '" + source.user() + "' may read the binary log and the tables");
        }
        if (grants.has("REPLICATION CLIENT") && server.variableOf("log_bin").equals("ON")) {
            logStatus();
        }
    }

    /** Rights may be given table by table; then it is seen by reading. Null when no table is to be seen at all. */
    private List<String> unreadTables(List<String> databases) throws SQLException {
        List<String> unread = new ArrayList<>();
        for (String database : databases) {
            List<String> tables = server.column(
                    "select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE'", database);
            if (tables.isEmpty()) {
                return null;
            }
            for (String table : tables) {
                try {
                    server.execute("select * from " + quoted(database) + "." + quoted(table) + " limit 0");
                } catch (SQLException e) {
                    unread.add(database + "." + table);
                }
            }
        }
        return unread;
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** SHOW MASTER STATUS until 8.3, SHOW BINARY LOG STATUS from 8.2 on. */
    private void logStatus() throws SQLException {
        try (Statement statement = server.connection().createStatement(); ResultSet status = statusOf(statement)) {
            if (!status.next()) {
                return;
            }
            Set<String> only = names(status.getString(3));
            Set<String> without = names(status.getString(4));
            List<String> left = source.databases().stream()
                    .filter(database -> !only.isEmpty() && !only.contains(database) || without.contains(database)).toList();
            if (left.isEmpty()) {
                findings.ok("the binary log stands at " + status.getString(1) + ":" + status.getString(2));
            } else {
                findings.fault("the server leaves " + String.join(", ", left) + " out of its binary log",
                        "the snapshot arrives, and no change after it",
                        "take " + String.join(", ", left)
                                + " out of binlog_ignore_db, or into binlog_do_db, in the server's my.cnf, and restart it");
            }
        }
    }

    private static ResultSet statusOf(Statement statement) throws SQLException {
        try {
            return statement.executeQuery("show binary log status");
        } catch (SQLException e) {
            return statement.executeQuery("show master status");
        }
    }

    private static Set<String> names(String list) {
        return list == null || list.isBlank() ? Set.of() : Set.of(list.split(","));
    }

    /**
     * Moments arrive right from any zone, since the capture's sessions use UTC; what looks like a moment and is none
     * does not.
     */
    private void timeZone() throws SQLException {
        String global = server.variableOf("time_zone");
        String zone = global.equals("SYSTEM") ? server.variableOf("system_time_zone") : global;
        String shown = global.equals("SYSTEM") ? "SYSTEM, which is " + zone : zone;
        if (isUtc(zone)) {
            findings.ok("time_zone is " + shown);
        } else {
            findings.warning("time_zone is " + shown + "; expected UTC (+00:00)",
                    "what NOW() writes into DATETIME columns arrives as that local time, while TIMESTAMP columns and "
                            + "the times of commits are UTC: a model that compares the two is off",
                    "in models, CONVERT_TZ(column, '" + (zone.matches("[A-Z]+") ? offset() : zone)
                            + "', '+00:00'); or SET PERSIST time_zone = '+00:00'; where the applications do not rely on the zone");
        }
    }

    private boolean isUtc(String zone) throws SQLException {
        try {
            ZoneRules rules = ZoneId.of(zone, ZoneId.SHORT_IDS).getRules();
            return rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            // A name that only the server knows.
            return offset().equals("+00:00");
        }
    }

    private String offset() throws SQLException {
        long minutes = Math.round(Double.parseDouble(server.one("select timestampdiff(second, utc_timestamp(), now())")) / 60);
        return String.format("%s%02d:%02d", minutes < 0 ? "-" : "+", Math.abs(minutes) / 60, Math.abs(minutes) % 60);
    }

    private void serverId() throws SQLException {
        String own = source.own("server-id");
        String key = source.settings() + ".server-id";
        if (own.equals(server.variableOf("server_id"))) {
            findings.fault("the server's own server_id is " + own + ", as " + key,
                    "the server takes the capture for itself and sends nothing",
                    "set " + key + " to a number that nobody else uses");
            return;
        }
        List<String> replicas;
        try {
            replicas = server.column("show replicas");
        } catch (SQLException e) {
            // Without REPLICATION SLAVE, which is a finding of its own; before 8.0.22 it had another name.
            return;
        }
        if (replicas.contains(own)) {
            findings.fault("a replica of this server has server-id " + own + ", as " + key,
                    "each of the two is cut off when the other connects",
                    "set " + key + " to a number that nobody else uses: SHOW REPLICAS;");
        } else {
            findings.ok("server-id " + own + " is nobody else's");
        }
    }

    private void databases() throws SQLException {
        List<String> there = server.column("select schema_name from information_schema.schemata");
        for (String database : source.databases()) {
            if (!there.contains(database)) {
                String same = there.stream().filter(other -> other.equalsIgnoreCase(database)).findFirst()
                        .map(other -> "; there is '" + other + "'").orElse("");
                findings.fault("there is no database '" + database + "', or user '" + source.user() + "' may not see it" + same,
                        "nothing of it is captured",
                        "set " + source.settings() + ".databases, or GRANT SELECT ON " + quoted(database) + ".* TO " + source.account()
                                + ";");
            }
        }
    }

    private void tables() throws SQLException {
        Set<String> all = new TreeSet<>();
        List<String> keyless = new ArrayList<>();
        for (String database : source.databases()) {
            server.column("select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE'", database)
                    .forEach(table -> all.add(database + "." + table));
            server.column(
                    "select t.table_name from information_schema.tables t where t.table_schema = ? and t.table_type = "
                            + "'BASE TABLE' and not exists "
                            + "(select 1 from information_schema.statistics s where s.table_schema = t.table_schema "
                            + "and s.table_name = t.table_name and s.index_name = 'PRIMARY') "
                            + "order by t.table_name",
                    database).forEach(table -> keyless.add(database + "." + table));
        }
        findings.ok(Findings.count(all.size(), "table") + " in " + String.join(", ", source.databases()));
        List<String> gone = tablesOfRoutes.stream().filter(table -> !all.contains(table)).sorted().toList();
        if (!gone.isEmpty()) {
            findings.fault(
                    "routes name tables that do not exist, or that user '" + source.user() + "' may not see: " + Findings.some(gone),
                    "no change ever comes to these routes",
                    "fix the name after change: in the route (names are case-sensitive), or GRANT SELECT on the table");
        }
        if (!keyless.isEmpty()) {
            findings.warning("tables without a primary key: " + Findings.some(keyless),
                    "they are kept as bags of rows, in one partition, and a dead letter of theirs may bring back what was deleted",
                    "ALTER TABLE `" + keyless.get(0).replace(".", "`.`") + "` ADD PRIMARY KEY (…);");
        }
        List<String> quotes = server.column(
                "select concat(table_schema, '.', table_name) from information_schema.tables where table_name like "
                        + "'%\"%' or table_schema like '%\"%'");
        if (!quotes.isEmpty()) {
            findings.fault("a table's name holds a double quote: " + Findings.some(quotes),
                    "Debezium 3.4 cannot read back what it has written about it: the capture does not start again, whatever is captured",
                    "RENAME TABLE to a name without one");
        }
    }
}
