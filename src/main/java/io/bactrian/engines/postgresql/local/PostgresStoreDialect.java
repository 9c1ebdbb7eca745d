package io.bactrian.engines.postgresql.local;

import io.bactrian.local.StoreDialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/** What the bookstore says to PostgreSQL. */
final class PostgresStoreDialect implements StoreDialect {

    @Override
    public void choose(Properties options) {
        // What is a text here may be JSON there.
        options.setProperty("stringtype", "unspecified");
        options.setProperty("connectTimeout", "10");
        options.setProperty("socketTimeout", "60");
    }

    @Override
    public void chooseForWriting(Properties options) {
        // Nothing: it prepares what it is asked again and again, and takes many statements at once.
    }

    @Override
    public String session() {
        return "SET lock_timeout = '10s'; SET TIME ZONE 'UTC'";
    }

    @Override
    public Path folder(Path usual) {
        return usual.resolveSibling(usual.getFileName() + "-postgres");
    }

    @Override
    public String unlessThere(String table, String key) {
        return " ON CONFLICT DO NOTHING";
    }

    @Override
    public String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set) {
        return "UPDATE " + table + " SET " + set + " FROM (VALUES (" + String.join("), (", rows) + ")) AS each_one ("
                + String.join(", ", columns) + ") WHERE each_one."
                + columns.get(0) + " = " + key;
    }

    @Override
    public String moment() {
        return "TIMESTAMP";
    }

    @Override
    public void numberOn(Connection connection, String table, String key, long given) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT setval(pg_get_serial_sequence('" + table + "', '" + key + "'), " + Math.max(1, given) + ")");
        }
    }
}
