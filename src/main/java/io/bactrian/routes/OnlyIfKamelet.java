package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Condition;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * What the kamelet {@code only-if} does: a change of rows that are not meant ends the route, and is counted as
 * filtered.
 */
public final class OnlyIfKamelet extends KameletStep {

    private String condition;
    private Condition parsed;

    public OnlyIfKamelet() {
        super("only-if");
    }

    @Override
    protected void prepare() {
        if (condition == null || condition.isBlank()) {
            throw wrong("condition", condition, "one such as country in ('FR', 'DE') and total >= 10.5");
        }
        parsed = Condition.parse(condition);
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        Optional<Change> judged = parsed.judge(change);
        if (judged.isEmpty()) {
            exchange.setRouteStop(true);
            return change;
        }
        return judged.get();
    }

    public void setCondition(String condition) {
        this.condition = condition;
    }
}
