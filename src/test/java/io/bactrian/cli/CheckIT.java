package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.servers.ServerHome;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bactrian check} against real servers, each wrong in one way: it names that, and nothing else. */
class CheckIT {

    private static Servers servers;

    @TempDir
    private Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        servers = Servers.start("check");
        Servers.execute(servers.source, "create database clinic", "create table clinic.visits (id int primary key, at timestamp)",
                "create database other",
                "create user ward@'%' identified by 'secret-of-ward'");
        Servers.execute(servers.warehouse, "create database warehouse", "create user ward@'%' identified by 'secret-of-ward'");
        broker("message.max.bytes", Integer.toString(KafkaSettings.LARGEST_RECORD));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @BeforeEach
    void configure() {
        settings.put("bactrian.kafka.bootstrap-servers", servers.kafka.bootstrapServers());
        settings.put("bactrian.source.hospital.host", "127.0.0.1");
        settings.put("bactrian.source.hospital.port", Integer.toString(servers.source.port()));
        settings.put("bactrian.source.hospital.user", Servers.USER);
        settings.put("bactrian.source.hospital.password", Servers.PASSWORD);
        settings.put("bactrian.source.hospital.databases", "clinic");
        settings.put("bactrian.warehouse.main.url", "jdbc:mysql://127.0.0.1:" + servers.warehouse.port() + "/warehouse");
        settings.put("bactrian.warehouse.main.user", Servers.USER);
        settings.put("bactrian.warehouse.main.password", Servers.PASSWORD);
        settings.put("bactrian.routes", folder.resolve("routes").toString());
        write("routes/capture/hospital.camel.yaml", capture());
        mirror("visits", "clinic.visits");
    }

    private static String capture() {
        return """
                - route:
                    id: hospital-capture
                    from:
                      uri: debezium-mysql:hospital
                      parameters:
                        topicPrefix: hospital
                        databaseHostname: "{{bactrian.source.hospital.host}}"
                        databasePassword: "RAW({{bactrian.source.hospital.password}})"
                      steps:
                        - to: bean:changeLog
                """;
    }

    private void mirror(String id, String table) {
        write("routes/wards/" + id + ".camel.yaml", "- route:\n    id: wards-" + id + "\n    from:\n      uri: change:" + table
                + "\n      steps:\n        - to: warehouse:" + id + "\n");
    }

    private void write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Commands.Ended check(String... options) {
        write("my.properties",
                settings.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).collect(Collectors.joining("\n")));
        List<String> arguments = new java.util.ArrayList<>(List.of("check", "--config", folder.resolve("my.properties").toString()));
        arguments.addAll(List.of(options));
        Commands.Ended ended = Commands.execute(arguments.toArray(String[]::new));
        assertThat(ended.out() + ended.err()).doesNotContain(Servers.PASSWORD).doesNotContain("secret-of-ward");
        return ended;
    }

    /** What is not right, in the words that a user reads, with the test's own places and ports named. */
    private List<String> complaints() {
        return check("--faults-only").out().lines()
                .map(line -> line.strip().replaceAll("\\s{2,}", "  ").replace(folder.toString(), "FOLDER")
                        .replace(servers.kafka.bootstrapServers(), "KAFKA").replace("127.0.0.1:" + servers.source.port(), "SOURCE")
                        .replace("127.0.0.1:" + servers.warehouse.port(), "WAREHOUSE"))
                .toList();
    }

    @Test
    void whereAllIsRightItSaysWhatItSaw() {
        Commands.Ended ended = check();

        assertThat(ended.out().lines()
                .map(line -> line.replaceAll("\\s{2,}", "  ").replaceAll("binlog\\.\\d+:\\d+", "binlog.N:N")
                        .replaceAll("9\\.\\d+\\.[-\\d]+", "9.N.N")))
                .containsExactly(
                        "ok  settings  sources [hospital], warehouses [main]",
                        "ok  routes  1 route of pipeline wards",
                        "ok  source hospital  MySQL 9.N.N at 127.0.0.1:" + servers.source.port() + ", gtid_mode ON",
                        "ok  source hospital  the binary log is on",
                        "ok  source hospital  binlog_format is ROW",
                        "ok  source hospital  binlog_row_image is FULL",
                        "ok  source hospital  the binary log is kept for 30 days",
                        "ok  source hospital  user 'bactrian' may read the binary log and the tables",
                        "ok  source hospital  the binary log stands at binlog.N:N",
                        "ok  source hospital  time_zone is +00:00",
                        "ok  source hospital  server-id 5501 is nobody else's",
                        "ok  source hospital  1 table in clinic",
                        "ok  kafka  1 broker at " + servers.kafka.bootstrapServers(),
                        "ok  kafka  topics can be created with 4 partitions, 1 copy and records of up to 48 MiB",
                        "ok  warehouse main  MySQL 9.N.N at 127.0.0.1:" + servers.warehouse.port()
                                + ", time_zone +00:00 (Bactrian's sessions use UTC)",
                        "ok  warehouse main  user 'bactrian' may make, change, write and drop tables and views",
                        "ok  warehouse main  local_infile is ON",
                        "ok  warehouse main  max_allowed_packet is 64 MiB",
                        "check: no faults, no warnings");
        assertThat(ended.exitCode()).isZero();
        assertThat(Servers.query(servers.warehouse, "show tables in warehouse")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "binlog_format | 'STATEMENT' | FAULT  source hospital  binlog_format is STATEMENT; expected ROW | what "
                + "follows: the log holds statements, not rows; the capture does not start"
                + "| remedy: SET PERSIST binlog_format = 'ROW'; and let the applications connect again: a session "
                + "keeps the format it began with",
        "binlog_format | 'MIXED' | FAULT  source hospital  binlog_format is MIXED; expected ROW | what follows: the "
                + "log holds statements, not rows; the capture does not start"
                + "| remedy: SET PERSIST binlog_format = 'ROW'; and let the applications connect again: a session "
                + "keeps the format it began with",
        "binlog_row_image | 'MINIMAL' | FAULT  source hospital  binlog_row_image is MINIMAL; expected FULL | what "
                + "follows: a change holds only some of its row's columns; the capture does not start"
                + "| remedy: SET PERSIST binlog_row_image = 'FULL'; and let the applications connect again: a session "
                + "keeps the image it began with",
        "binlog_row_value_options | 'PARTIAL_JSON' | FAULT  source hospital  binlog_row_value_options is "
                + "PARTIAL_JSON; expected it to be empty"
                + "| what follows: an update of a JSON column is in the log as a patch, which Debezium cannot apply | "
                + "remedy: SET PERSIST binlog_row_value_options = ''; and let the applications connect again",
        "binlog_expire_logs_seconds | 3600 | warning  source hospital  binlog_expire_logs_seconds is 3600 (60 "
                + "minutes); expected a day (86400) or more"
                + "| what follows: a capture that stands still for longer has to read everything again "
                + "(bactrian reread --everything) | remedy: SET PERSIST binlog_expire_logs_seconds = 604800; -- a week",
        "server_id | 5501 | FAULT  source hospital  the server's own server_id is 5501, as "
                + "bactrian.source.hospital.server-id | what follows: the server takes the capture for itself and sends nothing"
                + "| remedy: set bactrian.source.hospital.server-id to a number that nobody else uses"})
    void namesTheSettingOfTheSource(String variable, String value, String found, String consequence, String remedy) {
        String before = Servers.query(servers.source, "select @@global." + variable).get(0);
        Servers.execute(servers.source, "set global " + variable + " = " + value);
        try {
            assertThat(complaints()).containsExactly(found, consequence, remedy,
                    found.startsWith("FAULT") ? "check: 1 fault, no warnings" : "check: no faults, 1 warning");
            assertThat(check().exitCode()).isEqualTo(found.startsWith("FAULT") ? 1 : 0);
        } finally {
            Servers.execute(servers.source, "set global " + variable + " = " + (before.matches("\\d+") ? before : "'" + before + "'"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "select, reload, lock tables, replication client | FAULT  source hospital  user 'ward' lacks REPLICATION "
                + "SLAVE | what follows: the binary log cannot be read | remedy: GRANT REPLICATION SLAVE ON *.* TO 'ward'@'%';",
        "select, reload, lock tables, replication slave | FAULT  source hospital  user 'ward' lacks REPLICATION "
                + "CLIENT | what follows: the binary log cannot be read | remedy: GRANT REPLICATION CLIENT ON *.* TO 'ward'@'%';",
        "reload, lock tables, show databases, replication slave, replication client | FAULT  source hospital  user "
                + "'ward' lacks SELECT on clinic | what follows: a snapshot reads what it may and leaves out the rest "
                + "| remedy: GRANT SELECT ON `clinic`.* TO 'ward'@'%';",
        "select, replication slave, replication client | FAULT  source hospital  user 'ward' has neither RELOAD nor "
                + "LOCK TABLES | what follows: a snapshot cannot be taken: nothing holds its rows and its position in "
                + "the log together | remedy: GRANT RELOAD, LOCK TABLES ON *.* TO 'ward'@'%';",
        "select, lock tables, replication slave, replication client | warning  source hospital  user 'ward' lacks "
                + "RELOAD | what follows: the first start locks all captured tables for writers while it reads their "
                + "structure, not for a moment | remedy: GRANT RELOAD ON *.* TO 'ward'@'%'; or start for the first time when "
                + "nobody writes"})
    void namesTheMissingGrant(String rights, String found, String consequence, String remedy) {
        Servers.execute(servers.source, "grant " + rights + " on *.* to ward@'%'");
        settings.put("bactrian.source.hospital.user", "ward");
        settings.put("bactrian.source.hospital.password", "secret-of-ward");
        try {
            List<String> said = complaints();

            assertThat(said.subList(0, 3)).containsExactly(found, consequence, remedy);
            // Without SELECT the route's table is not to be seen either.
            assertThat(said).hasSize(rights.contains("select") ? 4 : 7);
            // The remedy is one: run as it stands, nothing is left to complain about.
            Servers.execute(servers.source, remedy.replaceFirst("remedy: ", "").replaceFirst(";.*", ""));
            assertThat(complaints()).containsExactly("check: no faults, no warnings");
        } finally {
            Servers.execute(servers.source, "revoke all privileges, grant option from ward@'%'");
        }
    }

    @Test
    void rightsThroughARoleOrOnTheDatabaseAloneAreRights() {
        Servers.execute(servers.source, "create role reader", "grant replication slave, replication client, reload on *.* to reader",
                "grant reader to ward@'%'", "set default role all to ward@'%'",
                "grant select on `clin_c`.* to ward@'%'");
        settings.put("bactrian.source.hospital.user", "ward");
        settings.put("bactrian.source.hospital.password", "secret-of-ward");
        try {
            assertThat(complaints()).containsExactly("check: no faults, no warnings");
        } finally {
            Servers.execute(servers.source, "drop role reader", "revoke all privileges, grant option from ward@'%'");
        }
    }

    @ParameterizedTest
    @CsvSource({"+05:30, +05:30", "-03:00, -03:00"})
    void namesATimeZoneOtherThanUtc(String zone, String converted) {
        Servers.execute(servers.source, "set global time_zone = '" + zone + "'");
        try {
            assertThat(complaints()).containsExactly("warning  source hospital  time_zone is " + zone + "; expected UTC (+00:00)",
                    "what follows: what NOW() writes into DATETIME columns arrives as that local time, while "
                            + "TIMESTAMP columns and the times of commits are UTC: a model that compares the two is off",
                    "remedy: in models, CONVERT_TZ(column, '" + converted
                            + "', '+00:00'); or SET PERSIST time_zone = '+00:00'; where the applications do not rely on the zone",
                    "check: no faults, 1 warning");
        } finally {
            Servers.execute(servers.source, "set global time_zone = '+00:00'");
        }
    }

    @Test
    void namesWhatIsWithTheTables() {
        Servers.execute(servers.source, "create table clinic.notes (text text)", "create table other.`a\"b` (id int primary key)");
        mirror("beds", "clinic.beds");
        mirror("Visits", "clinic.Visits");
        settings.put("bactrian.source.hospital.databases", "clinic,Other");
        try {
            assertThat(complaints()).containsExactly(
                    "FAULT  source hospital  there is no database 'Other', or user 'bactrian' may not see it; there is 'other'",
                    "what follows: nothing of it is captured",
                    "remedy: set bactrian.source.hospital.databases, or GRANT SELECT ON `Other`.* TO 'bactrian'@'%';",
                    "FAULT  source hospital  routes name tables that do not exist, or that user 'bactrian' may not "
                            + "see: clinic.Visits, clinic.beds",
                    "what follows: no change ever comes to these routes",
                    "remedy: fix the name after change: in the route (names are case-sensitive), or GRANT SELECT on the table",
                    "warning  source hospital  tables without a primary key: clinic.notes",
                    "what follows: they are kept as bags of rows, in one partition, and a dead letter of theirs may "
                            + "bring back what was deleted",
                    "remedy: ALTER TABLE `clinic`.`notes` ADD PRIMARY KEY (…);",
                    "FAULT  source hospital  a table's name holds a double quote: other.a\"b",
                    "what follows: Debezium 3.4 cannot read back what it has written about it: the capture does not "
                            + "start again, whatever is captured",
                    "remedy: RENAME TABLE to a name without one",
                    "check: 3 faults, 1 warning");
        } finally {
            Servers.execute(servers.source, "drop table clinic.notes", "drop table other.`a\"b`");
        }
    }

    @Test
    void namesABinaryLogThatIsOff() {
        ServerHome home = ServerHome.standard().withData(Path.of("target", "servers", "check"));
        try (EmbeddedMySql server = EmbeddedMySql.start(MySqlBinaries.locate(home, line -> {
        }), home, "nolog", 13, line -> {
        }, "--skip-log-bin")) {
            Servers.execute(server, "create database clinic", "create table clinic.visits (id int primary key)",
                    "create user bactrian@'%' identified by '" + Servers.PASSWORD + "'",
                    "grant select, reload, show databases, replication slave, replication client, lock tables on *.* to bactrian@'%'");
            settings.put("bactrian.source.hospital.port", Integer.toString(server.port()));

            assertThat(complaints()).containsExactly("FAULT  source hospital  the binary log is off; expected log_bin ON",
                    "what follows: there are no changes to read",
                    "remedy: in the server's my.cnf, below [mysqld]: log_bin=binlog, and restart the server",
                    "check: 1 fault, no warnings");
        }
    }

    @Test
    void namesServersThatDoNotAnswerAndLooksAtTheOthers() {
        int nobody = unusedPort();
        settings.put("bactrian.source.hospital.port", Integer.toString(nobody));
        settings.put("bactrian.warehouse.main.user", "ward");
        settings.put("bactrian.warehouse.main.password", "not-the-secret-of-ward".substring(0, 8));
        settings.put("bactrian.kafka.bootstrap-servers", "127.0.0.1:" + nobody);

        List<String> said = complaints();

        assertThat(said.stream().filter(line -> line.matches("(FAULT|remedy|check).*"))
                .map(line -> line.replace("127.0.0.1:" + nobody, "NOBODY"))).containsExactly(
                        "FAULT  source hospital  no answer from NOBODY: Communications link failure",
                        "remedy: is the server running, and can this host reach it? If it is elsewhere, set "
                                + "bactrian.source.hospital.host and .port",
                        "FAULT  kafka  Kafka at NOBODY: no answer within 10 s",
                        "remedy: is it running, and can this host reach the brokers, also by the names that they give "
                                + "themselves (advertised.listeners)? Else set bactrian.kafka.bootstrap-servers",
                        "FAULT  warehouse main  the server at WAREHOUSE rejects user 'ward': Access denied for user "
                                + "'ward'@'127.0.0.1' (using password: YES)",
                        "remedy: set the right bactrian.warehouse.main.user and .password "
                                + "(BACTRIAN_WAREHOUSE_MAIN_PASSWORD); whether the user exists: SELECT user, host FROM mysql.user;",
                        "check: 3 faults, no warnings");
    }

    private static int unusedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "super_read_only | ON | FAULT  warehouse main  super_read_only and read_only are ON; expected OFF | what "
                + "follows: the warehouse takes no rows; the pipelines wait"
                + "| remedy: set bactrian.warehouse.main.url to the primary server, if this is a replica; else SET "
                + "GLOBAL super_read_only = OFF, GLOBAL read_only = OFF;",
        "local_infile | OFF | warning  warehouse main  local_infile is OFF; expected ON | what follows: many rows are "
                + "written by INSERT, at about half the speed of LOAD DATA LOCAL | remedy: SET PERSIST local_infile = ON;",
        "max_allowed_packet | 4194304 | warning  warehouse main  max_allowed_packet is 4096 KiB; expected 64 MiB or "
                + "more | what follows: a row that is longer than that is rejected and becomes a dead letter"
                + "| remedy: SET PERSIST max_allowed_packet = 67108864;"})
    void namesTheSettingOfTheWarehouse(String variable, String value, String found, String consequence, String remedy) {
        String before = Servers.query(servers.warehouse, "select @@global." + variable).get(0);
        Servers.execute(servers.warehouse, "set global " + variable + " = " + value);
        try {
            assertThat(complaints()).containsExactly(found, consequence, remedy,
                    found.startsWith("FAULT") ? "check: 1 fault, no warnings" : "check: no faults, 1 warning");
        } finally {
            Servers.execute(servers.warehouse, "set global " + variable + " = " + before, "set global read_only = 0");
        }
    }

    @Test
    void namesTheRightsThatTheWarehouseDoesNotGive() {
        settings.put("bactrian.warehouse.main.user", "ward");
        settings.put("bactrian.warehouse.main.password", "secret-of-ward");
        String grant = "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW ON "
                + "`warehouse`.* TO 'ward'@'%';";
        String follows = "what follows: the pipelines wait, and report it, at the first row that needs it";

        assertThat(complaints()).containsExactly(
                "FAULT  warehouse main  the server at WAREHOUSE does not let user 'ward' use the database: Access "
                        + "denied for user 'ward'@'%' to database 'warehouse'",
                "what follows: nothing can be written", "remedy: CREATE DATABASE IF NOT EXISTS `warehouse` CHARACTER SET utf8mb4; " + grant,
                "check: 1 fault, no warnings");
        Servers.execute(servers.warehouse, "grant select on warehouse.* to ward@'%'");
        assertThat(complaints()).containsExactly(
                "FAULT  warehouse main  user 'ward' could not do all that loading needs (CREATE, DROP): CREATE "
                        + "command denied to user 'ward'@'127.0.0.1' for table 'bactrian_check'",
                follows, "remedy: " + grant, "check: 1 fault, no warnings");
        Servers.execute(servers.warehouse,
                "grant create, select, insert, update, delete, index, drop, create view, show view on warehouse.* to ward@'%'");
        assertThat(complaints()).containsExactly(
                "FAULT  warehouse main  user 'ward' could not do all that loading needs (ALTER): ALTER command denied "
                        + "to user 'ward'@'127.0.0.1' for table 'bactrian_check'",
                follows, "remedy: " + grant, "check: 1 fault, no warnings");
        Servers.execute(servers.warehouse, grant.replace(";", ""));
        assertThat(complaints()).containsExactly("check: no faults, no warnings");
        assertThat(Servers.query(servers.warehouse, "show tables in warehouse")).isEmpty();
    }

    @Test
    void namesAWarehouseThatIsNotThere() {
        settings.put("bactrian.warehouse.main.url", "jdbc:mysql://127.0.0.1:" + servers.warehouse.port() + "/attic");

        assertThat(complaints()).first().isEqualTo(
                "FAULT  warehouse main  the server at WAREHOUSE does not let user 'bactrian' use the database: Unknown database 'attic'");
    }

    @Test
    void namesAKafkaThatTakesNoLargeRecords() throws Exception {
        broker("message.max.bytes", "1048588");
        make("hospital.clinic.visits", "max.message.bytes", "1048588", 4);
        try {
            assertThat(complaints()).containsExactly(
                    "warning  kafka  message.max.bytes is 1048588; expected 50331648 or more",
                    "what follows: topics that Bactrian creates have a limit of their own; one that others create, and "
                            + "the schema history, take no record that is larger: the capture stands still at it",
                    "remedy: kafka-configs.sh --bootstrap-server KAFKA --alter --entity-type brokers --entity-default "
                            + "--add-config message.max.bytes=50331648",
                    "FAULT  kafka  max.message.bytes of hospital.clinic.visits is 1048588; expected 50331648",
                    "what follows: the capture stands still at the first row that is larger",
                    "remedy: kafka-configs.sh --bootstrap-server KAFKA --alter --entity-type topics --entity-name "
                            + "hospital.clinic.visits --add-config max.message.bytes=50331648",
                    "check: 1 fault, 1 warning");
        } finally {
            broker("message.max.bytes", Integer.toString(KafkaSettings.LARGEST_RECORD));
            remove("hospital.clinic.visits");
        }
    }

    @Test
    void namesTopicsThatLoseChanges() throws Exception {
        make("hospital.clinic.visits", "retention.ms", "60000", 4);
        make("hospital.clinic.beds", "cleanup.policy", "compact", 4);
        make("bactrian.offsets", "cleanup.policy", "delete", 2);
        try {
            assertThat(complaints().stream().filter(line -> !line.startsWith("what"))).containsExactly(
                    "FAULT  kafka  cleanup.policy of bactrian.offsets is delete; expected compact",
                    "remedy: kafka-configs.sh --bootstrap-server KAFKA --alter --entity-type topics --entity-name "
                            + "bactrian.offsets --add-config cleanup.policy=compact",
                    "FAULT  kafka  bactrian.offsets has 2 partitions; expected 1",
                    "remedy: stop Bactrian, copy what is needed, delete the topic and let it be created again",
                    "FAULT  kafka  cleanup.policy of hospital.clinic.beds is compact; expected delete",
                    "remedy: kafka-configs.sh --bootstrap-server KAFKA --alter --entity-type topics --entity-name "
                            + "hospital.clinic.beds --add-config cleanup.policy=delete",
                    "warning  kafka  retention.ms of hospital.clinic.visits is 60000; expected a day (86400000) or more",
                    "remedy: kafka-configs.sh --bootstrap-server KAFKA --alter --entity-type topics --entity-name "
                            + "hospital.clinic.visits --add-config retention.ms=604800000",
                    "check: 3 faults, 1 warning");
        } finally {
            remove("hospital.clinic.visits", "hospital.clinic.beds", "bactrian.offsets");
        }
    }

    @Test
    void namesCopiesThatKafkaAsksForAndTopicsDoNotHave() {
        broker("min.insync.replicas", "2");
        try {
            assertThat(complaints()).containsExactly("FAULT  kafka  min.insync.replicas is 2, and bactrian.kafka.replication is 1",
                    "what follows: every write to Bactrian's topics is rejected",
                    "remedy: set bactrian.kafka.replication to 2 or more, or min.insync.replicas on the brokers to 1 or less",
                    "check: 1 fault, no warnings");
        } finally {
            broker("min.insync.replicas", "1");
        }
    }

    @Test
    void namesMoreCopiesThanBrokers() {
        settings.put("bactrian.kafka.replication", "3");

        assertThat(complaints().stream().filter(line -> !line.startsWith("what")))
                .startsWith("FAULT  kafka  bactrian.kafka.replication is 3, and there is 1 broker",
                        "remedy: set bactrian.kafka.replication=1, or start more brokers")
                .last().isEqualTo("check: 2 faults, no warnings");
    }

    @Test
    void namesEachRouteThatIsWrongAndLooksAtTheServersAllTheSame() {
        mirror("beds?mode=mirorr", "clinic.visits");
        write("routes/wards/twice.camel.yaml",
                "- route:\n    id: wards-visits\n    from:\n      uri: change:clinic.visits\n"
                        + "      steps:\n        - to: warehouse:twice\n");
        write("routes/wards/unknown.camel.yaml",
                "- route:\n    id: wards-unknown\n    from:\n      uri: change:office.desks\n"
                        + "      steps:\n        - to: warehouse:desks\n");
        write("routes/wards/wrong.camel.yaml",
                "- route:\n    id: wards-wrong\n    from:\n      uri: change:clinic.visits\n      stebs:\n        - to: warehouse:wrong\n");
        write("routes/capture/hospital.camel.yaml", capture().replace("databaseHostname", "databaseHotsname"));
        write("routes/capture/office.camel.yaml",
                capture().replace("hospital-capture", "office-capture").replace("topicPrefix: hospital", "topicPrefix: office"));
        Servers.execute(servers.source, "set global binlog_row_image = 'NOBLOB'");
        try {
            assertThat(complaints().stream().filter(line -> line.matches("(FAULT|warning|check).*"))).containsExactly(
                    "FAULT  routes  FOLDER/routes/wards/beds?mode=mirorr.camel.yaml:6:15: "
                            + "warehouse://beds?mode=mirorr: mode is 'mirorr'; expected mirror, history, append or add",
                    "FAULT  routes  FOLDER/routes/wards/unknown.camel.yaml:4:12: change:office.desks: no source has a "
                            + "database 'office'; the sources' databases are [clinic]. "
                            + "Add it to bactrian.source.<name>.databases",
                    "FAULT  routes  FOLDER/routes/wards/visits.camel.yaml: route id 'wards-visits' is another file's too",
                    "FAULT  routes  FOLDER/routes/wards/wrong.camel.yaml:5:7: 'stebs' is no key here; did you mean 'steps'?",
                    "FAULT  routes  FOLDER/routes/capture/hospital.camel.yaml:7:9: 'databaseHotsname' is no option of "
                            + "debezium-mysql; did you mean 'databaseHostname'?",
                    "warning  routes  no route below FOLDER/routes/capture captures source hospital",
                    "FAULT  routes  a route below FOLDER/routes/capture captures 'office', which is no source that is set up",
                    "FAULT  source hospital  binlog_row_image is NOBLOB; expected FULL", "check: 7 faults, 1 warning");
        } finally {
            Servers.execute(servers.source, "set global binlog_row_image = 'FULL'");
        }
    }

    private static void broker(String key, String value) {
        try (Admin admin = admin()) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""),
                    List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)))).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void make(String topic, String key, String value, int partitions) throws Exception {
        try (Admin admin = admin()) {
            Map<String, String> config = new java.util.HashMap<>(
                    Map.of("max.message.bytes", Integer.toString(KafkaSettings.LARGEST_RECORD)));
            config.put(key, value);
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config))).all().get();
            // The controller has it; the broker, which check asks, hears of it a moment later.
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsMatching(CheckIT::isNotThereYet).until(
                            () -> admin.listTopics().names().get().contains(topic)
                                    && admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
                                            .size() == partitions
                                    && value.equals(admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).value()));
        }
    }

    private static boolean isNotThereYet(Throwable e) {
        return e instanceof ExecutionException && e.getCause() instanceof UnknownTopicOrPartitionException;
    }

    private static void remove(String... topics) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topics)).all().get();
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                    .until(() -> Collections.disjoint(admin.listTopics().names().get(), List.of(topics)));
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers.kafka.bootstrapServers()));
    }
}
