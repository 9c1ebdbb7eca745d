package io.bactrian.routes;

import io.bactrian.application.RowRoutes.RouteStoppingException;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.domain.Change;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.ExchangeHelper;

/** Runs its route for each change that the pipeline's pump hands it, in the pump's thread. */
final class ChangeConsumer extends DefaultConsumer implements RowRoute {

    private final RouteTable routes;
    private final String topic;
    private final Set<Operation> operations;
    private final List<String> onlyWhenChanged;
    private RouteTable.Entry entry;

    ChangeConsumer(ChangeEndpoint endpoint, Processor processor, RouteTable routes, String topic, Set<Operation> operations,
            List<String> onlyWhenChanged) {
        super(endpoint, processor);
        this.routes = routes;
        this.topic = topic;
        this.operations = operations;
        this.onlyWhenChanged = onlyWhenChanged;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        entry = new RouteTable.Entry(pipeline(), topic, this);
        routes.enter(entry);
    }

    @Override
    protected void doStop() throws Exception {
        routes.leave(entry);
        super.doStop();
    }

    private String pipeline() {
        String named = ((ChangeEndpoint) getEndpoint()).getPipeline();
        if (named != null) {
            return named;
        }
        Resource file = getRoute() == null ? null : getRoute().getSourceResource();
        String location = file == null ? "" : file.getLocation().replaceFirst("^\\w+:", "");
        Path folder = location.isEmpty() ? null : Path.of(location).getParent();
        if (folder == null || folder.getFileName() == null) {
            throw new IllegalArgumentException("route " + getRouteId() + ": " + getEndpoint().getEndpointUri()
                    + " does not say its pipeline, and the route does not come from a file in a folder that names it. "
                    + "Put the file into routes/<pipeline>/ or add ?pipeline=<name>");
        }
        return folder.getFileName().toString();
    }

    @Override
    public String id() {
        return getRouteId();
    }

    @Override
    public boolean wants(Change change) {
        if (!operations.contains(change.operation())) {
            return false;
        }
        if (change.operation() != Operation.UPDATE || onlyWhenChanged.isEmpty()) {
            return true;
        }
        for (String column : onlyWhenChanged) {
            if (!Objects.deepEquals(change.before().get(column), change.after().get(column))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<Row> process(Change change) throws Exception {
        RowBuffer buffer = new RowBuffer(change, getRouteId(), entry.pipeline());
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setBody(change);
            buffer.attachTo(exchange);
            getProcessor().process(exchange);
            Exception failure = exchange.getException();
            if (failure instanceof RejectedExecutionException && !isRunAllowed()) {
                throw new RouteStoppingException("route " + getRouteId() + " is being stopped", failure);
            }
            if (failure != null) {
                throw failure;
            }
            if (ExchangeHelper.isFailureHandled(exchange)) {
                routes.handled(entry.pipeline());
            }
            return buffer.end();
        } finally {
            buffer.end();
            releaseExchange(exchange, false);
        }
    }
}
