package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.OwnColumns;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Mirrors a table without a key: rows are told apart by all their values, and equal ones are counted. What a batch adds
 * and takes of equal rows is weighed up first; a delete takes one of them, whichever of its log.
 */
public final class BagWriter implements TargetWriter {

    private final TargetStatements statements;

    public BagWriter(TargetStatements statements) {
        this.statements = statements;
    }

    private static final class Balance {
        private final Deque<Row> added = new ArrayDeque<>();
        private int taken;
    }

    /**
     * Equal rows that came from one log: a truncation takes its own log's rows only, and reaches this batch once for
     * each partition.
     */
    private record Equal(int log, ByteBuffer hash) {
    }

    @Override
    public void write(List<Row> rows, List<Refusal> refusals) throws SQLException {
        Map<Equal, Balance> balances = new LinkedHashMap<>();
        for (Row row : rows) {
            int log = statements.log(row);
            if (row.meaning() == Row.Meaning.CLEAR) {
                if (row.change().operation() == Operation.SWEEP) {
                    // Rows that wait are newer than it, and what waits to be taken may be one that it would take too.
                    flush(balances, refusals);
                }
                balances.keySet().removeIf(equal -> equal.log() == log);
                statements.clear(row, false);
                continue;
            }
            Balance balance = balances.computeIfAbsent(new Equal(log, ByteBuffer.wrap(TargetStatements.hash(row.image()))),
                    equal -> new Balance());
            if (row.meaning() == Row.Meaning.WRITE) {
                balance.added.addLast(row);
            } else if (balance.added.pollLast() == null) {
                balance.taken++;
            }
        }
        flush(balances, refusals);
    }

    private void flush(Map<Equal, Balance> balances, List<Refusal> refusals) throws SQLException {
        Map<TableSchema, List<Row>> writes = new IdentityHashMap<>();
        for (Map.Entry<Equal, Balance> entry : balances.entrySet()) {
            if (entry.getValue().taken > 0) {
                take(entry.getKey(), entry.getValue().taken);
            }
            for (Row row : entry.getValue().added) {
                writes.computeIfAbsent(row.image().schema(), s -> new ArrayList<>()).add(row);
            }
        }
        for (Map.Entry<TableSchema, List<Row>> group : writes.entrySet()) {
            statements.halving(group.getValue(), some -> statements.write(some, group.getKey(), false),
                    (row, reason) -> refusals.add(new Refusal(row, reason)));
        }
        balances.clear();
    }

    /** Rows of the own log first; another's serves if the topic was created again with other partitions. */
    private void take(Equal equal, int count) throws SQLException {
        try (PreparedStatement statement = statements.connection.prepareStatement(statements.words.deleteSome(statements.table.name(),
                OwnColumns.HASH + "=?", OwnColumns.LOG + "=? desc"))) {
            statement.setBytes(1, equal.hash().array());
            statement.setInt(2, equal.log());
            statement.setInt(3, count);
            statement.executeUpdate();
        }
    }

    @Override
    public void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException {
        write(rows, refusals);
    }
}
