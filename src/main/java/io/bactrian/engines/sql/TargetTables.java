package io.bactrian.engines.sql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Sum;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.models.ModelCatalog;
import io.bactrian.engines.sql.modes.HistoryWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that rows are written to: made when their first row comes, given a column when a row has one that they
 * have not.
 */
final class TargetTables {

    private static final Logger LOG = LoggerFactory.getLogger(TargetTables.class);

    private final String name;
    private final DataSource connections;
    private final Dialect dialect;
    private final ModelCatalog models;
    private final Map<String, Dialect.Table> tables = new ConcurrentHashMap<>();
    private final Set<Ready> ready = ConcurrentHashMap.newKeySet();

    /** @param models what they know of tables is forgotten when a table changes */
    TargetTables(String name, DataSource connections, Dialect dialect, ModelCatalog models) {
        this.name = name;
        this.connections = connections;
        this.dialect = dialect;
        this.models = models;
    }

    /** A table is known to hold the columns of a schema. */
    private record Ready(Target target, TableSchema schema) {
    }

    void forget() {
        tables.clear();
        ready.clear();
    }

    /** Makes the table, or adds the columns that the schema has and the table has not. */
    void makeReady(Target target, TableSchema schema) throws SQLException {
        Ready wanted = new Ready(target, schema);
        if (!ready.contains(wanted)) {
            make(target, schema);
            ready.add(wanted);
        }
    }

    private synchronized void make(Target target, TableSchema schema) throws SQLException {
        String stored = stored(target);
        Map<String, String> columns = columns(target, schema);
        for (String key : target.key()) {
            if (!columns.containsKey(key)) {
                throw new IllegalStateException("warehouse table " + target.table() + ": key column '" + key
                        + "' is not among the row's columns " + columns.keySet());
            }
        }
        try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
            List<String> there = dialect.columns(connection, stored);
            if (there.isEmpty()) {
                for (String sql : createTable(target, columns)) {
                    statement.execute(sql);
                }
                LOG.info("warehouse {}: made table {}", name, stored);
                there = dialect.columns(connection, stored);
            }
            String wants = target.mode() == Mode.HISTORY ? Target.VERSION : SqlWarehouse.LOG_COLUMN;
            if (!there.contains(SqlWarehouse.LOG_COLUMN) || !there.contains(wants)) {
                throw new IllegalStateException("warehouse " + name + ": table " + stored + " is there but has no column "
                        + (there.contains(SqlWarehouse.LOG_COLUMN)
                                ? wants + ", so it is no history"
                                : SqlWarehouse.LOG_COLUMN + ", so Bactrian did not make it")
                        + " and does not write to it. Rename or drop it, or name another target");
            }
            Set<String> lower = there.stream().map(c -> c.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
            for (Map.Entry<String, String> column : columns.entrySet()) {
                if (!lower.contains(column.getKey().toLowerCase(Locale.ROOT))) {
                    addColumn(statement, stored, column.getKey(), column.getValue(), schema);
                }
            }
            if (target.mode() == Mode.ADD) {
                makeView(connection, statement, target);
            }
            tables.put(stored, table(connection, target));
            models.forget();
        }
    }

    /** The table that rows are written to. */
    private static String stored(Target target) {
        return target.mode() == Mode.ADD ? target.table() + SqlWarehouse.PARTS : target.table();
    }

    /** The type of each column of the row, and of those of ours that depend on how the target is kept. */
    private Map<String, String> columns(Target target, TableSchema schema) {
        List<Dialect.WarehouseColumn> wanted = new ArrayList<>();
        for (Column column : schema.columns()) {
            boolean sum = target.mode() == Mode.ADD && !target.key().contains(column.name());
            wanted.add(new Dialect.WarehouseColumn(column.name(), sum ? Sum.typeOf(column) : column.type()));
        }
        int ours = switch (target.mode()) {
            case MIRROR, APPEND -> 0;
            case HISTORY, ADD -> 1;
        };
        Map<String, String> columns = new LinkedHashMap<>(dialect.typesFor(wanted, target.key(), ours));
        switch (target.mode()) {
            case MIRROR -> {
                if (target.keepDeleted()) {
                    columns.put(Target.DELETED_AT, moment());
                }
                if (target.bag()) {
                    columns.put(SqlWarehouse.HASH, dialect.typeFor(ColumnType.of(ColumnType.Kind.BYTES, 16), true));
                }
            }
            case HISTORY -> HistoryWriter.COLUMNS.forEach(column -> columns.put(column.name(),
                    dialect.typeFor(column.type(), false) + (column.name().equals(Target.DELETED_AT) ? "" : " not null")));
            case APPEND -> {
                columns.put(SqlWarehouse.OPERATION, dialect.typeFor(ColumnType.of(ColumnType.Kind.STRING, 8), false));
                columns.put(SqlWarehouse.COMMITTED_AT, moment());
            }
            case ADD -> columns.replaceAll((column, type) -> target.key().contains(column) ? type : type + " not null default 0");
        }
        return columns;
    }

    private String moment() {
        return dialect.typeFor(ColumnType.of(ColumnType.Kind.INSTANT, 6), false);
    }

    private List<String> createTable(Target target, Map<String, String> columns) {
        List<String> definitions = new ArrayList<>();
        List<Dialect.Index> indexes = new ArrayList<>();
        List<String> primaryKey = List.of();
        switch (target.mode()) {
            case MIRROR -> {
                if (target.bag()) {
                    definitions.add(dialect.rowNumber(SqlWarehouse.ROW));
                    indexes.add(new Dialect.Index("equal_rows", false, List.of(SqlWarehouse.HASH)));
                } else {
                    primaryKey = target.key();
                }
            }
            case HISTORY -> {
                definitions.add(dialect.rowNumber(target.tracking().surrogate()));
                indexes.add(new Dialect.Index("one_of_each_version", true, and(target.key(), Target.VERSION)));
            }
            case APPEND -> {
                definitions.add(dialect.rowNumber(SqlWarehouse.ROW));
                indexes.add(new Dialect.Index("place_in_the_log", false, List.of(SqlWarehouse.LOG_COLUMN, SqlWarehouse.OFFSET)));
            }
            case ADD -> {
                primaryKey = and(target.key(), SqlWarehouse.LOG_COLUMN);
                indexes.add(new Dialect.Index("parts_of_a_log", false, List.of(SqlWarehouse.LOG_COLUMN)));
            }
        }
        columns.forEach(
                (column, type) -> definitions.add(dialect.quote(column) + " " + type + (target.key().contains(column) ? " not null" : "")));
        definitions.add(SqlWarehouse.LOG_COLUMN + " " + dialect.typeFor(ColumnType.of(ColumnType.Kind.UINT32), false) + " not null");
        definitions.add(SqlWarehouse.OFFSET + " " + dialect.typeFor(SqlWarehouse.NUMBER, false) + " not null");
        if (!primaryKey.isEmpty()) {
            definitions.add("primary key (" + quoted(primaryKey) + ")");
        }
        return dialect.createTable(stored(target), definitions, indexes);
    }

    private static List<String> and(List<String> columns, String one) {
        List<String> all = new ArrayList<>(columns);
        all.add(one);
        return all;
    }

    private String quoted(List<String> columns) {
        return columns.stream().map(dialect::quote).collect(Collectors.joining(","));
    }

    /** Another instance may add a column between our looking and our making: then the view is made once more. */
    private void makeView(Connection connection, Statement statement, Target target) throws SQLException {
        while (true) {
            List<String> shown = new ArrayList<>(dialect.columns(connection, stored(target)));
            shown.removeAll(List.of(SqlWarehouse.LOG_COLUMN, SqlWarehouse.OFFSET));
            if (new HashSet<>(dialect.columns(connection, target.table())).equals(new HashSet<>(shown))) {
                return;
            }
            statement.execute(dialect.createView(target.table(), "select " + shown.stream()
                    .map(c -> target.key().contains(c) ? dialect.quote(c) : "sum(" + dialect.quote(c) + ") as " + dialect.quote(c))
                    .collect(Collectors.joining(",")) + " from " + dialect.quote(stored(target)) + " group by " + quoted(target.key())));
            LOG.info("warehouse {}: made view {} over {}", name, target.table(), stored(target));
        }
    }

    private void addColumn(Statement statement, String table, String column, String type, TableSchema schema) throws SQLException {
        try {
            statement.execute("alter table " + dialect.quote(table) + " add column " + dialect.quote(column) + " "
                    + type);
            LOG.info("warehouse {}: added column {} to {}", name, column, table);
        } catch (SQLException e) {
            int place = schema.place(column);
            if (dialect.isRowTooLong(e) && place >= 0 && !dialect.typeOutsideRow(schema.column(place).type()).equals(type)) {
                addColumn(statement, table, column, dialect.typeOutsideRow(schema.column(place).type()), schema);
            } else if (!dialect.isDuplicateColumn(e)) {
                throw e;
            }
            // A duplicate: another instance was faster, and the column is there, which is what was wanted.
        }
    }

    private Dialect.Table table(Connection connection, Target target) throws SQLException {
        List<String> writable = dialect.columns(connection, stored(target)).stream().filter(c -> !c.equals(SqlWarehouse.ROW)).toList();
        return new Dialect.Table(stored(target), target.key(), writable);
    }

    /** The table as last seen; null when it is not there. */
    Dialect.Table known(Target target) throws SQLException {
        Dialect.Table table = tables.get(stored(target));
        if (table == null) {
            try (Connection connection = connections.getConnection()) {
                return known(connection, target);
            }
        }
        return as(target, table);
    }

    /**
     * Likewise, looked at over that connection: a batch that holds the pool's last one would wait for another in vain.
     */
    Dialect.Table known(Connection connection, Target target) throws SQLException {
        Dialect.Table table = tables.get(stored(target));
        if (table == null) {
            Dialect.Table found = table(connection, target);
            if (found.columns().isEmpty()) {
                return null;
            }
            tables.put(stored(target), found);
            return found;
        }
        return as(target, table);
    }

    private static Dialect.Table as(Target target, Dialect.Table table) {
        return table.key().equals(target.key()) ? table : new Dialect.Table(table.name(), target.key(), table.columns());
    }
}
