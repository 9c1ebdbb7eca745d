package io.bactrian.demo.bookstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Where the bookstore's two databases live: on one server, or each on its own. */
record SourceServers(SourceServer store, SourceServer shipping) {

    boolean apart() {
        return !store.equals(shipping);
    }

    List<SourceServer> all() {
        return apart() ? List.of(store, shipping) : List.of(store);
    }

    /** For a writer. */
    Session session() throws SQLException {
        Connection first = store.forWriting();
        try {
            return apart() ? new Session(first, shipping.forWriting()) : new Session(first);
        } catch (SQLException | RuntimeException failure) {
            first.close();
            throw failure;
        }
    }

    SourceServer of(String table) {
        return table.startsWith("shipping.") ? shipping : store;
    }

    /** As a message names them. */
    @Override
    public String toString() {
        return apart() ? store + " and " + shipping : store.toString();
    }
}
