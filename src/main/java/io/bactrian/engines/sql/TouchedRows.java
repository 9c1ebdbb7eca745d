package io.bactrian.engines.sql;

import io.bactrian.domain.Mode;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.models.ModelCatalog;
import io.bactrian.engines.sql.models.ModelRefresh;
import io.bactrian.engines.sql.modes.TargetStatements;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells the models which rows of their tables a batch is about to write, since they look at them before and after: only
 * so a model is refreshed for just the keys that changed.
 */
final class TouchedRows {

    private final Connection connection;
    private final Dialect dialect;
    private final ModelCatalog catalog;
    private final LogNumbers logs;
    /** Null until rows are written. */
    private ModelRefresh models;

    TouchedRows(Connection connection, Dialect dialect, ModelCatalog catalog, LogNumbers logs) {
        this.connection = connection;
        this.dialect = dialect;
        this.catalog = catalog;
        this.logs = logs;
    }

    /** Called before the rows of that target are written. */
    void watch(Target target, List<Row> rows) throws SQLException {
        if (models == null) {
            models = new ModelRefresh(connection, dialect, catalog.lock(connection));
        }
        if (!models.watches(target.table())) {
            return;
        }
        List<String> names = lookupColumns(target);
        Set<List<Object>> lookups = new LinkedHashSet<>();
        // A sum gets its parts from all partitions, and so does a row that another key tells apart than the source's.
        boolean shared = target.mode() == Mode.ADD;
        TableSchema last = null;
        for (Row row : rows) {
            TableSchema source = row.change().row() == null ? last : row.change().row().schema();
            if (source != last) {
                shared |= !target.key().isEmpty() && !target.key().containsAll(source.key());
                last = source;
            }
            if (row.meaning() == Row.Meaning.CLEAR) {
                if (holdsRowsOf(row, target)) {
                    models.everythingIn(target.table());
                    return;
                }
            } else {
                lookups.add(lookup(row, target));
            }
        }
        models.before(target.table(), names, lookups, shared);
    }

    /** What was watched is rolled back. */
    void forget() {
        models = null;
    }

    /** Called after the last row is written. */
    void refresh() throws SQLException {
        if (models != null) {
            models.refresh();
        }
    }

    /** The columns by which the rows that a write concerns are found before and after it. */
    private static List<String> lookupColumns(Target target) {
        return target.mode() == Mode.APPEND
                ? List.of(OwnColumns.LOG, OwnColumns.OFFSET)
                : target.bag() ? List.of(OwnColumns.HASH) : target.key();
    }

    private List<Object> lookup(Row row, Target target) {
        if (target.mode() == Mode.APPEND) {
            return List.of((long) logs.log(row), row.version().offset());
        }
        if (target.bag()) {
            return List.of(ByteBuffer.wrap(TargetStatements.hash(row.image())));
        }
        TableSchema schema = row.image().schema();
        List<Object> values = new ArrayList<>(target.key().size());
        for (String column : target.key()) {
            int place = schema.place(column);
            Object value = dialect.values().parameter(row.image().value(place), schema.column(place).type());
            values.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return values;
    }

    private boolean holdsRowsOf(Row clear, Target target) throws SQLException {
        boolean own = dialect.catalogue().columns(connection, target.table()).contains(OwnColumns.LOG);
        try (PreparedStatement statement = connection.prepareStatement("select 1 from " + dialect.words().quote(target.table())
                + (own
                        ? " where " + OwnColumns.LOG + "=" + logs.log(clear) + " and " + OwnColumns.OFFSET + "<" + clear.change().older()
                        : "")
                + " limit 1");
                ResultSet found = statement.executeQuery()) {
            return found.next();
        }
    }
}
