package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the latest row of each key: of a batch's changes of one key only the last reaches the database. */
public final class MirrorWriter implements TargetWriter {

    private final TargetStatements statements;

    public MirrorWriter(TargetStatements statements) {
        this.statements = statements;
    }

    /** The changes of one key, newest first: should the newest be refused, the one before it counts. */
    private record Chain(Row row, Chain before) {
    }

    @Override
    public void write(List<Row> rows, List<Refusal> refusals) throws SQLException {
        Map<Object, Chain> last = new LinkedHashMap<>(rows.size() * 2);
        for (Row row : rows) {
            if (row.meaning() == Row.Meaning.CLEAR) {
                // What is waiting goes first: only what the table takes of it hides a row of another log, or is
                // cleared.
                write(last.values(), refusals);
                last.clear();
                statements.clear(row, false);
            } else {
                Object key = row.key();
                Chain before = last.put(key, new Chain(row, null));
                if (before != null) {
                    last.put(key, new Chain(row, before));
                }
            }
        }
        write(last.values(), refusals);
    }

    private void write(Iterable<Chain> chains, List<Refusal> refusals) throws SQLException {
        List<Chain> deletes = new ArrayList<>();
        Map<TableSchema, List<Chain>> writes = new IdentityHashMap<>();
        for (Chain chain : chains) {
            if (deletes(chain.row())) {
                deletes.add(chain);
            } else {
                writes.computeIfAbsent(chain.row().image().schema(), s -> new ArrayList<>()).add(chain);
            }
        }
        TargetStatements.Refused<Chain> refused = (chain, reason) -> {
            refusals.add(new Refusal(chain.row(), reason));
            if (chain.before() != null) {
                write(List.of(chain.before()), refusals);
            }
        };
        statements.halving(deletes, some -> statements.delete(rows(some), false), refused);
        for (Map.Entry<TableSchema, List<Chain>> group : writes.entrySet()) {
            statements.halving(group.getValue(), some -> statements.write(rows(some), group.getKey(), true), refused);
        }
    }

    private boolean deletes(Row row) {
        return row.meaning() == Row.Meaning.DELETE && !statements.target.keepDeleted();
    }

    private static List<Row> rows(List<Chain> chains) {
        List<Row> rows = new ArrayList<>(chains.size());
        for (Chain chain : chains) {
            rows.add(chain.row());
        }
        return rows;
    }

    @Override
    public void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException {
        for (Row row : rows) {
            statements.halving(List.of(row), one -> {
                if (row.meaning() == Row.Meaning.CLEAR) {
                    statements.clear(row, true);
                } else if (deletes(row)) {
                    statements.delete(one, true);
                } else {
                    statements.writeUnlessNewer(row);
                }
            }, (one, reason) -> refusals.add(new Refusal(one, reason)));
        }
    }
}
