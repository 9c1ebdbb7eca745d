package io.bactrian.engines.sql;

import com.zaxxer.hikari.HikariConfig;

/**
 * What differs between SQL databases, and nothing else: nobody but a dialect asks which database it is. It hands out
 * its parts, the same ones each time. A warehouse has a dialect of its own, since the parts may learn what its server
 * allows; many threads share it.
 */
public interface Dialect {

    /** What a connection of the warehouse needs besides URL, user and password. */
    void configure(HikariConfig config);

    SqlWords words();

    SqlValues values();

    BulkWriting writing();

    Catalogue catalogue();

    SqlErrors errors();

    RowLocks locks();
}
