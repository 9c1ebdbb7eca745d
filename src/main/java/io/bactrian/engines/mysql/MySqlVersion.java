package io.bactrian.engines.mysql;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a MySQL server: as {@code mysqld --version} reports it, or {@code select version()}. */
public record MySqlVersion(int major, int minor, int patch, boolean mariaDb) implements Comparable<MySqlVersion> {

    /** The first that knows {@code INSERT … AS new ON DUPLICATE KEY UPDATE}. */
    public static final MySqlVersion OLDEST = new MySqlVersion(8, 0, 19, false);

    private static final Pattern FORM = Pattern.compile("(?:Ver |^)(\\d+)\\.(\\d+)\\.(\\d+)\\S*");
    private static final Comparator<MySqlVersion> ORDER = Comparator.comparingInt(MySqlVersion::major)
            .thenComparingInt(MySqlVersion::minor).thenComparingInt(MySqlVersion::patch);

    public static Optional<MySqlVersion> in(String output) {
        Matcher matcher = FORM.matcher(output);
        return matcher.find()
                ? Optional.of(new MySqlVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)), output.contains("MariaDB")))
                : Optional.empty();
    }

    public boolean suits() {
        return !mariaDb && compareTo(OLDEST) >= 0;
    }

    @Override
    public int compareTo(MySqlVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (mariaDb ? " (MariaDB)" : "");
    }
}
