package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseReportTest {

    private final List<String> lines = new ArrayList<>();
    private final CaseReport report = new CaseReport(lines::add);

    @Test
    void saysWhatAPersonWantsToKnow() {
        report.withoutCases(Path.of("routes/new"));
        report.file(Path.of("routes/shop/cases/a.yaml"));
        report.result(new CaseResult(named("one"), List.of()));
        report.result(new CaseResult(named("two"), List.of("in one batch:", "  t (line 7): 1 row as expected")));
        report.notCovered(Path.of("routes/shop"), List.of("a", "b"));
        report.end(3.249);

        assertThat(lines).containsExactly(
                "routes/new: no cases; they go into routes/new/cases/*.yaml",
                "routes/shop/cases/a.yaml",
                "  ok    one",
                "  FAIL  two  (routes/shop/cases/a.yaml:3)",
                "        in one batch:",
                "          t (line 7): 1 row as expected",
                "routes/shop: not covered: a, b",
                "2 cases, 1 ok, 1 failed, 3.2 s");
        assertThat(report.failed()).isEqualTo(1);
    }

    @Test
    void oneCaseIsNoPlural() {
        report.result(new CaseResult(named("one"), List.of()));
        report.end(0.96);

        assertThat(lines).last().isEqualTo("1 case, 1 ok, 0 failed, 1.0 s");
    }

    private static GoldenCase named(String name) {
        return new GoldenCase(name, new CaseLocation(Path.of("routes/shop/cases/a.yaml"), 3), List.of(), List.of(), List.of(), List.of());
    }
}
