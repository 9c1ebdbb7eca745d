package io.bactrian.engines.mysql;

import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.engines.WarehouseSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a warehouse takes what Bactrian writes; in a MySQL one it makes a table {@code bactrian_check} there, writes
 * it, and drops it.
 */
public final class MySqlWarehouseCheck {

    private static final String TABLE = "bactrian_check";
    private static final String VIEW = "bactrian_check_view";
    private static final long SMALLEST_PACKET = 64L << 20;
    private static final String ALL_RIGHTS = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW";

    private final WarehouseSettings warehouse;
    private final Set<String> tablesOfRoutes;
    private final Findings findings;
    private MySqlQuestions server;

    private MySqlWarehouseCheck(WarehouseSettings warehouse, Set<String> tablesOfRoutes, Findings findings) {
        this.warehouse = warehouse;
        this.tablesOfRoutes = tablesOfRoutes;
        this.findings = findings;
    }

    /** @param tablesOfRoutes the warehouse's tables that routes name */
    static List<Finding> look(WarehouseSettings warehouse, Set<String> tablesOfRoutes) {
        Findings findings = new Findings("warehouse " + warehouse.name());
        new MySqlWarehouseCheck(warehouse, tablesOfRoutes, findings).look();
        return findings.all();
    }

    private String grant() {
        return "GRANT " + ALL_RIGHTS + " ON `" + warehouse.database() + "`.* TO '" + warehouse.user() + "'@'%';";
    }

    private void look() {
        try (MySqlQuestions opened = MySqlQuestions.open(findings, warehouse.url(), warehouse.where(), warehouse.user(),
                warehouse.password(),
                warehouse.settings(),
                "CREATE DATABASE IF NOT EXISTS `" + warehouse.database() + "` CHARACTER SET utf8mb4; " + grant())) {
            if (opened == null) {
                return;
            }
            server = opened;
            server.about("the version", this::version);
            server.about("whether it is read-only", this::readOnly);
            server.about("local_infile", this::localInfile);
            server.about("max_allowed_packet", this::packet);
            server.about("the names of tables", this::names);
        }
    }

    private void version() throws SQLException {
        String version = server.one("select version()");
        if (MySqlVersion.in(version).filter(MySqlVersion::suits).isEmpty()) {
            findings.fault(
                    "the server at " + warehouse.where() + " is " + version + "; expected MySQL " + MySqlVersion.OLDEST + " or newer",
                    "statements that loading needs are not there", "use a newer server");
        } else {
            findings.ok("MySQL " + version + " at " + warehouse.where() + ", time_zone " + server.variableOf("time_zone")
                    + " (Bactrian's sessions use UTC)");
        }
    }

    private void readOnly() throws SQLException {
        List<String> on = new ArrayList<>();
        for (String variable : List.of("super_read_only", "read_only", "transaction_read_only")) {
            if (server.variableOf(variable).equals("ON")) {
                on.add(variable);
            }
        }
        if (!on.isEmpty()) {
            findings.fault(String.join(" and ", on) + (on.size() > 1 ? " are" : " is") + " ON; expected OFF",
                    "the warehouse takes no rows; the pipelines wait",
                    "set " + warehouse.settings() + ".url to the primary server, if this is a replica; else SET GLOBAL "
                            + String.join(" = OFF, GLOBAL ", on) + " = OFF;");
            return;
        }
        rights();
    }

    /** By doing it: that sees rights through roles, patterns and everything else that gives or takes them. */
    private void rights() {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("CREATE", "create table if not exists " + TABLE + " (id int primary key, note varchar(20))");
        statements.put("ALTER", "alter table " + TABLE + " modify column note varchar(30)");
        statements.put("INSERT", "insert into " + TABLE + " (id, note) values (1, 'a') on duplicate key update note = 'b'");
        statements.put("SELECT", "select * from " + TABLE);
        statements.put("UPDATE", "update " + TABLE + " set note = 'c' where id = 1");
        statements.put("DELETE", "delete from " + TABLE + " where id = 1");
        statements.put("INDEX", "create index by_note on " + TABLE + " (note)");
        statements.put("CREATE VIEW", "create or replace view " + VIEW + " as select * from " + TABLE);
        statements.put("SHOW VIEW", "show create view " + VIEW);
        statements.put("DROP", "drop view if exists " + VIEW);
        List<String> missing = new ArrayList<>();
        String said = "";
        for (Map.Entry<String, String> statement : statements.entrySet()) {
            try {
                server.execute(statement.getValue());
            } catch (SQLException e) {
                missing.add(statement.getKey());
                said = said.isEmpty() ? MySqlQuestions.firstLine(e) : said;
                if (statement.getKey().equals("CREATE")) {
                    break;
                }
            }
        }
        try {
            server.execute("drop table if exists " + TABLE);
        } catch (SQLException e) {
            said = said.isEmpty() ? MySqlQuestions.firstLine(e) : said;
            if (!missing.contains("DROP")) {
                missing.add("DROP");
            }
        }
        if (missing.isEmpty()) {
            findings.ok("user '" + warehouse.user() + "' may make, change, write and drop tables and views");
        } else {
            findings.fault(
                    "user '" + warehouse.user() + "' could not do all that loading needs (" + String.join(", ", missing) + "): " + said,
                    "the pipelines wait, and report it, at the first row that needs it", grant());
        }
    }

    private void localInfile() throws SQLException {
        if (server.variableOf("local_infile").equals("ON")) {
            findings.ok("local_infile is ON");
        } else {
            findings.warning("local_infile is OFF; expected ON",
                    "many rows are written by INSERT, at about half the speed of LOAD DATA LOCAL", "SET PERSIST local_infile = ON;");
        }
    }

    private void packet() throws SQLException {
        long bytes = Long.parseLong(server.variableOf("max_allowed_packet"));
        if (bytes < SMALLEST_PACKET) {
            findings.warning("max_allowed_packet is " + (bytes >> 10) + " KiB; expected 64 MiB or more",
                    "a row that is longer than that is rejected and becomes a dead letter",
                    "SET PERSIST max_allowed_packet = " + SMALLEST_PACKET + ";");
        } else {
            findings.ok("max_allowed_packet is " + (bytes >> 20) + " MiB");
        }
    }

    private void names() throws SQLException {
        String mode = server.variableOf("lower_case_table_names");
        if (mode.equals("0")) {
            return;
        }
        Map<String, String> byLowerCase = new TreeMap<>();
        for (String table : tablesOfRoutes) {
            String other = byLowerCase.putIfAbsent(table.toLowerCase(java.util.Locale.ROOT), table);
            if (other != null) {
                findings.fault("lower_case_table_names is " + mode + ", and routes write both " + other + " and " + table,
                        "they are one table there, with the rows of both",
                        "give one of them another name in its route");
            }
        }
    }
}
