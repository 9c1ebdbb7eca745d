package io.bactrian.cli;

import io.bactrian.main.Bactrian;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import io.bactrian.settings.Stages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** {@code bactrian verify}. */
@Command(name = "verify", mixinStandardHelpOptions = true, description = {
    "Compares sources and warehouses row by row, and models with their SELECTs. Exit 1 when they differ.", "",
    "Reads each table whole, on both sides. What changes meanwhile may look different; --wait compares it again. A "
            + "running instance need not be stopped."})
final class VerifyCommand implements Callable<Integer> {

    @Option(names = "--wait", paramLabel = "DURATION", defaultValue = "0.001s", showDefaultValue = CommandLine.Help.Visibility.NEVER,
            converter = DurationConverter.class, description = "Compare what differs again and again for this time (60s, 5m), "
                    + "since changes may be on their way.")
    private Duration patience;
    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;

    @Override
    public Integer call() throws InterruptedException {
        try (Bactrian bactrian = Bactrian.start(Settings.load(config, System.getenv(), Map.of()), Stages.ROUTES_ONLY)) {
            if (bactrian.routes().pipelines().isEmpty()) {
                System.err.println("there is nothing to compare: no route begins with change:");
                return ExitCode.FAILED;
            }
            return new Comparison(bactrian).run(System.out, patience) ? 0 : ExitCode.FAILED;
        }
    }
}
