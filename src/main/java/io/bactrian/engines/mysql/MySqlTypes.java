package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import java.util.Locale;

/** MySQL's column types in the words that belong to no database. */
public final class MySqlTypes {

    private MySqlTypes() {
    }

    /**
     * @param column for the message when the type is not known
     * @param type MySQL's word, with UNSIGNED where it is
     * @param length characters, bytes, digits or fractional seconds as MySQL counts them
     * @param allowed the values of an ENUM or SET, separated by commas; empty where only the length is known
     */
    public static ColumnType of(String column, String type, long length, int scale, String allowed) {
        String upper = type.toUpperCase(Locale.ROOT);
        boolean unsigned = upper.contains("UNSIGNED") || upper.contains("ZEROFILL");
        String word = upper.replaceAll("\\(.*", "").replace("UNSIGNED", "").replace("ZEROFILL", "").replace("SIGNED", "").strip();
        // VARCHAR BINARY is a text that is compared by its codes.
        word = word.endsWith(" BINARY") ? word.substring(0, word.length() - " BINARY".length()) : word;
        return switch (word) {
            case "BOOL", "BOOLEAN" -> ColumnType.of(Kind.INT8);
            case "TINYINT", "INT1" -> ColumnType.of(unsigned ? Kind.UINT8 : Kind.INT8);
            case "SMALLINT", "INT2" -> ColumnType.of(unsigned ? Kind.UINT16 : Kind.INT16);
            case "MEDIUMINT", "INT3", "MIDDLEINT" -> ColumnType.of(unsigned ? Kind.UINT24 : Kind.INT24);
            case "INT", "INTEGER", "INT4" -> ColumnType.of(unsigned ? Kind.UINT32 : Kind.INT32);
            case "BIGINT", "INT8" -> ColumnType.of(unsigned ? Kind.UINT64 : Kind.INT64);
            case "SERIAL" -> ColumnType.of(Kind.UINT64);
            case "DECIMAL", "NUMERIC", "DEC", "FIXED" -> ColumnType.decimal(length == 0 ? 10 : (int) length, scale);
            // FLOAT(25) and wider is a double to MySQL.
            case "FLOAT", "FLOAT4" -> ColumnType.of(length > 24 && scale == 0 ? Kind.DOUBLE : Kind.FLOAT);
            case "DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT8" -> ColumnType.of(Kind.DOUBLE);
            case "BIT" -> ColumnType.of(Kind.BITS, Math.max(1, length));
            case "CHAR", "CHARACTER", "VARCHAR", "CHAR VARYING", "CHARACTER VARYING", "NCHAR", "NVARCHAR", "NCHAR VARCHAR", "NCHAR VARYING",
                    "NATIONAL CHAR", "NATIONAL CHARACTER", "NATIONAL VARCHAR", "NATIONAL CHAR VARYING", "NATIONAL CHARACTER VARYING" ->
                ColumnType.of(Kind.STRING, Math.max(1, length));
            case "ENUM", "SET" -> ColumnType.of(Kind.STRING, longest(word, allowed.isEmpty() ? (int) length : 0, allowed));
            case "TINYTEXT" -> ColumnType.of(Kind.TEXT, 255);
            case "TEXT" -> ColumnType.of(Kind.TEXT, 65_535);
            case "MEDIUMTEXT" -> ColumnType.of(Kind.TEXT, 16_777_215);
            case "LONGTEXT", "LONG", "LONG VARCHAR" -> ColumnType.of(Kind.TEXT);
            case "BINARY", "VARBINARY" -> ColumnType.of(Kind.BYTES, Math.max(1, length));
            case "TINYBLOB" -> ColumnType.of(Kind.BLOB, 255);
            case "BLOB" -> ColumnType.of(Kind.BLOB, 65_535);
            case "MEDIUMBLOB", "LONG VARBINARY" -> ColumnType.of(Kind.BLOB, 16_777_215);
            case "LONGBLOB" -> ColumnType.of(Kind.BLOB);
            case "DATE" -> ColumnType.of(Kind.DATE);
            case "TIME" -> ColumnType.of(Kind.TIME, Math.max(0, length));
            case "DATETIME" -> ColumnType.of(Kind.DATETIME, Math.max(0, length));
            case "TIMESTAMP" -> ColumnType.of(Kind.INSTANT, Math.max(0, length));
            case "YEAR" -> ColumnType.of(Kind.YEAR);
            case "JSON" -> ColumnType.of(Kind.JSON);
            case "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION", "GEOMCOLLECTION" ->
                ColumnType.of(Kind.GEOMETRY);
            default -> throw new IllegalArgumentException("column " + column + " has the type " + type
                    + ", which Bactrian does not know yet; leave the column out with columnExcludeList, or tell us");
        };
    }

    /** The longest value of an enumeration; of a set, all its members at once. */
    private static int longest(String word, int known, String allowed) {
        if (word.equals("SET")) {
            return Math.max(1, Math.max(known, allowed.length()));
        }
        int longest = Math.max(1, known);
        for (String value : allowed.split(",")) {
            longest = Math.max(longest, value.length());
        }
        // Values may themselves hold commas, and be added to: room costs nothing in a varchar.
        return Math.max(64, longest);
    }
}
