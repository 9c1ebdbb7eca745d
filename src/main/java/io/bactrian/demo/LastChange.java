package io.bactrian.demo;

import io.bactrian.application.StoredRows;
import io.bactrian.demo.bookstore.SourceServer;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Target;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * One more change of a source, of which it is known that all others of that source came before it: when it is there,
 * capture has seen them all.
 */
final class LastChange {

    private final Target mirror;
    private final String key;
    private final long value;

    private LastChange(String table, String key, long value) {
        this.mirror = new Target(table, Mode.MIRROR, List.of(key), false);
        this.key = key;
        this.value = value;
    }

    static LastChange inStore(SourceServer server) {
        return new LastChange("store_authors", "author_id", insert(server, "insert into store.authors (name) values ('The Last Author')"));
    }

    /** A carrier without a service carries nothing. */
    static LastChange inShipping(SourceServer server) {
        return new LastChange("shipping_carriers", "carrier_id",
                insert(server, "insert into shipping.carriers (code, name, collects_until, active) "
                        + "select concat('LAST', max(carrier_id) + 1), 'The Last Carrier', '23:59:59', false from shipping.carriers"));
    }

    /** @return the key that the server gave, which is the table's first column */
    private static long insert(SourceServer server, String sql) {
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the bookstore (" + server.url() + ") did not take the last change: " + e.getMessage(), e);
        }
    }

    boolean isIn(StoredRows warehouse) {
        return !warehouse.read(mirror, List.of(Image.of(Map.of(key, value)))).isEmpty();
    }
}
