package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.WarehouseColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of a MySQL warehouse's columns, such that they fit into a row and, those of a key, into an index. */
final class MySqlColumns {

    /** MySQL's limit is 65,535 bytes, at four a character; some of them are our own columns' and the NULL bits'. */
    private static final long BYTES_A_ROW = 60_000;
    /** InnoDB's limit for an index. */
    private static final long BYTES_A_KEY = 3_072;
    private static final long BYTES_A_NUMBER = 12;
    /** The most that a decimal has. */
    private static final long DIGITS = 65;

    private static final Pattern TYPE = Pattern.compile("([a-z]+)(?:\\((\\d+)(?:,(\\d+))?\\))?");

    private MySqlColumns() {
    }

    static String typeFor(ColumnType type, boolean inKey) {
        long length = type.length();
        return switch (type.kind()) {
            case INT8 -> "tinyint";
            case INT16 -> "smallint";
            case INT24 -> "mediumint";
            case INT32 -> "int";
            case INT64 -> "bigint";
            case UINT8 -> "tinyint unsigned";
            case UINT16 -> "smallint unsigned";
            case UINT24 -> "mediumint unsigned";
            case UINT32 -> "int unsigned";
            case UINT64 -> "bigint unsigned";
            case DECIMAL -> "decimal(" + Math.min(length, DIGITS) + "," + type.scale() + ")";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            // In a key, two values that the source tells apart must stay two: no case folding and no padding.
            case STRING -> inKey
                    ? "varchar(" + Math.max(1, Math.min(length, 768)) + ") collate utf8mb4_0900_bin"
                    : length <= 4096 ? "varchar(" + Math.max(1, length) + ")" : length <= 16_000 ? "mediumtext" : "longtext";
            // The source's bytes may be of a character set in which a character is one byte; here it may take four.
            case TEXT -> inKey
                    ? "varchar(768) collate utf8mb4_0900_bin"
                    : length == 0 || length > 65_535 ? "longtext" : length > 255 ? "mediumtext" : "text";
            case BYTES -> "varbinary(" + Math.max(1, length) + ")";
            case BLOB ->
                inKey ? "varbinary(3072)" : length == 0 || length > 16_777_215 ? "longblob" : length > 65_535 ? "mediumblob" : "blob";
            case DATE -> "date";
            case TIME -> "time(" + length + ")";
            case DATETIME -> "datetime(" + length + ")";
            // Without the word a TIMESTAMP is NOT NULL on some servers; in a key MySQL does not take it back.
            case INSTANT -> "timestamp(" + length + ")" + (inKey ? "" : " null");
            case YEAR -> "year";
            case JSON -> "json";
            case BITS -> "bit(" + Math.max(1, length) + ")";
            case GEOMETRY -> "geometry";
        };
    }

    /** What a column of a type holds that this class gives. */
    static ColumnType meaning(String type) {
        Matcher parts = TYPE.matcher(type);
        if (!parts.lookingAt()) {
            throw new IllegalArgumentException("'" + type + "' is no type that a warehouse's column is made with");
        }
        long length = parts.group(2) == null ? 0 : Long.parseLong(parts.group(2));
        int scale = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return MySqlTypes.of("", parts.group(1) + (type.contains("unsigned") ? " unsigned" : ""), length, scale, "");
    }

    static Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours) {
        Map<String, String> types = new LinkedHashMap<>();
        long bytes = 0;
        for (WarehouseColumn column : columns) {
            types.put(column.name(), typeFor(column.type(), key.contains(column.name())));
            bytes += bytesInRow(column.type());
        }
        shortenKey(columns, key, BYTES_A_KEY - ours * BYTES_A_NUMBER, types);
        // The longest go out of the row until the rest fits.
        List<WarehouseColumn> longest = new ArrayList<>(columns);
        longest.sort(Comparator.comparingLong((WarehouseColumn column) -> bytesInRow(column.type())).reversed());
        for (WarehouseColumn column : longest) {
            if (bytes <= BYTES_A_ROW) {
                break;
            }
            if (column.type().kind() == ColumnType.Kind.STRING && !key.contains(column.name())) {
                types.put(column.name(), typeOutsideRow(column.type()));
                bytes -= bytesInRow(column.type());
            }
        }
        return types;
    }

    /** Texts and bytes of a key share what an index holds; a value that is longer still is refused, not cut. */
    private static void shortenKey(List<WarehouseColumn> columns, List<String> key, long room, Map<String, String> types) {
        long left = room;
        List<WarehouseColumn> longest = new ArrayList<>(columns.stream().filter(c -> key.contains(c.name())).toList());
        longest.sort(Comparator.comparingLong(c -> bytesInKey(c.type())));
        for (int i = 0; i < longest.size(); i++) {
            WarehouseColumn column = longest.get(i);
            long share = left / (longest.size() - i);
            long bytes = Math.min(bytesInKey(column.type()), share);
            if (bytes < bytesInKey(column.type())) {
                types.put(column.name(), switch (column.type().kind()) {
                    case STRING, TEXT -> "varchar(" + bytes / 4 + ") collate utf8mb4_0900_bin";
                    case BYTES, BLOB -> "varbinary(" + bytes + ")";
                    case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, DATE, TIME,
                            DATETIME,
                            INSTANT, YEAR, JSON, BITS, GEOMETRY ->
                        types.get(column.name());
                });
            }
            left -= bytes;
        }
    }

    private static long bytesInKey(ColumnType type) {
        return switch (type.kind()) {
            case STRING -> 4 * Math.max(1, Math.min(type.length(), 768));
            case TEXT, BLOB -> BYTES_A_KEY;
            case BYTES -> Math.max(1, type.length());
            case DECIMAL -> type.length() / 2 + 2;
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, DATE, TIME, DATETIME,
                    INSTANT, YEAR, JSON, BITS, GEOMETRY ->
                12;
        };
    }

    static String typeOutsideRow(ColumnType type) {
        return type.kind() == ColumnType.Kind.STRING ? "mediumtext" : typeFor(type, false);
    }

    private static long bytesInRow(ColumnType type) {
        return switch (type.kind()) {
            case STRING -> type.length() <= 4096 ? 4 * type.length() + 2 : 12;
            case BYTES -> type.length() + 2;
            case DECIMAL -> type.length() / 2 + 2;
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, TEXT, BLOB, DATE, TIME, DATETIME,
                    INSTANT, YEAR, JSON, BITS, GEOMETRY ->
                12;
        };
    }
}
