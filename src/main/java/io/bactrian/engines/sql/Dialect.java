package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.application.Findings;
import io.bactrian.engines.mysql.MySqlDialect;
import io.bactrian.engines.mysql.MySqlWarehouseCheck;
import io.bactrian.engines.postgresql.PostgresDialect;
import java.util.Set;

/**
 * What differs between SQL databases, and nothing else: nobody but a dialect asks which database it is. It hands out
 * its parts, the same ones each time. A warehouse has a dialect of its own, since the parts may learn what its server
 * allows; many threads share it.
 */
public interface Dialect {

    /** The one that a JDBC URL names: here, and nowhere else, is asked which database it is. */
    static Dialect of(String url) {
        return url.startsWith("jdbc:postgresql:") ? new PostgresDialect() : new MySqlDialect();
    }

    /** Looks whether the server is fit to be a warehouse. */
    void look(MySqlWarehouseCheck.Place place, Set<String> tablesOfRoutes, Findings findings);

    /** What a connection of the warehouse needs besides URL, user and password. */
    void configure(HikariConfig config);

    SqlWords words();

    SqlValues values();

    BulkWriting writing();

    Catalogue catalogue();

    SqlErrors errors();

    RowLocks locks();
}
