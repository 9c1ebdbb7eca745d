package io.bactrian.settings;

import io.bactrian.engines.DatabaseNames;
import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.engines.SourceEngine;
import io.bactrian.engines.SourceSettings;
import io.bactrian.engines.WarehouseEngine;
import io.bactrian.engines.WarehouseSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of this run: {@code application.properties}, over it the environment, over it what a command sets
 * itself.
 */
public final class Settings {

    /** What a pipeline's warehouse is called if it is none, but topics. */
    public static final String TOPICS = "topics";

    private static final String ENVIRONMENT_PREFIX = "BACTRIAN_";
    /** Variables of the environment that are no settings of a run. */
    private static final Set<String> OTHER_VARIABLES = Set.of("BACTRIAN_HOME", "BACTRIAN_MYSQLD", "BACTRIAN_POSTGRES",
            "BACTRIAN_JAVA_OPTS");

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /** @throws ConfigurationException that names every fault at once */
    public static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides) {
        return load(file, environment, overrides, Stages.ALL);
    }

    /**
     * Like {@link #load(Path, Map, Map)}, for an instance that runs some parts: what only the others need may be
     * missing here.
     */
    public static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides, Stages stages) {
        return load(file, environment, overrides, true, stages);
    }

    /**
     * Like {@link #load}, for a command that needs no servers of the user's: what is required may be absent, what is
     * given must be right.
     */
    public static Settings loadWithoutServers(Path file, Map<String, String> environment) {
        return load(file, environment, Map.of(), false, Stages.ALL);
    }

    private static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides, boolean whole,
            Stages stages) {
        List<String> faults = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        Map<String, String> origins = new HashMap<>();
        if (Files.isRegularFile(file)) {
            read(file, given, origins, faults);
        }
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            if (variable.getKey().startsWith(ENVIRONMENT_PREFIX) && !OTHER_VARIABLES.contains(variable.getKey())) {
                String key = fromEnvironment(variable.getKey());
                take(given, origins, faults, key, variable.getValue().strip(), "environment variable " + variable.getKey());
            }
        }
        given.putAll(overrides);
        overrides.keySet().forEach(origins::remove);
        List<String> absent = new ArrayList<>();
        Settings settings = new Settings(complete(given, absent));
        if (whole) {
            faults.addAll(absent);
            faults.addAll(Contradictions.of(settings, key -> origins.containsKey(key) ? origins.get(key) + ": " : "", stages));
        }
        if (!faults.isEmpty()) {
            if (!Files.isRegularFile(file)) {
                faults.add(0, file + " does not exist, so only the environment was read");
            }
            throw new ConfigurationException(faults);
        }
        return settings;
    }

    private static void read(Path file, Map<String, String> given, Map<String, String> origins, List<String> faults) {
        Set<String> twice = new TreeSet<>();
        Properties properties = new Properties() {
            @Override
            public synchronized Object put(Object key, Object value) {
                if (containsKey(key)) {
                    twice.add((String) key);
                }
                return super.put(key, value);
            }
        };
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(List.of(file + " cannot be read: it is not UTF-8"));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(List.of(file + " cannot be read: " + e.getMessage()));
        }
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            List<Integer> lines = linesOf(file, key);
            String where = file + ":" + (lines.isEmpty() ? 0 : lines.get(lines.size() - 1));
            if (twice.contains(key)) {
                faults.add(where + ": " + key + " is set a second time, after line " + lines.get(0)
                        + "; only the last would count. Take one of them out");
            }
            if (key.startsWith("bactrian.")) {
                take(given, origins, faults, key, properties.getProperty(key).strip(), where);
            } else if (isMisspelt(key)) {
                faults.add(where + ": " + key + " is no setting; settings begin with 'bactrian.'");
            } else {
                given.put(key, properties.getProperty(key));
            }
        }
    }

    /** Other keys are Camel's, or placeholders of one's own routes. */
    private static boolean isMisspelt(String key) {
        int dot = key.indexOf('.');
        return dot > 0 && Nearest.distance(key.substring(0, dot).toLowerCase(java.util.Locale.ROOT), "bactrian") <= 2;
    }

    private static void take(Map<String, String> given, Map<String, String> origins, List<String> faults, String key, String value,
            String where) {
        for (Setting setting : Setting.ALL) {
            if (setting.pattern().matcher(key).matches()) {
                // What is given empty is as if not given, except that a number or a day cannot be.
                String fault = value.isEmpty() && !setting.type().isNeverEmpty() ? null : setting.type().fault(value);
                if (fault != null) {
                    faults.add(where + ": " + key + " " + fault);
                }
                given.put(key, value);
                origins.put(key, where);
                return;
            }
        }
        faults.add(where + ": " + key + " is no setting; " + Nearest.ofSetting(key));
    }

    /**
     * {@code BACTRIAN_SOURCE_SHOP_SERVER_ID}: which underscores are dots and which are dashes, only the known keys
     * tell.
     */
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

    /** In order; the last is the one that counts. */
    private static List<Integer> linesOf(Path file, String key) {
        Pattern line = Pattern.compile("\\s*" + Pattern.quote(key) + "(?:[\\s=:].*)?");
        List<Integer> found = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (line.matcher(lines.get(i)).matches()) {
                    found.add(i + 1);
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException(List.of(file + " cannot be read: " + e.getMessage()));
        }
        return found;
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
        for (String source : names(complete, "bactrian.source.")) {
            String kind = complete.getOrDefault("bactrian.source." + source + ".kind", "");
            Engines.sources().stream().filter(engine -> engine.name().equals(kind)).findFirst().ifPresent(
                    engine -> complete.replace("bactrian.source." + source + ".port", "",
                            Integer.toString(engine.addresses().standardPort())));
        }
        return complete;
    }

    private static void complete(Map<String, String> complete, List<String> faults, Setting setting, String key) {
        String value = complete.getOrDefault(key, "");
        if (value.isEmpty()) {
            if (setting.required()) {
                faults.add(key + " is not set; expected: " + setting.sentence()
                        + (setting.secret() ? " (" + Setting.variable(key) + ")" : ""));
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

    /** These settings, with some of them replaced. */
    public Settings with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.putAll(others);
        return new Settings(all);
    }

    public Set<String> sources() {
        return names(values, "bactrian.source.");
    }

    /**
     * @throws ConfigurationException when two sources have one database, which only {@link #loadWithoutServers} lets
     * through
     */
    public Map<String, String> sourceOfDatabase() {
        Map<String, String> sourceOfDatabase = new TreeMap<>();
        for (String source : sources()) {
            for (String database : DatabaseNames.of(text("bactrian.source." + source + ".databases"))) {
                String other = sourceOfDatabase.put(database, source);
                if (other != null) {
                    throw new ConfigurationException(List.of("database '" + database + "' is in the sources " + other + " and " + source
                            + "; expected each database in one source's list"));
                }
            }
        }
        return sourceOfDatabase;
    }

    /** A source, as its settings describe it. */
    public SourceSettings source(String name) {
        String prefix = "bactrian.source." + name;
        Map<String, String> own = new TreeMap<>();
        Engines.source(text(prefix + ".kind"))
                .ifPresent(engine -> engine.settings().forEach(setting -> own.put(setting.name(), text(prefix + "." + setting.name()))));
        return new SourceSettings(name, text(prefix + ".host"), number(prefix + ".port"), text(prefix + ".user"),
                text(prefix + ".password"), DatabaseNames.of(text(prefix + ".databases")), own);
    }

    /** Empty if one of its settings cannot be read, which is a fault of its own. */
    Optional<SourceSettings> sourceIfRight(String name) {
        return text("bactrian.source." + name + ".port").matches("\\d{1,9}") ? Optional.of(source(name)) : Optional.empty();
    }

    /** What a source is. */
    public SourceEngine engineOf(String source) {
        return Engines.source(text("bactrian.source." + source + ".kind")).orElseThrow();
    }

    /** A warehouse, as its settings describe it. */
    public WarehouseSettings warehouse(String name) {
        String prefix = "bactrian.warehouse." + name;
        String url = text(prefix + ".url");
        return new WarehouseSettings(name, url, engineOfWarehouse(name).location(url).orElseThrow(), text(prefix + ".user"),
                text(prefix + ".password"));
    }

    /** What a warehouse is. */
    public WarehouseEngine engineOfWarehouse(String name) {
        return Engines.warehouse(text("bactrian.warehouse." + name + ".url")).flatMap(Engine::warehouse).orElseThrow();
    }

    /** Those that a setting names; others may be folders only. */
    public Set<String> pipelines() {
        return names(values, "bactrian.pipeline.");
    }

    /** The first key that names the pipeline. */
    public String firstOfPipeline(String pipeline) {
        return values.keySet().stream().filter(key -> key.startsWith("bactrian.pipeline." + pipeline + ".")).findFirst().orElseThrow();
    }

    public Set<String> warehouses() {
        return names(values, "bactrian.warehouse.");
    }

    public String text(String key) {
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
    public static String fallback(String key) {
        return new Settings(Map.of()).text(key);
    }

    /** A folder; empty if none is given. */
    public Optional<Path> folder(String key) {
        return Optional.of(text(key)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    /** Everything, for the placeholders in routes. */
    public Map<String, String> all() {
        return Map.copyOf(values);
    }
}
