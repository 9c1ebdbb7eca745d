package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType;
import io.bactrian.infrastructure.capture.ColumnParameters;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * What type a column has, told from the schema that Debezium gives its field: by the source's own type, which travels
 * in the schema's parameters, and where that says nothing by the meaning that Debezium names.
 */
public final class MySqlLogTypes {

    private MySqlLogTypes() {
    }

    static ColumnType of(String table, String column, Schema schema) {
        Map<String, String> parameters = schema.parameters() == null ? Map.of() : schema.parameters();
        String type = parameters.get(ColumnParameters.TYPE);
        if (type == null) {
            throw new IllegalArgumentException("column " + table + "." + column + " came without its type in the source ("
                    + ColumnParameters.TYPE
                    + "); the capture needs column.propagate.source.type, which Bactrian sets itself: is it overridden?");
        }
        int length = Integer.parseInt(parameters.getOrDefault(ColumnParameters.LENGTH, "0"));
        int scale = Integer.parseInt(parameters.getOrDefault(ColumnParameters.SCALE, "0"));
        return MySqlTypes.of(table + "." + column, type, length, scale, parameters.getOrDefault("allowed", ""));
    }
}
