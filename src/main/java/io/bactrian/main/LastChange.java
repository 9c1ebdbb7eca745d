package io.bactrian.main;

import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One more change, of which it is known that all others came before it: when it is there, capture has seen them all. */
final class LastChange {

    private static final int NO_SUCH_TABLE = 1146;

    private final long author;

    private LastChange(long author) {
        this.author = author;
    }

    static LastChange write(EmbeddedMySql shop) {
        try (Connection connection = connect(shop, ""); Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into store.authors (name) values ('The Last Author')", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return new LastChange(keys.getLong(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the shop (" + shop.jdbcUrl("") + ") did not take the last change: " + e.getMessage(), e);
        }
    }

    boolean isIn(EmbeddedMySql warehouse) {
        try (Connection connection = connect(warehouse, DemoServers.WAREHOUSE_DATABASE); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select 1 from store_authors where author_id = " + author)) {
            return found.next();
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE) {
                return false;
            }
            throw new IllegalStateException("the warehouse (" + warehouse.jdbcUrl("") + ") could not be asked: " + e.getMessage(), e);
        }
    }

    private static Connection connect(EmbeddedMySql server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.user(), server.password());
    }
}
