package io.bactrian.engines.sql;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.modes.AddWriter;
import io.bactrian.engines.sql.modes.AppendWriter;
import io.bactrian.engines.sql.modes.BagWriter;
import io.bactrian.engines.sql.modes.HistoryWriter;
import io.bactrian.engines.sql.modes.MirrorWriter;
import io.bactrian.engines.sql.modes.TargetStatements;
import io.bactrian.engines.sql.modes.TargetWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the rows of a batch: gives each table's rows to the writer of its mode, as many at a time as one writer can
 * take, so that a batch costs a handful of statements.
 */
final class BatchRows {

    private final Connection connection;
    private final Dialect dialect;
    private final TargetTables tables;
    private final LogNumbers logs;
    private final TouchedRows touched;

    /** @param touched is told of the rows of each table before they are written */
    BatchRows(Connection connection, Dialect dialect, TargetTables tables, LogNumbers logs, TouchedRows touched) {
        this.connection = connection;
        this.dialect = dialect;
        this.tables = tables;
        this.logs = logs;
        this.touched = touched;
    }

    List<Refusal> write(List<Row> rows) throws SQLException {
        List<Run> runs = runs(rows);
        Savepoint before = connection.setSavepoint();
        try {
            return write(runs, false);
        } catch (TargetStatements.RefusedInHasteException e) {
            // Hardly any batch has a row that is refused. One that has is written twice, so that all others need no
            // savepoints.
            connection.rollback(before);
            touched.forget();
            return write(runs, true);
        }
    }

    private List<Refusal> write(List<Run> runs, boolean careful) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        for (Run run : runs) {
            TargetTable table = tables.known(connection, run.target);
            // No table and nothing to write to it: clears and deletes of what never was.
            if (table != null) {
                touched.watch(run.target, run.rows);
                writer(run.target, table, careful).write(run.rows, refusals);
            }
        }
        return refusals;
    }

    List<Refusal> writeUnlessNewer(List<Row> rows) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        for (Run run : runs(rows)) {
            TargetTable table = tables.known(connection, run.target);
            if (table != null) {
                touched.watch(run.target, run.rows);
                writer(run.target, table, true).writeUnlessNewer(run.rows, refusals);
            }
        }
        return refusals;
    }

    private TargetWriter writer(Target target, TargetTable table, boolean careful) {
        TargetStatements statements = new TargetStatements(connection, dialect, target, table, logs, careful);
        return switch (target.mode()) {
            case MIRROR -> target.bag() ? new BagWriter(statements) : new MirrorWriter(statements);
            case HISTORY -> new HistoryWriter(statements);
            case APPEND -> new AppendWriter(statements);
            case ADD -> new AddWriter(statements);
        };
    }

    /** Rows of one table that one writer can take together; a CLEAR knows no key and goes with its neighbours. */
    private static final class Run {
        private Target target;
        private boolean onlyClears = true;
        private final List<Row> rows = new ArrayList<>();

        private boolean takes(Row row) {
            return onlyClears || row.meaning() == Row.Meaning.CLEAR || row.target() == target || row.target().equals(target);
        }

        private void add(Row row) {
            if (target == null || onlyClears && row.meaning() != Row.Meaning.CLEAR) {
                target = row.target();
            }
            onlyClears &= row.meaning() == Row.Meaning.CLEAR;
            rows.add(row);
        }
    }

    /** Tables do not depend on each other's order; within a table the runs stay in order. */
    private static List<Run> runs(List<Row> rows) {
        List<Run> runs = new ArrayList<>();
        Map<String, Run> current = new HashMap<>();
        for (Row row : rows) {
            Run run = current.get(row.target().table());
            if (run == null || !run.takes(row)) {
                run = new Run();
                runs.add(run);
                current.put(row.target().table(), run);
            }
            run.add(row);
        }
        return runs;
    }
}
