package io.bactrian.application;

import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Adds columns of a reference table to rows. The whole table is kept in memory, since a query for each row would cost a
 * hundred times what everything else does; it is read again when it is older than {@code refresh}, and once more within
 * that time when a row is not found in it, which may be newer.
 */
public final class Lookup {

    public static final int MOST_ROWS = 1_000_000;

    /** What becomes of a row that is looked up in vain. */
    public enum OnMiss {
        /** The taken columns become NULL. */
        NULL,
        /**
         * The change becomes a dead letter; the row before a change, which may be long gone, gets NULL all the same.
         */
        FAIL
    }

    /** A column of the reference table and its name in the row. */
    public record Taken(String column, String as) {
    }

    /** @param on columns of the reference table, one for each of {@code from}, the row's columns */
    public record Question(String table, List<String> from, List<String> on, List<Taken> take, Duration refresh, OnMiss onMiss) {
        public Question {
            from = List.copyOf(from);
            on = List.copyOf(on);
            take = List.copyOf(take);
            if (from.size() != on.size()) {
                throw new IllegalArgumentException("lookup: from names " + from + " and on names " + on
                        + "; expected one column of " + table + " for each column of the row");
            }
        }

        private List<String> columns() {
            List<String> columns = new ArrayList<>(on);
            take.stream().map(Taken::column).filter(column -> !columns.contains(column)).forEach(columns::add);
            return columns;
        }
    }

    /** The row's columns that are looked up, and the row with the taken ones after them. */
    private record Plan(int[] from, TableSchema schema) {
    }

    /** The reference table as it was read. */
    private record Loaded(TableSchema schema, Map<Object, Object[]> rows, long at, Map<TableSchema, Plan> plans) {
    }

    private final ReferenceTables tables;
    private final String pipeline;
    private final Question question;
    private final LongSupplier nanoTime;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Loaded loaded;
    private volatile long missMayLoadAt;

    public Lookup(ReferenceTables tables, String pipeline, Question question, LongSupplier nanoTime) {
        this.tables = tables;
        this.pipeline = pipeline;
        this.question = question;
        this.nanoTime = nanoTime;
        this.missMayLoadAt = nanoTime.getAsLong();
    }

    /** @throws FailsForAllException when the reference table could not be read */
    public Change enrich(Change change) {
        long asked = nanoTime.getAsLong();
        current(asked);
        return change.mapImages(image -> enrich(change, image, loaded, asked, image == change.after() ? question.onMiss() : OnMiss.NULL));
    }

    private Image enrich(Change change, Image image, Loaded now, long asked, OnMiss onMiss) {
        Plan plan = plan(now, image.schema(), change.table());
        Object key = key(image, plan.from());
        Object[] found = key == null ? null : now.rows().get(key);
        if (found == null && key != null && isNewerAfterAMiss(now, asked)) {
            return enrich(change, image, loaded, asked, onMiss);
        }
        if (found == null) {
            tables.missed(pipeline);
            if (onMiss == OnMiss.FAIL) {
                throw new IllegalArgumentException(
                        "lookup: " + described(image) + " of " + change.table() + " is not in the reference table "
                                + question.table() + " (" + String.join(", ", question.on())
                                + "). Add it there and replay the dead letter, or use on-miss=null");
            }
        }
        Object[] values = new Object[plan.schema().size()];
        int own = image.size();
        for (int i = 0; i < own; i++) {
            values[i] = image.value(i);
        }
        if (found != null) {
            System.arraycopy(found, 0, values, own, found.length);
        }
        return new Image(plan.schema(), values);
    }

    private String described(Image image) {
        return String.join(", ", question.from().stream().map(column -> column + " = "
                + (image.get(column) instanceof byte[] ? "(bytes)" : image.get(column) == null ? "NULL" : "'" + image.get(column) + "'"))
                .toList());
    }

    private void current(long asked) {
        Loaded now = loaded;
        if (now == null || asked - now.at() >= question.refresh().toNanos()) {
            load(now);
        }
    }

    /** Whether the table is another now than the one that was seen: this thread reads it again if it may. */
    private boolean isNewerAfterAMiss(Loaded seen, long asked) {
        if (loaded != seen) {
            return true;
        }
        boolean readForThisChange = seen.at() - asked >= 0;
        if (readForThisChange || asked - missMayLoadAt < 0) {
            return false;
        }
        load(seen);
        missMayLoadAt = asked + question.refresh().toNanos();
        return true;
    }

    /** One thread reads, the others wait for it: there is no answer before. */
    private void load(Loaded seen) {
        loading.lock();
        try {
            if (loaded == seen) {
                loaded = read();
            }
        } finally {
            loading.unlock();
        }
    }

    private Loaded read() {
        // From before the question: what is committed meanwhile may be missing in the answer.
        long at = nanoTime.getAsLong();
        ReferenceTables.Table table;
        try {
            table = tables.load(pipeline, question.table(), question.columns(), MOST_ROWS + 1);
        } catch (RuntimeException e) {
            throw new FailsForAllException("lookup: the reference table " + question.table() + " cannot be read: " + e.getMessage(), e);
        }
        List<Image> rows = table.rows();
        if (rows.size() > MOST_ROWS) {
            throw new FailsForAllException("lookup: the reference table " + question.table() + " has more than " + MOST_ROWS
                    + " rows, too many to be kept in memory. Look up in a smaller table or a view, or join in the warehouse", null);
        }
        TableSchema schema = table.schema();
        int[] on = question.on().stream().mapToInt(schema::place).toArray();
        int[] take = question.take().stream().mapToInt(taken -> schema.place(taken.column())).toArray();
        Map<Object, Object[]> byKey = new HashMap<>(rows.size() * 2);
        for (Image row : rows) {
            Object key = key(row, on);
            Object[] values = new Object[take.length];
            for (int i = 0; i < take.length; i++) {
                values[i] = row.value(take[i]);
            }
            // NULL equals nothing, as in SQL.
            if (key != null && byKey.put(key, values) != null) {
                throw new FailsForAllException("lookup: the reference table " + question.table() + " has more than one row for "
                        + String.join(", ", question.on()) + " = " + key
                        + "; expected one. Look up in a view that has one, or name more columns in from and on", null);
            }
        }
        return new Loaded(schema, byKey, at, new ConcurrentHashMap<>());
    }

    private Plan plan(Loaded now, TableSchema schema, String table) {
        Plan plan = now.plans().get(schema);
        return plan != null ? plan : now.plans().computeIfAbsent(schema, s -> newPlan(now, s, table));
    }

    private Plan newPlan(Loaded now, TableSchema schema, String table) {
        int[] from = question.from().stream().mapToInt(name -> schema.place(name, "lookup", table)).toArray();
        TableSchema enriched = schema;
        for (Taken taken : question.take()) {
            if (enriched.place(taken.as()) >= 0) {
                throw new IllegalArgumentException(
                        "lookup: column '" + taken.as() + "' is in " + table + " already; take it under another name: take="
                                + taken.column() + " as other_name");
            }
            ColumnType type = now.schema().column(now.schema().place(taken.column())).type();
            enriched = enriched.with(new Column(taken.as(), type, true));
        }
        for (int i = 0; i < from.length; i++) {
            ColumnType own = schema.column(from[i]).type();
            ColumnType other = now.schema().column(now.schema().place(question.on().get(i))).type();
            if (!family(own).equals(family(other))) {
                throw new IllegalArgumentException(
                        "lookup: column '" + question.from().get(i) + "' of " + table + " is " + own + " and column '"
                                + question.on().get(i) + "' of " + question.table() + " is " + other
                                + ": they are never equal. Convert one of them, with set-column for instance");
            }
        }
        return new Plan(from, enriched);
    }

    /** Kinds whose values can be equal. */
    private static String family(ColumnType type) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, YEAR, BITS -> "number";
            case STRING, TEXT, JSON -> "text";
            case BYTES, BLOB, GEOMETRY -> "bytes";
            case DATE -> "date";
            case TIME -> "time";
            case DATETIME -> "datetime";
            case INSTANT -> "instant";
        };
    }

    /** One object that equals that of the same values; null when one of them is NULL. */
    private static Object key(Image image, int[] places) {
        if (places.length == 1) {
            return comparable(image.value(places[0]));
        }
        List<Object> key = new ArrayList<>(places.length);
        for (int place : places) {
            Object value = comparable(image.value(place));
            if (value == null) {
                return null;
            }
            key.add(value);
        }
        return key;
    }

    /** Numbers of all types that are the same number become equal: 7, 7.00 and 7.0e0. */
    private static Object comparable(Object value) {
        if (value == null || value instanceof String || value instanceof Long) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        BigDecimal number = (value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString())).stripTrailingZeros();
        return number.scale() <= 0 && number.toBigInteger().bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }
}
