package io.bactrian.testing;

import io.bactrian.domain.Column;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.mysql.MySqlTypes;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.relational.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables as Debezium understands MySQL's DDL, without a server. */
public final class MySqlTables {

    private MySqlTables() {
    }

    /** By names such as {@code store.customers}. */
    public static Map<String, TableSchema> parse(String ddl) {
        Tables tables = new Tables();
        new MySqlAntlrDdlParser().parse(ddl, tables);
        Map<String, TableSchema> schemas = new TreeMap<>();
        for (io.debezium.relational.TableId id : tables.tableIds()) {
            io.debezium.relational.Table table = tables.forTable(id);
            List<Column> columns = table.columns().stream().map(c -> new Column(c.name(), MySqlTypes.of(id + "." + c.name(), c.typeName(),
                    Math.max(0, c.length()), c.scale().orElse(0), String.join(",", c.enumValues()).replace("'", "")), c.isOptional()))
                    .toList();
            schemas.put(id.catalog() + "." + id.table(), new TableSchema(columns, table.primaryKeyColumnNames()));
        }
        return schemas;
    }

    /** The tables of the bookstore, as the files below {@code sql/source} make them. */
    public static Map<String, TableSchema> ofTheBookstore() {
        Map<String, TableSchema> all = new TreeMap<>();
        for (String file : List.of("store.sql", "shipping.sql")) {
            try {
                // A database's character set concerns the parser only where it is part of a connector.
                all.putAll(parse(Files.readString(Path.of("sql/source", file)).replaceAll("CREATE DATABASE [^;]*;", "")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }
}
