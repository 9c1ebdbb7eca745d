package io.bactrian.cases;

import java.util.List;

/** @param differences in lines for people; none when the case came out as expected */
record CaseResult(GoldenCase goldenCase, List<String> differences) {
    boolean ok() {
        return differences.isEmpty();
    }
}
