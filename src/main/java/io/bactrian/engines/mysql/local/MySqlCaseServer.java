package io.bactrian.engines.mysql.local;

import io.bactrian.local.CaseServer;
import io.bactrian.local.RowChange;
import io.bactrian.engines.mysql.MySqlSource;
import io.bactrian.engines.sql.SqlSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** MySQL: a source's database is a database of the server. */
public final class MySqlCaseServer extends CaseServer {

    public static final int SERVER_ID = 7;
    /**
     * Nothing here outlives the run: making and emptying tables must not wait for a disk. Without TLS a connection
     * takes a fifth of the time.
     */
    public static final String[] OPTIONS = {"--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
        "--tls-version=", "--innodb-file-per-table=OFF"};

    private static final Set<String> SYSTEM = Set.of("mysql", "information_schema", "performance_schema", "sys");

    public MySqlCaseServer(EmbeddedMySql server) {
        super(server);
    }

    @Override
    public String title() {
        return "MySQL";
    }

    @Override
    public String message(SQLException failure) {
        return failure.getMessage().strip() + " (MySQL error " + failure.getErrorCode() + ")";
    }

    @Override
    public String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Override
    public String sources() {
        return "";
    }

    @Override
    public String schemaOfSession() {
        return "database()";
    }

    @Override
    public void dropAll() {
        dropSourceDatabases();
        with(sources(), statement -> {
            statement.execute("drop database if exists " + WAREHOUSE);
            return statement.execute("create database " + WAREHOUSE + " character set utf8mb4 collate utf8mb4_0900_ai_ci");
        });
    }

    /** A table that does not count is emptied row by row, which takes a tenth of a truncation's time. */
    @Override
    public void empty(Statement statement, List<String> warehouseTables) throws SQLException {
        List<String> counting = strings(statement,
                "select table_name from information_schema.columns where table_schema=database() and extra like '%auto_increment%'");
        for (String table : warehouseTables) {
            statement.execute((counting.contains(table) ? "truncate table " : "delete from ") + quoted(table));
        }
    }

    @Override
    public List<String> sourceDatabases() {
        return with(sources(), statement -> {
            List<String> found = strings(statement, "select schema_name from information_schema.schemata order by schema_name");
            found.removeAll(SYSTEM);
            found.remove(WAREHOUSE);
            return found;
        });
    }

    @Override
    public void dropSourceDatabases() {
        List<String> databases = sourceDatabases();
        with(sources(), statement -> {
            statement.execute("set foreign_key_checks=0");
            for (String database : databases) {
                statement.execute("drop database " + quoted(database));
            }
            return null;
        });
    }

    @Override
    public List<String> sourceTables(Statement statement) throws SQLException {
        return strings(statement,
                "select concat(table_schema, '.', table_name) from information_schema.tables where table_type='BASE TABLE' "
                        + "and table_schema not in ('mysql','information_schema','performance_schema','sys','" + WAREHOUSE
                        + "') order by table_schema, table_name");
    }

    @Override
    public void emptySources(Statement statement, Set<String> touched) throws SQLException {
        statement.execute("set foreign_key_checks=0");
        // Else MySQL tells what the counters were a day ago.
        statement.execute("set information_schema_stats_expiry=0");
        Set<String> used = new HashSet<>(touched);
        used.addAll(
                strings(statement, "select concat(table_schema, '.', table_name) from information_schema.tables where auto_increment > 1"));
        for (String table : sourceTables(statement)) {
            if (used.contains(table)) {
                statement.execute("truncate table " + quotedTable(table));
            }
        }
    }

    @Override
    public void truncate(Statement statement, String table) throws SQLException {
        statement.execute("set foreign_key_checks=0");
        statement.execute("truncate table " + quotedTable(table));
        statement.execute("set foreign_key_checks=1");
    }

    @Override
    public void setTime(Statement statement, Instant time) throws SQLException {
        statement.execute("set timestamp=" + time.getEpochSecond());
    }

    @Override
    public Map<String, Long> checksums(Statement statement, List<String> tables) throws SQLException {
        Map<String, Long> found = new TreeMap<>();
        try (ResultSet sums = statement
                .executeQuery("checksum table " + tables.stream().map(this::quotedTable).collect(Collectors.joining(",")))) {
            while (sums.next()) {
                found.put(sums.getString(1), sums.getLong(2));
            }
        }
        return found;
    }

    @Override
    public String ownWords(String sql) {
        return sql;
    }

    /** The log has whole rows. */
    @Override
    public List<RowChange> asLogged(Statement statement, String table, List<RowChange> changes) {
        return changes;
    }

    @Override
    public SqlSource.Looks look() {
        return new MySqlSource("127.0.0.1", port(), user(), password()).look();
    }
}
