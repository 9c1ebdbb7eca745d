package io.bactrian.cli;

import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.SourceCatalog.SourceTable;
import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bactrian reread}. */
@Command(name = "reread", mixinStandardHelpOptions = true, description = {
    "Reads tables of a source again, while everything goes on, until the warehouse equals the source.", "",
    "Nothing is emptied first. Rows that the source no longer has are removed at the end. The instance that captures the source does "
            + "it; this command asks for it and shows how far it is. Sums (mode=add) and lists of changes (mode=append) stay as they are."})
final class RereadCommand implements Callable<Integer> {

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "As routes name it, such as store.orders.")
    private List<String> tables = List.of();
    @Option(names = "--everything", paramLabel = "SOURCE", description = "All tables of a source. Its capture begins anew where the "
            + "source's log ends now: for when the log that it needs is gone. What happened in between is in no history, sum or list of "
            + "changes.")
    private String everything;
    @Option(names = "--where", paramLabel = "CONDITION", defaultValue = "", description = "Only these rows, in the source's own SQL, such "
            + "as \"id > 1000\". Rows that the source no longer has are not removed then.")
    private String where;
    @Option(names = "--throttle", paramLabel = "ROWS", defaultValue = "0", description = "At most so many rows a second.")
    private long rowsPerSecond;
    @Option(names = "--forget", description = "Do not read, but report no longer that the table could not be read again: it is gone for "
            + "good, and nobody waits for it.")
    private boolean forget;
    @Option(names = "--no-wait", description = "Ask for it and return.")
    private boolean noWait;
    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = Settings.load(config, System.getenv(), Map.of());
        RereadTopic rereads = new RereadTopic(new KafkaSettings(settings.text("bactrian.kafka.bootstrap-servers"),
                settings.number("bactrian.kafka.partitions"), (short) settings.number("bactrian.kafka.replication")));
        List<Asked> all = new ArrayList<>();
        for (SourceTable table : named(new SourceCatalog(settings.sourceOfDatabase()))) {
            all.add(new Asked(table.source(), table.table(), UUID.randomUUID().toString(), "asked for by bactrian reread", where,
                    rowsPerSecond, System.currentTimeMillis(), true));
        }
        if (forget) {
            all.forEach(rereads::forget);
            all.forEach(asked -> System.out.println(asked.table() + ": no longer reported"));
            return 0;
        }
        if (everything != null) {
            if (!settings.sources().contains(everything)) {
                throw new ConfigurationException(List.of("there is no source '" + everything + "'; the sources are " + settings.sources()));
            }
            all.add(new Asked(everything, Reread.EVERYTHING, UUID.randomUUID().toString(), "asked for by bactrian reread --everything", "",
                    rowsPerSecond, System.currentTimeMillis(), true));
        }
        if (all.isEmpty()) {
            throw new ConfigurationException(
                    List.of("no table is named; expected one or more, such as store.orders, or --everything with the name of a source"));
        }
        all.forEach(rereads::ask);
        if (noWait) {
            all.forEach(asked -> System.out.println(name(asked) + ": asked for; `bactrian status` shows how far it is"));
            return 0;
        }
        return follow(rereads, all) ? 0 : ExitCode.FAILED;
    }

    private List<SourceTable> named(SourceCatalog sources) {
        List<SourceTable> named = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String table : tables) {
            try {
                named.add(sources.sourceTable(table));
            } catch (IllegalArgumentException e) {
                faults.add(e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        return named;
    }

    private static boolean follow(RereadTopic rereads, List<Asked> all) throws InterruptedException {
        Map<Asked, String> shown = new LinkedHashMap<>();
        boolean worked = true;
        List<Asked> left = new ArrayList<>(all);
        while (!left.isEmpty()) {
            for (Asked asked : List.copyOf(left)) {
                Optional<Reread> now = rereads.of(asked.source()).stream().filter(one -> one.asked().table().equals(asked.table()))
                        .findFirst();
                if (now.isEmpty() || !now.get().asked().id().equals(asked.id())) {
                    System.out.println(name(asked) + ": somebody has asked for it once more; that one goes on");
                    left.remove(asked);
                    continue;
                }
                Progress progress = now.get().progress();
                String line = name(asked) + ": " + words(asked, progress);
                if (!line.equals(shown.put(asked, line))) {
                    System.out.println(line);
                }
                if (!now.get().isOpen()) {
                    worked &= progress.state() == State.DONE;
                    left.remove(asked);
                }
            }
            if (!left.isEmpty()) {
                TimeUnit.SECONDS.sleep(1);
            }
        }
        return worked;
    }

    private static String name(Asked asked) {
        return asked.table().equals(Reread.EVERYTHING) ? "source " + asked.source() : asked.table();
    }

    private static String words(Asked asked, Progress progress) {
        if (progress == null) {
            return "waiting for the instance that captures source " + asked.source() + " (is `bactrian run` up?)";
        }
        double seconds = Math.max(0.001, (progress.at() - progress.began()) / 1e3);
        return switch (progress.state()) {
            case READING -> String.format(Locale.ROOT, "%,d of about %,d rows, %,.0f a second", progress.rows(), progress.estimate(),
                    progress.rows() / seconds);
            case DONE -> asked.table().equals(Reread.EVERYTHING)
                    ? "the capture has begun anew; `bactrian status` shows how far the tables are"
                    : String.format(Locale.ROOT, "done: %,d rows in %.1f s; `bactrian verify` compares", progress.rows(), seconds);
            case GONE, FAILED -> "failed: " + progress.fault();
        };
    }
}
