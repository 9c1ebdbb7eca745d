package io.bactrian.demo.bookstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A session's connection to one server: what is prepared there, and what waits to be sent together. */
final class Link implements AutoCloseable {

    private final Connection connection;
    private final Statement together;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final StringBuilder waitingText = new StringBuilder();
    private final List<Session.Later> waiting = new ArrayList<>();
    private boolean inTransaction;

    Link(Connection connection) throws SQLException {
        this.connection = connection;
        this.together = connection.createStatement();
        // The braces of JSON are no JDBC escapes.
        together.setEscapeProcessing(false);
    }

    /** Its values filled in, ready to be executed. */
    PreparedStatement ready(String sql, Object... values) throws SQLException {
        inTransaction = true;
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    Session.Later later(String sql, Object... values) {
        Literals.appendStatement(waitingText, sql, values);
        waitingText.append(";\n");
        Session.Later later = new Session.Later();
        waiting.add(later);
        return later;
    }

    /** Sends what waits; the rows that it changed. */
    int send() throws SQLException {
        return waiting.isEmpty() ? 0 : execute(waitingText.toString());
    }

    /** Sends what waits, and its commit with it; the rows that it changed. */
    int commit() throws SQLException {
        int changed = 0;
        if (!waiting.isEmpty()) {
            changed = execute(waitingText.append("COMMIT").toString());
        } else if (inTransaction) {
            connection.commit();
        }
        inTransaction = false;
        return changed;
    }

    private int execute(String text) throws SQLException {
        inTransaction = true;
        int changed = 0;
        together.execute(text);
        for (Session.Later later : waiting) {
            later.changed = together.getUpdateCount();
            changed += later.changed;
            together.getMoreResults();
        }
        forget();
        return changed;
    }

    void rollBack() throws SQLException {
        forget();
        if (inTransaction) {
            connection.rollback();
            inTransaction = false;
        }
    }

    private void forget() {
        waiting.clear();
        waitingText.setLength(0);
    }

    /** Closing never fails: a connection that is being given up may well be broken. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException alreadyBroken) {
            // The server rolls back what was under way when it notices.
        }
    }
}
