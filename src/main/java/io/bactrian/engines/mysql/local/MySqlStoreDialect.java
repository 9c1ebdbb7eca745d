package io.bactrian.engines.mysql.local;

import io.bactrian.local.StoreDialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Properties;

/** What the bookstore says to MySQL. */
final class MySqlStoreDialect implements StoreDialect {

    @Override
    public void choose(Properties options) {
        // The rows that really changed, as the binary log counts them; by default the driver tells the rows found.
        options.setProperty("useAffectedRows", "true");
        options.setProperty("connectionTimeZone", "UTC");
        options.setProperty("forceConnectionTimeZoneToSession", "true");
        options.setProperty("characterEncoding", "UTF-8");
        options.setProperty("cacheServerConfiguration", "true");
        // A server that is stopped without a word (kill -STOP, a lost route) must not hold a writer for ever.
        options.setProperty("connectTimeout", "10000");
        options.setProperty("socketTimeout", "60000");
    }

    @Override
    public void chooseForWriting(Properties options) {
        options.setProperty("useServerPrepStmts", "true");
        options.setProperty("useLocalSessionState", "true");
        options.setProperty("allowMultiQueries", "true");
    }

    @Override
    public String session() {
        return "SET SESSION innodb_lock_wait_timeout = 10, sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'";
    }

    @Override
    public Path folder(Path usual) {
        return usual;
    }

    @Override
    public String unlessThere(String table, String key) {
        return " ON DUPLICATE KEY UPDATE " + key + " = " + table.substring(table.indexOf('.') + 1) + "." + key;
    }

    @Override
    public String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set) {
        return "UPDATE " + table + " JOIN (VALUES ROW(" + String.join("), ROW(", rows) + ")) AS each_one (" + String.join(", ", columns)
                + ") ON each_one."
                + columns.get(0) + " = " + key + " SET " + set;
    }

    @Override
    public String moment() {
        return "DATETIME(6)";
    }

    @Override
    public void numberOn(Connection connection, String table, String key, long given) {
        // Its own keys go on behind the highest that was given.
    }
}
