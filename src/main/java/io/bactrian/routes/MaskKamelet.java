package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Mask;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/** What the kamelet {@code mask} does. */
public final class MaskKamelet extends KameletStep {

    private String columns;
    private String how = "hash";
    private String with = "***";
    private UnaryOperator<Change> mask;

    public MaskKamelet() {
        super("mask");
    }

    @Override
    protected void prepare() {
        List<String> names = names("columns", columns);
        mask = switch (how) {
            case "hash" -> {
                MaskStep keyed = one(MaskStep.class);
                yield change -> keyed.hash(change, names);
            }
            case "redact" -> change -> Mask.redact(change, names, with);
            case "last-four" -> change -> Mask.lastFour(change, names);
            case "year-only" -> change -> Mask.yearOnly(change, names);
            default -> throw wrong("how", how, "hash, redact, last-four or year-only");
        };
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        return mask.apply(change);
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }

    public void setHow(String how) {
        this.how = how;
    }

    public void setWith(String with) {
        this.with = with;
    }
}
