package io.bactrian.engines.postgresql;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import java.util.Locale;
import java.util.Set;

/**
 * PostgreSQL's column types in the words that belong to no database. docs/postgresql.md says what each becomes, and
 * why.
 */
public final class PostgresTypes {

    private static final int LONGEST_STRING = 16_383;
    /** The widest decimal that warehouses have. */
    private static final ColumnType WIDEST = ColumnType.decimal(65, 30);
    private static final Set<String> ELEMENTS = Set.of("bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar",
            "bpchar", "uuid");

    private PostgresTypes() {
    }

    /**
     * @param column for the message when the type is not known
     * @param type as pg_type names it, an array's with an underscore before; {@code enum} for any enumeration
     * @param length characters, bits, digits, or fractional seconds
     */
    public static ColumnType of(String column, String type, long length, int scale) {
        String word = type.toLowerCase(Locale.ROOT);
        return switch (word) {
            case "bool" -> ColumnType.of(Kind.INT8);
            case "int2", "smallserial", "serial2" -> ColumnType.of(Kind.INT16);
            case "int4", "serial", "serial4" -> ColumnType.of(Kind.INT32);
            case "int8", "bigserial", "serial8", "oid" -> ColumnType.of(Kind.INT64);
            case "float4" -> ColumnType.of(Kind.FLOAT);
            case "float8" -> ColumnType.of(Kind.DOUBLE);
            case "numeric" ->
                length <= 0 || length > 65 || scale < 0 || scale > 30 || scale > length ? WIDEST : ColumnType.decimal((int) length, scale);
            case "money" -> ColumnType.decimal(19, 2);
            case "varchar", "bpchar" ->
                length <= 0 || length > LONGEST_STRING ? ColumnType.of(Kind.TEXT) : ColumnType.of(Kind.STRING, length);
            case "char" -> ColumnType.of(Kind.STRING, 1);
            case "text", "citext", "xml", "tsvector", "hstore", "ltree" -> ColumnType.of(Kind.TEXT);
            // As PostgreSQL writes it: a document type would lose digits, blanks, order and repeated names.
            case "json", "jsonb" -> ColumnType.of(Kind.TEXT);
            case "name" -> ColumnType.of(Kind.STRING, 63);
            case "enum" -> ColumnType.of(Kind.STRING, 63);
            case "uuid" -> ColumnType.of(Kind.STRING, 36);
            case "inet", "cidr", "macaddr", "macaddr8", "interval" -> ColumnType.of(Kind.STRING, 64);
            case "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange" -> ColumnType.of(Kind.TEXT);
            case "bytea" -> ColumnType.of(Kind.BLOB);
            case "date" -> ColumnType.of(Kind.DATE);
            case "time", "timetz" -> ColumnType.of(Kind.TIME, 6);
            case "timestamp" -> ColumnType.of(Kind.DATETIME, 6);
            case "timestamptz" -> ColumnType.of(Kind.INSTANT, 6);
            case "bit" -> {
                if (length > 64) {
                    throw unknown(column, "bit(" + length + ")");
                }
                yield ColumnType.of(Kind.BITS, Math.max(1, length));
            }
            default -> {
                if (word.startsWith("_") && ELEMENTS.contains(word.substring(1))) {
                    yield ColumnType.of(Kind.TEXT);
                }
                throw unknown(column, type);
            }
        };
    }

    /** Whether that names a type of PostgreSQL's own or of an extension that we know; a domain's name is anybody's. */
    public static boolean isName(String type) {
        try {
            of("", type, 1, 0);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static IllegalArgumentException unknown(String column, String type) {
        return new IllegalArgumentException("column " + column + " has the type " + type
                + ", which Bactrian does not know yet; leave the column out with columnExcludeList, or tell us");
    }
}
