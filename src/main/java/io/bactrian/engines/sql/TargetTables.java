package io.bactrian.engines.sql;

import io.bactrian.application.Warehouse.TableFault;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.models.ModelCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that rows are written to: created when their first row comes, given a column when a row has one that they
 * have not, and given a wider type when a row's column needs it. {@link TableFit} decides what is to be done.
 */
final class TargetTables {

    private static final Logger LOG = LoggerFactory.getLogger(TargetTables.class);

    private static final TableSchema NO_COLUMNS = new TableSchema(List.of(), List.of());
    /** A new type may mean that the database copies the table. */
    private static final int MILLIS_TO_COPY_A_TABLE = (int) TimeUnit.MINUTES.toMillis(30);
    private static final int SECONDS_TO_ANSWER = 5;

    private final String name;
    private final DataSource connections;
    private final SqlWords words;
    private final Catalogue catalogue;
    private final SqlErrors errors;
    private final ModelCatalog models;
    private final TableFit fit;
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
        this.fit = new TableFit(name, words);
    }

    /** A table is known to hold the rows of a schema. */
    private record Ready(Target target, TableSchema schema, boolean declared) {
    }

    void forget() {
        tables.clear();
        ready.clear();
    }

    /**
     * Creates the tables that rows need, and changes those that do not fit.
     *
     * @return the tables that can not be changed such that they fit
     */
    List<TableFault> prepare(Collection<Row> rows) throws SQLException {
        Map<Ready, TableFaultException> faults = new LinkedHashMap<>();
        Map<Ready, String> sources = new HashMap<>();
        Ready last = null;
        for (Row row : rows) {
            TableSchema schema = schemaOf(row);
            if (last != null && row.target() == last.target() && schema == last.schema()) {
                continue;
            }
            last = new Ready(row.target(), schema, schema != null && schema.declared());
            if (schema == null) {
                // A row that clears; a table that is not there has nothing to clear.
                known(row.target());
            } else if (!ready.contains(last) && !faults.containsKey(last)) {
                try {
                    make(new TargetDefinition(row.target(), schema, words));
                    ready.add(last);
                } catch (TableFaultException e) {
                    faults.put(last, e);
                    sources.put(last, row.change().table());
                }
            }
        }
        return faults.isEmpty() ? List.of() : faults(rows, faults, sources);
    }

    private static TableSchema schemaOf(Row row) {
        return row.image() != null ? row.image().schema() : row.target().mode() == Mode.APPEND ? NO_COLUMNS : null;
    }

    private List<TableFault> faults(Collection<Row> rows, Map<Ready, TableFaultException> faults, Map<Ready, String> sources) {
        Map<Ready, Map<Partition, Long>> since = new HashMap<>();
        for (Row row : rows) {
            TableSchema schema = schemaOf(row);
            Ready needed = new Ready(row.target(), schema, schema != null && schema.declared());
            if (faults.containsKey(needed)) {
                since.computeIfAbsent(needed, n -> new TreeMap<>()).merge(Partition.of(row.version()), row.version().offset(), Math::min);
            }
        }
        List<TableFault> found = new ArrayList<>();
        faults.forEach((needed, fault) -> {
            String table = needed.target().table();
            // What is known of it may be out of date: somebody is about to change it.
            tables.remove(TargetDefinition.stored(needed.target()));
            ready.removeIf(one -> one.target().table().equals(table));
            found.add(new TableFault(table, fault.reason(sources.get(needed)), since.get(needed)));
        });
        return found;
    }

    private synchronized void make(TargetDefinition wanted) throws SQLException, TableFaultException {
        wanted.checkKey();
        try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
            make(wanted, connection, statement);
        } catch (SQLException e) {
            throw ofTheTable(wanted, e);
        } catch (IllegalStateException e) {
            // A name that the database would cut.
            throw new TableFaultException("warehouse " + name + ": " + e.getMessage(), "", e);
        }
    }

    /**
     * As long as the server answers, what it says is about this table, and others need not wait. What a database means
     * by its errors is not asked here: a missing right, a view in the way, a lock that somebody keeps, all of them are
     * tried again.
     */
    private SQLException ofTheTable(TargetDefinition wanted, SQLException e) throws TableFaultException {
        // Another connection: a pool closes one that has met certain errors.
        try (Connection connection = connections.getConnection()) {
            if (!connection.isValid(SECONDS_TO_ANSWER)) {
                return e;
            }
        } catch (SQLException away) {
            e.addSuppressed(away);
            return e;
        }
        throw new TableFaultException("warehouse " + name + ": table " + wanted.stored() + " cannot be made such that it takes the rows: "
                + errors.reason(e), "Remove what the database names; or " + TableFit.dropAnd(wanted), e);
    }

    private void make(TargetDefinition wanted, Connection connection, Statement statement) throws SQLException, TableFaultException {
        String stored = wanted.stored();
        StoredTable there = catalogue.table(connection, stored);
        if (there.columns().isEmpty()) {
            for (String sql : wanted.create()) {
                statement.execute(sql);
            }
            LOG.info("warehouse {}: made table {}", name, stored);
            // Another instance may have been faster, with another schema.
            there = catalogue.table(connection, stored);
        }
        TableFit.Changes changes = fit.changes(wanted, there);
        for (WantedColumn column : changes.missing()) {
            addColumn(statement, wanted, column);
        }
        if (!changes.wider().isEmpty()) {
            widen(wanted, connection, statement);
        }
        if (wanted.target().mode() == Mode.ADD) {
            makeView(connection, statement, wanted);
        }
        tables.put(stored, table(connection, wanted.target()));
        models.forget();
    }

    /** Looks again: another instance may have changed the table since, and must not be undone. */
    private void widen(TargetDefinition wanted, Connection connection, Statement statement) throws SQLException, TableFaultException {
        int before = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, MILLIS_TO_COPY_A_TABLE);
        TableFaultException[] fault = {null};
        try {
            catalogue.alone(connection, () -> {
                try {
                    StoredTable there = catalogue.table(connection, wanted.stored());
                    Map<WantedColumn, String> wider = fit.changes(wanted, there).wider();
                    if (!wider.isEmpty()) {
                        widen(wanted, there, wider, connection, statement);
                    }
                } catch (TableFaultException e) {
                    fault[0] = e;
                }
            });
        } finally {
            if (!connection.isClosed()) {
                connection.setNetworkTimeout(Runnable::run, before);
            }
        }
        if (fault[0] != null) {
            throw fault[0];
        }
        // A model's table was made for the narrower values. Not before: whoever refreshes it holds it, and may wait for
        // the table.
        models.outdate(connection, wanted.target().table());
    }

    private void widen(TargetDefinition wanted, StoredTable there, Map<WantedColumn, String> wider, Connection connection,
            Statement statement) throws SQLException {
        List<String> grants = List.of();
        boolean rebuildsView = viewBindsTypes(connection, wanted, words, catalogue);
        if (rebuildsView) {
            grants = catalogue.grants(connection, wanted.target().table());
            statement.execute(wanted.dropView());
        }
        change(wanted, wider, statement);
        wider.forEach((column, type) -> LOG.info("warehouse {}: column {} of {} is {} now, and was {}", name, column.name(),
                wanted.stored(), type, there.column(column.name()).words()));
        if (rebuildsView) {
            makeView(connection, statement, wanted);
            for (String grant : grants) {
                statement.execute(grant);
            }
        }
    }

    /** Whether the view over the parts of sums must go, and come again, when a column gets another type. */
    static boolean viewBindsTypes(Connection connection, TargetDefinition wanted, SqlWords words, Catalogue catalogue)
            throws SQLException {
        return wanted.target().mode() == Mode.ADD && words.viewsBindTypes() && catalogue.isView(connection, wanted.target().table());
    }

    private void change(TargetDefinition wanted, Map<WantedColumn, String> wider, Statement statement) throws SQLException {
        try {
            statement.execute(wanted.change(wider));
        } catch (SQLException e) {
            if (!errors.isRowTooLong(e)) {
                throw e;
            }
            // The longest texts of the new ones go out of the row.
            Map<WantedColumn, String> outside = new LinkedHashMap<>(wider);
            outside.replaceAll((column, type) -> column.inKey() ? type : words.typeOutsideRow(words.meaning(type)));
            statement.execute(wanted.change(outside));
        }
    }

    /** Another instance may add a column between our looking and our making: then the view is made once more. */
    private void makeView(Connection connection, Statement statement, TargetDefinition wanted) throws SQLException {
        while (true) {
            List<String> shown = TargetDefinition.shown(catalogue.columns(connection, wanted.stored()));
            if (new HashSet<>(catalogue.columns(connection, wanted.target().table())).equals(new HashSet<>(shown))) {
                return;
            }
            statement.execute(wanted.createView(shown));
            LOG.info("warehouse {}: made view {} over {}", name, wanted.target().table(), wanted.stored());
        }
    }

    private void addColumn(Statement statement, TargetDefinition wanted, WantedColumn column) throws SQLException {
        try {
            addColumn(statement, wanted, column, wanted.addColumn(column));
        } catch (SQLException e) {
            String outside = words.typeOutsideRow(column.type());
            if (!errors.isRowTooLong(e) || outside.equals(column.words())) {
                throw e;
            }
            addColumn(statement, wanted, column, wanted.addColumn(column, outside));
        }
    }

    private void addColumn(Statement statement, TargetDefinition wanted, WantedColumn column, String sql) throws SQLException {
        try {
            statement.execute(sql);
            LOG.info("warehouse {}: added column {} to {}", name, column.name(), wanted.stored());
        } catch (SQLException e) {
            // A duplicate: another instance was faster, and the column is there, which is what was wanted.
            if (!errors.isDuplicateColumn(e)) {
                throw e;
            }
        }
    }

    private TargetTable table(Connection connection, Target target) throws SQLException {
        String stored = TargetDefinition.stored(target);
        List<String> writable = catalogue.columns(connection, stored).stream().filter(c -> !c.equals(OwnColumns.ROW)).toList();
        return new TargetTable(stored, target.key(), writable);
    }

    /** The table as last seen; null when it is not there. */
    TargetTable known(Target target) throws SQLException {
        TargetTable table = tables.get(TargetDefinition.stored(target));
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
        String stored = TargetDefinition.stored(target);
        TargetTable table = tables.get(stored);
        if (table == null) {
            TargetTable found = table(connection, target);
            if (found.columns().isEmpty()) {
                return null;
            }
            tables.put(stored, found);
            return found;
        }
        return as(target, table);
    }

    /**
     * The columns of a schema that the table has not; asked of the database only if it has not had one of them so far.
     */
    Set<String> lacking(Connection connection, Target target, TableSchema schema) throws SQLException {
        TargetTable known = known(connection, target);
        if (known == null || known.columns().containsAll(schema.names())) {
            return Set.of();
        }
        StoredTable there = catalogue.table(connection, known.name());
        return schema.names().stream().filter(column -> there.column(column) == null).collect(Collectors.toSet());
    }

    private static TargetTable as(Target target, TargetTable table) {
        return table.key().equals(target.key()) ? table : new TargetTable(table.name(), target.key(), table.columns());
    }
}
