package io.bactrian.main;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of this run: {@code application.properties}, over it the environment, over it what a command sets itself. */
public final class Settings {

    private static final String ENVIRONMENT_PREFIX = "BACTRIAN_";
    /** Variables of the environment that are no settings of a run. */
    private static final Set<String> OTHER_VARIABLES = Set.of("BACTRIAN_HOME", "BACTRIAN_MYSQLD", "BACTRIAN_JAVA_OPTS");

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /** @throws ConfigurationException that names every fault at once */
    public static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides) {
        return load(file, environment, overrides, true);
    }

    /** Like {@link #load}, for a command that needs no servers of the user's: what is required may be absent, what is given must be right. */
    static Settings loadWithoutServers(Path file, Map<String, String> environment) {
        return load(file, environment, Map.of(), false);
    }

    private static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides, boolean whole) {
        List<String> faults = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        if (Files.isRegularFile(file)) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (CharacterCodingException e) {
                throw new ConfigurationException(List.of(file + " cannot be read: it is not UTF-8"));
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfigurationException(List.of(file + " cannot be read: " + e.getMessage()));
            }
            for (String key : new TreeSet<>(properties.stringPropertyNames())) {
                if (key.startsWith("bactrian.")) {
                    take(given, faults, key, properties.getProperty(key).strip(), file + ":" + lineOf(file, key));
                } else {
                    given.put(key, properties.getProperty(key));
                }
            }
        }
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            if (variable.getKey().startsWith(ENVIRONMENT_PREFIX) && !OTHER_VARIABLES.contains(variable.getKey())) {
                String key = fromEnvironment(variable.getKey());
                take(given, faults, key, variable.getValue().strip(), "environment variable " + variable.getKey());
            }
        }
        given.putAll(overrides);
        List<String> absent = new ArrayList<>();
        Map<String, String> complete = complete(given, absent);
        if (whole) {
            faults.addAll(absent);
        }
        if (!faults.isEmpty()) {
            if (!Files.isRegularFile(file)) {
                faults.add(0, file + " is not there, so only the environment was read");
            }
            throw new ConfigurationException(faults);
        }
        return new Settings(complete);
    }

    private static void take(Map<String, String> given, List<String> faults, String key, String value, String where) {
        for (Setting setting : Setting.ALL) {
            if (setting.pattern().matcher(key).matches()) {
                if (setting.kind() == Setting.Kind.NUMBER && !value.matches("[1-9]\\d{0,8}")) {
                    faults.add(where + ": " + key + " is '" + value + "'; expected a number from 1 on");
                }
                if (setting.kind() == Setting.Kind.PORT && !(value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65_535)) {
                    faults.add(where + ": " + key + " is '" + value + "'; expected a port from 1 to 65535, or 0 for any free one");
                }
                if (setting.kind() == Setting.Kind.DATE && !isDate(value)) {
                    faults.add(where + ": " + key + " is '" + value + "'; expected a day such as 2015-01-01");
                }
                given.put(key, value);
                return;
            }
        }
        faults.add(where + ": " + key + " is no setting; did you mean " + nearest(key) + "?");
    }

    private static boolean isDate(String value) {
        try {
            LocalDate.parse(value);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** {@code BACTRIAN_SOURCE_SHOP_SERVER_ID}: which underscores are dots and which are dashes, only the known keys tell. */
    private static String fromEnvironment(String variable) {
        String dotted = variable.toLowerCase(java.util.Locale.ROOT).replace('_', '.');
        for (Setting setting : Setting.ALL) {
            String group = setting.group();
            if (group.isEmpty()) {
                if (setting.key().replace('-', '.').equals(dotted)) {
                    return setting.key();
                }
            } else if (dotted.startsWith(group)) {
                String end = setting.key().substring(group.length() + "<name>".length()).replace('-', '.');
                if (dotted.endsWith(end) && dotted.length() > group.length() + end.length()) {
                    return setting.of(dotted.substring(group.length(), dotted.length() - end.length()).replace('.', '-'));
                }
            }
        }
        return dotted;
    }

    /** The last one, which is the one that counts. */
    private static int lineOf(Path file, String key) {
        Pattern line = Pattern.compile("\\s*" + Pattern.quote(key) + "(?:[\\s=:].*)?");
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = lines.size(); i > 0; i--) {
                if (line.matcher(lines.get(i - 1)).matches()) {
                    return i;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
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
    private static int distance(String a, String b) {
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

    private static Map<String, String> complete(Map<String, String> given, List<String> faults) {
        Map<String, String> complete = new LinkedHashMap<>(given);
        for (Setting setting : Setting.ALL) {
            if (setting.group().isEmpty()) {
                complete(complete, faults, setting, setting.key());
            } else {
                for (String name : names(given, setting.group())) {
                    complete(complete, faults, setting, setting.of(name));
                }
            }
        }
        return complete;
    }

    private static void complete(Map<String, String> complete, List<String> faults, Setting setting, String key) {
        String value = complete.getOrDefault(key, "");
        if (value.isEmpty()) {
            if (setting.required()) {
                faults.add(key + " is not set; expected: " + setting.sentence());
            }
            complete.put(key, setting.fallback());
        }
    }

    private static Set<String> names(Map<String, String> given, String group) {
        Set<String> names = new TreeSet<>();
        for (String key : given.keySet()) {
            if (key.startsWith(group)) {
                int dot = key.indexOf('.', group.length());
                if (dot > 0) {
                    names.add(key.substring(group.length(), dot));
                }
            }
        }
        return names;
    }

    /** These settings with others in their place. */
    Settings with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.putAll(others);
        return new Settings(all);
    }

    Set<String> sources() {
        return names(values, "bactrian.source.");
    }

    /** @throws ConfigurationException when two sources have one database */
    Map<String, String> sourceOfDatabase() {
        Map<String, String> sourceOfDatabase = new TreeMap<>();
        for (String source : sources()) {
            for (String database : text("bactrian.source." + source + ".databases").split(",")) {
                String other = sourceOfDatabase.put(database.strip(), source);
                if (other != null) {
                    throw new ConfigurationException(List.of("database '" + database.strip() + "' is in the sources " + other + " and " + source
                            + "; expected each database in one source's list"));
                }
            }
        }
        return sourceOfDatabase;
    }

    Set<String> warehouses() {
        return names(values, "bactrian.warehouse.");
    }

    String text(String key) {
        String value = values.get(key);
        if (value == null) {
            for (Setting setting : Setting.ALL) {
                Matcher matcher = setting.pattern().matcher(key);
                if (matcher.matches()) {
                    return setting.fallback();
                }
            }
            throw new IllegalArgumentException(key + " is no setting");
        }
        return value;
    }

    /** What a setting is when nobody gives it. */
    static String fallback(String key) {
        return new Settings(Map.of()).text(key);
    }

    int number(String key) {
        return Integer.parseInt(text(key));
    }

    /** Everything, for the placeholders in routes. */
    Map<String, String> all() {
        return Map.copyOf(values);
    }
}
