package io.bactrian.engines;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A list of databases, as settings and addresses hold it: names separated by commas. */
public final class DatabaseNames {

    private DatabaseNames() {
    }

    public static List<String> of(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    /** @return what is wrong with the list; empty if nothing is */
    public static Optional<String> fault(String list) {
        Set<String> seen = new HashSet<>();
        for (String database : list.split(",", -1)) {
            String name = database.strip();
            if (name.isEmpty()) {
                return is(list, "names of databases, separated by commas; one of them is empty");
            }
            if (name.matches(".*[.\\s\"`*?].*")) {
                return is(list, "names of databases as they are, separated by commas, without patterns; '" + name
                        + "' is none that can be captured");
            }
            for (Engine engine : Engines.sources()) {
                if (engine.source().orElseThrow().systemDatabases().contains(name.toLowerCase(Locale.ROOT))) {
                    return is(list, "databases of your own; '" + name + "' is " + engine.title() + "'s, and is never captured");
                }
            }
            if (!seen.add(name)) {
                return is(list, "each database once; '" + name + "' is there twice");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> is(String value, String expected) {
        return Optional.of("is '" + value + "'; expected " + expected);
    }
}
