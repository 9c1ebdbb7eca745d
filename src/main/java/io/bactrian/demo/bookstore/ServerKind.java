package io.bactrian.demo.bookstore;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * The kinds of server on which the bookstore's databases may live, and all that it has to say to one otherwise than to
 * the other.
 */
enum ServerKind {

    MYSQL {
        @Override
        void choose(Properties options) {
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
        void chooseForWriting(Properties options) {
            options.setProperty("useServerPrepStmts", "true");
            options.setProperty("useLocalSessionState", "true");
            options.setProperty("allowMultiQueries", "true");
        }

        @Override
        String session() {
            return "SET SESSION innodb_lock_wait_timeout = 10, sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'";
        }

        @Override
        Path folder(Path usual) {
            return usual;
        }

        @Override
        String unlessThere(String table, String key) {
            return " ON DUPLICATE KEY UPDATE " + key + " = " + table.substring(table.indexOf('.') + 1) + "." + key;
        }

        @Override
        String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set) {
            return "UPDATE " + table + " JOIN (VALUES ROW(" + String.join("), ROW(", rows) + ")) AS each_one (" + String.join(", ", columns)
                    + ") ON each_one."
                    + columns.get(0) + " = " + key + " SET " + set;
        }

        @Override
        String moment() {
            return "DATETIME(6)";
        }

        @Override
        void numberOn(Connection connection, String table, String key, long given) {
            // Its own keys go on behind the highest that was given.
        }
    },

    POSTGRES {
        @Override
        void choose(Properties options) {
            // What is a text here may be JSON there.
            options.setProperty("stringtype", "unspecified");
            options.setProperty("connectTimeout", "10");
            options.setProperty("socketTimeout", "60");
        }

        @Override
        void chooseForWriting(Properties options) {
            // Nothing: it prepares what it is asked again and again, and takes many statements at once.
        }

        @Override
        String session() {
            return "SET lock_timeout = '10s'; SET TIME ZONE 'UTC'";
        }

        @Override
        Path folder(Path usual) {
            return usual.resolveSibling(usual.getFileName() + "-postgres");
        }

        @Override
        String unlessThere(String table, String key) {
            return " ON CONFLICT DO NOTHING";
        }

        @Override
        String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set) {
            return "UPDATE " + table + " SET " + set + " FROM (VALUES (" + String.join("), (", rows) + ")) AS each_one ("
                    + String.join(", ", columns) + ") WHERE each_one."
                    + columns.get(0) + " = " + key;
        }

        @Override
        String moment() {
            return "TIMESTAMP";
        }

        @Override
        void numberOn(Connection connection, String table, String key, long given) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT setval(pg_get_serial_sequence('" + table + "', '" + key + "'), " + Math.max(1, given) + ")");
            }
        }
    };

    static ServerKind of(String url) {
        if (url.startsWith("jdbc:mysql:")) {
            return MYSQL;
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRES;
        }
        throw new BookstoreException(
                "The bookstore cannot live on " + url + "; expected a URL that begins with jdbc:mysql: or jdbc:postgresql:.");
    }

    static ServerKind of(Connection connection) throws SQLException {
        return of(connection.getMetaData().getURL());
    }

    /** The driver's options. */
    abstract void choose(Properties options);

    /**
     * Of a writer's connection: statements prepared once on the server, no question asked twice, many in one message.
     */
    abstract void chooseForWriting(Properties options);

    /**
     * What makes a session ready: what {@link Literals} writes means the same everywhere, and no lock is waited for for
     * ever.
     */
    abstract String session();

    /** Where the SQL files of its tables are. */
    abstract Path folder(Path usual);

    /** The end of an INSERT that leaves rows alone whose key exists already. */
    abstract String unlessThere(String table, String key);

    /**
     * An update of many rows, each with values of its own.
     *
     * @param columns of the rows, other names than the table's; the first is the key's
     * @param set as both kinds know it: columns of the table without its name
     */
    abstract String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set);

    /** The type of a moment, for CAST. */
    abstract String moment();

    /**
     * Rows come with the keys 1 to {@code given}: the server's own keys begin behind them, even if not all of those
     * come.
     */
    abstract void numberOn(Connection connection, String table, String key, long given) throws SQLException;
}
