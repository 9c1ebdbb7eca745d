package io.bactrian.cli;

import io.bactrian.settings.Stages;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {
    "Captures and loads until it is stopped (Ctrl-C or SIGTERM), with your own servers.", "",
    "Reads application.properties in the working directory and the routes below routes/."})
final class RunCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;

    @Option(names = "--only", paramLabel = "PART", split = ",", description = {
        "Run only some parts in this process, others in others: capture, pipelines,",
        "or names of pipelines, separated by commas."})
    private List<String> only;

    @Override
    public Integer call() throws InterruptedException {
        Stages stages = only == null ? Stages.ALL : Stages.only(only);
        Bactrian bactrian = Bactrian.start(Settings.load(config, System.getenv(), Map.of(), stages), stages);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            bactrian.close();
            stopped.countDown();
        }, "stop"));
        System.err.println("bactrian: running" + (only == null ? "" : " only") + " " + bactrian.parts() + "; status, health and metrics at "
                + bactrian.url() + ". Ctrl-C stops it, after the batches under way.");
        stopped.await();
        return 0;
    }
}
