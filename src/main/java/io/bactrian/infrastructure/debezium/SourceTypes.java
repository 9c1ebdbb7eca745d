package io.bactrian.infrastructure.debezium;

import io.bactrian.domain.ColumnType;
import io.bactrian.domain.ColumnType.Kind;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * What type a column has, told from the schema that Debezium gives its field: by the source's own type, which travels in
 * the schema's parameters, and where that says nothing by the meaning that Debezium names.
 */
final class SourceTypes {

    private static final String TYPE = "__debezium.source.column.type";
    private static final String LENGTH = "__debezium.source.column.length";
    private static final String SCALE = "__debezium.source.column.scale";

    private SourceTypes() {
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
        return mySql(table, column, type.toUpperCase(Locale.ROOT), length, scale, parameters);
    }

    private static ColumnType mySql(String table, String column, String type, int length, int scale, Map<String, String> parameters) {
        boolean unsigned = type.contains("UNSIGNED") || type.contains("ZEROFILL");
        String word = type.replaceAll("\\(.*", "").replace("UNSIGNED", "").replace("ZEROFILL", "").replace("SIGNED", "").strip();
        return switch (word) {
            case "BOOL", "BOOLEAN" -> ColumnType.of(Kind.INT8);
            case "TINYINT", "INT1" -> ColumnType.of(unsigned ? Kind.UINT8 : Kind.INT8);
            case "SMALLINT", "INT2" -> ColumnType.of(unsigned ? Kind.UINT16 : Kind.INT16);
            case "MEDIUMINT", "INT3", "MIDDLEINT" -> ColumnType.of(unsigned ? Kind.UINT24 : Kind.INT24);
            case "INT", "INTEGER", "INT4" -> ColumnType.of(unsigned ? Kind.UINT32 : Kind.INT32);
            case "BIGINT", "INT8" -> ColumnType.of(unsigned ? Kind.UINT64 : Kind.INT64);
            case "SERIAL" -> ColumnType.of(Kind.UINT64);
            case "DECIMAL", "NUMERIC", "DEC", "FIXED" -> ColumnType.decimal(length == 0 ? 10 : length, scale);
            // FLOAT(25) and wider is a double to MySQL.
            case "FLOAT", "FLOAT4" -> ColumnType.of(length > 24 && scale == 0 ? Kind.DOUBLE : Kind.FLOAT);
            case "DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT8" -> ColumnType.of(Kind.DOUBLE);
            case "BIT" -> ColumnType.of(Kind.BITS, Math.max(1, length));
            case "CHAR", "VARCHAR", "NCHAR", "NVARCHAR", "CHARACTER", "CHARACTER VARYING", "NATIONAL CHAR", "NATIONAL VARCHAR" ->
                    ColumnType.of(Kind.STRING, Math.max(1, length));
            case "ENUM", "SET" -> ColumnType.of(Kind.STRING, longest(word, parameters.getOrDefault("allowed", "")));
            case "TINYTEXT" -> ColumnType.of(Kind.TEXT, 255);
            case "TEXT" -> ColumnType.of(Kind.TEXT, 65_535);
            case "MEDIUMTEXT" -> ColumnType.of(Kind.TEXT, 16_777_215);
            case "LONGTEXT", "LONG", "LONG VARCHAR" -> ColumnType.of(Kind.TEXT);
            case "BINARY", "VARBINARY" -> ColumnType.of(Kind.BYTES, Math.max(1, length));
            case "TINYBLOB" -> ColumnType.of(Kind.BLOB, 255);
            case "BLOB" -> ColumnType.of(Kind.BLOB, 65_535);
            case "MEDIUMBLOB" -> ColumnType.of(Kind.BLOB, 16_777_215);
            case "LONGBLOB" -> ColumnType.of(Kind.BLOB);
            case "DATE" -> ColumnType.of(Kind.DATE);
            case "TIME" -> ColumnType.of(Kind.TIME, Math.max(0, length));
            case "DATETIME" -> ColumnType.of(Kind.DATETIME, Math.max(0, length));
            case "TIMESTAMP" -> ColumnType.of(Kind.INSTANT, Math.max(0, length));
            case "YEAR" -> ColumnType.of(Kind.YEAR);
            case "JSON" -> ColumnType.of(Kind.JSON);
            case "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION", "GEOMCOLLECTION" -> ColumnType.of(Kind.GEOMETRY);
            default -> throw new IllegalArgumentException("column " + table + "." + column + " has the type " + type
                    + ", which Bactrian does not know yet; leave the column out with columnExcludeList, or tell us");
        };
    }

    /** The longest value of an enumeration; of a set, all its members at once. */
    private static int longest(String word, String allowed) {
        if (word.equals("SET")) {
            return Math.max(1, allowed.length());
        }
        int longest = 1;
        for (String value : allowed.split(",")) {
            longest = Math.max(longest, value.length());
        }
        // Values may themselves hold commas, and be added to: room costs nothing in a varchar.
        return Math.max(64, longest);
    }
}
