package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Projection;
import org.apache.camel.Exchange;

/** What the kamelet {@code rename} does. */
public final class RenameKamelet extends KameletStep {

    private String columns;
    private Projection projection;

    public RenameKamelet() {
        super("rename");
    }

    @Override
    protected void prepare() {
        projection = Projection.renaming(pairs("columns", columns, "=",
                "pairs of an old and a new name, each old name once, such as columns=id=customer_id,name=full_name"));
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        return projection.apply(change);
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }
}
