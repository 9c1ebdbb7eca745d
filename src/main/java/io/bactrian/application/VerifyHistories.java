package io.bactrian.application;

import java.util.ArrayList;
import java.util.List;

/** Checks that the histories of a warehouse keep their law; see {@link Warehouse#historyViolations}. */
public final class VerifyHistories {

    private final Warehouse warehouse;

    public VerifyHistories(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    /** What breaks it, each naming table and key; empty when nothing does. */
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        warehouse.histories().forEach(history -> violations.addAll(warehouse.historyViolations(history)));
        return violations;
    }
}
