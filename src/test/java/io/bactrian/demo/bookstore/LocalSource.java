package io.bactrian.demo.bookstore;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.servers.ServerHome;
import io.bactrian.testing.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A real MySQL server, and the questions that tests ask it behind the bookstore's back. */
record LocalSource(EmbeddedMySql mySql) implements AutoCloseable {

    /** The one that all tests of this JVM share. Whoever uses it takes the bookstore away at the end. */
    static LocalSource shared() {
        return new LocalSource(Servers.shared().source);
    }

    /** A server of one's own, for tests that kill it. */
    static LocalSource start(Path data) {
        ServerHome home = ServerHome.standard();
        return new LocalSource(EmbeddedMySql.start(MySqlBinaries.locate(home, System.out::println), home.withData(data), "bookstore", 5,
                System.out::println));
    }

    String url() {
        return mySql.jdbcUrl("");
    }

    String user() {
        return mySql.user();
    }

    String password() {
        return mySql.password();
    }

    SourceServer server() {
        return new SourceServer(url(), user(), password());
    }

    Bookstore open(long seed) {
        return Bookstore.open(url(), user(), password(), seed);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password());
    }

    void dropAll() throws SQLException {
        execute("DROP DATABASE IF EXISTS shipping", "DROP DATABASE IF EXISTS store");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    List<String> violations() throws SQLException {
        try (Connection connection = connect()) {
            return Violations.in(connection);
        }
    }

    /** Events that happened before one that was recorded earlier. */
    long lateEvents() throws SQLException {
        return number("SELECT COUNT(*) FROM shipping.shipment_events e WHERE EXISTS (SELECT 1 FROM shipping.shipment_events earlier"
                + " WHERE earlier.shipment_id = e.shipment_id AND earlier.event_id < e.event_id AND earlier.occurred_at > e.occurred_at)");
    }

    /** Rows that InnoDB has inserted, updated and deleted since the server started. */
    long rowsTouched() throws SQLException {
        return number("SELECT SUM(VARIABLE_VALUE) FROM performance_schema.global_status"
                + " WHERE VARIABLE_NAME IN ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted')");
    }

    @Override
    public void close() {
        mySql.close();
    }
}
