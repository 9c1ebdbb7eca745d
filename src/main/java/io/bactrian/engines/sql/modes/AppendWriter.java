package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds every change as a row of its own, in the order in which they came. */
public final class AppendWriter implements TargetWriter {

    private final TargetStatements statements;

    public AppendWriter(TargetStatements statements) {
        this.statements = statements;
    }

    @Override
    public void write(List<Row> rows, List<Refusal> refusals) throws SQLException {
        List<Row> waiting = new ArrayList<>(rows.size());
        TableSchema schema = null;
        for (Row row : rows) {
            if (row.meaning() == Row.Meaning.CLEAR && row.change().snapshot()) {
                // A snapshot begins again: what its interrupted predecessor read is read once more, so it goes first.
                int log = statements.log(row);
                waiting.removeIf(earlier -> statements.log(earlier) == log);
                statements.clear(row, false);
                continue;
            }
            TableSchema own = row.image() == null ? null : row.image().schema();
            if (own != schema) {
                flush(waiting, schema, refusals);
                waiting = new ArrayList<>();
                schema = own;
            }
            waiting.add(row);
        }
        flush(waiting, schema, refusals);
    }

    private void flush(List<Row> rows, TableSchema schema, List<Refusal> refusals) throws SQLException {
        statements.halving(rows, some -> statements.write(some, schema, false), (row, reason) -> refusals.add(new Refusal(row, reason)));
    }

    @Override
    public void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException {
        // Nothing newer can be overwritten, and that a dead letter is replayed once is its entry's business.
        write(rows, refusals);
    }
}
