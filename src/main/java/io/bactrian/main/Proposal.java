package io.bactrian.main;

import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.jdbc.MySqlSurvey.Table;
import java.util.ArrayList;
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

    private static final Pattern PERSONAL = Pattern.compile("(?i).*(e_?mail|phone|mobile|fax|first_?name|last_?name|sur_?name|full_?name|birth|dob$|ssn|passport|iban|street|licen[cs]e_?(no|number)|tax_?(id|no|number)).*");
    /** Names that an endpoint's URI and a topic take as they are. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int LONGEST_TABLE = 64;

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

    /** What an administrator has to run; it depends on nothing that only a login would tell. */
    Map<String, String> grants() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("grants-source.sql", """
                -- For an administrator of the source, %s:%d: the user that Bactrian captures it with. Put its password in first.
                -- Repeating this is safe.
                CREATE USER IF NOT EXISTS '%3$s'@'%%' IDENTIFIED BY 'PASSWORD';
                -- select: the first snapshot reads the tables. reload, lock tables: it holds them still for a moment.
                -- replication slave, replication client: it reads the binary log after that.
                GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT, LOCK TABLES ON *.* TO '%3$s'@'%%';
                """.formatted(from.host(), from.port(), from.user()));
        files.put("grants-warehouse.sql", """
                -- For an administrator of the warehouse, %s:%d: its database, and the user that Bactrian writes it with. Put its password in first.
                -- Repeating this is safe.
                CREATE DATABASE IF NOT EXISTS `%3$s` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
                CREATE USER IF NOT EXISTS '%4$s'@'%%' IDENTIFIED BY 'PASSWORD';
                GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW ON `%3$s`.* TO '%4$s'@'%%';
                -- Many rows are written about twice as fast with it.
                SET PERSIST local_infile = ON;
                """.formatted(to.host(), to.port(), to.databases().get(0), to.user()));
        return files;
    }

    Map<String, String> all(List<Table> tables) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("application.properties", settings());
        files.putAll(grants());
        files.put("routes/capture/" + source + ".camel.yaml", capture());
        List<Table> plain = tables.stream().filter(table -> PLAIN.matcher(table.name()).matches() && PLAIN.matcher(table.database()).matches()).toList();
        Set<String> names = new HashSet<>();
        for (Table table : plain) {
            String name = fileName(table, plain, names);
            files.put("routes/" + pipeline + "/" + name + ".camel.yaml", route(name, table));
        }
        files.put("topics.txt", topics(plain));
        files.put("README.md", readme(tables, plain));
        return files;
    }

    /** Tables that no route was written for. */
    static List<String> leftOut(List<Table> tables) {
        return tables.stream().filter(table -> !PLAIN.matcher(table.name()).matches() || !PLAIN.matcher(table.database()).matches())
                .map(table -> table.database() + "." + table.name()).toList();
    }

    private static String fileName(Table table, List<Table> all, Set<String> taken) {
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
                # a number that no replica of that server has
                bactrian.source.%5$s.server-id=%10$d

                bactrian.warehouse.main.url=jdbc:mysql://%11$s:%12$d/%13$s
                bactrian.warehouse.main.user=%14$s
                # SELECTs that are kept as tables, a file <name>.sql each
                # bactrian.warehouse.main.models=models

                bactrian.pipeline.%4$s.warehouse=main
                # The secret of kamelet:mask, at least 16 characters, comes from the environment too: BACTRIAN_MASK_KEY
                """.formatted(password, warehousePassword, kafka, pipeline, source, from.host(), from.port(), from.user(), String.join(",", from.databases()),
                5_501 + Math.floorMod(source.hashCode(), 4_000), to.host(), to.port(), to.databases().get(0), to.user());
    }

    private String capture() {
        return """
                - route:
                    id: NAME-capture
                    description: Every committed change of NAME's databases, each batch one Kafka transaction; a failure starts the capture again from the last one.
                    from:
                      uri: debezium-mysql:NAME
                      parameters:
                        topicPrefix: NAME
                        databaseHostname: "{{bactrian.source.NAME.host}}"
                        databasePort: "{{bactrian.source.NAME.port}}"
                        databaseUser: "{{bactrian.source.NAME.user}}"
                        databasePassword: "RAW({{bactrian.source.NAME.password}})"
                        databaseServerId: "{{bactrian.source.NAME.server-id}}"
                        databaseIncludeList: "{{bactrian.source.NAME.databases}}"
                        # A change waits at most this long for others of its batch.
                        pollIntervalMs: 20
                      steps:
                        - to: bean:changeLog
                """.replace("NAME", source);
    }

    private String route(String name, Table table) {
        String from = table.database() + "." + table.name();
        StringBuilder text = new StringBuilder("# Yours to edit: add steps before the last, or say mode=history to keep every version of a row. Without this file ")
                .append(from).append(" is left out.\n");
        if (!table.keyed()) {
            text.append("# The table has no primary key: its rows are kept as a bag, in one partition.\n");
        }
        text.append("- route:\n    id: ").append(pipeline).append('-').append(name).append("\n    description: ")
                .append(table.keyed() ? "The latest row of each key of " : "The rows of ").append(from).append("; what fails goes to ").append(pipeline).append("'s dead letters.\n")
                .append("    from:\n      uri: change:").append(from).append("\n      steps:\n");
        List<String> personal = personal(table);
        if (!personal.isEmpty()) {
            text.append("        # These look personal. Without the # they are masked; that needs BACTRIAN_MASK_KEY.\n        # - to: kamelet:mask?columns=")
                    .append(String.join(",", personal)).append('\n');
        }
        return text.append("        - to: warehouse:").append(target(table)).append("?mode=mirror\n").toString();
    }

    private static String target(Table table) {
        String name = table.database() + "_" + table.name();
        return name.length() > LONGEST_TABLE ? table.name() : name;
    }

    /** A guess by the columns' names; a plain name is a person's where something else is personal. */
    static List<String> personal(Table table) {
        List<String> personal = new ArrayList<>(table.columns().stream().filter(column -> PERSONAL.matcher(column).matches() && PLAIN.matcher(column).matches()).toList());
        if (!personal.isEmpty()) {
            table.columns().stream().filter(column -> column.equalsIgnoreCase("name") || column.equalsIgnoreCase("address")).forEach(personal::add);
        }
        return personal;
    }

    private String topics(List<Table> tables) {
        StringBuilder text = new StringBuilder("# The topics of this pipeline: name, partitions, configuration. Bactrian makes them when it needs them. Where it may not, make them\n"
                + "# before the first start, each with max.message.bytes=50331648.\n");
        text.append("bactrian.offsets 1 cleanup.policy=compact\n");
        text.append("bactrian.schema-history.").append(source).append(" 1 cleanup.policy=delete,retention.ms=-1,retention.bytes=-1\n");
        text.append("bactrian.dead-letters.").append(pipeline).append(" 1 cleanup.policy=compact\n");
        for (Table table : tables) {
            text.append(SourceCatalog.topic(source, table.database() + "." + table.name())).append(" 4 cleanup.policy=delete\n");
        }
        return text.toString();
    }

    private String readme(List<Table> tables, List<Table> plain) {
        List<String> leftOut = leftOut(tables);
        String keyless = plain.stream().filter(table -> !table.keyed()).map(table -> "`" + table.database() + "." + table.name() + "`").collect(Collectors.joining(", "));
        String personal = plain.stream().filter(table -> !personal(table).isEmpty()).map(table -> "`" + table.database() + "." + table.name() + "`").collect(Collectors.joining(", "));
        return """
                # %s

                Proposed by `bactrian init`: %d tables of %s, each mirrored into the warehouse's database `%s`. Everything here is yours to edit.

                1. Read `grants-source.sql` and `grants-warehouse.sql`, put the passwords in, and have an administrator run them.
                2. Set `%s` and `%s`.
                3. Read the routes in `routes/%s/`.%s%s%s
                4. `bactrian check` says what is wrong with settings, routes and servers, and what to do.
                5. `bactrian run` takes the first snapshot and goes on with the changes.
                6. `bactrian verify --wait 60s` compares source and warehouse, row by row.
                """.formatted(source, plain.size(), String.join(", ", from.databases()), to.databases().get(0), Setting.variable("bactrian.source." + source + ".password"),
                Setting.variable("bactrian.warehouse.main.password"), pipeline,
                personal.isEmpty() ? "" : " Columns that look personal have a step that masks them, commented out: " + personal + ".",
                keyless.isEmpty() ? "" : " Without a primary key, and so kept as bags of rows: " + keyless + ".",
                leftOut.isEmpty() ? "" : " Left out, since no route can name them: " + leftOut.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")) + ".");
    }
}
