package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model;
import io.bactrian.engines.sql.RowLocks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables bactrian_models and bactrian_model_locks, as those who make models read and change them. */
final class ModelBook {

    private final ModelledWarehouse warehouse;
    private final RowLocks locks;

    ModelBook(ModelledWarehouse warehouse) {
        this.warehouse = warehouse;
        this.locks = warehouse.dialect().locks();
    }

    /** A row of bactrian_models. @param definition null before the first time */
    record Booked(String name, String file, String definition, String hash, String buildingHash, boolean stale, String reason,
            String madeAt) {
    }

    Map<String, Booked> rows() throws SQLException {
        Map<String, Booked> rows = new TreeMap<>();
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select name, file, definition, hash, building_hash, stale, reason, made_at from bactrian_models")) {
            while (found.next()) {
                if (!found.getString(1).equals(ModelCatalog.GATE)) {
                    rows.put(found.getString(1), new Booked(found.getString(1), found.getString(2), found.getString(3), found.getString(4),
                            found.getString(5), found.getInt(6) != 0, found.getString(7), found.getString(8)));
                }
            }
        }
        return rows;
    }

    static void insertMissing(Connection connection, Model model) throws SQLException {
        insertMissing(connection, "bactrian_model_locks", "(name) select ?", model);
        insertMissing(connection, "bactrian_models", "(name, file, stale) select ?, '', 1", model);
    }

    private static void insertMissing(Connection connection, String table, String row, Model model) throws SQLException {
        update(connection,
                "insert into " + table + " " + row + " from (select 1 as one) o where not exists (select 1 from " + table
                        + " t where t.name=?)",
                model.name(), model.name());
    }

    /**
     * Changes a definition while no batch is between looking at the definitions and its commit: those that are wait for
     * it, and from then on all see it.
     */
    void change(Connection connection, String sql, String... parameters) throws SQLException {
        connection.setAutoCommit(false);
        try {
            closeGate(connection);
            update(connection, sql, parameters);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** No batch passes until the connection's transaction ends; waits for those that are under way. */
    void closeGate(Connection connection) throws SQLException {
        closeGate(connection, locks);
    }

    static void closeGate(Connection connection, RowLocks locks) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(locks.alone("select name from bactrian_models where name=''")).close();
        }
    }

    /** Whether no other instance makes models while the guard's transaction lasts. */
    boolean alone(Connection guard) throws SQLException {
        try (Statement statement = guard.createStatement();
                ResultSet row = statement.executeQuery(locks.aloneUnlessLocked("select name from bactrian_model_locks where name=''"))) {
            return row.next();
        }
    }

    static void update(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    void broken(Model model, String reason) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            update(connection, "update bactrian_models set reason=?, stale=1 where name=? and hash=?",
                    reason.substring(0, Math.min(2_000, reason.length())),
                    model.name(), model.hash());
        }
    }

    void makeStale(String name) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            update(connection, "update bactrian_models set stale=1 where name=?", name);
        }
    }

    /** The models that read this one: every row of it may be another now. */
    List<String> readers(String name) throws SQLException {
        List<String> readers = new ArrayList<>();
        for (Booked row : rows().values()) {
            if (row.definition() != null) {
                Model.Parsed parsed = Model.parse(row.name(), row.file(), row.definition());
                if (parsed.model() != null && parsed.model().inputs().stream().anyMatch(input -> input.table().equals(name))) {
                    readers.add(row.name());
                }
            }
        }
        return readers;
    }
}
