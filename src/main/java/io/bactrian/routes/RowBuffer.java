package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * The rows that one route makes of one change. They count only when the route has come to its end without a failure,
 * and nothing can be added after that: a step that goes on in another thread would be too late for the batch's
 * transaction.
 */
final class RowBuffer {

    private static final String PROPERTY = "bactrian.rows";

    private final Change change;
    private final String route;
    private final String pipeline;
    private List<Row> rows = new ArrayList<>(2);

    RowBuffer(Change change, String route, String pipeline) {
        this.change = change;
        this.route = route;
        this.pipeline = pipeline;
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    static RowBuffer of(Exchange exchange, String endpoint) {
        RowBuffer buffer = exchange.getProperty(PROPERTY, RowBuffer.class);
        if (buffer == null) {
            throw new IllegalStateException(endpoint + " got an exchange that does not come from a change: route"
                    + " (from " + exchange.getFromEndpoint() + "), so there is no batch that its row could be part of");
        }
        return buffer;
    }

    Change change() {
        return change;
    }

    String route() {
        return route;
    }

    String pipeline() {
        return pipeline;
    }

    synchronized void add(Row row) {
        if (rows == null) {
            throw new IllegalStateException("the route " + route + " hands over a row of " + change
                    + " after it has ended: a step runs apart from it (seda, wireTap, threads, a delay). Rows must be "
                    + "made before the route ends");
        }
        rows.add(row);
    }

    synchronized List<Row> end() {
        List<Row> all = rows;
        rows = null;
        return all;
    }
}
