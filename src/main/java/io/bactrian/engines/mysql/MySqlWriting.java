package io.bactrian.engines.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.BulkWriting;
import io.bactrian.engines.sql.LoadText;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.TargetTable;
import io.bactrian.engines.sql.WarehouseColumn;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many rows at once: by LOAD DATA where the server allows it and they are many, else by INSERT. */
final class MySqlWriting implements BulkWriting {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlDialect.class);

    /** Below this many rows one INSERT is cheaper than the extra round trip of LOAD DATA. */
    private static final int ROWS_WORTH_A_LOAD = 64;
    private static final int ROWS_A_STATEMENT = 500;
    /** The protocol's limit for placeholders of one statement. */
    private static final int PARAMETERS_A_STATEMENT = 65_000;

    private static final Set<Integer> LOAD_NOT_ALLOWED = Set.of(1148, 3948, 2068);

    private final SqlWords words;
    private final SqlValues values;
    private volatile boolean loadAllowed = true;

    MySqlWriting(SqlWords words, SqlValues values) {
        this.words = words;
        this.values = values;
    }

    @Override
    public void write(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        // REPLACE deletes the old row: it would reset columns that we do not write, which an upsert does not.
        boolean wholeRows = columns.size() == table.columns().size();
        if (loadAllowed && lines.size() >= ROWS_WORTH_A_LOAD && (wholeRows || !replace)) {
            try {
                load(connection, table, columns, lines, replace);
                return;
            } catch (SQLException e) {
                if (!LOAD_NOT_ALLOWED.contains(e.getErrorCode())) {
                    throw e;
                }
                loadAllowed = false;
                LOG.info("warehouse: LOAD DATA LOCAL is not allowed here ({}); writing with multi-row INSERT, about half as fast. "
                        + "To allow it: SET PERSIST local_infile = ON", e.getMessage());
            }
        }
        int atOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, PARAMETERS_A_STATEMENT / columns.size()));
        for (int from = 0; from < lines.size(); from += atOnce) {
            insert(connection, table, columns, lines.subList(from, Math.min(lines.size(), from + atOnce)),
                    replace ? replacing(table, columns) : "");
        }
    }

    private String replacing(TargetTable table, List<WarehouseColumn> columns) {
        return words.onDuplicate(table.key(), columns.stream().map(c -> words.quote(c.name()) + "=new." + words.quote(c.name()))
                .collect(Collectors.joining(",")));
    }

    @Override
    public void add(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException {
        String there = words.quote(table.name()) + ".";
        List<String> sets = new ArrayList<>();
        sums.forEach(sum -> sets.add(words.quote(sum) + "=" + there + words.quote(sum) + "+new." + words.quote(sum)));
        sets.add(OwnColumns.OFFSET + "=greatest(" + there + OwnColumns.OFFSET + ",new." + OwnColumns.OFFSET + ")");
        int atOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, PARAMETERS_A_STATEMENT / columns.size()));
        for (int from = 0; from < lines.size(); from += atOnce) {
            insert(connection, table, columns, lines.subList(from, Math.min(lines.size(), from + atOnce)),
                    words.onDuplicate(table.key(), String.join(",", sets)));
        }
    }

    private void load(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        String fields = columns.stream().map(c -> viaVariable(c) ? variable(columns, c) : words.quote(c.name()))
                .collect(Collectors.joining(","));
        String sets = columns.stream().filter(MySqlWriting::viaVariable)
                .map(c -> words.quote(c.name()) + "=" + fromVariable(c, variable(columns, c))).collect(Collectors.joining(","));
        String sql = "load data local infile 'rows' " + (replace ? "replace " : "") + "into table " + words.quote(table.name())
                + " character set utf8mb4 fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (" + fields + ")"
                + (sets.isEmpty() ? "" : " set " + sets);
        LoadText text = new LoadText("");
        for (Object[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                text.field(values.parameter(line[i], columns.get(i).type()), i == line.length - 1);
            }
        }
        try (Statement statement = connection.createStatement()) {
            JdbcStatement mysql = statement.unwrap(JdbcStatement.class);
            mysql.setLocalInfileInputStream(new ByteArrayInputStream(text.bytes(), 0, text.length()));
            try {
                statement.execute(sql);
                failOnWarning(statement);
            } finally {
                mysql.setLocalInfileInputStream(null);
            }
        }
    }

    private static boolean viaVariable(WarehouseColumn column) {
        return switch (column.type().kind()) {
            case BYTES, BLOB, GEOMETRY, BITS -> true;
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, STRING, TEXT,
                    DATE, TIME, DATETIME, INSTANT, YEAR, JSON ->
                false;
        };
    }

    private static String variable(List<WarehouseColumn> columns, WarehouseColumn column) {
        return "@b" + columns.indexOf(column);
    }

    private static String fromVariable(WarehouseColumn column, String variable) {
        return column.type().kind() == ColumnType.Kind.BITS ? "cast(" + variable + " as unsigned)" : "unhex(" + variable + ")";
    }

    private void insert(Connection connection, TargetTable table, List<WarehouseColumn> columns, List<Object[]> lines, String onDuplicate)
            throws SQLException {
        String names = words.quoted(columns.stream().map(WarehouseColumn::name).toList());
        String sql = "insert into " + words.quote(table.name()) + " (" + names + ") values "
                + Placeholders.rows(columns.size(), lines.size()) + onDuplicate;
        // As many texts as numbers of rows: preparing each on the server would be one more round trip, and seldom serve
        // again.
        try (PreparedStatement statement = connection.unwrap(JdbcConnection.class).clientPrepareStatement(sql)) {
            int place = 1;
            for (Object[] line : lines) {
                for (int i = 0; i < line.length; i++) {
                    if (line[i] instanceof String text && !isWellFormed(text)) {
                        throw new SQLException("column " + columns.get(i).name() + " has half of a character, which is no UTF-8", "22000",
                                MySqlErrors.NO_UTF8);
                    }
                    statement.setObject(place++, values.parameter(line[i], columns.get(i).type()));
                }
            }
            statement.execute();
            failOnWarning(statement);
        }
    }

    /** Where MySQL would refuse it, Connector/J writes a question mark for it. */
    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /**
     * LOAD DATA LOCAL turns every refused value into a warning and cuts it to fit, and a strict INSERT rounds decimals
     * with no more than a note: both are refusals here, since a value that was changed on the way is not the source's
     * value.
     */
    private static void failOnWarning(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            String state = warning.getSQLState();
            if (MySqlErrors.VALUE_FAULTS.contains(warning.getErrorCode())
                    || state != null && (state.startsWith("22") || state.startsWith("23"))) {
                throw new SQLException(warning.getMessage(), "22000", warning.getErrorCode());
            }
            if (warning.getErrorCode() == 1062 || warning.getErrorCode() == 1261 || warning.getErrorCode() == 1262) {
                throw new SQLException(warning.getMessage(), "23000", warning.getErrorCode());
            }
        }
    }
}
