package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Makes rows of the body: a {@link Change} (as it came or as steps have rewritten it), a map of column values, or a list of
 * those. What a change means for the table is decided here, for each mode.
 */
final class WarehouseProducer extends DefaultProducer {

    private final String table;
    private final Mode mode;
    private final List<String> key;
    private final boolean keepDeleted;
    /** A table's schema stays the same for a million changes. */
    private volatile Known last;

    private record Known(TableSchema schema, Target target) {
    }

    WarehouseProducer(WarehouseEndpoint endpoint, Mode mode, List<String> key, boolean keepDeleted) {
        super(endpoint);
        this.table = endpoint.getTable();
        this.mode = mode;
        this.key = key;
        this.keepDeleted = keepDeleted;
    }

    @Override
    public void process(Exchange exchange) {
        add(RowBuffer.of(exchange, getEndpoint().getEndpointUri()), exchange.getMessage().getBody());
    }

    private void add(RowBuffer buffer, Object body) {
        if (body instanceof Change change) {
            add(buffer, change);
        } else if (body instanceof Map<?, ?> map) {
            addMap(buffer, Image.of(columns(map)));
        } else if (body instanceof Iterable<?> several) {
            several.forEach(one -> add(buffer, one));
        } else {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + " got a body of type "
                    + (body == null ? "null" : body.getClass().getName()) + "; expected a change, a map of column values, or a list of those");
        }
    }

    /** A map says what the row is; what becomes of it, the change says. */
    private void addMap(RowBuffer buffer, Image image) {
        Change change = buffer.change();
        if (mode == Mode.MIRROR && change.operation() == Operation.TRUNCATE) {
            add(buffer, change);
            return;
        }
        Meaning meaning = mode == Mode.MIRROR && change.operation() == Operation.DELETE ? Meaning.DELETE : Meaning.WRITE;
        buffer.add(new Row(targetOf(image.schema(), change), meaning, image, change, buffer.route()));
    }

    @SuppressWarnings("unchecked") // checked entry by entry
    private Map<String, ?> columns(Map<?, ?> map) {
        for (Object name : map.keySet()) {
            if (!(name instanceof String)) {
                throw new IllegalArgumentException(getEndpoint().getEndpointUri() + " got a map with the key " + name + "; expected column names");
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
            case TRUNCATE -> buffer.add(new Row(new Target(table, mode, List.of(), keepDeleted),
                    Meaning.CLEAR, null, change, buffer.route()));
        }
    }

    private void update(RowBuffer buffer, Change change) {
        if (mode == Mode.MIRROR) {
            Target target = targetOf(change.after().schema(), change);
            // A row that goes to another key leaves the old one; without a key every update does.
            if (target.bag() || !change.before().keyOf(target.key()).equals(change.after().keyOf(target.key()))) {
                delete(buffer, change);
            }
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
        List<String> columns = key.isEmpty() ? schema.key().isEmpty() && change.row() != null ? change.row().schema().key() : schema.key() : key;
        for (String column : columns) {
            if (schema.place(column) < 0) {
                throw new IllegalArgumentException(getEndpoint().getEndpointUri() + ": key column '" + column + "' is not among the row's columns "
                        + schema.columns().stream().map(c -> c.name()).toList());
            }
        }
        if (keepDeleted && schema.place(Target.DELETED_AT) >= 0) {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + ": deletes=mark writes the column " + Target.DELETED_AT + ", and "
                    + change.table() + " has one of its own. Rename or drop it in a step before");
        }
        if (keepDeleted && columns.isEmpty()) {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + ": deletes=mark needs a key to find the row again, and "
                    + change.table() + " has no primary key. Name columns with key=");
        }
        return new Target(table, mode, columns, keepDeleted);
    }
}
