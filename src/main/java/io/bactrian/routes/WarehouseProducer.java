package io.bactrian.routes;

import io.bactrian.application.PipelineEnds;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.Sum;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Makes rows of the body: a {@link Change} (as it came or as steps have rewritten it), a map of column values, or a
 * list of those. What a change means for the table is decided here, for each mode.
 */
final class WarehouseProducer extends DefaultProducer {

    private final String table;
    private final Mode mode;
    private final List<String> key;
    private final boolean keepDeleted;
    private final Tracking tracking;
    private final PipelineEnds ends;
    /** A table's schema stays the same for a million changes. */
    private volatile Known last;

    private record Known(TableSchema schema, Target target) {
    }

    WarehouseProducer(WarehouseEndpoint endpoint, Mode mode, List<String> key, boolean keepDeleted, Tracking tracking) {
        super(endpoint);
        this.table = endpoint.getTable();
        this.mode = mode;
        this.key = key;
        this.keepDeleted = keepDeleted;
        this.tracking = tracking;
        this.ends = ChangeEndpoint.one(endpoint, PipelineEnds.class);
    }

    @Override
    public void process(Exchange exchange) {
        RowBuffer buffer = RowBuffer.of(exchange, getEndpoint().getEndpointUri());
        ends.checkTable(buffer.pipeline(), getEndpoint().getEndpointUri(), mode);
        if (buffer.change().again() && (mode == Mode.APPEND || mode == Mode.ADD)) {
            // They hold what happened to rows; that a row was read once more is nothing that happened to it.
            return;
        }
        add(buffer, exchange.getMessage().getBody());
    }

    private void add(RowBuffer buffer, Object body) {
        if (body instanceof Change change) {
            add(buffer, change);
        } else if (body instanceof Map<?, ?> map) {
            addMap(buffer, map);
        } else if (body instanceof Iterable<?> several) {
            several.forEach(one -> add(buffer, one));
        } else {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + " got a body of type "
                    + (body == null ? "null" : body.getClass().getName())
                    + "; expected a change, a map of column values, or a list of those");
        }
    }

    /**
     * A map says what the row is; what becomes of it, the change says. In a table of sums the map has the sign already.
     */
    private void addMap(RowBuffer buffer, Map<?, ?> map) {
        Change change = buffer.change();
        Image image = Image.of(mode == Mode.ADD ? withoutNulls(columns(getEndpoint(), map)) : columns(getEndpoint(), map));
        if (mode != Mode.APPEND && change.clears()) {
            add(buffer, change);
            return;
        }
        Meaning meaning = switch (mode) {
            case MIRROR, HISTORY -> change.operation() == Operation.DELETE ? Meaning.DELETE : Meaning.WRITE;
            case APPEND, ADD -> Meaning.WRITE;
        };
        buffer.add(new Row(targetOf(image.schema(), change), meaning, image, change, buffer.route()));
    }

    /** Nothing tells the type of a NULL in a map, and nothing is what it adds. */
    private Map<String, ?> withoutNulls(Map<String, ?> columns) {
        Map<String, Object> values = new LinkedHashMap<>(columns);
        values.entrySet().removeIf(entry -> entry.getValue() == null && !key.contains(entry.getKey()));
        return values;
    }

    @SuppressWarnings("unchecked") // checked entry by entry
    static Map<String, ?> columns(Endpoint endpoint, Map<?, ?> map) {
        for (Object name : map.keySet()) {
            if (!(name instanceof String)) {
                throw new IllegalArgumentException(
                        endpoint.getEndpointUri() + " got a map with the key " + name + "; expected column names");
            }
        }
        return (Map<String, ?>) map;
    }

    private void add(RowBuffer buffer, Change change) {
        switch (change.operation()) {
            case READ, INSERT -> write(buffer, change);
            case UPDATE -> update(buffer, change);
            case DELETE -> {
                if (mode == Mode.APPEND) {
                    write(buffer, change);
                } else {
                    delete(buffer, change);
                }
            }
            case TRUNCATE, SWEEP -> buffer.add(new Row(new Target(table, mode, List.of(), keepDeleted, tracking),
                    Meaning.CLEAR, null, change, buffer.route()));
        }
    }

    private void update(RowBuffer buffer, Change change) {
        boolean deletesBefore = switch (mode) {
            case MIRROR, HISTORY -> {
                Target target = targetOf(change.after().schema(), change);
                // A row that goes to another key leaves the old one; without a key every update does.
                yield target.bag() || !change.before().keyOf(target.key()).equals(change.after().keyOf(target.key()));
            }
            case APPEND -> false;
            // What the row added before is taken away.
            case ADD -> true;
        };
        if (deletesBefore) {
            delete(buffer, change);
        }
        write(buffer, change);
    }

    private void write(RowBuffer buffer, Change change) {
        buffer.add(new Row(targetOf(change.row().schema(), change), Meaning.WRITE, change.row(), change, buffer.route()));
    }

    private void delete(RowBuffer buffer, Change change) {
        buffer.add(new Row(targetOf(change.before().schema(), change), Meaning.DELETE, change.before(), change, buffer.route()));
    }

    private Target targetOf(TableSchema schema, Change change) {
        Known known = last;
        if (known == null || known.schema() != schema) {
            known = new Known(schema, target(schema, change));
            last = known;
        }
        return known.target();
    }

    private Target target(TableSchema schema, Change change) {
        if (mode == Mode.APPEND) {
            return new Target(table, mode, List.of(), false);
        }
        List<String> columns = key.isEmpty()
                ? schema.key().isEmpty() && change.row() != null ? change.row().schema().key() : schema.key()
                : key;
        for (String column : columns) {
            if (schema.place(column) < 0) {
                throw new IllegalArgumentException(lacks("key", column, schema));
            }
        }
        return switch (mode) {
            case MIRROR -> mirror(columns, schema, change);
            case HISTORY -> history(columns, schema, change);
            case APPEND -> throw new IllegalStateException("appended rows need no key");
            case ADD -> sums(columns, schema, change);
        };
    }

    private String lacks(String what, String column, TableSchema schema) {
        return getEndpoint().getEndpointUri() + ": " + what + " column '" + column + "' is not among the row's columns "
                + schema.columns().stream().map(Column::name).toList();
    }

    private Target mirror(List<String> columns, TableSchema schema, Change change) {
        if (keepDeleted && schema.place(Target.DELETED_AT) >= 0) {
            throw new IllegalArgumentException(
                    getEndpoint().getEndpointUri() + ": deletes=mark writes the column " + Target.DELETED_AT + ", and "
                            + change.table() + " has one of its own. Rename or drop it in a step before");
        }
        if (keepDeleted && columns.isEmpty()) {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + ": deletes=mark needs a key to find the row again, and "
                    + change.table() + " has no primary key. Name columns with key=");
        }
        return new Target(table, mode, columns, keepDeleted);
    }

    private Target history(List<String> columns, TableSchema schema, Change change) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    getEndpoint().getEndpointUri() + ": mode=history needs a key to tell whose version a row is, and "
                            + change.table() + " has no primary key. Name columns with key=");
        }
        for (String column : tracking.columns()) {
            if (schema.place(column) < 0) {
                throw new IllegalArgumentException(lacks("track", column, schema));
            }
        }
        for (Column column : schema.columns()) {
            if (Target.HISTORY_COLUMNS.contains(column.name().toLowerCase(Locale.ROOT))
                    || column.name().equalsIgnoreCase(tracking.surrogate())) {
                throw new IllegalArgumentException(
                        getEndpoint().getEndpointUri() + ": mode=history writes the column " + column.name() + ", and "
                                + change.table() + " has one of its own. Rename or drop it in a step before"
                                + (column.name().equalsIgnoreCase(tracking.surrogate())
                                        ? ", or give the surrogate key another name with surrogate="
                                        : ""));
            }
        }
        return Target.history(table, columns, tracking);
    }

    private Target sums(List<String> columns, TableSchema schema, Change change) {
        for (Column column : schema.columns()) {
            if (!columns.contains(column.name()) && !Sum.takes(column.type())) {
                throw new IllegalArgumentException(getEndpoint().getEndpointUri() + ": column '" + column.name() + "' of " + change.table()
                        + " is of type "
                        + column.type()
                        + ", which cannot be added up; expected numbers in all columns but the key's. Add it to "
                        + "key=, or drop it in a step before");
            }
        }
        return new Target(table, mode, columns, false);
    }
}
