package io.bactrian.engines.sql;

import io.bactrian.application.TablePlans;
import io.bactrian.domain.Mode;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.sql.DataSource;

/**
 * Tells what {@link TargetTables} would do, by the same judgement and in the same statements: those that it would try
 * first. If the database finds a row too long, it then tries a type outside of the row.
 */
final class TargetPlans implements TablePlans {

    private final String name;
    private final DataSource connections;
    private final SqlWords words;
    private final Catalogue catalogue;
    private final WarehouseFailures failures;
    private final TableFit fit;

    TargetPlans(String name, DataSource connections, Dialect dialect, WarehouseFailures failures) {
        this.name = name;
        this.connections = connections;
        this.words = dialect.words();
        this.catalogue = dialect.catalogue();
        this.failures = failures;
        this.fit = new TableFit(name, words);
    }

    @Override
    public TablePlan plan(Target target, TableSchema schema, String source) {
        TargetDefinition wanted = new TargetDefinition(target, schema, words);
        try (Connection connection = connections.getConnection()) {
            wanted.checkKey();
            StoredTable there = catalogue.table(connection, wanted.stored());
            return there.columns().isEmpty() ? made(wanted) : changed(connection, wanted, there);
        } catch (TableFaultException e) {
            return new TablePlan(target.table(), false, List.of(), List.of(), e.reason(source));
        } catch (IllegalStateException e) {
            return new TablePlan(target.table(), false, List.of(), List.of(), "warehouse " + name + ": " + e.getMessage());
        } catch (SQLException e) {
            throw failures.of("look at table " + target.table(), e);
        }
    }

    private static TablePlan made(TargetDefinition wanted) {
        List<String> statements = new ArrayList<>(wanted.create());
        if (wanted.target().mode() == Mode.ADD) {
            statements.add(wanted.createView(List.copyOf(wanted.columns().keySet())));
        }
        return new TablePlan(wanted.target().table(), true, statements, List.of(), "");
    }

    private TablePlan changed(Connection connection, TargetDefinition wanted, StoredTable there) throws SQLException, TableFaultException {
        TableFit.Changes changes = fit.changes(wanted, there);
        List<String> statements = new ArrayList<>();
        List<String> losses = new ArrayList<>();
        changes.missing().forEach(column -> statements.add(wanted.addColumn(column)));
        List<String> grants = List.of();
        boolean rebuildsView = !changes.wider().isEmpty() && TargetTables.viewBindsTypes(connection, wanted, words, catalogue);
        if (rebuildsView) {
            grants = catalogue.grants(connection, wanted.target().table());
            statements.add(wanted.dropView());
        }
        if (!changes.wider().isEmpty()) {
            statements.add(wanted.change(changes.wider()));
            changes.wider().keySet().forEach(column -> losses.add("column " + column.name() + " is "
                    + there.column(column.name()).words() + ", and the rows bring " + column.type()));
        }
        if (wanted.target().mode() == Mode.ADD) {
            List<String> columns = new ArrayList<>(catalogue.columns(connection, wanted.stored()));
            changes.missing().forEach(column -> columns.add(column.name()));
            List<String> shown = TargetDefinition.shown(columns);
            if (rebuildsView || !new HashSet<>(catalogue.columns(connection, wanted.target().table())).equals(new HashSet<>(shown))) {
                statements.add(wanted.createView(shown));
            }
        }
        statements.addAll(grants);
        return new TablePlan(wanted.target().table(), false, statements, losses, "");
    }
}
