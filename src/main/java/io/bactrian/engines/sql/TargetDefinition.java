package io.bactrian.engines.sql;

import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Sum;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.SqlWords.ColumnDefinition;
import io.bactrian.engines.sql.modes.HistoryWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a target's table must look like for rows of one schema. */
final class TargetDefinition {

    /** Where the sums of a table lie apart for each log, so that what one log gave can be taken out again. */
    private static final String PARTS = "_parts";

    private final Target target;
    private final TableSchema schema;
    private final SqlWords words;
    private final Map<String, WantedColumn> columns;

    TargetDefinition(Target target, TableSchema schema, SqlWords words) {
        this.target = target;
        this.schema = schema;
        this.words = words;
        this.columns = wantedColumns();
    }

    Target target() {
        return target;
    }

    TableSchema schema() {
        return schema;
    }

    /** The table that rows are written to. */
    static String stored(Target target) {
        return target.mode() == Mode.ADD ? target.table() + PARTS : target.table();
    }

    String stored() {
        return stored(target);
    }

    /** The columns of the row, and those of ours that depend on how the target is kept. */
    Map<String, WantedColumn> columns() {
        return columns;
    }

    private Map<String, WantedColumn> wantedColumns() {
        List<WarehouseColumn> wanted = new ArrayList<>();
        for (Column column : schema.columns()) {
            boolean sum = target.mode() == Mode.ADD && !target.key().contains(column.name());
            wanted.add(new WarehouseColumn(column.name(), sum ? Sum.typeOf(column) : column.type()));
        }
        int ours = switch (target.mode()) {
            case MIRROR, APPEND -> 0;
            case HISTORY, ADD -> 1;
        };
        Map<String, String> types = words.typesFor(wanted, target.key(), ours);
        Map<String, WantedColumn> all = new LinkedHashMap<>();
        for (WarehouseColumn column : wanted) {
            boolean inKey = target.key().contains(column.name());
            String rest = inKey ? " not null" : target.mode() == Mode.ADD ? " not null default 0" : "";
            all.put(column.name(),
                    new WantedColumn(column.name(), column.type(), types.get(column.name()), rest, inKey, schema.declared()));
        }
        switch (target.mode()) {
            case MIRROR -> {
                if (target.keepDeleted()) {
                    own(all, Target.DELETED_AT, OwnColumns.MOMENT, "");
                }
                if (target.bag()) {
                    all.put(OwnColumns.HASH, new WantedColumn(OwnColumns.HASH, OwnColumns.HASH_TYPE,
                            words.typeFor(OwnColumns.HASH_TYPE, true), "", true, true));
                }
            }
            case HISTORY -> HistoryWriter.COLUMNS.forEach(
                    column -> own(all, column.name(), column.type(), column.name().equals(Target.DELETED_AT) ? "" : " not null"));
            case APPEND -> {
                own(all, OwnColumns.OPERATION, OwnColumns.OPERATION_TYPE, "");
                own(all, OwnColumns.COMMITTED_AT, OwnColumns.MOMENT, "");
            }
            case ADD -> {
                // Nothing but the sums.
            }
        }
        return all;
    }

    private void own(Map<String, WantedColumn> all, String name, ColumnType type, String rest) {
        all.put(name, new WantedColumn(name, type, words.typeFor(type, false), rest, false, true));
    }

    /** The columns by which the table must tell its rows apart; empty if it takes equal rows. */
    List<String> apart() {
        return switch (target.mode()) {
            case MIRROR -> target.key();
            case HISTORY -> OwnColumns.and(target.key(), Target.VERSION);
            case ADD -> OwnColumns.and(target.key(), OwnColumns.LOG);
            case APPEND -> List.of();
        };
    }

    /** The column that numbers the rows; null if there is none. */
    String numbered() {
        return switch (target.mode()) {
            case MIRROR -> target.bag() ? OwnColumns.ROW : null;
            case HISTORY -> target.tracking().surrogate();
            case APPEND -> OwnColumns.ROW;
            case ADD -> null;
        };
    }

    List<String> create() {
        List<String> definitions = new ArrayList<>();
        List<TargetIndex> indexes = new ArrayList<>();
        List<String> primaryKey = List.of();
        if (numbered() != null) {
            definitions.add(words.rowNumber(numbered()));
        }
        switch (target.mode()) {
            case MIRROR -> {
                if (target.bag()) {
                    indexes.add(new TargetIndex("equal_rows", false, List.of(OwnColumns.HASH)));
                } else {
                    primaryKey = apart();
                }
            }
            case HISTORY -> indexes.add(new TargetIndex("one_of_each_version", true, apart()));
            case APPEND -> indexes.add(new TargetIndex("place_in_the_log", false, List.of(OwnColumns.LOG, OwnColumns.OFFSET)));
            case ADD -> {
                primaryKey = apart();
                indexes.add(new TargetIndex("parts_of_a_log", false, List.of(OwnColumns.LOG)));
            }
        }
        columns.values().forEach(column -> definitions.add(words.quote(column.name()) + " " + column.definition()));
        definitions.add(OwnColumns.LOG + " " + words.typeFor(ColumnType.of(ColumnType.Kind.UINT32), false) + " not null");
        definitions.add(OwnColumns.OFFSET + " " + words.typeFor(OwnColumns.NUMBER, false) + " not null");
        if (!primaryKey.isEmpty()) {
            definitions.add("primary key (" + words.quoted(primaryKey) + ")");
        }
        return words.createTable(stored(), definitions, indexes);
    }

    /** @throws IllegalStateException if the rows lack a column of their key */
    void checkKey() {
        for (String key : target.key()) {
            if (!columns.containsKey(key)) {
                throw new IllegalStateException("warehouse table " + target.table() + ": key column '" + key
                        + "' is not among the row's columns " + columns.keySet());
            }
        }
    }

    String addColumn(WantedColumn column) {
        return addColumn(column, column.words());
    }

    /** @param type another one than the column would have by itself, in the database's words */
    String addColumn(WantedColumn column, String type) {
        // A row that is there has no value of it, also if it is a column of the key.
        return "alter table " + words.quote(stored()) + " add column " + words.quote(column.name()) + " " + type
                + (column.inKey() ? "" : column.rest());
    }

    /** @param wider by column, its new type */
    String change(Map<WantedColumn, String> wider) {
        Map<String, ColumnDefinition> definitions = new LinkedHashMap<>();
        wider.forEach((column, type) -> definitions.put(column.name(), new ColumnDefinition(type, column.rest())));
        return words.changeColumns(stored(), definitions);
    }

    /** Those that the view over the parts of sums shows. @param columns of the table of the parts */
    static List<String> shown(List<String> columns) {
        return columns.stream().filter(column -> !column.equals(OwnColumns.LOG) && !column.equals(OwnColumns.OFFSET)).toList();
    }

    String dropView() {
        return "drop view " + words.quote(target.table());
    }

    /** The view that adds up the parts of each sum. @param shown columns of the table of the parts, without our own */
    String createView(List<String> shown) {
        return words.createView(target.table(), "select " + shown.stream()
                .map(c -> target.key().contains(c) ? words.quote(c) : "sum(" + words.quote(c) + ") as " + words.quote(c))
                .collect(Collectors.joining(",")) + " from " + words.quote(stored()) + " group by " + words.quoted(target.key()));
    }

    /** The statements that drop all of it, for people. */
    String drop() {
        return (target.mode() == Mode.ADD ? "drop view " + words.legible(target.table()) + "; " : "") + "drop table "
                + words.legible(stored());
    }
}
