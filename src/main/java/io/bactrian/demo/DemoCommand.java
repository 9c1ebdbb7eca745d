package io.bactrian.demo;

import io.bactrian.cli.AddedCommand;
import io.bactrian.cli.Comparison;
import io.bactrian.cli.DurationConverter;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.engines.KeptModels;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.LocalEngines;
import io.bactrian.main.Bactrian;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import io.bactrian.settings.Stages;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian demo}: a bookstore, its warehouse, and everything between. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
    "Starts database servers and Kafka of its own, fills a bookstore, keeps changing it, and mirrors it into a warehouse.", "",
    "Everything is kept in .bactrian/; the next demo goes on from there."})
public final class DemoCommand implements AddedCommand {

    private static final String PIPELINE = "bookstore";
    private static final int SEED = 20_261_121;
    private static final String HTTP_PORT = "bactrian.http.port";
    private static final int WRITERS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(names = "--rate", paramLabel = "N", defaultValue = "50", description = "Transactions a second in the "
            + "bookstore (default: ${DEFAULT-VALUE}).")
    private double rate;
    @Option(names = "--rows", paramLabel = "N", defaultValue = "20000", description = "Rows that the bookstore begins "
            + "with (default: ${DEFAULT-VALUE}).")
    private long rows;
    @Option(names = "--for", paramLabel = "DURATION", converter = DurationConverter.class, description = "Stop writing after this time "
            + "(60s, 5m, 1h), let the pipeline drain, and end. Without it the demo runs until Ctrl-C.")
    private Duration time;
    @Option(names = "--verify", description = "At the end compare source and warehouse row by row; exit 1 when they differ.")
    private boolean verify;

    @Option(names = "--warehouse", paramLabel = "ENGINE", defaultValue = LocalEngines.USUAL, converter = LocalEngines.Any.class,
            completionCandidates = LocalEngines.Any.class,
            description = "The warehouse: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private LocalEngine warehouse;

    @Option(names = "--store", paramLabel = "ENGINE", defaultValue = LocalEngines.USUAL, converter = LocalEngines.WithStore.class,
            completionCandidates = LocalEngines.WithStore.class,
            description = "Where the bookstore's database store lives, while shipping is in " + LocalEngines.USUAL
                    + ": ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private LocalEngine store;

    private final PrintStream out = System.out;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ReentrantLock closing = new ReentrantLock();
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        if (verify && time == null) {
            throw new ConfigurationException(
                    List.of("--verify compares at the end, and without --for the demo has none; add --for 60s, say"));
        }
        Thread stop = new Thread(() -> {
            interrupted.countDown();
            closeAll();
        }, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            return run();
        } finally {
            closeAll();
        }
    }

    /** In the reverse order of opening; called at the end and by Ctrl-C, whichever comes first. */
    private void closeAll() {
        closing.lock();
        try {
            while (!open.isEmpty()) {
                AutoCloseable last = open.remove(open.size() - 1);
                try {
                    last.close();
                } catch (Exception e) {
                    System.err.println("while stopping: " + e.getMessage());
                }
            }
        } finally {
            closing.unlock();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        closing.lock();
        try {
            open.add(one);
            return one;
        } finally {
            closing.unlock();
        }
    }

    private int run() throws InterruptedException {
        long begin = System.nanoTime();
        Progress progress = line -> out.println("  " + line);
        ServerHome home = DemoServers.home(ServerHome.standard(), store);
        out.println("Bactrian demo: starting servers (data in " + home.servers() + ")");
        DemoServers servers = opened(DemoServers.start(home, store, warehouse, progress));
        Bookstore bookstore = opened(servers.bookstore(SEED));
        bookstore.createTables();
        servers.letCapture();
        long seeded = bookstore.seed(rows);
        out.printf(Locale.ROOT, "  the bookstore has %,d rows%s%n", bookstore.rows().values().stream().mapToLong(Long::longValue).sum(),
                seeded == 0 ? ", from an earlier demo" : "");

        Settings settings = withItsOwnPort(Settings.load(Path.of("application.properties"), System.getenv(), servers.settings()));
        Bactrian bactrian = opened(Bactrian.start(settings, Stages.ALL));
        await("the first row in the warehouse", bactrian, () -> bactrian.counters().values().stream().anyMatch(c -> c.rows.sum() > 0)
                || seeded == 0 && bactrian.health().parts().values().stream().allMatch(state -> state.up()));
        out.printf(Locale.ROOT, "  first row in the warehouse %.1f s after the start%n", (System.nanoTime() - begin) / 1e9);

        boolean terminal = System.console() != null && System.getenv("TERM") != null && !"dumb".equals(System.getenv("TERM"));
        DemoScreen screen = new DemoScreen(out, terminal, servers, bactrian);
        if (!terminal) {
            screen.whereToLook().forEach(out::println);
        }
        Bookstore.Writing writing = opened(bookstore.write(rate, WRITERS));
        long writingSince = System.nanoTime();
        while (interrupted.getCount() > 0 && (time == null || System.nanoTime() - writingSince < time.toNanos())) {
            if (writing.failure().isPresent()) {
                throw new IllegalStateException("the bookstore's writers stopped: " + writing.failure().get().getMessage(),
                        writing.failure().get());
            }
            screen.show(writing, rowsOf(bactrian));
            interrupted.await(1, TimeUnit.SECONDS);
        }
        if (interrupted.getCount() == 0) {
            return 0;
        }
        writing.close();
        double seconds = (System.nanoTime() - writingSince) / 1e9;
        out.printf(Locale.ROOT, "written: %,d transactions, %,d row changes in %.0f s (%,d were due and given up)%n",
                writing.transactions(), writing.rowChanges(),
                seconds, writing.missed());
        drain(servers, bactrian);
        long letters = bactrian.counters().values().stream().mapToLong(c -> c.deadLetters.sum()).sum();
        out.printf(Locale.ROOT, "applied: %,d changes in %,d batches; dead letters: %d%n",
                bactrian.counters().get(PIPELINE).changes.sum(), bactrian.counters().get(PIPELINE).batches.sum(), letters);
        return !verify || new Comparison(bactrian).run(out, Duration.ZERO) ? 0 : ExitCode.FAILED;
    }

    /** Any free port, when nobody has chosen one: an instance that runs on this machine may have the usual one. */
    private static Settings withItsOwnPort(Settings settings) {
        boolean chosen = !settings.text(HTTP_PORT).equals(Settings.fallback(HTTP_PORT));
        return chosen ? settings : settings.with(Map.of(HTTP_PORT, "0"));
    }

    /** Some of what a newcomer wants to see growing; the mirrors of all tables are there too. */
    private static Map<String, Long> rowsOf(Bactrian bactrian) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String name : List.of("store_orders", "store_order_items", "dim_customer", "fact_item_sale", "fact_shipment",
                "fact_book_inventory", "sales_by_day_category")) {
            counts.put(name, bactrian.rows(PIPELINE).count(name));
        }
        return counts;
    }

    /** Nothing is written any more: waits until capture has seen the last change and the pipeline has applied it. */
    private void drain(DemoServers servers, Bactrian bactrian) throws InterruptedException {
        long begin = System.nanoTime();
        List<LastChange> last = servers.lastChanges();
        await("the pipeline to drain", bactrian,
                () -> last.stream().allMatch(one -> one.isIn(bactrian.rows(PIPELINE))) && bactrian.pumps().drained(PIPELINE));
        await("the models to be fresh", bactrian, () -> bactrian.models().values().stream().allMatch(KeptModels::fresh));
        out.printf(Locale.ROOT, "drained after %.1f s%n", (System.nanoTime() - begin) / 1e9);
    }

    private void await(String what, Bactrian bactrian, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "waited " + PATIENCE.toMinutes() + " minutes for " + what + "; state: " + bactrian.health().parts());
            }
            if (interrupted.await(200, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("stopped while waiting for " + what);
            }
        }
    }
}
