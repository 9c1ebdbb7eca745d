package io.bactrian.cli;

import io.bactrian.application.Findings;
import io.bactrian.application.PlanTables.PlannedTarget;
import io.bactrian.application.PlanTables.RoutePlan;
import io.bactrian.application.PlanTables;
import io.bactrian.domain.OneLine;
import io.bactrian.infrastructure.capture.RereadPlan;
import io.bactrian.live.RouteFindings;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import io.bactrian.settings.Stages;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian plan}. */
@Command(name = "plan", mixinStandardHelpOptions = true, description = {
    "Shows what would happen to the warehouse's tables, and what would be read again, if Bactrian ran now.", "",
    "Sends the first 1,000 rows of each source's table through the routes, to see which tables, columns, types and keys they make. "
            + "Changes nothing. A running instance need not be stopped. Exit 1 if there is something to do, or to lose."})
final class PlanCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;

    private final PrintStream out = System.out;
    private long statements;
    private long losses;
    private long faults;
    private long reads;
    private long untold;
    /** A source was never captured. */
    private boolean begins;

    @Override
    public Integer call() {
        Settings settings = Settings.load(config, System.getenv(), Map.of());
        Map<String, Properties> captures = RouteFindings.look(settings).captures();
        try (Bactrian bactrian = Bactrian.start(settings, Stages.ROUTES_ONLY)) {
            for (String source : settings.sources()) {
                if (captures.containsKey(source)) {
                    rereads(source, bactrian.rereads(source, captures.get(source)));
                } else {
                    out.println("source " + source + ": no route here captures it, so what would be read again is not told");
                }
            }
            PlanTables planning = bactrian.planning();
            for (String pipeline : bactrian.routes().pipelines().stream().sorted().toList()) {
                out.println("pipeline " + pipeline);
                for (String topic : bactrian.routes().topics(pipeline).stream().sorted().toList()) {
                    topic(bactrian, planning, pipeline, topic);
                }
            }
        }
        out.println("plan: " + Findings.count(statements, "statement") + ", " + Findings.count(reads, "table") + " to read, "
                + Findings.count(losses, "column") + " that would lose values as " + (losses == 1 ? "it is" : "they are") + ", "
                + Findings.count(faults, "table") + " that would be down"
                + (untold == 0 ? "" : "; of " + Findings.count(untold, "route") + " it cannot be told"));
        return !begins && statements + losses + faults + reads == 0 ? 0 : ExitCode.FAILED;
    }

    private void rereads(String source, RereadPlan plan) {
        reads += plan.first().size() + plan.reads().size();
        if (plan.isFirst()) {
            begins = true;
            out.println("source " + source + " was never captured: the first snapshot reads " + (plan.first().isEmpty()
                    ? "the tables that its capture takes"
                    : Findings.count(plan.first().size(), "table") + ": " + String.join(", ", plan.first())));
        }
        plan.reads().forEach((table, reason) -> out.println("source " + source + ": reads " + table + ": " + reason));
        plan.undecided().forEach((table, what) -> out.println("source " + source + ": " + table + " has changed: " + what
                + ". What the log tells of the statement decides whether the table is read again"));
    }

    private void topic(Bactrian bactrian, PlanTables planning, String pipeline, String topic) {
        Optional<String> source = bactrian.sources().sourceOf(topic);
        if (source.isPresent()) {
            planning.plan(pipeline, source.get(), topic).forEach(this::print);
        } else if (!bactrian.passedOnTo().contains(topic)) {
            untold++;
            out.println("  " + topic + ": not told; no route here ends in topic:" + topic + ", so what is written to it is not known");
        }
    }

    private void print(RoutePlan route) {
        String begin = "  " + route.route() + ": " + route.source();
        route.targets().forEach(target -> print(begin, route.pipeline(), target));
        if (!route.untold().isEmpty()) {
            untold++;
            out.println(begin + ": which tables it writes is not told: " + route.untold());
        }
        if (!route.rejected().isEmpty()) {
            out.println(begin + ": dead letters: " + route.rejected());
        }
    }

    private void print(String begin, String pipeline, PlannedTarget planned) {
        boolean nothing = planned.plan().statements().isEmpty() && planned.plan().losses().isEmpty() && planned.plan().fault().isEmpty();
        String key = planned.target().key().isEmpty() ? "no key" : "key " + String.join(", ", planned.target().key());
        out.println(begin + " -> " + (planned.pipeline().equals(pipeline) ? "" : "pipeline " + planned.pipeline() + " -> ")
                + planned.plan().table() + " (" + planned.target().mode().name().toLowerCase(Locale.ROOT) + ", " + key + ", "
                + Findings.count(planned.schema().size(), "column") + ")"
                + (planned.remark().isEmpty() ? nothing ? ": as it is" : "" : ": " + planned.remark()));
        planned.plan().losses().forEach(loss -> out.println("      would be lost: " + loss + "; the statement below comes first"));
        planned.plan().statements().forEach(sql -> out.println("      " + OneLine.of(sql)));
        if (!planned.plan().fault().isEmpty()) {
            out.println("      DOWN: " + planned.plan().fault());
            faults++;
        }
        statements += planned.plan().statements().size();
        losses += planned.plan().losses().size();
    }
}
