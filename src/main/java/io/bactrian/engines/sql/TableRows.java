package io.bactrian.engines.sql;

import io.bactrian.application.ReadableTables;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the tables of a warehouse: by key for batches, whole for {@code verify} and for lookups. It is the one that
 * knows which rows of a table stand for rows that the source still has.
 */
final class TableRows implements StoredRows, ReadableTables {

    private static final Logger LOG = LoggerFactory.getLogger(TableRows.class);

    private final DataSource connections;
    private final Dialect dialect;
    private final TargetTables tables;
    private final WarehouseFailures failures;

    TableRows(DataSource connections, Dialect dialect, TargetTables tables, WarehouseFailures failures) {
        this.connections = connections;
        this.dialect = dialect;
        this.tables = tables;
        this.failures = failures;
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        try (Connection connection = connections.getConnection()) {
            return read(connection, target, keys);
        } catch (SQLException e) {
            if (dialect.errors().isUnknownTable(e)) {
                return Map.of();
            }
            throw failures.of("read " + target.table(), e);
        }
    }

    /** Likewise, as that connection's transaction sees them. The table must be there. */
    Map<Object, Image> read(Connection connection, Target target, Collection<Image> keys) throws SQLException {
        Map<Object, Image> found = new HashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        TableSchema schema = keys.iterator().next().schema();
        String sql = select(target, schema, tables.lacking(connection, target, schema))
                + (counting(target).isEmpty() ? " where " : counting(target) + " and ") + "("
                + dialect.words().quoted(target.key())
                + ") in (" + Placeholders.rows(target.key().size(), keys.size()) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (Image key : keys) {
                for (String column : target.key()) {
                    statement.setObject(place++, dialect.values().parameter(key.get(column), schema.column(schema.place(column)).type()));
                }
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Image image = image(rows, schema);
                    found.put(image.keyOf(target.key()), image);
                }
            }
            return found;
        }
    }

    /**
     * @param lacking columns that the table has not: no row has brought them yet, and all of its rows have NULL in them
     */
    private String select(Target target, TableSchema schema, Set<String> lacking) {
        return "select " + schema.columns().stream()
                .map(column -> (lacking.contains(column.name()) ? "null as " : "") + dialect.words().quote(column.name()))
                .collect(Collectors.joining(",")) + " from " + dialect.words().quote(target.table());
    }

    /** Which rows of a table stand for rows that the source still has. */
    private static String counting(Target target) {
        return target.mode() == Mode.HISTORY
                ? " where " + Target.IS_CURRENT + "=1"
                : target.keepDeleted() ? " where " + Target.DELETED_AT + " is null" : "";
    }

    private Image image(ResultSet rows, TableSchema schema) throws SQLException {
        return dialect.values().image(rows, schema);
    }

    @Override
    public long count(String table) {
        return count(table, "");
    }

    @Override
    public long count(Target target) {
        return count(target.table(), counting(target));
    }

    private long count(String table, String where) {
        try (Connection connection = connections.getConnection()) {
            if (dialect.catalogue().columns(connection, table).isEmpty()) {
                return 0;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("select count(*) from " + dialect.words().quote(table) + where)) {
                count.next();
                return count.getLong(1);
            }
        } catch (SQLException e) {
            throw failures.of("count " + table, e);
        }
    }

    @Override
    public Rows scan(Target target, Image like) {
        TableSchema schema = like.schema();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Connection connection = connections.getConnection();
            open.add(connection);
            // Some drivers hold all rows in memory where each statement is a transaction.
            connection.setAutoCommit(false);
            PreparedStatement statement = connection.prepareStatement(
                    select(target, schema, tables.lacking(connection, target, schema)) + counting(target));
            open.add(0, statement);
            statement.setFetchSize(1_000);
            ResultSet rows = statement.executeQuery();
            open.add(0, rows);
            return new OpenRows(rows, row -> image(row, schema), e -> failures.of("read " + target.table(), e), () -> closeAll(open));
        } catch (SQLException e) {
            closeAll(open);
            throw failures.of("read " + target.table(), e);
        }
    }

    private void closeAll(List<AutoCloseable> open) {
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                LOG.debug("warehouse {}: closing after a read", failures.name(), e);
            }
        }
    }

    @Override
    public ReferenceTables.Table readAll(String table, List<String> columns, int most) {
        try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement()) {
            TableSchema all = dialect.catalogue().schema(connection, table);
            TableSchema schema = new TableSchema(
                    columns.stream().map(column -> all.column(all.place(column, "warehouse " + failures.name(), "table " + table)))
                            .toList(),
                    List.of());
            statement.setFetchSize(1_000);
            statement.setMaxRows(most);
            List<Image> images = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(select(new Target(table, Mode.MIRROR, List.of(), false), schema, Set.of()))) {
                while (rows.next()) {
                    images.add(image(rows, schema));
                }
            }
            return new ReferenceTables.Table(schema, images);
        } catch (SQLException e) {
            throw failures.of("read " + table, e);
        }
    }
}
