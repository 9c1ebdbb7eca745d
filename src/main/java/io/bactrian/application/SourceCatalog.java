package io.bactrian.application;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which source has which database. */
public final class SourceCatalog {

    private static final Pattern CODED = Pattern.compile("[^a-zA-Z0-9._-]|_(?=x[0-9a-f]+[^a-zA-Z0-9.-])");

    private static final Pattern CODE = Pattern.compile("_x([0-9a-f]+)_");

    private static final String PASSED_ON = "topic:";

    private final Map<String, String> sourceOfDatabase;

    public SourceCatalog(Map<String, String> sourceOfDatabase) {
        this.sourceOfDatabase = new TreeMap<>(sourceOfDatabase);
    }

    /**
     * The topic of a table.
     *
     * @param table {@code store.customers}, or {@code shop.store.customers} with its source, or
     * {@code topic:curated.customers} for what another pipeline passes on
     */
    public String topic(String table) {
        if (table.startsWith(PASSED_ON)) {
            return table.substring(PASSED_ON.length());
        }
        String[] parts = table.split("\\.");
        if (parts.length == 3) {
            if (!sourceOfDatabase.containsValue(parts[0])) {
                throw new IllegalArgumentException("change:" + table + ": there is no source '" + parts[0] + "'; the sources are "
                        + new TreeSet<>(sourceOfDatabase.values()));
            }
            return topic(parts[0], parts[1] + "." + parts[2]);
        }
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "change:" + table + " names no table; expected change:<database>.<table>, such as change:store.customers");
        }
        String source = sourceOfDatabase.get(parts[0]);
        if (source == null) {
            throw new IllegalArgumentException(
                    "change:" + table + ": no source has a database '" + parts[0] + "'; the sources' databases are "
                            + sourceOfDatabase.keySet() + ". Add it to bactrian.source.<name>.databases");
        }
        return topic(source, table);
    }

    /** Whose table's topic it is; empty for one that a pipeline passes on. */
    public Optional<String> sourceOf(String topic) {
        return sourceOfDatabase.values().stream().filter(source -> topic.startsWith(source + ".")).findFirst();
    }

    /** A source, and one of its tables. */
    public record SourceTable(String source, String table) {
    }

    /** @param table as in {@link #topic(String)}, of a source */
    public SourceTable sourceTable(String table) {
        String topic = topic(table);
        String source = sourceOf(topic).orElseThrow(
                () -> new IllegalArgumentException(
                        table + " is no table of a source, but what a pipeline passes on; expected <database>.<table>"));
        return new SourceTable(source, table(source, topic));
    }

    /** @throws IllegalArgumentException when the topic's name is one that capture gives */
    public void checkPassedOn(String topic) {
        for (String source : sourceOfDatabase.values()) {
            if (topic.startsWith(source + ".")) {
                throw new IllegalArgumentException("topic:" + topic + " begins with the name of source " + source
                        + ", whose tables' topics are called so; expected another name, such as curated"
                        + topic.substring(source.length()));
            }
        }
    }

    /**
     * The topic of a source's table. What a topic's name may not hold is written as its code, so that {@code a$b} and
     * {@code a_b} stay two; so is an underscore that would look like the begin of a code, so that {@code a_x24_b} is a
     * third.
     */
    public static String topic(String source, String table) {
        return CODED.matcher(source + "." + table).replaceAll(found -> "_x" + Integer.toHexString(found.group().codePointAt(0)) + "_");
    }

    /** The table of a source's topic: what {@link #topic} made the topic of. */
    public static String table(String source, String topic) {
        return CODE.matcher(topic.substring(source.length() + 1))
                .replaceAll(found -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
    }
}
