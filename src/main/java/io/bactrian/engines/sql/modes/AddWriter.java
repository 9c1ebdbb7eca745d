package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Column;
import io.bactrian.domain.Row;
import io.bactrian.domain.Sum;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.WarehouseColumn;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds to the sums of each key. A key has one part for each log, so that pumps of different partitions never wait for
 * each other and what one log gave can be taken out again; a view adds the parts up. That an increment counts once is
 * the watermark's doing: it moves in the same transaction.
 */
public final class AddWriter implements TargetWriter {

    /** The state of standard SQL for a number beyond its type's range: it is the row's fault. */
    private static final String OUT_OF_RANGE = "22003";

    private final TargetStatements statements;
    /** Digits after the point that a column keeps. */
    private Map<String, Integer> scales;

    public AddWriter(TargetStatements statements) {
        this.statements = statements;
    }

    private record PartKey(List<Object> key, int log) {
    }

    private record Part(PartKey key, List<Row> rows) {
    }

    @Override
    public void write(List<Row> rows, List<Refusal> refusals) throws SQLException {
        Map<PartKey, Part> parts = new LinkedHashMap<>();
        for (Row row : rows) {
            int log = statements.log(row);
            if (row.meaning() == Row.Meaning.CLEAR) {
                parts.keySet().removeIf(part -> part.log() == log);
                statements.clear(row, false);
            } else {
                parts.computeIfAbsent(new PartKey(statements.key(row.image()), log), key -> new Part(key, new ArrayList<>())).rows()
                        .add(row);
            }
        }
        List<Part> sorted = new ArrayList<>(parts.values());
        // Whoever else writes these parts locks them in the same order.
        sorted.sort(Comparator.comparing(part -> part.key().toString()));
        statements.halving(sorted, this::add, (part, reason) -> addOneByOne(part, reason, refusals));
    }

    /** A sum hides which of its rows is too much. */
    private void addOneByOne(Part part, String reason, List<Refusal> refusals) throws SQLException {
        if (part.rows().size() == 1) {
            refusals.add(new Refusal(part.rows().get(0), reason));
            return;
        }
        for (Row row : part.rows()) {
            statements.halving(List.of(new Part(part.key(), List.of(row))), this::add, (one, why) -> refusals.add(new Refusal(row, why)));
        }
    }

    private void add(List<Part> parts) throws SQLException {
        Map<String, WarehouseColumn> sums = new LinkedHashMap<>();
        List<Map<String, Number>> amounts = new ArrayList<>(parts.size());
        for (Part part : parts) {
            amounts.add(sum(part));
            for (Row row : part.rows()) {
                for (Column column : row.image().schema().columns()) {
                    if (!statements.target.key().contains(column.name())) {
                        sums.computeIfAbsent(column.name(), name -> new WarehouseColumn(name, Sum.typeOf(column)));
                    }
                }
            }
        }
        List<WarehouseColumn> columns = new ArrayList<>(statements.keyColumns(parts.get(0).rows().get(0).image().schema()));
        columns.addAll(sums.values());
        columns.add(new WarehouseColumn(OwnColumns.LOG, OwnColumns.NUMBER));
        columns.add(new WarehouseColumn(OwnColumns.OFFSET, OwnColumns.NUMBER));
        List<Object[]> lines = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            lines.add(line(parts.get(i), amounts.get(i), sums.keySet(), columns.size()));
        }
        statements.writing.add(statements.connection, statements.table, columns, lines, List.copyOf(sums.keySet()));
    }

    private Map<String, Number> sum(Part part) throws SQLException {
        Sum sum = new Sum();
        try {
            part.rows().forEach(sum::apply);
        } catch (ArithmeticException e) {
            throw new SQLException(e.getMessage(), OUT_OF_RANGE, e);
        }
        for (Map.Entry<String, Number> amount : sum.amounts().entrySet()) {
            checkScale(amount.getKey(), amount.getValue());
        }
        return sum.amounts();
    }

    /** A database may round without a word what a column was not made for. */
    private void checkScale(String column, Number amount) throws SQLException {
        Integer scale = scales().get(column);
        if (scale == null || amount instanceof Long) {
            return;
        }
        int has = amount instanceof BigDecimal decimal ? decimal.stripTrailingZeros().scale() : Integer.MAX_VALUE;
        if (has > scale) {
            throw new SQLException("column " + column + " keeps " + scale + " digits after the point, and " + amount
                    + (amount instanceof Double ? " is a floating-point number" : " has " + has)
                    + "; it would be rounded. Widen the column", OUT_OF_RANGE);
        }
    }

    private Map<String, Integer> scales() throws SQLException {
        if (scales == null) {
            scales = statements.catalogue.digits(statements.connection, statements.table.name());
        }
        return scales;
    }

    private Object[] line(Part part, Map<String, Number> amounts, Iterable<String> sums, int size) {
        Object[] line = new Object[size];
        int place = 0;
        for (String column : statements.target.key()) {
            line[place++] = part.rows().get(0).image().get(column);
        }
        for (String column : sums) {
            line[place++] = amounts.getOrDefault(column, 0L);
        }
        line[place++] = (long) part.key().log();
        line[place] = part.rows().stream().mapToLong(row -> row.version().offset()).max().orElseThrow();
        return line;
    }

    @Override
    public void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException {
        // Increments overwrite nothing, so late ones count like any other. A late truncation cannot be told apart any
        // more
        // from what was added after it.
        List<Row> possible = new ArrayList<>();
        for (Row row : rows) {
            if (row.meaning() == Row.Meaning.CLEAR && hasNewer(row)) {
                refusals.add(new Refusal(row,
                        "warehouse table " + statements.table.name() + ": newer changes than this truncation have been added, and a sum "
                                + "cannot be divided again. Discard the dead letter and correct the sums by hand"));
            } else {
                possible.add(row);
            }
        }
        write(possible, refusals);
    }

    private boolean hasNewer(Row row) throws SQLException {
        try (PreparedStatement statement = statements.connection
                .prepareStatement("select 1 from " + statements.words.quote(statements.table.name())
                        + " where " + OwnColumns.LOG + "=? and " + OwnColumns.OFFSET + ">? limit 1")) {
            statement.setInt(1, statements.log(row));
            statement.setLong(2, row.version().offset());
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }
}
