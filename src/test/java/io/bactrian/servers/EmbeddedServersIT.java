package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedServersIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static MySqlBinaries binaries;
    private final List<Process> parents = new ArrayList<>();
    private ServerHome home;

    @BeforeAll
    static void locateMySql() {
        binaries = MySqlBinaries.locate(ServerHome.standard(), System.out::println);
    }

    @BeforeEach
    void startWithoutData(TestInfo test) throws IOException {
        Path data = Path.of("target", "servers", "embedded", test.getTestMethod().orElseThrow().getName());
        ServerHome.standard().withData(data).cleanUp(System.out::println);
        new FileTree(data).delete();
        home = ServerHome.standard().withData(data);
    }

    @AfterEach
    void leaveNothingRunning() {
        parents.forEach(Process::destroyForcibly);
    }

    @Test
    void mySqlKeepsCommittedRowsOverAKillAndOverAnOrderlyStop() throws SQLException {
        try (EmbeddedMySql server = mySql("store")) {
            int port = server.port();
            execute(server, "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)");

            server.kill();
            assertThat(FreePort.isFree(port)).isTrue();
            server.startAgain();
            execute(server, "INSERT INTO d.t VALUES (2)");
            server.stop();
            server.startAgain();

            assertThat(server.port()).isEqualTo(port);
            assertThat(query(server, "SELECT COUNT(*) FROM d.t")).isEqualTo("2");
        }
        try (EmbeddedMySql later = mySql("store")) {
            assertThat(query(later, "SELECT COUNT(*) FROM d.t")).isEqualTo("2");
        }
    }

    @Test
    void mySqlWritesAFullBinlogDurably() throws SQLException {
        try (EmbeddedMySql server = EmbeddedMySql.start(binaries, home, "store", 7, Progress.SILENT,
                "--innodb-buffer-pool-size=32M")) {
            assertThat(query(server, """
                    SELECT CONCAT_WS(' ', @@server_id, @@log_bin, @@binlog_format, @@binlog_row_image, @@gtid_mode,
                        @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@local_infile, @@max_allowed_packet >> 20,
                        @@innodb_buffer_pool_size >> 20, @@performance_schema, @@time_zone)"""))
                    .isEqualTo("7 1 ROW FULL ON 1 1 1 64 32 0 +00:00");
        }
    }

    @Test
    void serversOfOneTemplateAreDifferentServers() throws SQLException {
        try (EmbeddedMySql store = mySql("store"); EmbeddedMySql shipping = mySql("shipping")) {
            assertThat(query(store, "SELECT @@server_uuid")).isNotEqualTo(query(shipping, "SELECT @@server_uuid"));
            assertThat(store.port()).isNotEqualTo(shipping.port());
        }
    }

    @Test
    void theClientCommandConnects() throws Exception {
        try (EmbeddedMySql server = mySql("store")) {
            Process client = new ProcessBuilder("sh", "-c", server.clientCommand() + " -N -e 'SELECT 40 + 2'")
                    .redirectErrorStream(true).start();

            assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("42\n");
        }
    }

    @Test
    void aFolderThatWasHalfMadeWhenItsMakerWasKilledIsMadeAgain() throws Exception {
        // A home of its own, so that the template is made here too.
        ServerHome fresh = new ServerHome(home.servers().resolve("home"));
        Path template = Files.createDirectories(fresh.folder().resolve("mysql-template-" + binaries.version() + ".draft-1"));
        Files.writeString(template.resolve("ibdata1"), "half");
        Path data = Files.createDirectories(fresh.data("store").resolve("mysql.draft-1"));
        Files.writeString(data.resolve("ibdata1"), "half");

        try (EmbeddedMySql server = EmbeddedMySql.start(binaries, fresh, "store", 1, Progress.SILENT)) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }

        assertThat(template).doesNotExist();
        assertThat(data).doesNotExist();
    }

    @Test
    void aServerThatDiesWhileStartingSaysWhy() {
        assertThatThrownBy(() -> EmbeddedMySql.start(binaries, home, "store", 1, Progress.SILENT, "--no-such-option"))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith("MySQL server 'store' stopped while starting, exit code ")
                .hasMessageContaining(home.log("store").toString())
                .hasMessageContaining("unknown option '--no-such-option'");
        assertThatThrownBy(() -> EmbeddedKafka.start(home, "kafka", Progress.SILENT, "num.io.threads=none"))
                .hasMessageStartingWith("Kafka 'kafka' stopped while starting, exit code 1. ")
                .hasMessageContaining("Invalid value none for configuration num.io.threads");
    }

    @Test
    void aNameIsTakenWhileItsServerRuns() {
        try (EmbeddedMySql server = mySql("store")) {
            assertThatThrownBy(() -> mySql("store")).isInstanceOf(EmbeddedServerException.class)
                    .hasMessageStartingWith("Server 'store' is run by another process already, or twice by this one");
            assertThatThrownBy(server::startAgain).hasMessageContaining("runs already");
        }
        mySql("store").close();
    }

    @Test
    void kafkaKeepsCommittedRecordsOverAKillAndForgetsNothingOnRestart() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(home, "kafka", Progress.SILENT)) {
            String address = broker.bootstrapServers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
                admin.createTopics(List.of(new NewTopic("changes", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
            }
            write(address, "first");

            broker.kill();
            broker.startAgain();
            write(address, "second");
            broker.stop();
            broker.startAgain();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(read(address, 2)).containsExactly("first", "second");
        }
    }

    @Test
    void serversStopWhenTheirParentIsKilled() throws Exception {
        Process parent = parent(false);
        List<ProcessHandle> servers = servers(parent);

        parent.destroyForcibly();

        await().atMost(SOON).until(() -> servers.stream().noneMatch(EmbeddedServersIT::runs));
        assertThat(home.log("store")).content().contains("Received SHUTDOWN").contains("Shutdown complete");
    }

    @Test
    void cleanUpStopsWhatAKilledParentAndItsKilledWatchersLeft() throws Exception {
        Process parent = parent(false);
        List<ProcessHandle> servers = servers(parent);
        servers.forEach(server -> server.children().forEach(ProcessHandle::destroyForcibly));
        await().atMost(SOON).until(() -> servers.stream().flatMap(ProcessHandle::children)
                .noneMatch(EmbeddedServersIT::runs));
        parent.destroyForcibly();
        assertThat(parent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(servers).allMatch(EmbeddedServersIT::runs);
        List<String> said = new ArrayList<>();

        home.cleanUp(said::add);

        assertThat(servers).noneMatch(EmbeddedServersIT::runs);
        assertThat(said).hasSize(2).allMatch(line -> line.endsWith("which an earlier run left behind"));
        mySql("store").close();
    }

    @Test
    void aSignalToTheParentsProcessGroupLeavesTheServersToTheParent() throws Exception {
        Process parent = parent(true);
        try (BufferedReader said = parent.inputReader()) {
            List<ProcessHandle> servers = pids(said.readLine());

            // A terminal sends SIGINT; where a build runs in the background, its children are deaf to that one.
            new ProcessBuilder("sh", "-c", "kill -s TERM -- -" + parent.pid()).start().waitFor();

            assertThat(said.readLine()).isEqualTo("the servers are still there");
            assertThat(parent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(servers).noneMatch(EmbeddedServersIT::runs);
        }
    }

    private Process parent(boolean inAGroupOfItsOwn) throws IOException {
        Process parent = ParentToDie.start(home, inAGroupOfItsOwn);
        parents.add(parent);
        return parent;
    }

    private EmbeddedMySql mySql(String name) {
        return EmbeddedMySql.start(binaries, home, name, 1, Progress.SILENT);
    }

    private static List<ProcessHandle> servers(Process parent) throws IOException {
        return pids(parent.inputReader().readLine());
    }

    private static List<ProcessHandle> pids(String line) {
        assertThat(line).as("pids of the servers that the child process started").matches("\\d+ \\d+");
        List<ProcessHandle> servers = Stream.of(line.split(" ")).map(Long::parseLong)
                .flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
        assertThat(servers).hasSize(2).allMatch(EmbeddedServersIT::runs);
        return servers;
    }

    /** One that nobody has reaped yet is dead all the same; only a live process has a command line. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private static void execute(EmbeddedMySql server, String... statements) throws SQLException {
        try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String query(EmbeddedMySql server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedMySql server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(""), server.user(), server.password());
    }

    private static void write(String address, String value) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "transactional.id", "test"),
                new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("changes", value));
            producer.commitTransaction();
        }
    }

    private static List<String> read(String address, int count) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "isolation.level", "read_committed", "auto.offset.reset", "earliest"),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("changes", 0)));
            await().atMost(SOON).until(() -> {
                for (ConsumerRecord<String, String> change : consumer.poll(Duration.ofMillis(200))) {
                    values.add(change.value());
                }
                return values.size() >= count;
            });
        }
        return values;
    }
}
