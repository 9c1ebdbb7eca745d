package io.bactrian.application;

import io.bactrian.domain.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be written where pipelines end, known without asking a server. What a route or a model needs and its end
 * lacks is so reported when it is loaded, and never found at run time.
 *
 * @param name for messages, such as {@code warehouse main (ClickHouse)}
 * @param modes how its tables can be kept; none of topics
 * @param models whether it keeps models
 * @param lookups whether routes can look something up in its tables
 */
public record Capabilities(End end, String name, Set<Mode> modes, boolean models, boolean lookups) {

    /** What a batch is written to. */
    public enum End {
        TABLES, TOPICS
    }

    public Capabilities {
        modes = Set.copyOf(modes);
    }

    public static Capabilities topics() {
        return new Capabilities(End.TOPICS, "topics", Set.of(), false, false);
    }

    /** Tables that are kept in every way. */
    public static Capabilities everything(String name) {
        return new Capabilities(End.TABLES, name, EnumSet.allOf(Mode.class), true, true);
    }

    /** What is wrong with a table that is to be kept so. */
    public Optional<String> faultOfMode(Mode mode) {
        return modes.contains(mode)
                ? Optional.empty()
                : Optional.of(name + " cannot " + verb(mode) + "; it can " + listed() + ". Use " + instead(mode));
    }

    private static String verb(Mode mode) {
        return switch (mode) {
            case MIRROR -> "mirror";
            case HISTORY -> "keep histories";
            case APPEND -> "append";
            case ADD -> "keep sums";
        };
    }

    private String listed() {
        List<String> verbs = new ArrayList<>(modes.stream().sorted(Comparator.naturalOrder()).map(Capabilities::verb).toList());
        String last = verbs.isEmpty() ? "do nothing of the kind" : verbs.remove(verbs.size() - 1);
        return verbs.isEmpty() ? last : String.join(", ", verbs) + " and " + last;
    }

    private String instead(Mode mode) {
        String other = switch (mode) {
            case ADD -> modes.contains(Mode.APPEND) ? "mode=append and sum in a view, or " : "";
            case HISTORY -> modes.contains(Mode.APPEND) ? "mode=append, which keeps every change with its time, or " : "";
            case MIRROR -> modes.contains(Mode.APPEND) ? "mode=append and take the latest change of each key in a view, or " : "";
            case APPEND -> "";
        };
        return other + "another warehouse";
    }

    /** What is wrong with a model that it is to keep. */
    public Optional<String> faultOfModel(String model) {
        return models
                ? Optional.empty()
                : Optional
                        .of("model " + model + ": " + name + " keeps no models. Make a view of that name in it, or use another warehouse");
    }
}
