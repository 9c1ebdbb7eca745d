package io.bactrian.testing;

import io.bactrian.application.Warehouse;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A warehouse in memory of either kind, which a test lets fail and then looks into. */
public abstract class FailingWarehouse implements Warehouse {

    /** What happens to a commit. */
    public enum Commit {
        SUCCEEDS,
        /**
         * The watermark does not move; the rows of a transactional warehouse do not count, those of an idempotent one
         * do.
         */
        FAILS,
        /** Everything counts, but who asked for it does not learn of it. */
        ANSWER_IS_LOST
    }

    /** The warehouse could not; not for this row, for nobody. */
    public static final class AwayException extends RuntimeException {
        public AwayException(String message) {
            super(message);
        }
    }

    /** What was asked of the warehouse, in order; a test may share the list with other fakes. */
    public final List<String> calls;
    /** Why a row is refused; null for one that is taken. */
    public Function<Row, String> refusing = row -> null;
    /** Why a row's table does not take it as it is; null for one that does. */
    public Function<Row, String> unfit = row -> null;
    /** What becomes of the next commit. */
    public Commit nextCommit = Commit.SUCCEEDS;
    /** Fails when this names what is being done. */
    public String failing = "";

    protected FailingWarehouse(List<String> calls) {
        this.calls = calls;
    }

    protected void call(String what) {
        calls.add(what);
        if (!failing.isEmpty() && what.startsWith(failing)) {
            throw new AwayException("the warehouse is away while it should " + what);
        }
    }

    @Override
    public final List<TableFault> prepare(Collection<Row> rows) {
        call("prepare");
        Map<String, TableFault> faults = new TreeMap<>();
        for (Row row : rows) {
            String reason = unfit.apply(row);
            if (reason != null) {
                faults.computeIfAbsent(row.target().table(), table -> new TableFault(table, reason, new TreeMap<>())).since()
                        .putIfAbsent(Partition.of(row.version()), row.version().offset());
            }
        }
        return List.copyOf(faults.values());
    }

    public abstract void mark(Partition partition, long next);

    public abstract Map<Partition, Long> marks();

    /** A mirror's rows by key. */
    public abstract Map<Object, Row> mirror(String table);

    /** In the order in which they were appended, as far as one partition is concerned. */
    public abstract List<Row> appended(String table);
}
