package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * What type a column has, told from the schema that Debezium gives its field: by the source's own type, which travels
 * in the schema's parameters, and where that says nothing by the meaning that Debezium names.
 */
public final class MySqlLogTypes {

    public static final String TYPE = "__debezium.source.column.type";
    public static final String LENGTH = "__debezium.source.column.length";
    public static final String SCALE = "__debezium.source.column.scale";

    private MySqlLogTypes() {
    }

    static ColumnType of(String table, String column, Schema schema) {
        Map<String, String> parameters = schema.parameters() == null ? Map.of() : schema.parameters();
        String type = parameters.get(TYPE);
        if (type == null) {
            throw new IllegalArgumentException("column " + table + "." + column + " came without its type in the source ("
                    + TYPE + "); the capture needs column.propagate.source.type, which Bactrian sets itself: is it overridden?");
        }
        int length = Integer.parseInt(parameters.getOrDefault(LENGTH, "0"));
        int scale = Integer.parseInt(parameters.getOrDefault(SCALE, "0"));
        return MySqlTypes.of(table + "." + column, type, length, scale, parameters.getOrDefault("allowed", ""));
    }
}
