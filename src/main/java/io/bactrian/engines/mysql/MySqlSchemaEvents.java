package io.bactrian.engines.mysql;

import io.bactrian.engines.SchemaEvent.Kind;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.TableShape.ShapeColumn;
import io.bactrian.engines.TableShape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What a statement in the binlog did to tables: mostly as Debezium's parser understood it, which tells how the tables
 * look afterwards. It does not tell of names that are gone by renaming, nor of rows that a statement moved as a whole;
 * that is read from the statement's text.
 */
final class MySqlSchemaEvents {

    private static final String NAME = "(?:(`(?:[^`]|``)+`|[\\w$]+)\\s*\\.\\s*)?(`(?:[^`]|``)+`|[\\w$]+)";
    private static final Pattern COMMENT = Pattern.compile("/\\*(?!!).*?\\*/", Pattern.DOTALL);
    private static final Pattern RENAME = pattern("^\\s*rename\\s+tables?\\s+" + NAME + "\\s+to\\s+" + NAME);
    private static final Pattern ALTER_RENAME = pattern(
            "^\\s*alter\\s+table\\s+" + NAME + "\\s(?:.*?\\W)?rename\\s+(?:(?:to|as)\\s+|=\\s*)?(?!column\\b|index\\b|key\\b)" + NAME);
    private static final Pattern MOVES_ROWS = pattern(
            "^\\s*alter\\s+table\\b.*?\\b(?:(?:truncate|drop|exchange|discard|import)\\s+partition|(?:discard|import)\\s+tablespace)\\b");
    private static final Pattern EXCHANGED = pattern("\\bexchange\\s+partition\\s+" + NAME + "\\s+with\\s+table\\s+" + NAME);
    private static final Pattern COMPUTED = pattern("\\bgenerated\\b|\\bas\\s*\\(");
    private static final Pattern DROP_DATABASE = pattern("^\\s*drop\\s+(?:database|schema)\\b");

    private MySqlSchemaEvents() {
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    static List<SchemaEvent> of(SourceRecord record) {
        if (!(record.value() instanceof Struct value) || value.schema().field("ddl") == null || value.getString("ddl") == null) {
            return List.of();
        }
        return of(value.getString("ddl"), value.getString("databaseName"), value.getArray("tableChanges"));
    }

    static List<SchemaEvent> of(String ddl, String database, List<Struct> changes) {
        String statement = COMMENT.matcher(ddl).replaceAll(" ");
        List<SchemaEvent> events = new ArrayList<>();
        if (DROP_DATABASE.matcher(statement).find()) {
            return List.of(new SchemaEvent(database + ".", Kind.DROPPED, null, ddl, true));
        }
        boolean renames = false;
        for (Pattern pattern : List.of(RENAME, ALTER_RENAME)) {
            Matcher rename = pattern.matcher(statement);
            if (rename.find()) {
                renames = true;
                events.add(new SchemaEvent(table(rename.group(1), rename.group(2), database), Kind.RENAMED, null, ddl, true));
            }
        }
        boolean moves = renames || MOVES_ROWS.matcher(statement).find();
        boolean computed = COMPUTED.matcher(statement).find();
        for (Struct change : changes) {
            String table = change.getString("id").replaceAll("^\"|\"$", "").replace("\".\"", ".");
            switch (change.getString("type")) {
                case "DROP" -> events.add(new SchemaEvent(table, Kind.DROPPED, null, ddl, true));
                case "CREATE" -> events.add(new SchemaEvent(table, Kind.CREATED, shape(change.getStruct("table"), computed), ddl, false));
                case "ALTER" -> events.add(new SchemaEvent(table, Kind.ALTERED, shape(change.getStruct("table"), computed), ddl, moves));
                default -> throw new IllegalArgumentException("the log tells of a change of table " + table + " of the kind '"
                        + change.getString("type") + "', which Bactrian does not know; the statement is: " + ddl);
            }
        }
        Matcher exchanged = EXCHANGED.matcher(statement);
        if (exchanged.find()) {
            events.add(new SchemaEvent(table(exchanged.group(3), exchanged.group(4), database), Kind.ALTERED, null, ddl, true));
        }
        return events;
    }

    private static String table(String database, String table, String current) {
        return (database == null ? current : plain(database)) + "." + plain(table);
    }

    private static String plain(String name) {
        return name.startsWith("`") ? name.substring(1, name.length() - 1).replace("``", "`") : name;
    }

    private static TableShape shape(Struct table, boolean computed) {
        List<ShapeColumn> columns = new ArrayList<>();
        for (Object one : table.getArray("columns")) {
            Struct column = (Struct) one;
            String type = column.getString("typeName");
            List<String> members = column.getArray("enumValues") == null ? List.of() : column.getArray("enumValues");
            boolean optional = column.getBoolean("optional");
            columns.add(new ShapeColumn(column.getString("name"),
                    MySqlTypes.of(column.getString("name"), type, number(column, "length"), number(column, "scale"),
                            String.join(",", members)).toString(),
                    type.equalsIgnoreCase("BINARY"), optional,
                    !optional || computed || column.getString("defaultValueExpression") != null, members));
        }
        return new TableShape(columns, table.getArray("primaryKeyColumnNames"));
    }

    private static int number(Struct column, String field) {
        Integer number = column.getInt32(field);
        return number == null ? 0 : number;
    }
}
