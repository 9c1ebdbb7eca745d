package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Projection;
import org.apache.camel.Exchange;

/** What the kamelet {@code drop-columns} does. */
public final class DropColumnsKamelet extends KameletStep {

    private String columns;
    private Projection projection;

    public DropColumnsKamelet() {
        super("drop-columns");
    }

    @Override
    protected void prepare() {
        projection = Projection.dropping(names("columns", columns));
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        return projection.apply(change);
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }
}
