package io.bactrian.main;

import io.bactrian.application.Warehouse;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Target;
import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** One more change, of which it is known that all others came before it: when it is there, capture has seen them all. */
final class LastChange {

    private static final Target MIRROR = new Target("store_authors", Mode.MIRROR, List.of("author_id"), false);

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

    boolean isIn(Warehouse warehouse) {
        return !warehouse.read(MIRROR, List.of(Image.of(Map.of("author_id", author)))).isEmpty();
    }

    private static Connection connect(EmbeddedMySql server, String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.user(), server.password());
    }
}
