package io.bactrian.infrastructure.cases;

import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.TableSchema;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The source's tables, as the files of SQL make them, empty at the begin of each case. What a statement changed is found by
 * comparing the tables before and after it: no binary log and no Debezium, so that a case takes milliseconds.
 */
final class SourceDatabases {

    private final CaseServer server;
    private final Map<String, TableSchema> schemas = new HashMap<>();
    private List<Path> files = List.of();
    /** A statement of the last case has changed tables and not only rows: emptying them would not be enough. */
    private boolean altered;
    private Set<String> touched = new HashSet<>();

    SourceDatabases(CaseServer server) {
        this.server = server;
    }

    /** @throws CaseFaultsException when a statement of the files fails */
    List<String> make(List<Path> wanted) {
        server.dropSourceDatabases();
        files = wanted;
        altered = false;
        touched = new HashSet<>();
        schemas.clear();
        List<String> faults = new ArrayList<>();
        try (Connection connection = server.connect(""); Statement statement = connection.createStatement()) {
            for (Path file : files) {
                for (SqlStatement sql : SqlStatement.of(Files.readString(file), new Place(file, 1))) {
                    try {
                        statement.execute(sql.text());
                    } catch (SQLException e) {
                        faults.add(sql.place() + ": " + SqlFailure.message(e) + ", in " + SqlFailure.shortened(sql.text()));
                    }
                }
            }
        } catch (SQLException e) {
            throw server.failure(e);
        } catch (CharacterCodingException e) {
            faults.add(files + ": one of them is not UTF-8");
        } catch (IOException e) {
            faults.add(files + ": one of them cannot be read: " + e);
        }
        if (!faults.isEmpty()) {
            throw new CaseFaultsException(faults);
        }
        return server.sourceDatabases();
    }

    /** Whether the last case changed tables and not only rows. */
    boolean altered() {
        return altered;
    }

    /** Begins a case: all tables are empty, and count from 1. */
    Session begin(List<Path> wanted) {
        if (altered || !files.equals(wanted)) {
            make(wanted);
        } else {
            empty();
        }
        try {
            return new Session();
        } catch (SQLException e) {
            throw server.failure(e);
        }
    }

    private void empty() {
        server.with("", statement -> {
            statement.execute("set foreign_key_checks=0");
            // Else MySQL tells what the counters were a day ago.
            statement.execute("set information_schema_stats_expiry=0");
            Set<String> used = new HashSet<>(touched);
            used.addAll(CaseServer.strings(statement, "select concat(table_schema, '.', table_name) from information_schema.tables where auto_increment > 1"));
            for (String table : tablesOf(statement)) {
                if (used.contains(table)) {
                    statement.execute("truncate table " + quoted(table));
                }
            }
            return null;
        });
        touched = new HashSet<>();
    }

    private List<String> tablesOf(Statement statement) throws SQLException {
        return CaseServer.strings(statement, "select concat(table_schema, '.', table_name) from information_schema.tables where table_type='BASE TABLE' "
                + "and table_schema not in ('mysql','information_schema','performance_schema','sys','" + CaseServer.WAREHOUSE + "') order by table_schema, table_name");
    }

    private static String quoted(String table) {
        int dot = table.indexOf('.');
        return CaseServer.quoted(table.substring(0, dot)) + "." + CaseServer.quoted(table.substring(dot + 1));
    }

    private TableSchema schema(String table) {
        return schemas.computeIfAbsent(table, server.looks()::schema);
    }

    /** What one case does to the source, on one connection. */
    final class Session implements AutoCloseable {

        private final Connection connection;
        private final Statement statement;
        private final List<String> tables;
        private Map<String, Long> checksums = new TreeMap<>();
        private final Map<String, List<Image>> rows = new HashMap<>();

        private Session() throws SQLException {
            connection = server.connect("");
            statement = connection.createStatement();
            tables = new ArrayList<>(tablesOf(statement));
        }

        /** What CURRENT_TIMESTAMP and NOW() are until the next call. */
        void at(Instant time) {
            try {
                statement.execute("set timestamp=" + time.getEpochSecond());
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }

        /** @throws SqlFailure when MySQL refuses it */
        List<RowChange> execute(SqlStatement sql) {
            try {
                statement.execute(sql.text());
            } catch (SQLException e) {
                throw new SqlFailure(sql, e);
            }
            try {
                if (sql.truncated() != null) {
                    return truncated(sql.truncated().contains(".") ? sql.truncated() : CaseServer.strings(statement, "select database()").get(0) + "." + sql.truncated());
                }
                if (sql.isDefinition()) {
                    learnAnew();
                    return List.of();
                }
                return changes();
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }

        List<RowChange> truncate(String table) {
            try {
                statement.execute("set foreign_key_checks=0");
                statement.execute("truncate table " + quoted(table));
                statement.execute("set foreign_key_checks=1");
                return truncated(table);
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }

        private List<RowChange> truncated(String table) throws SQLException {
            changes();
            return List.of(new RowChange(table, Operation.TRUNCATE, null, null));
        }

        private void learnAnew() throws SQLException {
            altered = true;
            tables.clear();
            tables.addAll(tablesOf(statement));
            schemas.clear();
            checksums = new TreeMap<>();
            rows.clear();
            changes();
        }

        private List<RowChange> changes() throws SQLException {
            List<RowChange> changes = new ArrayList<>();
            Map<String, Long> now = checksums();
            for (String table : tables) {
                // An empty table's checksum is 0, as that of one that nobody has looked at yet.
                if (!now.get(table).equals(checksums.getOrDefault(table, 0L))) {
                    List<Image> after = server.looks().rows(table, schema(table));
                    changes.addAll(RowChange.between(table, rows.getOrDefault(table, List.of()), after));
                    rows.put(table, after);
                    touched.add(table);
                }
            }
            checksums = now;
            return changes;
        }

        /** Which tables a statement touched, in one question: reading all of them after each would be most of a case's time. */
        private Map<String, Long> checksums() throws SQLException {
            Map<String, Long> found = new TreeMap<>();
            try (ResultSet sums = statement.executeQuery("checksum table " + tables.stream().map(SourceDatabases::quoted).collect(Collectors.joining(",")))) {
                while (sums.next()) {
                    found.put(sums.getString(1), sums.getLong(2));
                }
            }
            return found;
        }

        /** All rows of the tables that have some, by table. */
        Map<String, List<Image>> rows() {
            Map<String, List<Image>> all = new TreeMap<>(rows);
            all.values().removeIf(List::isEmpty);
            return all;
        }

        /** By database and name. */
        List<String> tables() {
            return List.copyOf(tables);
        }

        TableSchema schema(String table) {
            return SourceDatabases.this.schema(table);
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }
    }
}
