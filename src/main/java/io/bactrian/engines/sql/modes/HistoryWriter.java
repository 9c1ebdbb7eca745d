package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.HistoryChain;
import io.bactrian.domain.Image;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Version;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.TargetTable;
import io.bactrian.engines.sql.WarehouseColumn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Keeps every version of each key. The last version of each key of a batch is read, what the batch makes of it is
 * worked out in memory ({@link HistoryChain}), and the outcome is written: what changed of versions that were there,
 * then the new ones.
 */
public final class HistoryWriter implements TargetWriter {

    private static final int KEYS_A_STATEMENT = 500;
    private static final ColumnType MOMENT = ColumnType.of(ColumnType.Kind.DATETIME, 6);
    /** The state of standard SQL for a transaction that must be repeated because of another one. */
    private static final String NOT_SERIALIZABLE = "40001";

    /** The columns that tell when a version was valid. */
    public static final List<WarehouseColumn> COLUMNS = List.of(
            new WarehouseColumn(Target.VERSION, ColumnType.of(ColumnType.Kind.INT32)),
            new WarehouseColumn(Target.VALID_FROM, MOMENT),
            new WarehouseColumn(Target.VALID_TO, MOMENT),
            new WarehouseColumn(Target.IS_CURRENT, ColumnType.of(ColumnType.Kind.INT8)),
            new WarehouseColumn(Target.DELETED_AT, ColumnType.of(ColumnType.Kind.INSTANT, 6)));
    private static final List<WarehouseColumn> PLACE = List.of(
            new WarehouseColumn(OwnColumns.LOG, OwnColumns.NUMBER),
            new WarehouseColumn(OwnColumns.OFFSET, OwnColumns.NUMBER));

    private final TargetStatements statements;
    private final WarehouseColumn surrogate;

    public HistoryWriter(TargetStatements statements) {
        this.statements = statements;
        this.surrogate = statements.target.tracking() == null
                ? null
                : new WarehouseColumn(statements.target.tracking().surrogate(), OwnColumns.NUMBER);
    }

    /** The changes of one key, in order. */
    private record Chain(List<Object> key, List<Row> rows) {
    }

    private record Stored(Object surrogate, Version version) {
    }

    @Override
    public void write(List<Row> rows, List<Refusal> refusals) throws SQLException {
        Map<List<Object>, Chain> waiting = new LinkedHashMap<>();
        for (Row row : rows) {
            if (row.meaning() == Row.Meaning.CLEAR) {
                flush(waiting, refusals);
                clear(row);
            } else {
                waiting.computeIfAbsent(statements.key(row.image()), key -> new Chain(key, new ArrayList<>())).rows().add(row);
            }
        }
        flush(waiting, refusals);
    }

    private void flush(Map<List<Object>, Chain> waiting, List<Refusal> refusals) throws SQLException {
        statements.halving(List.copyOf(waiting.values()), this::extend, (chain, reason) -> extendOneByOne(chain, reason, refusals));
        waiting.clear();
    }

    /** A key that is refused may have good rows before and after the guilty one. */
    private void extendOneByOne(Chain chain, String reason, List<Refusal> refusals) throws SQLException {
        if (chain.rows().size() == 1) {
            refusals.add(new Refusal(chain.rows().get(0), reason));
            return;
        }
        for (Row row : chain.rows()) {
            statements.halving(List.of(new Chain(chain.key(), List.of(row))), this::extend,
                    (one, why) -> refusals.add(new Refusal(row, why)));
        }
    }

    private void extend(List<Chain> chains) throws SQLException {
        TableSchema schema = schemaOf(chains);
        Map<List<Object>, Stored> last = last(chains, schema);
        // Lines by the columns that they write: of a version that only ends, the values are left alone.
        Map<List<WarehouseColumn>, List<Object[]>> changed = new LinkedHashMap<>();
        Map<List<WarehouseColumn>, List<Object[]>> opened = new LinkedHashMap<>();
        Map<TableSchema, List<WarehouseColumn>> values = new HashMap<>();
        List<WarehouseColumn> keyColumns = statements.keyColumns(schema);
        for (Chain chain : chains) {
            Stored stored = last.get(chain.key());
            HistoryChain history = new HistoryChain(stored == null ? null : stored.version());
            for (Row row : chain.rows()) {
                history.apply(row, statements.log(row));
            }
            Version now = history.changed();
            if (now != null) {
                List<WarehouseColumn> columns = now.image() == stored.version().image()
                        ? keyColumns
                        : values.computeIfAbsent(now.image().schema(), HistoryWriter::columnsOf);
                changed.computeIfAbsent(columns, c -> new ArrayList<>()).add(line(stored.surrogate(), now, columns));
            }
            for (Version version : history.opened()) {
                List<WarehouseColumn> columns = values.computeIfAbsent(version.image().schema(), HistoryWriter::columnsOf);
                opened.computeIfAbsent(columns, c -> new ArrayList<>()).add(line(null, version, columns));
            }
        }
        try {
            for (Map.Entry<List<WarehouseColumn>, List<Object[]>> group : changed.entrySet()) {
                TargetTable bySurrogate = new TargetTable(statements.table.name(), List.of(surrogate.name()),
                        statements.table.columns());
                statements.writing.write(statements.connection, bySurrogate, with(surrogate, group.getKey()), group.getValue(), true);
            }
            for (Map.Entry<List<WarehouseColumn>, List<Object[]>> group : opened.entrySet()) {
                statements.writing.write(statements.connection, statements.table, with(null, group.getKey()), group.getValue(), false);
            }
        } catch (SQLException e) {
            if (statements.errors.isDuplicateKey(e)) {
                throw concurrent(e);
            }
            throw e;
        }
    }

    /** No row's fault: tried again, the new last version is found. */
    private SQLException concurrent(SQLException cause) {
        return new SQLException(
                "another transaction added a version to a key of " + statements.table.name() + " meanwhile; this batch is tried again"
                        + (cause == null ? "" : ": " + statements.errors.reason(cause)),
                NOT_SERIALIZABLE, cause);
    }

    private static List<WarehouseColumn> columnsOf(TableSchema schema) {
        return schema.columns().stream().map(c -> new WarehouseColumn(c.name(), c.type())).toList();
    }

    private static List<WarehouseColumn> with(WarehouseColumn surrogate, List<WarehouseColumn> values) {
        List<WarehouseColumn> all = new ArrayList<>();
        if (surrogate != null) {
            all.add(surrogate);
        }
        all.addAll(values);
        all.addAll(COLUMNS);
        all.addAll(PLACE);
        return all;
    }

    private static Object[] line(Object surrogate, Version version, List<WarehouseColumn> values) {
        Object[] line = new Object[(surrogate == null ? 0 : 1) + values.size() + COLUMNS.size() + PLACE.size()];
        int place = 0;
        if (surrogate != null) {
            line[place++] = surrogate;
        }
        for (WarehouseColumn column : values) {
            line[place++] = version.image().get(column.name());
        }
        line[place++] = (long) version.number();
        line[place++] = text(version.validFrom());
        line[place++] = text(version.validTo());
        line[place++] = version.current() ? 1L : 0L;
        line[place++] = version.deletedAt() == null ? null : version.deletedAt().toString();
        line[place++] = version.log();
        line[place] = version.offset();
        return line;
    }

    /** Times without a zone are UTC. */
    private static String text(Instant instant) {
        String text = instant.toString();
        return text.substring(0, text.length() - 1);
    }

    /** All columns of the rows; mostly they share one schema. */
    private static TableSchema schemaOf(List<Chain> chains) {
        TableSchema first = chains.get(0).rows().get(0).image().schema();
        Map<String, Column> columns = null;
        TableSchema seen = first;
        for (Chain chain : chains) {
            for (Row row : chain.rows()) {
                TableSchema schema = row.image().schema();
                if (schema != seen && !schema.equals(first)) {
                    columns = columns == null ? byName(first) : columns;
                    columns.putAll(byName(schema));
                }
                seen = schema;
            }
        }
        return columns == null ? first : new TableSchema(List.copyOf(columns.values()), List.of());
    }

    private static Map<String, Column> byName(TableSchema schema) {
        Map<String, Column> columns = new LinkedHashMap<>();
        schema.columns().forEach(column -> columns.put(column.name(), column));
        return columns;
    }

    private Map<List<Object>, Stored> last(List<Chain> chains, TableSchema schema) throws SQLException {
        Map<List<Object>, Stored> last = new HashMap<>();
        for (int from = 0; from < chains.size(); from += KEYS_A_STATEMENT) {
            List<Chain> some = chains.subList(from, Math.min(chains.size(), from + KEYS_A_STATEMENT));
            readLast(some, schema, last);
            checkLast(some, schema, last);
        }
        return last;
    }

    /**
     * Both the inner and the outer query walk the index of keys and versions. Locked: who else adds a version must
     * wait.
     */
    private void readLast(List<Chain> chains, TableSchema schema, Map<List<Object>, Stored> last) throws SQLException {
        List<String> on = OwnColumns.and(statements.target.key(), Target.VERSION);
        List<WarehouseColumn> read = with(surrogate, columnsOf(schema));
        String sql = statements.locks.aloneIn("t",
                "select " + read.stream().map(c -> "t." + statements.words.quote(c.name())).collect(Collectors.joining(","))
                        + " from " + statements.words.quote(statements.table.name()) + " t join (" + newest(chains.size()) + ") l on "
                        + on.stream().map(statements.words::quote).map(c -> "t." + c + "=l." + c).collect(Collectors.joining(" and ")));
        try (PreparedStatement statement = statements.connection.prepareStatement(sql)) {
            setKeys(statement, chains);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Object[] values = new Object[read.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = statements.values.read(rows, i + 1, read.get(i).type());
                    }
                    Image image = new Image(schema, Arrays.copyOfRange(values, 1, 1 + schema.size()));
                    last.put(statements.key(image), new Stored(values[0], version(image, values, 1 + schema.size())));
                }
            }
        }
    }

    private static Version version(Image image, Object[] values, int place) {
        return new Version(((Long) values[place]).intValue(), image, Instant.parse(values[place + 1] + "Z"),
                Instant.parse(values[place + 2] + "Z"),
                (Long) values[place + 3] == 1, values[place + 4] == null ? null : Instant.parse((String) values[place + 4]),
                (Long) values[place + 5], (Long) values[place + 6]);
    }

    /**
     * The lock may have been waited for while its holder added a version, which our read began too early to see. From
     * now on nobody adds any: he would have to lock the same version first.
     */
    private void checkLast(List<Chain> chains, TableSchema schema, Map<List<Object>, Stored> last) throws SQLException {
        List<WarehouseColumn> keyColumns = statements.keyColumns(schema);
        TableSchema keys = new TableSchema(keyColumns.stream().map(c -> new Column(c.name(), c.type(), false)).toList(), List.of());
        try (PreparedStatement statement = statements.connection.prepareStatement(newest(chains.size()))) {
            setKeys(statement, chains);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Stored stored = last.get(statements.key(statements.values.image(rows, keys)));
                    if (stored == null || stored.version().number() != rows.getInt(keys.size() + 1)) {
                        throw concurrent(null);
                    }
                }
            }
        }
    }

    private String newest(int keys) {
        String names = statements.words.quoted(statements.target.key());
        return "select " + names + ", max(" + Target.VERSION + ") as " + Target.VERSION + " from "
                + statements.words.quote(statements.table.name()) + " where " + statements.keyIn(keys) + " group by " + names;
    }

    private void setKeys(PreparedStatement statement, List<Chain> chains) throws SQLException {
        int place = 1;
        for (Chain chain : chains) {
            place = statements.setKey(statement, place, chain.rows().get(0).image());
        }
    }

    /**
     * Ends the log's open versions: as deleted, or, where a snapshot begins again, only until it comes across the row.
     */
    private void clear(Row row) throws SQLException {
        boolean deleted = !row.change().snapshot();
        String later = "case when " + Target.VALID_FROM + ">? then " + Target.VALID_FROM + " else ? end";
        String sql = "update " + statements.words.quote(statements.table.name()) + " set " + Target.VALID_TO + "=" + later + ", "
                + Target.IS_CURRENT + "=0, "
                + (deleted ? Target.DELETED_AT + "=" + later + ", " : "") + OwnColumns.OFFSET + "=? where " + Target.IS_CURRENT
                + "=1 and "
                + OwnColumns.LOG + "=? and " + OwnColumns.OFFSET + "<?";
        Object at = statements.values.parameter(text(row.at().truncatedTo(ChronoUnit.MICROS)), MOMENT);
        try (PreparedStatement statement = statements.connection.prepareStatement(sql)) {
            int place = 1;
            for (int i = 0; i < (deleted ? 4 : 2); i++) {
                statement.setObject(place++, at);
            }
            statement.setLong(place++, row.version().offset());
            statement.setInt(place++, statements.log(row));
            statement.setLong(place, row.change().older());
            statement.executeUpdate();
        }
    }

    @Override
    public void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException {
        // A chain takes nothing from a change that is older than its last one.
        write(rows, refusals);
    }
}
