package io.bactrian.engines.postgresql;

import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.RowLocks;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * How PostgreSQL locks rows. A statement sees what was committed when it began, not what its locks have waited for.
 */
final class PostgresLocks implements RowLocks {

    private final SqlWords words;

    PostgresLocks(SqlWords words) {
        this.words = words;
    }

    /** In the order of the key: the rows are locked one after the other as the sorting gives them. */
    @Override
    public String lockEach(String columns, String table, List<String> key, int count) {
        return alone("select " + columns + " from " + table + " where "
                + Placeholders.in(key.stream().map(words::quote).toList(), count) + " order by " + words.quoted(key));
    }

    /** The statement that waits must not be the one that reads. */
    @Override
    public void hold(Connection connection, String select) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(shared(select)).close();
        }
    }
}
