package io.bactrian.settings;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What somebody may have meant. */
public final class Nearest {

    private static final int MOST = 3;

    private Nearest() {
    }

    /** {@code ; did you mean 'steps'?}, or {@code .} when none of the known names is near. */
    public static String guess(String written, Collection<String> known) {
        int least = Math.max(1, written.length() / 3);
        Set<String> nearest = new TreeSet<>();
        for (String name : known) {
            int distance = Suggestion.distance(written, name);
            if (distance > 0 && distance <= least) {
                if (distance < least) {
                    nearest.clear();
                }
                least = distance;
                nearest.add("'" + name + "'");
            }
        }
        return nearest.isEmpty() ? "." : "; did you mean " + nearest.stream().limit(MOST).collect(Collectors.joining(" or ")) + "?";
    }
}
