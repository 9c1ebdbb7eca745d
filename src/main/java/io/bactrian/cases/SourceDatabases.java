package io.bactrian.cases;

import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.TableSchema;
import io.bactrian.local.CaseServer;
import io.bactrian.local.RowChange;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
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
import java.util.TreeSet;

/**
 * The source's tables, as the files of SQL make them, empty at the begin of each case. What a statement changed is
 * found by comparing the tables before and after it: no log and no Debezium, so that a case takes milliseconds.
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
        try (Connection connection = server.connect(server.sources()); Statement statement = connection.createStatement()) {
            for (Path file : files) {
                for (SqlStatement sql : SqlStatement.of(Files.readString(file), new CaseLocation(file, 1))) {
                    try {
                        statement.execute(server.ownWords(sql.text()));
                    } catch (SQLException e) {
                        faults.add(sql.place() + ": " + server.message(e) + ", in " + SqlFailure.shortened(sql.text()));
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
        server.with(server.sources(), statement -> {
            server.emptySources(statement, touched);
            return null;
        });
        touched = new HashSet<>();
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
            connection = server.connect(server.sources());
            statement = connection.createStatement();
            tables = new ArrayList<>(server.sourceTables(statement));
        }

        /** What CURRENT_TIMESTAMP and NOW() are until the next call. */
        void at(Instant time) {
            try {
                server.setTime(statement, time);
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }

        /** @throws SqlFailure when the server refuses it */
        List<RowChange> execute(SqlStatement sql) {
            try {
                statement.execute(server.ownWords(sql.text()));
            } catch (SQLException e) {
                throw new SqlFailure(sql, server.message(e), e);
            }
            try {
                Set<String> truncated = new TreeSet<>();
                for (String table : sql.truncated()) {
                    truncated.add(table.contains(".")
                            ? table
                            : CaseServer.strings(statement, "select " + server.schemaOfSession()).get(0) + "." + table);
                }
                if (!truncated.isEmpty()) {
                    return truncated(truncated);
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
                server.truncate(statement, table);
                return truncated(new TreeSet<>(Set.of(table)));
            } catch (SQLException e) {
                throw server.failure(e);
            }
        }

        /** Those that were named, empty before or not, and those that a CASCADE took with them. */
        private List<RowChange> truncated(Set<String> tables) throws SQLException {
            changes().forEach(change -> tables.add(change.table()));
            return tables.stream().map(table -> new RowChange(table, Operation.TRUNCATE, null, null)).toList();
        }

        private void learnAnew() throws SQLException {
            altered = true;
            tables.clear();
            tables.addAll(server.sourceTables(statement));
            schemas.clear();
            checksums = new TreeMap<>();
            rows.clear();
            changes();
        }

        private List<RowChange> changes() throws SQLException {
            List<RowChange> changes = new ArrayList<>();
            // Which tables a statement touched, in one question: reading all of them after each would be most of a
            // case's time.
            Map<String, Long> now = server.checksums(statement, tables);
            for (String table : tables) {
                // An empty table's checksum is 0, as that of one that nobody has looked at yet.
                if (!now.get(table).equals(checksums.getOrDefault(table, 0L))) {
                    List<Image> after = server.looks().rows(table, schema(table));
                    changes.addAll(server.asLogged(statement, table, RowChange.between(table, rows.getOrDefault(table, List.of()), after)));
                    rows.put(table, after);
                    touched.add(table);
                }
            }
            checksums = now;
            return changes;
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
