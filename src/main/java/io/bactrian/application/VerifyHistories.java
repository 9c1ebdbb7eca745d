package io.bactrian.application;

import java.util.ArrayList;
import java.util.List;

/** Checks that the histories of a warehouse keep their law; see {@link Histories#violations}. */
public final class VerifyHistories {

    private final Histories histories;

    public VerifyHistories(Histories histories) {
        this.histories = histories;
    }

    /** What breaks it, each naming table and key; empty if nothing does. */
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        histories.list().forEach(history -> violations.addAll(histories.violations(history)));
        return violations;
    }
}
