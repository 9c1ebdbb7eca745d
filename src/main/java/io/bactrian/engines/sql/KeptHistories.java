package io.bactrian.engines.sql;

import io.bactrian.application.Histories;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.modes.HistoryLaw;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Finds the histories of a warehouse by their tables, since whoever checks them may not have the routes that write
 * them.
 */
final class KeptHistories implements Histories {

    private final DataSource connections;
    private final Dialect dialect;
    private final WarehouseFailures failures;

    KeptHistories(DataSource connections, Dialect dialect, WarehouseFailures failures) {
        this.connections = connections;
        this.dialect = dialect;
        this.failures = failures;
    }

    @Override
    public List<HistoryTable> list() {
        try (Connection connection = connections.getConnection()) {
            List<HistoryTable> found = new ArrayList<>();
            for (Map.Entry<String, List<List<String>>> table : dialect.catalogue().uniqueIndexes(connection).entrySet()) {
                for (List<String> index : table.getValue()) {
                    int last = index.size() - 1;
                    if (last > 0 && index.get(last).equals(Target.VERSION)
                            && HistoryLaw.isHistory(dialect.catalogue().columns(connection, table.getKey()))) {
                        found.add(new HistoryTable(table.getKey(), List.copyOf(index.subList(0, last))));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw failures.of("look for histories", e);
        }
    }

    @Override
    public List<String> violations(HistoryTable history) {
        try (Connection connection = connections.getConnection()) {
            return HistoryLaw.violations(connection, dialect, history);
        } catch (SQLException e) {
            throw failures.of("check the versions of " + history.table(), e);
        }
    }
}
