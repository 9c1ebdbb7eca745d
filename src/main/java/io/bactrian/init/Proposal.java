package io.bactrian.init;

import io.bactrian.application.Findings;
import io.bactrian.application.SourceCatalog;
import io.bactrian.engines.ServerAddress;
import io.bactrian.engines.SourceProposals;
import io.bactrian.engines.SurveyedTable;
import io.bactrian.engines.WarehouseProposals;
import io.bactrian.settings.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The files that {@code bactrian init} proposes, by name; nothing here touches a disk or a server. */
final class Proposal {

    private static final Pattern PERSONAL = Pattern.compile(
            "(?i).*(e_?mail|phone|mobile|fax|first_?name|last_?name|sur_?name|full_?name|"
                    + "birth|dob$|ssn|passport|iban|street|licen[cs]e_?(no|number)|tax_?(id|no|number)).*");
    /** Names that an endpoint's URI and a topic take as they are. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    private final String source;
    private final String pipeline;
    private final ServerAddress from;
    private final ServerAddress to;
    private final String kafka;

    Proposal(String source, String pipeline, ServerAddress from, ServerAddress to, String kafka) {
        this.source = source;
        this.pipeline = pipeline;
        this.from = from;
        this.to = to;
        this.kafka = kafka;
    }

    private SourceProposals source() {
        return from.engine().source().orElseThrow().proposals();
    }

    private WarehouseProposals warehouse() {
        return to.engine().warehouse().orElseThrow().proposals();
    }

    /** What an administrator has to run; it depends on nothing that only a login would tell. */
    Map<String, String> grants() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("grants-source.sql", source().sourceGrants(from));
        files.put("grants-warehouse.sql", warehouse().warehouseGrants(to));
        return files;
    }

    Map<String, String> all(List<SurveyedTable> tables) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("application.properties", settings());
        files.putAll(grants());
        List<SurveyedTable> taken = taken(tables);
        files.putAll(source().statements(source, from, taken));
        files.put("routes/capture/" + source + ".camel.yaml", capture(tables));
        Set<String> names = new HashSet<>();
        for (SurveyedTable table : taken) {
            String name = fileName(table, taken, names);
            files.put("routes/" + pipeline + "/" + name + ".camel.yaml", route(name, table));
        }
        files.put("topics.txt", topics(taken));
        files.put("README.md", readme(tables, taken));
        return files;
    }

    static List<SurveyedTable> taken(List<SurveyedTable> tables) {
        return tables.stream().filter(table -> obstacle(table).isEmpty()).toList();
    }

    /** Why a table is left out; empty for one that is not. */
    private static String obstacle(SurveyedTable table) {
        return PLAIN.matcher(table.name()).matches() && PLAIN.matcher(table.database()).matches()
                ? table.obstacle()
                : "no route can hold its name";
    }

    /** What is left out, by name: tables and columns, each with the reason. */
    static Map<String, String> leftOut(List<SurveyedTable> tables) {
        Map<String, String> all = new LinkedHashMap<>();
        for (SurveyedTable table : tables) {
            String obstacle = obstacle(table);
            if (!obstacle.isEmpty()) {
                all.put(table.plain(), obstacle);
            } else {
                table.unknown().forEach(column -> all.put(table.plain() + "." + column.column(),
                        "a column of the type " + column.type() + ", which cannot be captured"));
            }
        }
        return all;
    }

    private static String fileName(SurveyedTable table, List<SurveyedTable> all, Set<String> taken) {
        boolean alone = all.stream().filter(other -> other.name().equalsIgnoreCase(table.name())).count() == 1;
        String name = dashed(alone ? table.name() : table.database() + "-" + table.name());
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    static String dashed(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private String settings() {
        String password = Setting.variable("bactrian.source." + source + ".password");
        String warehousePassword = Setting.variable("bactrian.warehouse.main.password");
        return """
                # Proposed by bactrian init; yours to edit. Each setting can come from the environment too, which is stronger.
                # The passwords only come from there: %s and %s.

                bactrian.kafka.bootstrap-servers=%s
                # 3 where there are 3 brokers
                bactrian.kafka.replication=1

                bactrian.source.%5$s.host=%6$s
                bactrian.source.%5$s.port=%7$d
                bactrian.source.%5$s.user=%8$s
                bactrian.source.%5$s.databases=%9$s
                %10$s
                bactrian.warehouse.main.url=%11$s
                bactrian.warehouse.main.user=%12$s
                # SELECTs that are kept as tables, a file <name>.sql each
                # bactrian.warehouse.main.models=models

                bactrian.pipeline.%4$s.warehouse=main
                # The secret of kamelet:mask, at least 16 characters, comes from the environment too: BACTRIAN_MASK_KEY
                """.formatted(password, warehousePassword, kafka, pipeline, source, from.host(), from.port(), from.user(),
                String.join(",", from.databases()),
                source().sourceSettings(source, from), warehouse().warehouseUrl(to), to.user());
    }

    private String capture(List<SurveyedTable> tables) {
        List<String> more = new ArrayList<>(source().captureParameters(source));
        List<String> tablesOut = tables.stream().filter(table -> !obstacle(table).isEmpty())
                .map(table -> pattern(table.database(), table.name())).toList();
        List<String> columnsOut = tables.stream().filter(table -> obstacle(table).isEmpty())
                .flatMap(table -> table.unknown().stream().map(column -> pattern(table.database(), table.name(), column.column())))
                .toList();
        if (!tablesOut.isEmpty()) {
            more.add("# Tables that cannot be captured, or that no route can name; the README says why.\n        tableExcludeList: '"
                    + String.join(",", tablesOut) + "'");
        }
        if (!columnsOut.isEmpty()) {
            more.add("# Of types that cannot be captured.\n        columnExcludeList: '" + String.join(",", columnsOut) + "'");
        }
        return """
                - route:
                    id: NAME-capture
                    description: Every committed change of NAME's WORD, each batch one Kafka transaction; a failure starts \
                the capture again from the last one.
                    from:
                      uri: CAPTURE:NAME
                      parameters:
                        topicPrefix: NAME
                        databaseHostname: "{{bactrian.source.NAME.host}}"
                        databasePort: "{{bactrian.source.NAME.port}}"
                        databaseUser: "{{bactrian.source.NAME.user}}"
                        databasePassword: "RAW({{bactrian.source.NAME.password}})"
                        MORE
                        # A change waits at most this long for others of its batch.
                        pollIntervalMs: 20
                      steps:
                        - to: bean:changeLog
                """
                .replace("CAPTURE", from.engine().source().orElseThrow().component()).replace("WORD", from.engine().addresses().word())
                .replace("NAME", source)
                .replace("MORE", String.join("\n        ", more));
    }

    /** As the engine's lists of patterns take a name, and no other. */
    private static String pattern(String... names) {
        return Arrays.stream(names)
                .map(name -> name.codePoints()
                        .mapToObj(one -> one == '_' || one < 128 && Character.isLetterOrDigit(one)
                                ? Character.toString(one)
                                : String.format("\\x{%x}", one))
                        .collect(Collectors.joining()))
                .collect(Collectors.joining("[.]"));
    }

    private String route(String name, SurveyedTable table) {
        String from = table.database() + "." + table.name();
        StringBuilder text = new StringBuilder(
                "# Yours to edit: add steps before the last, or say mode=history to keep every version of a row. Without this file ")
                .append(from).append(" is left out.\n");
        if (!table.keyed()) {
            text.append("# The table has no primary key: its rows are kept as a bag, in one partition.\n");
        }
        text.append("- route:\n    id: ").append(pipeline).append('-').append(name).append("\n    description: ")
                .append(table.keyed() ? "The latest row of each key of " : "The rows of ").append(from).append("; what fails goes to ")
                .append(pipeline).append("'s dead letters.\n")
                .append("    from:\n      uri: change:").append(from).append("\n      steps:\n");
        List<String> personal = personal(table);
        if (!personal.isEmpty()) {
            text.append(
                    "        # These look personal. Without the # they are masked; that needs BACTRIAN_MASK_KEY.\n    "
                            + "    # - to: kamelet:mask?columns=")
                    .append(String.join(",", personal)).append('\n');
        }
        return text.append("        - to: warehouse:").append(target(table)).append("?mode=mirror\n").toString();
    }

    private String target(SurveyedTable table) {
        String name = table.database() + "_" + table.name();
        return name.length() > warehouse().longestTable() ? table.name() : name;
    }

    /** A guess by the columns' names; a plain name is a person's where something else is personal. */
    static List<String> personal(SurveyedTable table) {
        List<String> personal = new ArrayList<>(
                table.columns().stream().filter(column -> PERSONAL.matcher(column).matches() && PLAIN.matcher(column).matches()).toList());
        if (!personal.isEmpty()) {
            table.columns().stream().filter(column -> column.equalsIgnoreCase("name") || column.equalsIgnoreCase("address"))
                    .forEach(personal::add);
        }
        return personal;
    }

    private String topics(List<SurveyedTable> tables) {
        StringBuilder text = new StringBuilder(
                "# The topics of this pipeline: name, partitions, configuration. Bactrian makes them when it needs "
                        + "them. Where it may not, make them\n"
                        + "# before the first start, each with max.message.bytes=50331648.\n");
        text.append("bactrian.offsets 1 cleanup.policy=compact\n");
        source().topics(source).forEach(line -> text.append(line).append('\n'));
        text.append("bactrian.dead-letters.").append(pipeline).append(" 1 cleanup.policy=compact\n");
        for (SurveyedTable table : tables) {
            text.append(SourceCatalog.topic(source, table.database() + "." + table.name())).append(" 4 cleanup.policy=delete\n");
        }
        return text.toString();
    }

    private String readme(List<SurveyedTable> tables, List<SurveyedTable> taken) {
        String keyless = taken.stream().filter(table -> !table.keyed()).map(table -> "`" + table.plain() + "`")
                .collect(Collectors.joining(", "));
        String personal = taken.stream().filter(table -> !personal(table).isEmpty()).map(table -> "`" + table.plain() + "`")
                .collect(Collectors.joining(", "));
        String leftOut = leftOut(tables).entrySet().stream().map(one -> "`" + one.getKey() + "` (" + one.getValue() + ")")
                .collect(Collectors.joining(", "));
        String statements = source().statements(source, from, taken).keySet().stream()
                .map(file -> " Then have the owner of the source's tables run `" + file + "`.").collect(Collectors.joining());
        return """
                # %s

                Proposed by `bactrian init`: %s of %s, each mirrored into the warehouse's database `%s`. Everything here is yours to edit.

                1. Read `grants-source.sql` and `grants-warehouse.sql`, put the passwords in, and have an administrator run them.%s
                2. Set `%s` and `%s`.
                3. Read the routes in `routes/%s/`.%s%s%s
                4. `bactrian check` says what is wrong with settings, routes and servers, and what to do.
                5. `bactrian run` takes the first snapshot and goes on with the changes.
                6. `bactrian verify --wait 60s` compares source and warehouse, row by row.
                """.formatted(source, Findings.count(taken.size(), "table"), String.join(", ", from.databases()), to.database(), statements,
                Setting.variable("bactrian.source." + source + ".password"),
                Setting.variable("bactrian.warehouse.main.password"), pipeline,
                personal.isEmpty() ? "" : " Columns that look personal have a step that masks them, commented out: " + personal + ".",
                keyless.isEmpty() ? "" : " Without a primary key, and so kept as bags of rows: " + keyless + ".",
                leftOut.isEmpty() ? "" : " Left out: " + leftOut + ".");
    }
}
