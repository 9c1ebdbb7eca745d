package io.bactrian.demo.bookstore;

import io.bactrian.local.StoreDialect;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Where a database of the bookstore lives. Options in the URL win over the ones set here.
 *
 * @param url of MySQL without a default database, such as {@code jdbc:mysql://127.0.0.1:3306/}; of PostgreSQL with the
 * database whose schema it is, such as {@code jdbc:postgresql://127.0.0.1:5432/bookstore}
 */
public record SourceServer(String url, String user, String password) {

    /** For a writer: one transaction after the other. */
    Connection forWriting() throws SQLException {
        Properties options = options();
        dialect().chooseForWriting(options);
        return ready(options);
    }

    Connection forSeeding() throws SQLException {
        return ready(options());
    }

    Connection forStatements() throws SQLException {
        return DriverManager.getConnection(url, options());
    }

    StoreDialect dialect() {
        return Dialects.of(url);
    }

    private Properties options() {
        Properties options = new Properties();
        options.setProperty("user", user);
        if (password != null) {
            options.setProperty("password", password);
        }
        dialect().choose(options);
        return options;
    }

    private Connection ready(Properties options) throws SQLException {
        Connection connection = DriverManager.getConnection(url, options);
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect().session());
            // Without gap locks, two sales that insert next to each other do not wait for each other.
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url;
    }
}
