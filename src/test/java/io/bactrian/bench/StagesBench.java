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

/**
 * What stages apart add to the way from a commit in the source to the row in the warehouse: one process that captures and loads;
 * the same with a pipeline between that passes on; the same as three processes. One after the other, the first once more in the end.
 */
public final class StagesBench {

    private StagesBench() {
    }

    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 150;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        try (Servers servers = Servers.start("bench-stages")) {
            double[] one = measure(servers, "one process", false, false, rate, seconds);
            double[] passed = measure(servers, "one process, passed on", true, false, rate, seconds);
            double[] three = measure(servers, "three processes", true, true, rate, seconds);
            double[] again = measure(servers, "one process again", false, false, rate, seconds);
            System.out.printf(Locale.ROOT, "three processes to one, p50: %.1f times, %.0f ms more; passed on in one process: %.0f ms more%n", 2 * p50(three) / (p50(one) + p50(again)),
                    p50(three) - (p50(one) + p50(again)) / 2, p50(passed) - (p50(one) + p50(again)) / 2);
        }
    }

    private static double p50(double[] millis) {
        return millis[millis.length / 2];
    }

    private static double[] measure(Servers servers, String what, boolean passedOn, boolean apart, int rate, int seconds) throws Exception {
        List<PackagedRun> runs = new ArrayList<>();
        try (Scenario scenario = LatencyBench.scenario(servers)) {
            String curate = scenario.name + "-curate";
            String topic = scenario.name + "-curated.orders";
            Map<String, String> settings = new HashMap<>(scenario.settings());
            settings.put("bactrian.routes", scenario.folder.toAbsolutePath().toString());
            if (passedOn) {
                settings.put("bactrian.pipeline." + curate + ".warehouse", "topics");
                scenario.write(curate + "/orders.camel.yaml", route("curate", scenario.name + ".orders", "topic:" + topic));
                scenario.write(scenario.name + "/orders.camel.yaml", route("load", "topic:" + topic, "warehouse:orders"));
            } else {
                scenario.mirror("orders");
            }
            for (String part : apart ? List.of("capture", curate, scenario.name) : List.of("capture,pipelines")) {
                PackagedRun run = new PackagedRun(Path.of("target", "bench-stages", scenario.name + "-" + runs.size()), settings, "-Xmx256m");
                runs.add(run);
                run.start("--only", part);
            }
            double[] millis = LatencyBench.measure(scenario, rate, seconds);
            System.out.printf("%-24s %d transactions/s, %s%n", what, rate, LatencyBench.said(millis));
            return millis;
        } finally {
            for (PackagedRun run : runs) {
                run.close();
            }
        }
    }

    private static String route(String id, String from, String to) {
        return "- route:\n    id: " + id + "\n    from:\n      uri: change:" + from + "\n      steps:\n        - to: " + to + "\n";
    }
}
