package io.bactrian.cli;

import io.bactrian.application.GrowingPause;
import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.engines.sql.WarehouseException;
import io.bactrian.engines.KeptModels.Checked;
import io.bactrian.engines.KeptModels;
import io.bactrian.main.Bactrian;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Source and warehouse, row by row; models and their SELECTs; the law of histories. */
public final class Comparison {

    private record Compared(String pipeline, String topic, String source) {
    }

    private final Bactrian bactrian;
    private final Map<Compared, List<Verdict>> verdicts = new LinkedHashMap<>();
    /** Topics that no route here passes on to: what they are made of is not known. */
    private final Set<String> fromElsewhere = new TreeSet<>();

    public Comparison(Bactrian bactrian) {
        this.bactrian = bactrian;
    }

    /**
     * @param patience how long a table that differs is compared again: changes may be under way
     * @return whether something was compared and nothing differs
     */
    public boolean run(PrintStream out, Duration patience) throws InterruptedException {
        compareUntilEqual(patience);
        out.println("comparing source and warehouse, row by row:");
        long differences = 0;
        long compared = 0;
        for (List<Verdict> some : verdicts.values()) {
            for (Verdict verdict : some) {
                out.printf(Locale.ROOT, "  %-28s %,10d rows  %-34s %,10d rows  %s%n", verdict.sourceTable(), verdict.sourceRows(),
                        verdict.warehouseTable(),
                        verdict.warehouseRows(), verdict.equal() ? "equal" : verdict.differences() + " DIFFERENT");
                verdict.examples().forEach(example -> out.println("      " + example));
                differences += verdict.differences();
                compared += verdict.sourceRows();
            }
        }
        fromElsewhere.forEach(topic -> out
                .println(
                        "  " + topic + ": not compared; no route here ends in topic:" + topic + ", so what is written to it is not known"));
        if (!bactrian.models().isEmpty()) {
            out.println("comparing models with their SELECTs run in full:");
        }
        for (KeptModels models : bactrian.models().values()) {
            for (Checked checked : models.check(null)) {
                ModelsCommand.print(out, checked);
                differences += checked.differences();
                compared += checked.rows();
            }
        }
        List<String> violations = bactrian.historyViolations();
        violations.forEach(violation -> out.println("  history: " + violation));
        differences += violations.size();
        out.printf(Locale.ROOT, "verdict: %,d rows compared, %,d differences%s%n", compared, differences,
                violations.isEmpty() ? "; every history is without a gap or an overlap" : "");
        return differences == 0 && compared > 0;
    }

    private void compareUntilEqual(Duration patience) throws InterruptedException {
        for (String pipeline : bactrian.routes().pipelines().stream().sorted().toList()) {
            for (String topic : bactrian.routes().topics(pipeline).stream().sorted().toList()) {
                Optional<String> source = bactrian.sources().sourceOf(topic);
                if (source.isPresent()) {
                    verdicts.put(new Compared(pipeline, topic, source.get()), List.of());
                } else if (!bactrian.passedOnTo().contains(topic)) {
                    fromElsewhere.add(topic);
                }
            }
        }
        long deadline = System.nanoTime() + patience.toNanos();
        // Comparing takes from the very machine that the changes wait for.
        GrowingPause pause = new GrowingPause(Duration.ofMillis(500), Duration.ofSeconds(5));
        List<Compared> left = List.copyOf(verdicts.keySet());
        while (!left.isEmpty()) {
            boolean last = System.nanoTime() >= deadline;
            left = left.stream().filter(one -> !isEqual(one, last)).toList();
            if (last) {
                return;
            }
            if (!left.isEmpty()) {
                TimeUnit.NANOSECONDS.sleep(Math.max(1, Math.min(pause.next().toNanos(), deadline - System.nanoTime())));
            }
        }
    }

    private boolean isEqual(Compared one, boolean last) {
        try {
            List<Verdict> verdict = bactrian.verification(one.source()).verify(one.pipeline(), one.topic());
            verdicts.put(one, verdict);
            return verdict.stream().allMatch(Verdict::equal);
        } catch (WarehouseException e) {
            if (last) {
                throw e;
            }
            // The table may not have been made yet.
            return false;
        }
    }
}
