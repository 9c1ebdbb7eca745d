package io.bactrian.local;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** All that the bookstore says to the servers of one engine otherwise than to those of another. */
public interface StoreDialect {

    /** The driver's options. */
    void choose(Properties options);

    /**
     * Of a writer's connection: statements prepared once on the server, no question asked twice, many in one message.
     */
    void chooseForWriting(Properties options);

    /**
     * What makes a session ready: the bookstore's literals mean the same everywhere, and no lock is waited for for
     * ever.
     */
    String session();

    /** Where the SQL files of its tables are. */
    Path folder(Path usual);

    /** The end of an INSERT that leaves rows alone whose key exists already. */
    String unlessThere(String table, String key);

    /**
     * An update of many rows, each with values of its own.
     *
     * @param columns of the rows, other names than the table's; the first is the key's
     * @param set as every engine knows it: columns of the table without its name
     */
    String updateOfEach(String table, String key, List<String> columns, List<String> rows, String set);

    /** The type of a moment, for CAST. */
    String moment();

    /**
     * Rows come with the keys 1 to {@code given}: the server's own keys begin behind them, even if not all of those
     * come.
     */
    void numberOn(Connection connection, String table, String key, long given) throws SQLException;
}
