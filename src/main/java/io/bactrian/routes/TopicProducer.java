package io.bactrian.routes;

import io.bactrian.application.PipelineEnds;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Passes on the body: a {@link Change} (as it came or as steps have rewritten it), a map of column values, or a list of
 * those.
 */
final class TopicProducer extends DefaultProducer {

    private final String topic;
    private final List<String> key;
    private final PipelineEnds ends;
    /** A table's schema stays the same for a million changes. */
    private volatile Known last;

    private record Known(TableSchema schema, Target target) {
    }

    TopicProducer(TopicEndpoint endpoint, List<String> key) {
        super(endpoint);
        this.topic = endpoint.getTopic();
        this.key = key;
        this.ends = ChangeEndpoint.one(endpoint, PipelineEnds.class);
    }

    @Override
    public void process(Exchange exchange) {
        RowBuffer buffer = RowBuffer.of(exchange, getEndpoint().getEndpointUri());
        ends.checkTopic(buffer.pipeline(), getEndpoint().getEndpointUri());
        add(buffer, exchange.getMessage().getBody());
    }

    private void add(RowBuffer buffer, Object body) {
        if (body instanceof Change change) {
            pass(buffer, change);
        } else if (body instanceof Map<?, ?> map) {
            pass(buffer, change(buffer.change(), WarehouseProducer.columns(getEndpoint(), map)));
        } else if (body instanceof Iterable<?> several) {
            several.forEach(one -> add(buffer, one));
        } else {
            throw new IllegalArgumentException(getEndpoint().getEndpointUri() + " got a body of type "
                    + (body == null ? "null" : body.getClass().getName())
                    + "; expected a change, a map of column values, or a list of those");
        }
    }

    /** A map says what the row is now, the change what becomes of it; what it was before nobody has said. */
    private static Change change(Change change, Map<String, ?> columns) {
        return switch (change.operation()) {
            case READ -> change.as(Operation.READ, null, Image.of(columns));
            case INSERT, UPDATE -> change.as(Operation.INSERT, null, Image.of(columns));
            case DELETE -> change.as(Operation.DELETE, Image.of(columns), null);
            case TRUNCATE, SWEEP -> change;
        };
    }

    private void pass(RowBuffer buffer, Change change) {
        if (change.operation() == Operation.SWEEP) {
            throw new IllegalArgumentException("topic:" + topic + " cannot pass on that a re-read of " + change.table()
                    + " has swept what the source no longer has: offsets here are others than there. Rows that are gone from the "
                    + "source without a delete may stay in what is loaded from " + topic
                    + ". Compare with `bactrian verify`; then discard this");
        }
        boolean clear = change.operation() == Operation.TRUNCATE;
        Target target = clear ? new Target(topic, Mode.APPEND, List.of(), false) : targetOf(change.row().schema(), change);
        buffer.add(new Row(target, clear ? Meaning.CLEAR : Meaning.WRITE, change.row(), change, buffer.route()));
    }

    private Target targetOf(TableSchema schema, Change change) {
        Known known = last;
        if (known == null || known.schema() != schema) {
            List<String> columns = key.isEmpty() ? schema.key() : key;
            for (String column : columns) {
                if (schema.place(column) < 0) {
                    throw new IllegalArgumentException(
                            getEndpoint().getEndpointUri() + ": key column '" + column + "' is not among the columns of " + change + ": "
                                    + schema.columns().stream().map(Column::name).toList());
                }
            }
            known = new Known(schema, new Target(topic, Mode.APPEND, columns, false));
            last = known;
        }
        return known.target();
    }
}
