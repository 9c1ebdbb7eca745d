package io.bactrian.engines.postgresql;

import io.bactrian.engines.sql.BulkWriting;
import io.bactrian.engines.sql.LoadText;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.TargetTable;
import io.bactrian.engines.sql.WarehouseColumn;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyIn;

/**
 * Many rows at once: by COPY, into a table that lives as long as the transaction where rows may be there already; few
 * by INSERT.
 */
final class PostgresWriting implements BulkWriting {

    /** Below this many rows one INSERT is cheaper than to make a table for COPY. */
    private static final int ROWS_WORTH_A_COPY = 200;
    private static final int ROWS_A_STATEMENT = 500;
    /** The protocol counts the parameters of a statement in two bytes. */
    private static final int PARAMETERS_A_STATEMENT = 65_000;
    private static final int BYTES_A_MESSAGE = 1 << 16;
    /** In the session's own temporary schema: no other session sees it, and no table of anybody is in its way. */
    private static final String STAGE = "pg_temp.bactrian_stage";

    private static final int LOADS_BEFORE_ANOTHER_TRY = 30;

    private final SqlWords words;
    private final SqlValues values;
    private final SqlErrors errors;
    /** By table, how many loads are still taken to have rows that are there. */
    private final Map<String, Integer> loadsOfKnownRows = new ConcurrentHashMap<>();

    PostgresWriting(SqlWords words, SqlValues values, SqlErrors errors) {
        this.words = words;
        this.values = values;
        this.errors = errors;
    }

    @Override
    public void write(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        String onConflict = replace ? onConflict(table, columns) : "";
        String names = names(columns);
        if (lines.size() < ROWS_WORTH_A_COPY) {
            insert(connection, table, columns, lines, onConflict);
        } else if (!replace) {
            copy(connection, words.quote(table.name()), columns, lines);
        } else if (!copiedAsNew(connection, table, columns, lines)) {
            try (Statement statement = connection.createStatement()) {
                // Anew each time: a table's owner may have changed a type since the last.
                statement.execute("drop table if exists " + STAGE + "; create temporary table bactrian_stage on commit drop as select "
                        + names + " from "
                        + words.quote(table.name()) + " with no data");
                copy(connection, STAGE, columns, lines);
                statement.executeUpdate(
                        "insert into " + words.quote(table.name()) + " (" + names + ") select " + names + " from " + STAGE + onConflict);
            }
        }
    }

    /**
     * A snapshot brings rows that are not there yet, load after load: they can go straight into the table. One that is
     * there says so.
     */
    private boolean copiedAsNew(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines)
            throws SQLException {
        int left = loadsOfKnownRows.getOrDefault(table.name(), 0);
        if (left > 0) {
            loadsOfKnownRows.put(table.name(), left - 1);
            return false;
        }
        Savepoint before = connection.setSavepoint();
        try {
            copy(connection, words.quote(table.name()), columns, lines);
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!errors.isDuplicateKey(e)) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            loadsOfKnownRows.put(table.name(), LOADS_BEFORE_ANOTHER_TRY);
            return false;
        }
    }

    @Override
    public void add(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException {
        String there = words.quote(table.name()) + ".";
        List<String> sets = new ArrayList<>();
        sums.forEach(sum -> sets.add(words.quote(sum) + "=" + there + words.quote(sum) + "+excluded." + words.quote(sum)));
        sets.add(OwnColumns.OFFSET + "=greatest(" + there + OwnColumns.OFFSET + ",excluded." + OwnColumns.OFFSET + ")");
        // A sum of 2.0 is a whole number, and a column of whole numbers does not read it.
        lines.forEach(line -> Arrays.setAll(line,
                i -> line[i] instanceof BigDecimal sum ? new BigDecimal(sum.stripTrailingZeros().toPlainString()) : line[i]));
        insert(connection, table, columns, lines, words.onDuplicate(OwnColumns.and(table.key(), OwnColumns.LOG), String.join(",", sets)));
    }

    private String names(List<WarehouseColumn> columns) {
        return words.quoted(columns.stream().map(WarehouseColumn::name).toList());
    }

    private String onConflict(TargetTable table, List<WarehouseColumn> columns) {
        return words.onDuplicate(table.key(), columns.stream().map(WarehouseColumn::name).filter(name -> !table.key().contains(name))
                .map(name -> words.quote(name) + "=excluded." + words.quote(name)).collect(Collectors.joining(",")));
    }

    private void insert(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, String onConflict)
            throws SQLException {
        int atOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, PARAMETERS_A_STATEMENT / columns.size()));
        for (int from = 0; from < lines.size(); from += atOnce) {
            List<Object[]> some = lines.subList(from, Math.min(lines.size(), from + atOnce));
            String sql = "insert into " + words.quote(table.name()) + " (" + names(columns) + ") values "
                    + Placeholders.rows(columns.size(), some.size()) + onConflict;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                // As many texts as numbers of rows: a plan kept on the server would seldom serve again.
                statement.unwrap(PGStatement.class).setPrepareThreshold(0);
                int place = 1;
                for (Object[] line : some) {
                    for (int i = 0; i < line.length; i++) {
                        PostgresValues.bind(statement, place++, checked(line[i], columns.get(i)));
                    }
                }
                statement.executeUpdate();
            }
        }
    }

    private Object checked(Object value, WarehouseColumn column) throws SQLException {
        if (value instanceof String text) {
            PostgresValues.checkText(text, column.name());
        }
        return values.parameter(value, column.type());
    }

    private void copy(Connection connection, String quotedTable, List<WarehouseColumn> columns, List<Object[]> lines) throws SQLException {
        LoadText text = new LoadText("\\\\x");
        for (Object[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                text.field(checked(line[i], columns.get(i)), i == line.length - 1);
            }
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI()
                .copyIn("copy " + quotedTable + " (" + names(columns) + ") from stdin");
        try {
            for (int from = 0; from < text.length(); from += BYTES_A_MESSAGE) {
                copy.writeToCopy(text.bytes(), from, Math.min(BYTES_A_MESSAGE, text.length() - from));
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
