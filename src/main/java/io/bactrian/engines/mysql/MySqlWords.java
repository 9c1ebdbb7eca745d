package io.bactrian.engines.mysql;

import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.TargetIndex;
import io.bactrian.engines.sql.WarehouseColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Statements in MySQL's words. */
final class MySqlWords implements SqlWords {

    @Override
    public String quote(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Override
    public String typeFor(ColumnType type, boolean inKey) {
        return MySqlColumns.typeFor(type, inKey);
    }

    @Override
    public Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours) {
        return MySqlColumns.typesFor(columns, key, ours);
    }

    @Override
    public String typeOutsideRow(ColumnType type) {
        return MySqlColumns.typeOutsideRow(type);
    }

    @Override
    public ColumnType meaning(String type) {
        return MySqlColumns.meaning(type);
    }

    @Override
    public String changeColumns(String table, Map<String, ColumnDefinition> definitions) {
        // Of one statement, since each may copy the table.
        return "alter table " + quote(table) + " " + definitions.entrySet().stream()
                .map(column -> "modify column " + quote(column.getKey()) + " " + column.getValue().type() + column.getValue().rest())
                .collect(Collectors.joining(", "));
    }

    /** It reads the table as it is. */
    @Override
    public boolean viewsBindTypes() {
        return false;
    }

    @Override
    public String rowNumber(String name) {
        return quote(name) + " bigint unsigned not null auto_increment primary key";
    }

    @Override
    public List<String> createTable(String name, List<String> definitions, List<TargetIndex> indexes) {
        List<String> parts = new ArrayList<>(definitions);
        for (TargetIndex index : indexes) {
            parts.add((index.unique() ? "unique key " : "key ") + quote(index.name()) + " (" + quoted(index.columns()) + ")");
        }
        return List.of("create table if not exists " + quote(name) + " (" + String.join(", ", parts) + ")");
    }

    @Override
    public String createView(String name, String select) {
        return "create or replace view " + quote(name) + " as " + select;
    }

    @Override
    public String createIndex(String table, List<String> columns) {
        return "create index " + quote("by_" + String.join("_", columns)) + " on " + quote(table) + " (" + quoted(columns) + ")";
    }

    @Override
    public List<String> bookkeeping() {
        return MySqlBookkeeping.STATEMENTS;
    }

    @Override
    public String onDuplicate(List<String> key, String sets) {
        return " as new on duplicate key update " + sets;
    }

    @Override
    public String deleteSome(String table, String where, String order) {
        return "delete from " + quote(table) + " where " + where + " order by " + order + " limit ?";
    }

    @Override
    public String ownWords(String sql) {
        return sql;
    }
}
