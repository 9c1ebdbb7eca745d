package io.bactrian.demo.bookstore;

import io.bactrian.local.LocalEngine;
import io.bactrian.local.LocalEngines;
import io.bactrian.local.StoreDialect;
import io.bactrian.local.StoreEngine;
import java.sql.Connection;
import java.sql.SQLException;

/** What is said to which server. */
final class Dialects {

    private Dialects() {
    }

    static StoreDialect of(String url) {
        return LocalEngines.of(url).flatMap(LocalEngine::store).map(StoreEngine::dialect)
                .orElseThrow(() -> new BookstoreException("The bookstore cannot live on " + url + "; expected the JDBC URL of a server of "
                        + LocalEngines.withStore().stream().map(LocalEngine::name).toList() + "."));
    }

    static StoreDialect of(Connection connection) throws SQLException {
        return of(connection.getMetaData().getURL());
    }
}
