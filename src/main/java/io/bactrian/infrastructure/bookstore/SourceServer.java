package io.bactrian.infrastructure.bookstore;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Where the bookstore's databases live. Options in the URL win over the ones set here. */
record SourceServer(String url, String user, String password) {

    /** For a writer: statements prepared once on the server, no question asked twice, one transaction after the other. */
    Connection forWriting() throws SQLException {
        Properties options = options();
        options.setProperty("useServerPrepStmts", "true");
        options.setProperty("useLocalSessionState", "true");
        options.setProperty("allowMultiQueries", "true");
        return ready(options);
    }

    Connection forSeeding() throws SQLException {
        return ready(options());
    }

    Connection forStatements() throws SQLException {
        return DriverManager.getConnection(url, options());
    }

    private Properties options() {
        Properties options = new Properties();
        options.setProperty("user", user);
        if (password != null) {
            options.setProperty("password", password);
        }
        // The rows that really changed, as the binary log counts them; by default the driver tells the rows found.
        options.setProperty("useAffectedRows", "true");
        options.setProperty("connectionTimeZone", "UTC");
        options.setProperty("forceConnectionTimeZoneToSession", "true");
        options.setProperty("characterEncoding", "UTF-8");
        options.setProperty("cacheServerConfiguration", "true");
        // A server that is stopped without a word (kill -STOP, a lost route) must not hold a writer for ever.
        options.setProperty("connectTimeout", "10000");
        options.setProperty("socketTimeout", "60000");
        return options;
    }

    private Connection ready(Properties options) throws SQLException {
        Connection connection = DriverManager.getConnection(url, options);
        try (Statement statement = connection.createStatement()) {
            // What Literals writes must mean the same whatever the server's own sql_mode is.
            statement.execute("SET SESSION innodb_lock_wait_timeout = 10, sql_mode = 'STRICT_ALL_TABLES'");
            // Without gap locks, two sales that insert next to each other do not wait for each other.
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }
}
