package io.bactrian.testing;

import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.servers.EmbeddedServer;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * A kind of database that the conformance suite runs against. One that is named in META-INF/services is found by
 * itself: whoever adds a dialect adds one of these, and a line there.
 */
public interface WarehouseUnderTest {

    /** A database of that name, empty when it is not there yet; its user may do no more than a warehouse needs. */
    Database create(Servers servers, String name);

    default Database create() {
        return create(Servers.shared(), "c" + Long.toString(System.nanoTime(), 36));
    }

    /**
     * Checks that this database cannot pass, by the name of their method, each with the reason; the suite prints them.
     */
    default Map<String, String> waivers() {
        return Map.of();
    }

    static Stream<WarehouseUnderTest> all() {
        return ServiceLoader.load(WarehouseUnderTest.class).stream().map(ServiceLoader.Provider::get);
    }

    /** Gone when it is closed. */
    interface Database extends AutoCloseable {

        EmbeddedServer server();

        String url();

        String user();

        String password();

        /** All rows of a query, each as its values' texts joined by {@code |}. */
        List<String> query(String sql);

        void execute(String... statements);

        /** Cuts off everybody else's connections, as a server does that is restarted. */
        void cutConnections();

        /** Whether somebody waits for a lock of another transaction. */
        boolean somebodyWaits();

        /** A name as this database writes it when it is to be taken as it is. */
        String quoted(String name);

        default boolean has(String table) {
            return query("select 1 from information_schema.tables where table_name='" + table + "' and table_schema=" + schema())
                    .size() == 1;
        }

        /** An expression. */
        String schema();

        default SqlWarehouse open() {
            return SqlWarehouse.open("main", url(), user(), password(), 8, SqlEngine.of(url()).orElseThrow().dialect());
        }

        @Override
        void close();
    }
}
