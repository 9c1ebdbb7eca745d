package io.bactrian.settings;

import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.engines.OwnSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One setting, described once: the README's table, the check of what users write and the defaults come from here.
 *
 * @param key with {@code <name>} where the user names a source, warehouse or pipeline
 * @param fallback the default; empty when there is none
 * @param required must be given for each name that is used
 */
public record Setting(String key, SettingType type, String fallback, boolean required, boolean secret, String sentence) {

    private static final List<Setting> BEFORE = List.of(
            new Setting("bactrian.kafka.bootstrap-servers", SettingType.BROKERS, "", true, false,
                    "Kafka brokers, host:port separated by commas"),
            new Setting("bactrian.kafka.partitions", SettingType.PARTITIONS, "4", false, false,
                    "Partitions of a table's topic when it is created; never change it for an existing topic"),
            new Setting("bactrian.kafka.replication", SettingType.COPIES, "1", false, false,
                    "Copies of each topic when it is created; 3 in production"),
            new Setting("bactrian.source.<name>.kind", SettingType.SOURCE_KIND, "mysql", false, false,
                    "What the source is: " + Engines.names(Engines.sources())),
            new Setting("bactrian.source.<name>.host", SettingType.HOST, "", true, false, "Host of the source's server"),
            new Setting("bactrian.source.<name>.port", SettingType.SERVER_PORT, "", false, false,
                    "Its port; if not given, " + standardPorts()),
            new Setting("bactrian.source.<name>.user", SettingType.TEXT, "", true, false, "User with the rights to replicate and to read"),
            new Setting("bactrian.source.<name>.password", SettingType.TEXT, "", true, true, "Its password; best from the environment"),
            new Setting("bactrian.source.<name>.databases", SettingType.DATABASES, "", true, false,
                    "Databases to capture, separated by commas; for PostgreSQL: schemas of its database"));

    private static final List<Setting> AFTER = List.of(
            new Setting("bactrian.warehouse.<name>.url", SettingType.URL, "", true, false,
                    "URL of the warehouse's database, such as " + exampleUrls()),
            new Setting("bactrian.warehouse.<name>.user", SettingType.TEXT, "", true, false,
                    "User with the rights to create tables there and to write them"),
            new Setting("bactrian.warehouse.<name>.password", SettingType.TEXT, "", false, true, "Its password"),
            new Setting("bactrian.warehouse.<name>.scripts", SettingType.FOLDER, "", false, false,
                    "Folder of SQL files that are run at each start, for reference tables and views; repeating them must be safe"),
            new Setting("bactrian.warehouse.<name>.models", SettingType.FOLDER, "", false, false,
                    "Folder of the models that this warehouse keeps; no models when not given"),
            new Setting("bactrian.warehouse.<name>.calendar-from", SettingType.DATE, "2015-01-01", false, false,
                    "First day of bactrian_calendar, which models may read"),
            new Setting("bactrian.pipeline.<name>.warehouse", SettingType.TEXT, "main", false, false,
                    "The warehouse that the pipeline writes; topics if its routes end in topic:"),
            new Setting("bactrian.pipeline.<name>.consumers", SettingType.CONSUMERS, "2", false, false,
                    "Consumers of the pipeline in this process"),
            new Setting("bactrian.pipeline.<name>.batch-size", SettingType.BATCH, "4000", false, false,
                    "Maximum number of changes in one batch, which is one warehouse transaction"),
            new Setting("bactrian.http.host", SettingType.HOST, "127.0.0.1", false, false,
                    "Address that status, health and metrics listen on; nothing asks for a password there, so only "
                            + "this machine reaches it by default"),
            new Setting("bactrian.http.port", SettingType.PORT, "8081", false, false,
                    "Their port; 0 takes any free one, which `bactrian status` finds"),
            new Setting("bactrian.health.hung-after", SettingType.NUMBER, "600", false, false,
                    "Seconds at one step after which a thread counts as hung and liveness is DOWN; a statement of the "
                            + "warehouse may take 300"),
            new Setting("bactrian.mask.key", SettingType.KEY, "", false, true,
                    "Secret of at least 16 characters for the mask kamelet; another key gives other hashes"),
            new Setting("bactrian.routes", SettingType.FOLDER, "routes", false, false, "Folder of the routes"));

    /** In the order of the page of settings; what only some engines have stands behind what all sources have. */
    static final List<Setting> ALL = Stream.of(BEFORE, ofEngines(), AFTER).flatMap(List::stream).toList();

    private static final String NAME = "([a-z][a-z0-9-]*)";

    private static List<Setting> ofEngines() {
        Map<String, Setting> own = new LinkedHashMap<>();
        for (Engine engine : Engines.sources()) {
            for (OwnSetting setting : engine.source().orElseThrow().settings()) {
                own.putIfAbsent(setting.name(), new Setting("bactrian.source.<name>." + setting.name(),
                        setting.number() ? SettingType.NUMBER : SettingType.TEXT, setting.fallback(), false, false, setting.sentence()));
            }
        }
        return List.copyOf(own.values());
    }

    private static String standardPorts() {
        return Engines.sources().stream().map(engine -> engine.addresses().standardPort() + " for " + engine.name())
                .collect(Collectors.joining(", "));
    }

    private static String exampleUrls() {
        return Engines.warehouses().stream().map(engine -> engine.warehouse().orElseThrow().exampleUrl())
                .collect(Collectors.joining(" or "));
    }

    Pattern pattern() {
        return Pattern.compile(Pattern.quote(key).replace("<name>", "\\E" + NAME + "\\Q"));
    }

    /** The part that names whose setting it is, such as {@code bactrian.source.}; empty for a setting of the whole. */
    String group() {
        int at = key.indexOf("<name>");
        return at < 0 ? "" : key.substring(0, at);
    }

    String of(String name) {
        return key.replace("<name>", name);
    }

    /** The variable of the environment that sets a key. */
    public static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
