package io.bactrian.cli;

import io.bactrian.application.Finding.Level;
import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.infrastructure.kafka.KafkaCheck;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.live.RouteFindings;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian check}. */
@Command(name = "check", mixinStandardHelpOptions = true, description = {
    "Looks at settings, routes and servers, and reports what is wrong, what follows, and what to do.", "",
    "Captures and loads nothing; in the warehouse it creates a table bactrian_check and drops it. Exit 1 if there is a fault."})
final class CheckCommand implements Callable<Integer> {

    private static final String INDENT = " ".repeat(9);

    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;
    @Option(names = "--faults-only", description = "Leaves out what is right.")
    private boolean faultsOnly;

    @Override
    public Integer call() {
        Settings settings = Settings.load(config, System.getenv(), Map.of());
        List<Finding> all = new ArrayList<>();
        all.addAll(settings(settings));
        RouteFindings.Looked routes = RouteFindings.look(settings);
        all.addAll(routes.findings());
        for (String source : settings.sources()) {
            all.addAll(guarded("source " + source,
                    () -> settings.engineOf(source).check(settings.source(source), routes.tables().getOrDefault(source, Set.of()),
                            routes.captures().getOrDefault(source, new Properties()))));
        }
        all.addAll(guarded("kafka", () -> KafkaCheck.look(kafka(settings), settings.sources(), routes.pipelines(), routes.passedOn())));
        for (String warehouse : settings.warehouses()) {
            all.addAll(guarded("warehouse " + warehouse,
                    () -> settings.engineOfWarehouse(warehouse).check(settings.warehouse(warehouse), routes.warehouseTables())));
        }
        print(System.out, all);
        return all.stream().anyMatch(finding -> finding.level() == Level.FAULT) ? ExitCode.FAILED : 0;
    }

    /** Not every command needs both: models can be looked at without a source. */
    private static List<Finding> settings(Settings settings) {
        Findings findings = new Findings("settings");
        findings.ok("sources " + settings.sources() + ", warehouses " + settings.warehouses());
        if (settings.sources().isEmpty()) {
            findings.fault("no source is set up", "there is nothing to capture",
                    "set bactrian.source.<name>.host and the settings beside it, or let `bactrian init` propose them");
        }
        if (settings.warehouses().isEmpty()) {
            findings.fault("no warehouse is set up", "there is nowhere to load to",
                    "set bactrian.warehouse.main.url and the settings beside it");
        }
        return findings.all();
    }

    /** A server that answers like no other must not hide the others. */
    private static List<Finding> guarded(String part, Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (RuntimeException e) {
            Findings findings = new Findings(part);
            findings.fault("it could not be looked at: " + e, "nobody knows whether it is right",
                    "please report this, with the server's version");
            return findings.all();
        }
    }

    private static KafkaSettings kafka(Settings settings) {
        return new KafkaSettings(settings.text("bactrian.kafka.bootstrap-servers"), settings.number("bactrian.kafka.partitions"),
                (short) settings.number("bactrian.kafka.replication"));
    }

    private void print(PrintStream out, List<Finding> all) {
        int width = all.stream().mapToInt(finding -> finding.part().length()).max().orElse(0);
        for (Finding finding : all) {
            String level = switch (finding.level()) {
                case OK -> "ok";
                case WARNING -> "warning";
                case FAULT -> "FAULT";
            };
            if (finding.level() == Level.OK && faultsOnly) {
                continue;
            }
            out.printf("%-8s %-" + width + "s  %s%n", level, finding.part(), finding.found());
            if (finding.level() != Level.OK) {
                String indent = INDENT + " ".repeat(width + 2);
                out.println(indent + "what follows: " + finding.consequence());
                out.println(indent + "remedy: " + finding.remedy());
            }
        }
        long faults = all.stream().filter(finding -> finding.level() == Level.FAULT).count();
        long warnings = all.stream().filter(finding -> finding.level() == Level.WARNING).count();
        out.println("check: " + Findings.count(faults, "fault") + ", " + Findings.count(warnings, "warning"));
    }
}
