package io.bactrian.engines.sql;

import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

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
            TableSchema schema = new TableSchema(dialect.catalogue().schema(connection, table).columns(), key(connection, table));
            List<Image> images = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "select " + dialect.words().quoted(schema.columns().stream().map(Column::name).toList())
                            + " from " + dialect.words().quote(table) + (condition.isEmpty() ? "" : " where " + condition))) {
                while (rows.next()) {
                    images.add(dialect.values().image(rows, schema));
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
