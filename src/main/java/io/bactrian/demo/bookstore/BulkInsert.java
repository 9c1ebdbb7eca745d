package io.bactrian.demo.bookstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Rows for one table, gathered as text and sent as one statement of many rows: 22,000 rows a second were seeded that
 * way, 10,000 with the driver's {@code rewriteBatchedStatements}, which copies each parameter several times to write
 * the same text.
 */
final class BulkInsert implements AutoCloseable {

    private final Statement statement;
    private final String insert;
    private final String unlessThere;
    private final StringBuilder rows = new StringBuilder();
    private int gathered;
    private long inserted;

    /** {@code columns} as in SQL, comma-separated; {@code unlessThere} leaves rows alone whose key exists already. */
    BulkInsert(Connection connection, String table, String columns, boolean unlessThere) throws SQLException {
        String key = columns.substring(0, columns.indexOf(','));
        this.statement = connection.createStatement();
        // The braces of JSON are no JDBC escapes.
        statement.setEscapeProcessing(false);
        this.insert = "INSERT INTO " + table + " (" + columns + ") VALUES ";
        this.unlessThere = unlessThere ? Dialects.of(connection).unlessThere(table, key) : "";
    }

    void add(Object... values) {
        rows.append(gathered == 0 ? "(" : ", (");
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                rows.append(',');
            }
            Literals.append(rows, values[i]);
        }
        rows.append(')');
        gathered++;
    }

    int gathered() {
        return gathered;
    }

    void flush() throws SQLException {
        if (gathered > 0) {
            statement.executeUpdate(insert + rows + unlessThere);
            inserted += gathered;
            gathered = 0;
            rows.setLength(0);
        }
    }

    long inserted() {
        return inserted;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
