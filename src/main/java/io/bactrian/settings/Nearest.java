package io.bactrian.settings;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The known names that are nearest to one that nobody knows, as the end of a message. */
public final class Nearest {

    private static final int MAX_NAMES = 3;

    private Nearest() {
    }

    /** {@code ; did you mean 'steps'?}, or {@code .} when none of the known names is near. */
    public static String guess(String written, Collection<String> known) {
        int least = Math.max(1, written.length() / 3);
        Set<String> nearest = new TreeSet<>();
        for (String name : known) {
            int distance = distance(written, name);
            if (distance > 0 && distance <= least) {
                if (distance < least) {
                    nearest.clear();
                }
                least = distance;
                nearest.add("'" + name + "'");
            }
        }
        return nearest.isEmpty() ? "." : "; did you mean " + nearest.stream().limit(MAX_NAMES).collect(Collectors.joining(" or ")) + "?";
    }

    /** The end of a sentence about a key that is no setting. */
    static String ofSetting(String key) {
        for (Setting setting : Setting.ALL) {
            String group = setting.group();
            int dot = group.isEmpty() || !key.startsWith(group) ? -1 : key.indexOf('.', group.length());
            if (dot > 0 && setting.of(key.substring(group.length(), dot)).equals(key)) {
                return "'" + key.substring(group.length(), dot)
                        + "' is no name; expected lower-case letters, digits and dashes, beginning with a letter";
            }
        }
        return "did you mean " + nearest(key) + "?";
    }

    private static String nearest(String key) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (Setting setting : Setting.ALL) {
            String candidate = setting.key();
            String group = setting.group();
            if (!group.isEmpty() && key.startsWith(group)) {
                int dot = key.indexOf('.', group.length());
                candidate = setting.of(dot < 0 ? key.substring(group.length()) : key.substring(group.length(), dot));
            }
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
