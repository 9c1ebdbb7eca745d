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

    /** Where the sums of a table lie apart for each log, so that what one log gave can be taken out again. */
    private static final String PARTS = "_parts";

    private final String name;
    private final DataSource connections;
    private final SqlWords words;
    private final Catalogue catalogue;
    private final SqlErrors errors;
    private final ModelCatalog models;
    private final Map<String, TargetTable> tables = new ConcurrentHashMap<>();
    private final Set<Ready> ready = ConcurrentHashMap.newKeySet();

    /** @param models what they know of tables is forgotten when a table changes */
    TargetTables(String name, DataSource connections, Dialect dialect, ModelCatalog models) {
        this.name = name;
        this.connections = connections;
        this.words = dialect.words();
        this.catalogue = dialect.catalogue();
        this.errors = dialect.errors();
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
            List<String> there = catalogue.columns(connection, stored);
            if (there.isEmpty()) {
                for (String sql : createTable(target, columns)) {
                    statement.execute(sql);
                }
                LOG.info("warehouse {}: made table {}", name, stored);
                there = catalogue.columns(connection, stored);
            }
            String wants = target.mode() == Mode.HISTORY ? Target.VERSION : OwnColumns.LOG;
            if (!there.contains(OwnColumns.LOG) || !there.contains(wants)) {
                throw new IllegalStateException("warehouse " + name + ": table " + stored + " is there but has no column "
                        + (there.contains(OwnColumns.LOG)
                                ? wants + ", so it is no history"
                                : OwnColumns.LOG + ", so Bactrian did not make it")
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
        return target.mode() == Mode.ADD ? target.table() + PARTS : target.table();
    }

    /** The type of each column of the row, and of those of ours that depend on how the target is kept. */
    private Map<String, String> columns(Target target, TableSchema schema) {
        List<WarehouseColumn> wanted = new ArrayList<>();
        for (Column column : schema.columns()) {
            boolean sum = target.mode() == Mode.ADD && !target.key().contains(column.name());
            wanted.add(new WarehouseColumn(column.name(), sum ? Sum.typeOf(column) : column.type()));
        }
        int ours = switch (target.mode()) {
            case MIRROR, APPEND -> 0;
            case HISTORY, ADD -> 1;
        };
        Map<String, String> columns = new LinkedHashMap<>(words.typesFor(wanted, target.key(), ours));
        switch (target.mode()) {
            case MIRROR -> {
                if (target.keepDeleted()) {
                    columns.put(Target.DELETED_AT, moment());
                }
                if (target.bag()) {
                    columns.put(OwnColumns.HASH, words.typeFor(OwnColumns.HASH_TYPE, true));
                }
            }
            case HISTORY -> HistoryWriter.COLUMNS.forEach(column -> columns.put(column.name(),
                    words.typeFor(column.type(), false) + (column.name().equals(Target.DELETED_AT) ? "" : " not null")));
            case APPEND -> {
                columns.put(OwnColumns.OPERATION, words.typeFor(OwnColumns.OPERATION_TYPE, false));
                columns.put(OwnColumns.COMMITTED_AT, moment());
            }
            case ADD -> columns.replaceAll((column, type) -> target.key().contains(column) ? type : type + " not null default 0");
        }
        return columns;
    }

    private String moment() {
        return words.typeFor(OwnColumns.MOMENT, false);
    }

    private List<String> createTable(Target target, Map<String, String> columns) {
        List<String> definitions = new ArrayList<>();
        List<TargetIndex> indexes = new ArrayList<>();
        List<String> primaryKey = List.of();
        switch (target.mode()) {
            case MIRROR -> {
                if (target.bag()) {
                    definitions.add(words.rowNumber(OwnColumns.ROW));
                    indexes.add(new TargetIndex("equal_rows", false, List.of(OwnColumns.HASH)));
                } else {
                    primaryKey = target.key();
                }
            }
            case HISTORY -> {
                definitions.add(words.rowNumber(target.tracking().surrogate()));
                indexes.add(new TargetIndex("one_of_each_version", true, OwnColumns.and(target.key(), Target.VERSION)));
            }
            case APPEND -> {
                definitions.add(words.rowNumber(OwnColumns.ROW));
                indexes.add(new TargetIndex("place_in_the_log", false, List.of(OwnColumns.LOG, OwnColumns.OFFSET)));
            }
            case ADD -> {
                primaryKey = OwnColumns.and(target.key(), OwnColumns.LOG);
                indexes.add(new TargetIndex("parts_of_a_log", false, List.of(OwnColumns.LOG)));
            }
        }
        columns.forEach(
                (column, type) -> definitions.add(words.quote(column) + " " + type + (target.key().contains(column) ? " not null" : "")));
        definitions.add(OwnColumns.LOG + " " + words.typeFor(ColumnType.of(ColumnType.Kind.UINT32), false) + " not null");
        definitions.add(OwnColumns.OFFSET + " " + words.typeFor(OwnColumns.NUMBER, false) + " not null");
        if (!primaryKey.isEmpty()) {
            definitions.add("primary key (" + words.quoted(primaryKey) + ")");
        }
        return words.createTable(stored(target), definitions, indexes);
    }

    /** Another instance may add a column between our looking and our making: then the view is made once more. */
    private void makeView(Connection connection, Statement statement, Target target) throws SQLException {
        while (true) {
            List<String> shown = new ArrayList<>(catalogue.columns(connection, stored(target)));
            shown.removeAll(List.of(OwnColumns.LOG, OwnColumns.OFFSET));
            if (new HashSet<>(catalogue.columns(connection, target.table())).equals(new HashSet<>(shown))) {
                return;
            }
            statement.execute(words.createView(target.table(), "select " + shown.stream()
                    .map(c -> target.key().contains(c) ? words.quote(c) : "sum(" + words.quote(c) + ") as " + words.quote(c))
                    .collect(Collectors.joining(",")) + " from " + words.quote(stored(target)) + " group by "
                    + words.quoted(target.key())));
            LOG.info("warehouse {}: made view {} over {}", name, target.table(), stored(target));
        }
    }

    private void addColumn(Statement statement, String table, String column, String type, TableSchema schema) throws SQLException {
        try {
            statement.execute("alter table " + words.quote(table) + " add column " + words.quote(column) + " " + type);
            LOG.info("warehouse {}: added column {} to {}", name, column, table);
        } catch (SQLException e) {
            int place = schema.place(column);
            if (errors.isRowTooLong(e) && place >= 0 && !words.typeOutsideRow(schema.column(place).type()).equals(type)) {
                addColumn(statement, table, column, words.typeOutsideRow(schema.column(place).type()), schema);
            } else if (!errors.isDuplicateColumn(e)) {
                throw e;
            }
            // A duplicate: another instance was faster, and the column is there, which is what was wanted.
        }
    }

    private TargetTable table(Connection connection, Target target) throws SQLException {
        List<String> writable = catalogue.columns(connection, stored(target)).stream().filter(c -> !c.equals(OwnColumns.ROW)).toList();
        return new TargetTable(stored(target), target.key(), writable);
    }

    /** The table as last seen; null when it is not there. */
    TargetTable known(Target target) throws SQLException {
        TargetTable table = tables.get(stored(target));
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
    TargetTable known(Connection connection, Target target) throws SQLException {
        TargetTable table = tables.get(stored(target));
        if (table == null) {
            TargetTable found = table(connection, target);
            if (found.columns().isEmpty()) {
                return null;
            }
            tables.put(stored(target), found);
            return found;
        }
        return as(target, table);
    }

    private static TargetTable as(Target target, TargetTable table) {
        return table.key().equals(target.key()) ? table : new TargetTable(table.name(), target.key(), table.columns());
    }
}
