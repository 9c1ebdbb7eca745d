package io.bactrian.cli;

import io.bactrian.settings.Stages;
import io.bactrian.engines.KeptModels.Checked;
import io.bactrian.engines.KeptModels.Listed;
import io.bactrian.engines.KeptModels.ModelTroubleException;
import io.bactrian.engines.KeptModels;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bactrian models}. */
@Command(name = "models", mixinStandardHelpOptions = true, description = "Lists, rebuilds or checks the models: "
        + "SELECTs whose results the warehouse keeps as tables. A running instance need not be stopped for any of it.")
final class ModelsCommand implements Runnable {

    private static final String CONFIG = "application.properties";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static Bactrian open(Path config) {
        Bactrian bactrian = Bactrian.start(Settings.load(config, System.getenv(), Map.of()), Stages.ROUTES_ONLY);
        if (bactrian.models().isEmpty()) {
            bactrian.close();
            throw new ConfigurationException(
                    List.of("no warehouse has models; set bactrian.warehouse.<name>.models to the folder of their files"));
        }
        return bactrian;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Each model: its rows, what it reads, and "
            + "why it is not fresh. Exit 1 when one is not.")
    int list(@Option(names = "--config", paramLabel = "FILE", defaultValue = CONFIG) Path config) {
        try (Bactrian bactrian = open(config)) {
            boolean allWell = true;
            for (KeptModels models : bactrian.models().values()) {
                for (String fault : models.faults()) {
                    System.err.println(fault);
                    allWell = false;
                }
                for (Listed model : models.list()) {
                    System.out.printf(Locale.ROOT, "%-28s %,12d rows  %-8s reads %s%n", model.name(), model.rows(),
                            model.trouble().isEmpty() ? "fresh" : "NOT FRESH",
                            String.join(", ", model.reads()));
                    if (!model.trouble().isEmpty()) {
                        System.out.println("    " + model.trouble());
                        allWell = false;
                    }
                }
            }
            return allWell ? 0 : ExitCode.FAILED;
        }
    }

    @Command(name = "rebuild", mixinStandardHelpOptions = true, description = "Rebuilds models beside the old ones, "
            + "which readers see until the new ones replace them.")
    int rebuild(@Parameters(paramLabel = "NAME", arity = "1..*", description = "As list shows them.") List<String> names,
            @Option(names = "--config", paramLabel = "FILE", defaultValue = CONFIG) Path config) {
        try (Bactrian bactrian = open(config)) {
            int exit = 0;
            for (String name : names) {
                KeptModels models = bactrian.models().values().stream()
                        .filter(m -> m.list().stream().anyMatch(listed -> listed.name().equals(name)))
                        .findFirst().orElse(bactrian.models().values().iterator().next());
                try {
                    models.rebuild(name);
                    System.out.println(name + ": rebuilt");
                } catch (ModelTroubleException e) {
                    System.err.println(e.getMessage());
                    exit = ExitCode.FAILED;
                }
            }
            return exit;
        }
    }

    @Command(name = "check", mixinStandardHelpOptions = true, description = "Compares models with their SELECTs run "
            + "in full, both as of one moment. Exit 1 when a key differs.")
    int check(@Parameters(paramLabel = "NAME", arity = "0..1", description = "One model; all of them when not given.") String name,
            @Option(names = "--config", paramLabel = "FILE", defaultValue = CONFIG) Path config) {
        try (Bactrian bactrian = open(config)) {
            boolean equal = true;
            boolean found = false;
            for (KeptModels models : bactrian.models().values()) {
                for (Checked checked : models.check(name)) {
                    found = true;
                    equal &= print(System.out, checked);
                }
            }
            if (!found) {
                System.err.println(name == null
                        ? "no model has been built yet"
                        : "no model " + name + " has been built; `bactrian models list` shows the names");
                return ExitCode.FAILED;
            }
            return equal ? 0 : ExitCode.FAILED;
        }
    }

    /** @return whether the model is as its SELECT */
    static boolean print(PrintStream out, Checked checked) {
        out.printf(Locale.ROOT, "  %-28s %,10d rows  %s%n", checked.name(), checked.rows(),
                checked.differences() == 0 ? "equal" : checked.differences() + " keys DIFFERENT");
        checked.differing().forEach(one -> out.println("      " + one));
        return checked.differences() == 0;
    }
}
