package io.bactrian.engines.postgresql;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.TargetIndex;
import io.bactrian.engines.sql.WarehouseColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statements in PostgreSQL's words. */
final class PostgresWords implements SqlWords {

    /** A numeric of any number of digits. */
    static final ColumnType ANY_NUMBER = ColumnType.decimal(1_000, 500);

    private static final int BYTES_A_NAME = 63;
    private static final Pattern BITS = Pattern.compile("bit\\((\\d+)\\)");
    /**
     * Whoever makes tables holds it until they are there: without it two instances that make the same one meet in the
     * catalog, and one fails.
     */
    static final String ONE_MAKES_TABLES = "select pg_advisory_xact_lock(4711003); ";
    /**
     * What models have in MySQL's words, since there is no form that both databases know: a name in backticks, and the
     * beginning of one call. Or a text, a quoted name or a comment, in which it is neither.
     */
    private static final Pattern WORDS_OF_MODELS = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\\*.*?\\*/|`([^`]+)`|\\btimestampdiff\\s*\\(\\s*(\\w+)\\s*,",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    @Override
    public String quote(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_A_NAME) {
            // PostgreSQL would cut it, and two names may be one then.
            throw new IllegalStateException("the name " + name + " has " + bytes + " bytes, and PostgreSQL takes " + BYTES_A_NAME
                    + "; give the table or the column a shorter name in the route");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * The type of a column that holds every value of the source's. None has a length or a number of digits: PostgreSQL
     * rounds a number and cuts blanks at a text's end to fit those without a word, and saves no room by them.
     */
    private static String typeFor(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, UINT8, YEAR -> "smallint";
            case INT24, INT32, UINT16, UINT24 -> "integer";
            case INT64, UINT32 -> "bigint";
            case UINT64, DECIMAL -> "numeric";
            case FLOAT -> "real";
            case DOUBLE -> "double precision";
            case STRING, TEXT -> "text";
            case BYTES, BLOB, GEOMETRY -> "bytea";
            case DATE -> "date";
            // Its own time ends at 24:00:00.
            case TIME -> "interval";
            case DATETIME -> "timestamp";
            case INSTANT -> "timestamptz";
            case JSON -> "jsonb";
            case BITS -> "bit(" + Math.max(1, type.length()) + ")";
        };
    }

    @Override
    public String typeFor(ColumnType type, boolean inKey) {
        return typeFor(type);
    }

    @Override
    public Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours) {
        Map<String, String> types = new LinkedHashMap<>();
        columns.forEach(column -> types.put(column.name(), typeFor(column.type())));
        return types;
    }

    @Override
    public String typeOutsideRow(ColumnType type) {
        return typeFor(type);
    }

    @Override
    public ColumnType meaning(String type) {
        return switch (type) {
            case "smallint" -> ColumnType.of(Kind.INT16);
            case "integer" -> ColumnType.of(Kind.INT32);
            case "bigint" -> ColumnType.of(Kind.INT64);
            case "numeric" -> ANY_NUMBER;
            case "real" -> ColumnType.of(Kind.FLOAT);
            case "double precision" -> ColumnType.of(Kind.DOUBLE);
            case "text" -> ColumnType.of(Kind.TEXT);
            case "bytea" -> ColumnType.of(Kind.BLOB);
            case "date" -> ColumnType.of(Kind.DATE);
            case "interval" -> ColumnType.of(Kind.TIME, 6);
            case "timestamp" -> ColumnType.of(Kind.DATETIME, 6);
            case "timestamptz" -> ColumnType.of(Kind.INSTANT, 6);
            case "jsonb" -> ColumnType.of(Kind.JSON);
            default -> {
                Matcher bits = BITS.matcher(type);
                if (!bits.matches()) {
                    throw new IllegalArgumentException("'" + type + "' is no type that a warehouse's column is made with");
                }
                yield ColumnType.of(Kind.BITS, Long.parseLong(bits.group(1)));
            }
        };
    }

    /** What may be NULL, and what is there by default, stays. */
    @Override
    public String changeColumns(String table, Map<String, ColumnDefinition> definitions) {
        List<String> changes = new ArrayList<>();
        definitions.forEach((column, definition) -> {
            // A bit(16) takes no value of 8 bits, and those of an older schema may still come.
            String type = definition.type().replace("bit(", "bit varying(");
            changes.add("alter column " + quote(column) + " type " + type + " using " + quote(column) + "::" + type);
        });
        return "alter table " + quote(table) + " " + String.join(", ", changes);
    }

    @Override
    public boolean viewsBindTypes() {
        return true;
    }

    @Override
    public String rowNumber(String name) {
        return quote(name) + " bigint generated by default as identity primary key";
    }

    @Override
    public List<String> createTable(String name, List<String> definitions, List<TargetIndex> indexes) {
        List<String> parts = new ArrayList<>(definitions);
        StringBuilder more = new StringBuilder();
        for (TargetIndex index : indexes) {
            String columns = " (" + quoted(index.columns()) + ")";
            if (index.unique()) {
                parts.add("unique" + columns);
            } else {
                more.append("; create index if not exists ").append(quote(nameOf(name, index.name()))).append(" on ").append(quote(name))
                        .append(columns);
            }
        }
        // One text is one transaction.
        return List.of(ONE_MAKES_TABLES + "create table if not exists " + quote(name) + " (" + String.join(", ", parts) + ")" + more);
    }

    /** The names of a schema's indexes are apart from each other, whatever their tables. */
    private static String nameOf(String table, String index) {
        String whole = table + "_" + index;
        return whole.getBytes(StandardCharsets.UTF_8).length <= BYTES_A_NAME ? whole : index + "_" + Integer.toHexString(whole.hashCode());
    }

    @Override
    public String createView(String name, String select) {
        return ONE_MAKES_TABLES + "create or replace view " + quote(name) + " as " + select;
    }

    @Override
    public String createIndex(String table, List<String> columns) {
        return "create index on " + quote(table) + " (" + quoted(columns) + ")";
    }

    @Override
    public List<String> bookkeeping() {
        return PostgresBookkeeping.STATEMENTS;
    }

    @Override
    public String onDuplicate(List<String> key, String sets) {
        return " on conflict (" + quoted(key) + ") do update set " + sets;
    }

    @Override
    public String deleteSome(String table, String where, String order) {
        return "delete from " + quote(table) + " where ctid = any (array(select ctid from " + quote(table) + " where " + where
                + " order by " + order + " limit ? for update))";
    }

    @Override
    public String ownWords(String sql) {
        return WORDS_OF_MODELS.matcher(sql).replaceAll(found -> Matcher.quoteReplacement(found.group(1) != null
                ? quote(found.group(1))
                : found.group(2) != null ? "bactrian_timestampdiff('" + found.group(2).toLowerCase(Locale.ROOT) + "'," : found.group()));
    }
}
