package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.application.StatusReport;
import io.bactrian.cli.Commands.Ended;
import io.bactrian.domain.Change;
import io.bactrian.infrastructure.observe.StatusJson;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Status, health and metrics of a running instance, on servers of its own, which it takes away. */
class StatusIT {

    private static Servers servers;

    private final HttpClient http = HttpClient.newHttpClient();
    private Scenario scenario;
    private Bactrian bactrian;

    @BeforeAll
    static void startServers() {
        servers = Servers.start("status");
    }

    @AfterAll
    static void stopServers() {
        servers.close();
    }

    @BeforeEach
    void open() {
        scenario = new Scenario(servers);
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read')").mirror("t");
        Hang.release();
    }

    @AfterEach
    void close() {
        Hang.release();
        scenario.close();
    }

    /** A step of a route that does not come back until the test lets it. */
    public static final class Hang {
        private static volatile CountDownLatch latch = new CountDownLatch(0);

        static void hold() {
            latch = new CountDownLatch(1);
        }

        static void release() {
            latch.countDown();
        }

        public void onThirteen(Change change) throws InterruptedException {
            if (Long.valueOf(13).equals(change.row().get("id"))) {
                latch.await();
            }
        }
    }

    private void startAndDrain() {
        bactrian = scenario.start();
        scenario.drain();
        until(() -> report().isWell());
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(condition);
    }

    private HttpResponse<String> get(String path) throws Exception {
        // Whatever is away, an answer has to come: a second would do, a busy machine gets more.
        return http.send(HttpRequest.newBuilder(URI.create(bactrian.url() + path)).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private StatusReport report() throws Exception {
        return StatusJson.read(get("/api/status").body());
    }

    private Pipeline pipeline() throws Exception {
        return report().pipelines().get(0);
    }

    private Ended status(String... more) {
        List<String> all = new java.util.ArrayList<>(List.of("status", "--port", Integer.toString(URI.create(bactrian.url()).getPort())));
        all.addAll(List.of(more));
        return Commands.execute(all.toArray(String[]::new));
    }

    private double metric(String name) throws Exception {
        Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(get("/observe/metrics").body());
        assertThat(line.find()).as(name).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private String tag(String more) {
        return "{pipeline=\"" + scenario.name + "\"" + more + "}";
    }

    @Test
    void atRestAllIsWell() throws Exception {
        startAndDrain();
        scenario.source("insert into t values (2, 'new'), (3, 'new')");
        scenario.drain();
        until(() -> report().isWell() && pipeline().lag().changes() == 0 && pipeline().tables().size() == 1
                && pipeline().tables().get(0).partitions().size() == 3);

        for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(200);
            assertThat(get(path).body()).as(path).contains("\"status\" : \"UP\"").doesNotContain("DOWN");
        }
        assertThat(get("/observe/health").body()).contains("capture " + scenario.name, "pipeline " + scenario.name + "/1",
                "pipeline " + scenario.name + "/2", "Kafka", "warehouse main");

        StatusReport report = report();
        assertThat(report.captures()).singleElement().satisfies(capture -> {
            assertThat(capture.up()).isTrue();
            assertThat(capture.changes()).isGreaterThanOrEqualTo(3);
            assertThat(capture.newestCommit()).isNotNull();
            assertThat(capture.heardAt()).isNotNull();
        });
        Pipeline pipeline = report.pipelines().get(0);
        assertThat(pipeline.changes()).isEqualTo(3);
        assertThat(pipeline.lag().seconds()).isZero();
        assertThat(pipeline.lag().unknownPartitions()).isZero();
        assertThat(pipeline.deadLetters().open()).isZero();
        assertThat(pipeline.tables()).singleElement().satisfies(table -> {
            assertThat(table.topic()).isEqualTo(scenario.topic("t"));
            assertThat(table.changes()).isEqualTo(3);
            assertThat(table.routes()).containsExactly(scenario.name + "-t-mode-mirror");
            assertThat(table.partitions()).hasSize(3);
        });
        assertThat(metric("bactrian_pipeline_changes_total" + tag(""))).isEqualTo(3);
        assertThat(metric("bactrian_part_up{part=\"pipeline " + scenario.name + "/1\"}")).isEqualTo(1);
        assertThat(get("/observe/metrics").body()).as("a part that is gone, as the start is, has no series")
                .doesNotContain("bactrian_part_up{part=\"bactrian\"}");
        assertThat(metric("bactrian_table_changes_total" + tag(",table=\"" + scenario.topic("t") + "\""))).isEqualTo(3);
        assertThat(metric("bactrian_pipeline_lag_changes" + tag(""))).isZero();
        assertThat(metric("bactrian_pipeline_lag_seconds" + tag(""))).isZero();

        Ended ended = status();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).startsWith("ALL WELL").contains("needs a person\n  nothing\n");
        assertThat(ended.exitCode()).isZero();
        Ended json = status("--json");
        assertThat(json.exitCode()).isZero();
        assertThat(json.out()).startsWith("{\n  \"well\" : true,");
        assertThat(StatusJson.read(json.out()).instance()).isEqualTo(report.instance());
    }

    @Test
    void whileChangesWaitItSaysHowManyAndForHowLong() throws Exception {
        // A second one might still be on its way into the group, and then wait for its watermarks.
        scenario.setting("bactrian.pipeline.NAME.consumers", "1");
        startAndDrain();
        try (Connection other = Servers.connect(servers.warehouse, scenario.name); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            // The next batch waits for this lock, as for a slow warehouse.
            statement.executeQuery("select * from bactrian_watermarks for update").close();
            long before = batches();
            scenario.source("insert into t values "
                    + IntStream.range(100, 200).mapToObj(i -> "(" + i + ", 'waits')").collect(Collectors.joining(",")));
            // At most: the markers of Kafka's transactions are told from changes when they are read.
            until(() -> pipeline().lag().changes() >= 100 && pipeline().lag().changes() <= most(before)
                    && pipeline().lag().seconds() > 0.5);
            assertThat(get("/observe/health").statusCode()).as("what waits is not down").isEqualTo(200);
            Pipeline pipeline = pipeline();
            assertThat(pipeline.tables().get(0).lag().changes()).isBetween(100L, most(before));
            assertThat(pipeline.lag().seconds()).as("the change before was committed earlier, but it does not wait").isLessThan(60);
            assertThat(metric("bactrian_pipeline_lag_changes" + tag(""))).isBetween(100.0, (double) most(before));
            assertThat(metric("bactrian_pipeline_lag_seconds" + tag(""))).isGreaterThan(0.5);
            assertThat(status().out())
                    .containsPattern("lag +dead letters\n" + scenario.name + " +up .* 1\\d\\d changes, \\d+\\.\\d s +0 open");
            other.rollback();
        }
        scenario.drain();
        until(() -> pipeline().lag().changes() == 0 && pipeline().lag().seconds() == 0);
        assertThat(pipeline().changes()).isEqualTo(101);
    }

    private long batches() {
        return scenario.bactrian().captures().of(scenario.name).batches.sum();
    }

    /** A hundred changes, and a marker in each of three partitions for each batch in which they were captured. */
    private long most(long batchesBefore) {
        return 100 + 3 * (batches() - batchesBefore);
    }

    @Test
    void whileTheWarehouseIsAwayItIsNotReadyButLives() throws Exception {
        startAndDrain();
        servers.warehouse.stop();
        try {
            scenario.source("insert into t values (2, 'waits'), (3, 'waits')");
            until(() -> report().parts().stream().anyMatch(part -> part.name().startsWith("pipeline ") && !part.up())
                    && pipeline().lag().changes() >= 2
                    && report().servers().stream().anyMatch(server -> server.name().equals("warehouse main") && !server.answers()));
            HttpResponse<String> ready = get("/observe/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("\"status\" : \"DOWN\"", "warehouse main", "it is tried again with growing pauses");
            assertThat(get("/observe/health/live").statusCode()).as("a restart would not help").isEqualTo(200);
            assertThat(get("/observe/health").statusCode()).isEqualTo(503);
            assertThat(metric("bactrian_server_answers{server=\"warehouse main\"}")).isZero();
            assertThat(metric("bactrian_server_answers{server=\"Kafka\"}")).isEqualTo(1);
            Ended ended = status();
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.out()).startsWith("DOWN").contains("warehouse main           AWAY")
                    .containsPattern("pipeline " + scenario.name + "/[12].*: warehouse main \\(");
            assertThat(status("--json").exitCode()).isEqualTo(1);
        } finally {
            servers.warehouse.startAgain();
        }
        scenario.drain();
        until(() -> report().isWell());
        assertThat(status().exitCode()).isZero();
        assertThat(report().lastErrors()).as("what was is still told").anySatisfy(error -> {
            assertThat(error.part()).startsWith("pipeline " + scenario.name);
            assertThat(error.until()).isNotNull();
        });
    }

    @Test
    void whenTheWarehouseIsAwayFromTheStartTheLagIsNotKnownAndSaidToBe() throws Exception {
        startAndDrain();
        scenario.stop();
        servers.warehouse.stop();
        try {
            bactrian = scenario.start();
            until(() -> pipeline().lag().unknownPartitions() == 3);
            assertThat(pipeline().lag().seconds()).isNull();
            assertThat(metric("bactrian_pipeline_lag_changes" + tag(""))).isNaN();
            assertThat(status().out()).contains("not known: no watermarks yet");
            assertThat(get("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
        } finally {
            servers.warehouse.startAgain();
        }
        until(() -> report().isWell());
    }

    @Test
    void whileKafkaIsAwayItAnswersToo() throws Exception {
        startAndDrain();
        servers.kafka.stop();
        try {
            until(() -> report().servers().stream().anyMatch(server -> server.name().equals("Kafka") && !server.answers()));
            assertThat(get("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(status().exitCode()).isEqualTo(1);
        } finally {
            servers.kafka.startAgain();
        }
        until(() -> report().isWell());
    }

    @Test
    void aServerThatTakesAQuestionAndDoesNotAnswerHoldsNobodyUp() throws Exception {
        startAndDrain();
        try (Connection other = Servers.connect(servers.warehouse, scenario.name); Statement statement = other.createStatement()) {
            statement.execute("lock tables bactrian_dead_letters write");
            until(() -> report().servers().stream().anyMatch(server -> server.name().equals("warehouse main") && !server.answers()));
            assertThat(report().needs()).extracting(Need::why).anySatisfy(why -> assertThat(why).startsWith("has not answered for"));
            assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(get("/observe/metrics").statusCode()).isEqualTo(200);
            statement.execute("unlock tables");
        }
        until(() -> report().isWell());
    }

    @Test
    void aDeadLetterNeedsAPersonUntilItIsSettled() throws Exception {
        scenario.warehouse(
                "create table t (id int primary key, v varchar(20), constraint narrow check (char_length(v) <= 5), "
                        + "bactrian_log int unsigned not null, bactrian_offset bigint not null)");
        startAndDrain();
        scenario.source("insert into t values (2, 'much too long')");
        scenario.drain();
        until(() -> Long.valueOf(1).equals(pipeline().deadLetters().open()));
        assertThat(report().ready()).as("it holds nobody up").isTrue();
        assertThat(report().needs()).singleElement()
                .satisfies(need -> assertThat(need.why()).contains("1 dead letter waits", "bactrian dead-letters list"));
        Ended ended = status();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).startsWith("UP").contains("1 open", "pipeline " + scenario.name + ": 1 dead letter waits");
        assertThat(metric("bactrian_pipeline_dead_letters_open" + tag(""))).isEqualTo(1);
        bactrian.settling(scenario.name).discard(scenario.deadLetters().get(0));
        until(() -> report().isWell());
    }

    @Test
    void aRouteThatHangsIsNoLife() throws Exception {
        scenario.setting("bactrian.health.hung-after", "2").setting("bactrian.pipeline.NAME.consumers", "1");
        scenario.route("t", "warehouse:hanging?mode=mirror", "- bean:\n    beanType: " + Hang.class.getName() + "\n    method: onThirteen");
        startAndDrain();
        Hang.hold();
        scenario.source("insert into t values (13, 'hangs')");
        until(() -> get("/observe/health/live").statusCode() == 503);
        assertThat(get("/observe/health/live").body()).contains("pipeline " + scenario.name + "/1", "routing " + scenario.topic("t") + "-",
                "bactrian.health.hung-after is 2 s");
        assertThat(get("/observe/health").statusCode()).isEqualTo(503);
        assertThat(status().exitCode()).isEqualTo(1);
        Hang.release();
        until(() -> get("/observe/health/live").statusCode() == 200 && report().isWell());
    }

    @Test
    @Tag("alone")
    void statusFindsTheInstanceOfThisFolderAndAsksWhichWhenThereAreTwo() throws Exception {
        startAndDrain();
        Ended ended = Commands.execute("status");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains(bactrian.url());
        try (Bactrian second = scenario.startPumps()) {
            Ended two = Commands.execute("status");
            assertThat(two.exitCode()).isEqualTo(2);
            assertThat(two.err()).contains("2 instances were started in this folder", "--port " + URI.create(bactrian.url()).getPort(),
                    "--port " + URI.create(second.url()).getPort());
        }
        assertThat(Commands.execute("status").out()).contains(bactrian.url());
    }

    @Test
    void watchingShowsItAgainAndAgain() throws Exception {
        startAndDrain();
        Ended[] ended = new Ended[1];
        Thread watching = new Thread(() -> ended[0] = status("--watch"));
        watching.start();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true); // two pictures and a half: how often is what is
                                                                    // tested
        watching.interrupt();
        watching.join();
        assertThat(ended[0].exitCode()).isZero();
        assertThat(ended[0].out().split("ALL WELL", -1).length - 1).isGreaterThanOrEqualTo(2);
    }

    @Test
    @Tag("alone")
    void whenNobodyAnswersItSaysWhereItAskedAndExits2() throws Exception {
        try (java.net.ServerSocket free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = free.getLocalPort();
            free.close();
            Ended ended = Commands.execute("status", "--port", Integer.toString(port));
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err()).contains("no instance answers", "http://127.0.0.1:" + port + ", as --port says: nothing listens there",
                    "--port PORT");
            Path config = Files.writeString(Files.createDirectories(scenario.folder).resolve("status.properties"),
                    "bactrian.http.port=" + port + "\n");
            assertThat(Commands.execute("status", "--config", config.toString()).err())
                    .contains("http://127.0.0.1:" + port + ", as bactrian.http.port says");
        }
        HttpServer another = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        another.start();
        try {
            Ended ended = Commands.execute("status", "--port", Integer.toString(another.getAddress().getPort()));
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).contains("something else than Bactrian listens there");
        } finally {
            another.stop(0);
        }
    }

    @Test
    void aPortThatIsTakenIsSaidWithTheWayOut() {
        bactrian = scenario.start();
        String port = Integer.toString(URI.create(bactrian.url()).getPort());
        scenario.setting("bactrian.http.port", port);
        assertThatThrownBy(scenario::startPumps).isInstanceOf(ConfigurationException.class).hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("bactrian.http.port to a free port").hasMessageContaining("0 for any free one");
    }

    @Test
    void whatIsNotThereAndWhatCannotBeWrittenIsRefused() throws Exception {
        bactrian = scenario.start();
        assertThat(get("/").body()).contains("/observe/health", "/observe/metrics", "/api/status");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/nothing").body()).contains("/api/status");
        HttpResponse<String> post = http.send(
                HttpRequest.newBuilder(URI.create(bactrian.url() + "/api/status")).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
        HttpResponse<String> head = http.send(
                HttpRequest.newBuilder(URI.create(bactrian.url() + "/observe/health/live"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(URI.create(bactrian.url()).getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void everyMetricIsDocumentedAndEveryDocumentedOneIsServed() throws Exception {
        startAndDrain();
        Set<String> served = names(get("/observe/metrics").body(), "(?m)^(bactrian_\\w+)");
        Set<String> documented = names(Files.readString(Path.of("docs/operations.md")), "`(bactrian_\\w+)[`{]");
        documented.removeIf(
                name -> Set.of("bactrian_watermarks", "bactrian_dead_letters", "bactrian_models", "bactrian_check").contains(name));
        assertThat(served).isNotEmpty().isEqualTo(documented);
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void jmxHasTheRoutesAndTheMetrics() throws Exception {
        startAndDrain();
        var jmx = ManagementFactory.getPlatformMBeanServer();
        assertThat(jmx.queryNames(new ObjectName("org.apache.camel:type=routes,*"), null))
                .anySatisfy(name -> assertThat(name.toString()).contains(scenario.name + "-t-mode-mirror"));
        assertThat(jmx.queryNames(new ObjectName("org.apache.camel:type=processors,*"), null)).as("routes level").isEmpty();
        assertThat(jmx.queryNames(new ObjectName("metrics:*"), null))
                .anySatisfy(name -> assertThat(name.toString()).contains("bactrianPipelineChanges"));
    }

    @Test
    void partsAreNotReadyBeforeTheyHaveGotThrough() throws Exception {
        bactrian = scenario.start();
        StatusReport first = bactrian.status();
        // Right after the start nobody has asked anything: none of them may be called up for lack of bad news.
        assertThat(first.parts()).extracting(Part::name).contains("capture " + scenario.name, "pipeline " + scenario.name + "/1",
                "pipeline " + scenario.name + "/2");
        until(() -> report().isWell());
    }
}
