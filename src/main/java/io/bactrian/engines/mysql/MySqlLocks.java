package io.bactrian.engines.mysql;

import io.bactrian.engines.sql.RowLocks;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Collectors;

/** How MySQL locks rows: a query that locks reads each row as it is when it has its lock. */
final class MySqlLocks implements RowLocks {

    private final SqlWords words;

    MySqlLocks(SqlWords words) {
        this.words = words;
    }

    /** One lookup for each: with a list of them the server may choose to read, and lock, all rows. */
    @Override
    public String lockEach(String columns, String table, List<String> key, int count) {
        String one = "(" + alone("select " + columns + " from " + table + " where "
                + key.stream().map(name -> words.quote(name) + "=?").collect(Collectors.joining(" and "))) + ")";
        return (one + " union all ").repeat(count - 1) + one;
    }

    @Override
    public void hold(Connection connection, String select) {
        // Nothing to hold.
    }
}
