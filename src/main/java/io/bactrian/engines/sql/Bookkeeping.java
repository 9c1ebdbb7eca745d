package io.bactrian.engines.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * What must be in a warehouse before anything is written: the tables of watermarks, dead letters and models, and what
 * the scripts of its owner make. It is made by whoever needs it first, since the warehouse may be away at the start.
 */
final class Bookkeeping {

    private final DataSource connections;
    private final Dialect dialect;
    private volatile boolean tablesDone;
    private volatile boolean scriptsDone;
    private Path scripts;

    Bookkeeping(DataSource connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
    }

    /** @param folder SQL files, which are run once the tables are there */
    void scripts(Path folder) {
        scripts = folder;
    }

    /** Makes it, unless that was done already. Repeating it is safe. */
    synchronized void ensure() throws SQLException {
        if (!tablesDone) {
            try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
                for (String sql : dialect.words().bookkeeping()) {
                    statement.execute(sql);
                }
                addCleared(connection, statement);
                if (!scriptsDone) {
                    runScripts(connection);
                    scriptsDone = true;
                }
            }
            tablesDone = true;
        }
    }

    /** It is made once more by whoever needs it next: somebody may have changed it. */
    void forget() {
        tablesDone = false;
        scriptsDone = false;
    }

    /** Warehouses of earlier days have dead letters without it. */
    private void addCleared(Connection connection, Statement statement) throws SQLException {
        if (!dialect.catalogue().columns(connection, "bactrian_dead_letters").contains("cleared")) {
            try {
                statement.execute("alter table bactrian_dead_letters add column cleared varchar(10) not null default 'no'");
            } catch (SQLException e) {
                if (!dialect.errors().isDuplicateColumn(e)) {
                    throw e;
                }
            }
        }
    }

    private void runScripts(Connection connection) throws SQLException {
        if (scripts == null) {
            return;
        }
        try {
            for (Path file : SqlScript.files(scripts)) {
                runScript(connection, file);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new SQLException("the scripts of " + scripts + " cannot be run: " + e.getMessage(), e);
        }
    }

    /** In one transaction: whoever reads sees what was there before, or all of it. */
    private static void runScript(Connection connection, Path file) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : SqlScript.statements(file)) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(
                            file + ": " + e.getMessage() + "; the statement begins with: " + sql.strip().lines().findFirst().orElse(""),
                            e.getSQLState(), e.getErrorCode(), e);
                }
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
