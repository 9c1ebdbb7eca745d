package io.bactrian.cases;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;

/** What a person reads of a run, line by line while it goes on. */
final class CaseReport {

    private final Consumer<String> out;
    private int ok;
    private int failed;

    CaseReport(Consumer<String> out) {
        this.out = out;
    }

    void file(Path file) {
        out.accept(file.toString());
    }

    void result(CaseResult result) {
        if (result.ok()) {
            ok++;
            out.accept("  ok    " + result.goldenCase().name());
            return;
        }
        failed++;
        out.accept("  FAIL  " + result.goldenCase().name() + "  (" + result.goldenCase().place() + ")");
        result.differences().forEach(line -> out.accept("        " + line));
    }

    void withoutCases(Path pipeline) {
        out.accept(pipeline + ": no cases; they go into " + pipeline.resolve("cases") + "/*.yaml");
    }

    void notCovered(Path pipeline, Collection<String> routes) {
        out.accept(pipeline + ": not covered: " + String.join(", ", routes));
    }

    void end(double seconds) {
        int all = ok + failed;
        out.accept(String.format(Locale.ROOT, "%d %s, %d ok, %d failed, %.1f s", all, all == 1 ? "case" : "cases", ok, failed, seconds));
    }

    int failed() {
        return failed;
    }
}
