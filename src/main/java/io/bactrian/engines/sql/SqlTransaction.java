package io.bactrian.engines.sql;

import io.bactrian.application.Delivery;
import io.bactrian.application.LetterEntries;
import io.bactrian.application.LetterEntry;
import io.bactrian.application.RefreshedModels;
import io.bactrian.application.RowsByKey;
import io.bactrian.application.Warehouse;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Image;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.models.ModelRefresh;
import io.bactrian.engines.sql.models.ModelledWarehouse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction on one connection of a {@link SqlWarehouse}: how it ends, and what a failure means. What a batch does
 * in it is done by {@link Watermarks}, {@link BatchRows}, {@link TouchedRows}, {@link DeadLetterEntries} and
 * {@link TableRows}.
 */
public final class SqlTransaction implements Warehouse.Batch, RowsByKey, LetterEntries, RefreshedModels {

    private static final Logger LOG = LoggerFactory.getLogger(SqlTransaction.class);

    private final ModelledWarehouse warehouse;
    private final TargetTables tables;
    private final TableRows stored;
    private final Runnable forgetTables;
    private final Connection connection;
    private final Watermarks watermarks;
    private final TouchedRows touched;
    private final BatchRows rows;
    private final DeadLetterEntries letters;
    private boolean failed;
    private boolean committed;
    private ModelRefresh.ModelFault modelFault;

    /** @param forgetTables forgets what was learnt about tables; run after a failure */
    SqlTransaction(ModelledWarehouse warehouse, TargetTables tables, TableRows stored, Runnable forgetTables, Connection connection,
            String pipeline) {
        this.warehouse = warehouse;
        this.tables = tables;
        this.stored = stored;
        this.forgetTables = forgetTables;
        this.connection = connection;
        this.watermarks = new Watermarks(connection, warehouse.dialect(), pipeline);
        this.touched = new TouchedRows(connection, warehouse.dialect(), warehouse.models(), watermarks);
        this.rows = new BatchRows(connection, warehouse.dialect(), tables, watermarks, touched);
        this.letters = new DeadLetterEntries(connection, warehouse.dialect(), pipeline, watermarks);
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private interface Step {
        void run() throws SQLException;
    }

    private <T> T doing(String what, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            if (warehouse.dialect().errors().gaveWay(e)) {
                // Two that lock the same rows in another order: everyday business of a database, and no reason to call
                // it down.
                throw new Warehouse.GaveWayException(warehouse.failure(what, e).getMessage(), e);
            }
            failed = true;
            if (e instanceof ModelRefresh.ModelFault fault) {
                modelFault = fault;
                throw new Warehouse.BeginAgainException(warehouse.failure(what, e).getMessage(), e);
            }
            throw warehouse.failure(what, e);
        }
    }

    private void stepping(String what, Step step) {
        doing(what, () -> {
            step.run();
            return null;
        });
    }

    @Override
    public Optional<RowsByKey> rows() {
        return Optional.of(this);
    }

    @Override
    public Optional<LetterEntries> letters() {
        return Optional.of(this);
    }

    @Override
    public Optional<RefreshedModels> models() {
        return Optional.of(this);
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        // Asked for first: in PostgreSQL a statement that fails would take the whole transaction with it.
        return doing("read " + target.table(),
                () -> tables.known(connection, target) == null ? Map.of() : stored.read(connection, target, keys));
    }

    @Override
    public Map<Partition, Long> lock(Collection<Partition> partitions) {
        return doing("lock watermarks", () -> watermarks.lock(partitions));
    }

    @Override
    public List<Warehouse.Refusal> write(List<Row> written) {
        return doing("write rows", () -> rows.write(written));
    }

    @Override
    public List<Warehouse.Refusal> writeUnlessNewer(List<Row> replayed) {
        return doing("write replayed rows", () -> rows.writeUnlessNewer(replayed));
    }

    @Override
    public void refresh() {
        stepping("refresh the models", touched::refresh);
    }

    @Override
    public void advance(Map<Partition, Long> next) {
        stepping("move watermarks", () -> watermarks.advance(next));
    }

    @Override
    public void open(List<DeadLetter> opened) {
        stepping("note dead letters", () -> letters.open(opened));
    }

    @Override
    public void supersede(List<Delivery> newer, List<Row> written) {
        stepping("note superseded dead letters", () -> letters.supersede(newer, written));
    }

    @Override
    public Optional<LetterEntry> claim(String id) {
        return doing("claim a dead letter", () -> letters.claim(id));
    }

    @Override
    public void settle(String id, String how) {
        stepping("settle a dead letter", () -> letters.settle(id, how));
    }

    @Override
    public void commit() {
        stepping("commit", () -> {
            connection.commit();
            committed = true;
        });
    }

    @Override
    public void close() {
        if (failed) {
            // The failure may be about a table that somebody changed: look again before the next try.
            forgetTables.run();
        }
        try (connection) {
            if (!committed) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // The server rolls back what a lost connection left; the failure that led here is on its way to the caller.
            LOG.debug("warehouse {}: rolling back", warehouse.name(), e);
        }
        if (modelFault != null) {
            // One model stops nobody: the next try goes on without it, and it is made anew when that is possible again.
            warehouse.suspend(modelFault);
        }
    }
}
