package io.bactrian.bench;

import io.bactrian.testing.PackagedRun;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What stages apart add to the way from a commit in the source to the row in the warehouse: one process that captures
 * and loads, and three of which the middle one passes on, at the same time on the same servers, each with a database of
 * its own that is written at the same rate.
 */
public final class StagesBench {

    private StagesBench() {
    }

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        try (Servers servers = Servers.start("bench-stages");
                Scenario one = LatencyBench.scenario(servers);
                Scenario three = LatencyBench.scenario(servers)) {
            List<PackagedRun> runs = new ArrayList<>();
            try {
                one.mirror("orders");
                start(runs, one, one.settings(), "capture,pipelines");
                String curate = three.name + "-curate";
                String topic = three.name + "-curated.orders";
                three.write(curate + "/orders.camel.yaml", route("curate", three.name + ".orders", "topic:" + topic));
                three.write(three.name + "/orders.camel.yaml", route("load", "topic:" + topic, "warehouse:orders"));
                Map<String, String> settings = new HashMap<>(three.settings());
                settings.put("bactrian.pipeline." + curate + ".warehouse", "topics");
                for (String part : List.of("capture", curate, three.name)) {
                    start(runs, three, settings, part);
                }
                LatencyBench.awaitBegin(one);
                LatencyBench.awaitBegin(three);
                CompletableFuture<double[]> apart = CompletableFuture.supplyAsync(() -> measure(three, rate, seconds));
                double[] together = measure(one, rate, seconds);
                double[] stages = apart.get();
                System.out.printf("one process, %d transactions/s, %s%n", rate, LatencyBench.said(together));
                System.out.printf("three processes, %d transactions/s, %s%n", rate, LatencyBench.said(stages));
                System.out.printf(Locale.ROOT, "added: p50 %.0f ms, p90 %.0f ms, p99 %.0f ms; times p50 %.1f, p90 %.1f, p99 %.1f%n",
                        at(stages, 50) - at(together, 50), at(stages, 90) - at(together, 90),
                        at(stages, 99) - at(together, 99), at(stages, 50) / at(together, 50), at(stages, 90) / at(together, 90),
                        at(stages, 99) / at(together, 99));
            } finally {
                for (PackagedRun run : runs) {
                    run.close();
                }
            }
        }
    }

    private static double at(double[] millis, int percent) {
        return millis[millis.length * percent / 100];
    }

    private static double[] measure(Scenario scenario, int rate, int seconds) {
        try {
            return LatencyBench.measure(scenario, rate, seconds);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void start(List<PackagedRun> runs, Scenario scenario, Map<String, String> settings, String part) {
        Map<String, String> own = new HashMap<>(settings);
        own.put("bactrian.routes", scenario.folder.toAbsolutePath().toString());
        PackagedRun run = new PackagedRun(Path.of("target", "bench-stages", "run-" + runs.size()), own, "-Xmx256m",
                "-XX:TieredStopAtLevel=1");
        runs.add(run);
        run.start("--only", part);
    }

    private static String route(String id, String from, String to) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: change:" + from + "\n      steps:\n        - to: " + to + "\n";
    }
}
