package io.bactrian.engines.sql;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table or view of a warehouse as it is, whole, in the types of its columns: read through its dialect, so that the
 * same values are the same whichever database holds them.
 *
 * @param schema with the primary key
 */
public record WarehouseRows(TableSchema schema, List<Image> rows) {

    /**
     * @param condition for the rows wanted, in SQL; empty for all
     * @throws SQLException when there is no such table, or the condition is wrong
     */
    public static WarehouseRows of(SqlWarehouse warehouse, String table, String condition) throws SQLException {
        Dialect dialect = warehouse.dialect();
        try (Connection connection = warehouse.connect(); Statement statement = connection.createStatement()) {
            TableSchema schema = new TableSchema(dialect.schema(connection, table).columns(), key(connection, table));
            List<Image> images = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "select " + schema.columns().stream().map(column -> dialect.quote(column.name())).collect(Collectors.joining(","))
                            + " from " + dialect.quote(table) + (condition.isEmpty() ? "" : " where " + condition))) {
                while (rows.next()) {
                    Object[] values = new Object[schema.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = dialect.read(rows, i + 1, schema.column(i).type());
                    }
                    images.add(new Image(schema, values));
                }
            }
            return new WarehouseRows(schema, images);
        }
    }

    private static List<String> key(Connection connection, String table) throws SQLException {
        TreeMap<Integer, String> key = new TreeMap<>();
        try (ResultSet columns = connection.getMetaData().getPrimaryKeys(connection.getCatalog(), connection.getSchema(), table)) {
            while (columns.next()) {
                key.put(columns.getInt("KEY_SEQ"), columns.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(key.values());
    }
}
