package io.bactrian.demo;

import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.cli.StatusText;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.infrastructure.observe.ObserveServer;
import io.bactrian.main.Bactrian;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the demo shows while it runs: a block that is drawn over itself in a terminal, a line now and then elsewhere.
 */
final class DemoScreen {

    private static final int LINES_EVERY_SECONDS = 5;

    private final PrintStream out;
    private final boolean terminal;
    private final DemoServers servers;
    private final Bactrian bactrian;
    private final long started = System.nanoTime();
    private int drawn;
    private long lastAt = System.nanoTime();
    private long lastLineAt;
    private long lastCaptured;
    private long lastApplied;

    DemoScreen(PrintStream out, boolean terminal, DemoServers servers, Bactrian bactrian) {
        this.out = out;
        this.terminal = terminal;
        this.servers = servers;
        this.bactrian = bactrian;
    }

    void show(Bookstore.Writing writing, Map<String, Long> rows) {
        long now = System.nanoTime();
        double seconds = (now - lastAt) / 1e9;
        if (!terminal && seconds < LINES_EVERY_SECONDS && lastLineAt != 0) {
            return;
        }
        lastLineAt = now;
        lastAt = now;
        long captured = bactrian.captures().all().values().stream().mapToLong(c -> c.changes.sum()).sum();
        long applied = bactrian.counters().values().stream().mapToLong(c -> c.changes.sum()).sum();
        long capturedRate = Math.round((captured - lastCaptured) / seconds);
        long appliedRate = Math.round((applied - lastApplied) / seconds);
        lastCaptured = captured;
        lastApplied = applied;
        String behind = bactrian.status().pipelines().stream().map(pipeline -> StatusText.lag(pipeline.lag()))
                .collect(Collectors.joining("; "));
        if (terminal) {
            draw(block(writing, rows, captured, applied, capturedRate, appliedRate, behind));
        } else {
            out.printf(Locale.ROOT,
                    "%5d s  written %,d transactions  captured %,d (%,d/s)  applied %,d (%,d/s)  lag %s  dead letters %d%s%n",
                    elapsed().toSeconds(), writing == null ? 0 : writing.transactions(), captured, capturedRate, applied, appliedRate,
                    behind, deadLetters(), down());
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private long deadLetters() {
        return bactrian.counters().values().stream().mapToLong(c -> c.deadLetters.sum()).sum();
    }

    private String down() {
        StringBuilder text = new StringBuilder();
        bactrian.health().parts().forEach((part, state) -> {
            if (!state.up()) {
                text.append("  DOWN: ").append(part);
            }
        });
        return text.toString();
    }

    private List<String> block(Bookstore.Writing writing, Map<String, Long> rows, long captured, long applied, long capturedRate,
            long appliedRate, String behind) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "Bactrian demo, %d:%02d", elapsed().toMinutes(), elapsed().toSecondsPart()));
        lines.add("");
        for (Map.Entry<String, Health.State> part : new java.util.TreeMap<>(bactrian.health().parts()).entrySet()) {
            lines.add(String.format("  %-24s %s", part.getKey(), part.getValue().up() ? "up" : "DOWN: " + part.getValue().reason()));
        }
        lines.add("");
        lines.add(String.format(Locale.ROOT, "  written   %,14d transactions", writing == null ? 0 : writing.transactions()));
        boolean snapshot = bactrian.captures().all().values().stream().anyMatch(capture -> capture.snapshot);
        lines.add(
                String.format(Locale.ROOT, "  captured  %,14d changes  %,8d/s%s", captured, capturedRate, snapshot ? "  (snapshot)" : ""));
        for (Map.Entry<String, Counters> pipeline : bactrian.counters().entrySet()) {
            lines.add(String.format(Locale.ROOT, "  applied   %,14d changes  %,8d/s  (%s)", applied, appliedRate, pipeline.getKey()));
        }
        lines.add("  lag       " + behind);
        lines.add("  dead letters " + deadLetters());
        lines.add("");
        rows.forEach((table, count) -> lines.add(String.format(Locale.ROOT, "  %-34s %,12d rows", table, count)));
        lines.add("");
        lines.addAll(whereToLook());
        lines.add("  stop:      Ctrl-C");
        return lines;
    }

    List<String> whereToLook() {
        List<String> lines = new ArrayList<>();
        servers.clientCommands().forEach((what, command) -> lines.add(String.format("  %-10s %s", what + ":", command)));
        lines.addAll(List.of("  kafka:     " + servers.kafka().bootstrapServers(),
                "  status:    ./bactrian status --watch   (" + bactrian.url() + ObserveServer.STATUS + ")",
                "  health:    " + bactrian.url() + ObserveServer.HEALTH,
                "  metrics:   " + bactrian.url() + ObserveServer.METRICS));
        return lines;
    }

    private void draw(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        for (String line : lines) {
            text.append("\u001b[2K").append(line).append('\n');
        }
        text.append("\u001b[J");
        drawn = lines.size();
        out.print(text);
        out.flush();
    }
}
