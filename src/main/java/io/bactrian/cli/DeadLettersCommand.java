package io.bactrian.cli;

import io.bactrian.settings.Stages;
import io.bactrian.application.Findings;
import io.bactrian.application.SettleDeadLetters.Settled;
import io.bactrian.application.SettleDeadLetters;
import io.bactrian.domain.DeadLetter;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bactrian dead-letters}. */
@Command(name = "dead-letters", mixinStandardHelpOptions = true, description = "Lists, shows, replays or discards the "
        + "changes that could not become rows.")
final class DeadLettersCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static Bactrian open(Path config) {
        return Bactrian.start(Settings.load(config, System.getenv(), Map.of()), Stages.ROUTES_ONLY);
    }

    private static List<DeadLetter> all(Bactrian bactrian) {
        List<DeadLetter> letters = new ArrayList<>();
        bactrian.routes().pipelines().stream().sorted().forEach(pipeline -> letters.addAll(bactrian.deadLetters().list(pipeline)));
        return letters;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "One line for each dead letter, oldest first.")
    int list(@Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties") Path config) {
        try (Bactrian bactrian = open(config)) {
            List<DeadLetter> letters = all(bactrian);
            for (DeadLetter letter : letters) {
                System.out.printf("%s  %s  %s%n", letter.failedAt().toString().substring(0, 19), letter.id(), letter.reason());
            }
            System.err.println(letters.isEmpty()
                    ? "no dead letters"
                    : Findings.count(letters.size(), "dead letter") + "; `bactrian dead-letters show ID` shows one");
            return 0;
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Everything about one dead letter.")
    int show(
            @Parameters(paramLabel = "ID",
                    description = "As list shows it, such as shop.store.customers-0@5121/bookstore-customers") String id,
            @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties") Path config) {
        try (Bactrian bactrian = open(config)) {
            DeadLetter letter = find(all(bactrian), List.of(id)).get(0);
            System.out.println("id:        " + letter.id());
            System.out.println("pipeline:  " + letter.pipeline());
            System.out.println("route:     " + letter.route());
            System.out.println("failed at: " + letter.failedAt());
            System.out.println("reason:    " + letter.reason());
            System.out.println("key:       " + text(letter.key()));
            System.out.println("value:     " + text(letter.value()));
            System.out.println("schema:    " + text(letter.schema()));
            if (!letter.detail().isEmpty()) {
                System.out.println("detail:");
                System.out.println(letter.detail());
            }
            return 0;
        }
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "none" : new String(bytes, StandardCharsets.UTF_8);
    }

    @Command(name = "replay", mixinStandardHelpOptions = true, description = "Sends dead letters through their routes "
            + "again. A row that a newer change has written is never overwritten.")
    int replay(@Parameters(paramLabel = "ID", arity = "0..*", description = "As list shows them.") List<String> ids,
            @Option(names = "--all", description = "All of them, oldest first.") boolean all,
            @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties") Path config) {
        return settle(ids, all, config, SettleDeadLetters::replay);
    }

    @Command(name = "discard", mixinStandardHelpOptions = true, description = "Discards dead letters for good.")
    int discard(@Parameters(paramLabel = "ID", arity = "0..*", description = "As list shows them.") List<String> ids,
            @Option(names = "--all", description = "All of them.") boolean all,
            @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties") Path config) {
        return settle(ids, all, config, SettleDeadLetters::discard);
    }

    private static int settle(List<String> ids, boolean everything, Path config, BiFunction<SettleDeadLetters, DeadLetter, Settled> how) {
        if (everything == (ids != null && !ids.isEmpty())) {
            throw new ConfigurationException(
                    List.of("no dead letter is named; expected one or more ids, or --all; `bactrian dead-letters list` shows them"));
        }
        try (Bactrian bactrian = open(config)) {
            List<DeadLetter> letters = everything ? all(bactrian) : find(all(bactrian), ids);
            boolean allSettled = true;
            for (DeadLetter letter : letters) {
                Settled settled = how.apply(bactrian.settling(letter.pipeline()), letter);
                System.out.println(
                        letter.id() + ": " + settled.ending().sentence() + (settled.reason().isEmpty() ? "" : ": " + settled.reason()));
                allSettled &= !settled.ending().stays();
            }
            return allSettled ? 0 : ExitCode.FAILED;
        }
    }

    private static List<DeadLetter> find(List<DeadLetter> letters, List<String> ids) {
        List<DeadLetter> found = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String id : ids) {
            letters.stream().filter(letter -> letter.id().equals(id)).findFirst().ifPresentOrElse(found::add,
                    () -> faults.add("there is no dead letter '" + id + "'; `bactrian dead-letters list` shows the ids"));
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        return found;
    }
}
