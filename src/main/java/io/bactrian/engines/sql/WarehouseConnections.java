package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.HashMap;
import java.util.Map;

/** A pool that says why it has no connection, as the server had said it; by itself it says only how long it waited. */
final class WarehouseConnections extends HikariDataSource {

    private final Map<String, Integer> consumersOf = new HashMap<>();

    WarehouseConnections(HikariConfig config) {
        super(config);
    }

    /** The pipeline's pumps write this warehouse from now on: the pool grows with them. */
    synchronized void serve(String pipeline, int consumers) {
        consumersOf.put(pipeline, consumers);
        setMaximumPoolSize(PoolSize.of(consumersOf.values()));
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return super.getConnection();
        } catch (SQLTransientConnectionException e) {
            if (e.getCause() instanceof SQLException refused) {
                throw new SQLTransientConnectionException("no connection as user '" + getUsername() + "': " + refused.getMessage(),
                        refused.getSQLState(), refused.getErrorCode(), refused);
            }
            throw e;
        }
    }
}
