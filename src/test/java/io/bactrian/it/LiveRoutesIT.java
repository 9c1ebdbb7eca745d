package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.testing.HeardLines;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Edits of the routes while the source is written without a pause: nothing is lost, nothing doubled, nothing wrong is
 * taken.
 */
class LiveRoutesIT {

    private static final String OLD_ROUTES_GO_ON = "The previous routes go on";

    private Scenario scenario;
    private HeardLines heard;
    private Load load;

    @BeforeEach
    void open() throws Exception {
        scenario = new Scenario(Servers.shared());
        scenario.source("create table t (id bigint primary key auto_increment, v varchar(20))",
                "create table u (id bigint primary key auto_increment, v varchar(20))",
                "insert into t (v) values ('first')", "insert into u (v) values ('first')");
        copyKamelets();
        scenario.mirror("t");
        scenario.route("t", "warehouse:log?mode=append");
        heard = new HeardLines();
    }

    @AfterEach
    void close() throws Exception {
        if (load != null) {
            load.end();
        }
        heard.close();
        scenario.close();
    }

    private void copyKamelets() throws IOException {
        Files.createDirectories(scenario.folder.resolve("kamelets"));
        for (String kamelet : List.of("set-column", "only-if")) {
            Path file = Path.of("routes", "kamelets", kamelet + ".kamelet.yaml");
            Files.copy(file, scenario.folder.resolve("kamelets").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes both tables until it is told to end: inserts, updates of what is there, deletes of some. */
    private final class Load {
        private final Thread thread = new Thread(this::write, "load");
        private volatile boolean ending;
        private volatile long transactions;
        private volatile Exception failure;

        Load begin() {
            thread.start();
            return this;
        }

        private void write() {
            try (Connection connection = Servers.connect(scenario.servers.source, scenario.name);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!ending) {
                    for (String table : List.of("t", "u")) {
                        statement.execute("insert into " + table + " (v) values ('a'), ('b'), ('c')");
                        statement.execute("update " + table + " set v = concat('x', id % 7) where id % 5 = " + transactions % 5
                                + " order by id desc limit 3");
                        statement.execute("delete from " + table + " where id % 11 = " + transactions % 11 + " order by id desc limit 1");
                    }
                    connection.commit();
                    transactions++;
                }
            } catch (SQLException e) {
                failure = e;
            }
        }

        /**
         * Waits until so many more changes have reached the warehouse: the load goes on through what was just edited.
         */
        void flows() {
            long before = applied();
            until(() -> applied() > before + 200);
        }

        void end() throws Exception {
            ending = true;
            thread.join();
            if (failure != null) {
                throw failure;
            }
        }
    }

    private long applied() {
        return scenario.bactrian().counters().get(scenario.name).changes.sum();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private void start() {
        scenario.start();
        load = new Load().begin();
        load.flows();
    }

    private String file(String id) {
        return scenario.name + "/" + scenario.name + "-" + id + ".camel.yaml";
    }

    private String path(String id) {
        return scenario.folder.resolve(file(id)).toString();
    }

    private String text(String id) throws IOException {
        return Files.readString(scenario.folder.resolve(file(id)));
    }

    private void delete(String file) throws IOException {
        Files.delete(scenario.folder.resolve(file));
    }

    private Health.State routes() {
        return scenario.bactrian().health().parts().get("routes");
    }

    private void says(String line) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(heard.with("routes: ")).anyMatch(said -> said.matches(line)));
    }

    private static String said(String fault) {
        return fault + (fault.endsWith("?") || fault.endsWith(".") ? " " : ". ") + OLD_ROUTES_GO_ON;
    }

    private static String exactly(String text) {
        return java.util.regex.Pattern.quote(text);
    }

    private void assertNothingLostOrDoubled() throws Exception {
        load.end();
        load = null;
        scenario.drain();
        assertThat(scenario.appended("log")).isEqualTo(scenario.inTopic("t"));
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void anEditTakesEffectFromOneBatchToTheNext() throws Exception {
        start();
        String log = text("log-mode-append");
        scenario.write(file("log-mode-append"),
                log.replace("        - to:", "        - to: kamelet:set-column?name=edit&value=1&type=int32\n        - to:"));

        says("INFO " + exactly("routes: changed " + scenario.name + "-log-mode-append (" + path("log-mode-append") + ")"));
        load.flows();
        assertNothingLostOrDoubled();
        // In each partition: none before a place in the log, all after it.
        assertThat(scenario.rows("select count(*) from NAME.log where edit = 1").get(0)).isNotEqualTo("0");
        assertThat(scenario
                .rows("""
                        select count(*) from NAME.log a join (select bactrian_log, min(bactrian_offset) began from NAME.log \
                        where edit = 1 group by bactrian_log) b
                        on a.bactrian_log = b.bactrian_log and a.bactrian_offset > b.began where a.edit is null"""))
                .containsExactly("0");
    }

    @Test
    void aWrongEditLeavesTheOldRoutesRunningAndIsSaidUntilItIsMended() throws Exception {
        start();
        String right = text("log-mode-append");
        String log = path("log-mode-append");
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put(right.replace("      steps:", "     steps:"), log
                + ":5:6: this is no YAML: expected <block end>, but found '<block mapping start>', while parsing a "
                + "block mapping that begins in line 2");
        wrong.put(right.replace("warehouse:", "warehose:"), log + ":6:15: there is no component 'warehose'; did you mean 'warehouse'?");
        wrong.put(right.replace("?mode=", "?mod="), log + ":6:29: 'mod' is no option of warehouse; did you mean 'mode'?");
        wrong.put(right.replace("=append", "=apend"),
                log + ":6:15: warehouse://log?mode=apend: mode is 'apend'; expected mirror, history, append or add");
        wrong.put(right.replace("        - to:", "        - to: bean:mesk\n        - to:"),
                log + ":6:20: there is no bean 'mesk'; did you mean 'mask'?");
        wrong.put(right.replace("        - to:", "        - to: kamelet:set-colum?name=edit&value=1\n        - to:"),
                log + ":6:15: there is no kamelet 'set-colum' in " + scenario.folder.resolve("kamelets")
                        + ", and none is shipped; did you mean 'set-column'?");
        wrong.put(right.replace("log-mode-append", "t-mode-mirror"), path("t-mode-mirror") + ":2:9: the route id " + scenario.name
                + "-t-mode-mirror is at " + log + ":2:9 too; expected one route for each id");
        wrong.put("", log
                + ":1:1: the file is empty; expected a list that begins with '- route:'. Delete the file if its route is to be removed");
        wrong.put(right.substring(0, right.indexOf("steps")),
                log + ":2:9: route " + scenario.name + "-log-mode-append has no steps; expected from.steps with at least one");
        for (Map.Entry<String, String> edit : wrong.entrySet()) {
            scenario.write(file("log-mode-append"), edit.getKey());
            await().atMost(Scenario.PATIENCE).untilAsserted(() -> assertThat(routes().reason()).isEqualTo(said(edit.getValue())));
            assertThat(routes().up()).isFalse();
            assertThat(heard.with("ERROR routes: ", said(edit.getValue()))).hasSize(1);
            load.flows();
        }
        scenario.write(file("log-mode-append"), right);
        until(() -> routes().up());

        assertThat(heard.with("INFO routes: up again")).hasSize(1);
        assertThat(heard.with("INFO routes: changed")).isEmpty();
        assertNothingLostOrDoubled();
    }

    @Test
    void aNewRouteSubscribesARemovedOneUnsubscribesAndOneThatComesBackGoesOn() throws Exception {
        start();
        String u = scenario.name + "-u-mode-mirror";
        scenario.mirror("u");
        says("INFO " + exactly(
                "routes: added " + u + " (" + path("u-mode-mirror") + "): it reads " + scenario.topic("u") + " from the beginning (")
                + "[0-9,]+ changes at most\\)");
        until(() -> !scenario.rows("select table_name from information_schema.tables where table_schema='NAME' and table_name='u'")
                .isEmpty());
        until(() -> !scenario.rows("select id from NAME.u limit 1").isEmpty());

        String route = text("u-mode-mirror");
        delete(file("u-mode-mirror"));
        says("INFO " + exactly("routes: removed " + u + " (" + path("u-mode-mirror") + "): no route of pipeline " + scenario.name
                + " reads " + scenario.topic("u")
                + " now; its changes wait in Kafka, as long as that keeps them, until one does"));
        // The batch under way ends by the old routes; after it the table's watermarks stand still while changes of both
        // tables come.
        until(() -> {
            List<String> marks = marks("u");
            load.flows();
            return marks("u").equals(marks);
        });

        scenario.write(file("u-again"), route);
        says("INFO " + exactly("routes: added " + u + " (" + path("u-again") + "): it reads " + scenario.topic("u")
                + " on from where pipeline " + scenario.name + " had left it (") + "[0-9,]+ changes at most\\)");
        Files.move(scenario.folder.resolve(file("u-again")), scenario.folder.resolve(file("u-moved")));
        says("INFO " + exactly("routes: moved " + u + " from " + path("u-again") + " to " + path("u-moved")));
        load.flows();
        assertNothingLostOrDoubled();
        assertThat(scenario.rows("select count(*) from NAME.u")).isEqualTo(scenario.sourceRows("select count(*) from NAME.u"));
    }

    private List<String> marks(String table) {
        return scenario.rows(
                "select kafka_partition, next_offset from NAME.bactrian_watermarks where topic='" + scenario.topic(table) + "' order by 1");
    }

    @Test
    void oneOfTwoRoutesOfATableComesAndGoesAndTheOtherNoticesNothing() throws Exception {
        start();
        String second = scenario.name + "-second";
        scenario.write(file("second"),
                text("log-mode-append").replace("-log-mode-append", "-second").replace("warehouse:log", "warehouse:second"));
        says("INFO " + exactly("routes: added " + second + " (" + path("second") + "): it gets the changes of " + scenario.topic("t")
                + " from now on, where pipeline " + scenario.name
                + " is reading already"));
        load.flows();
        delete(file("second"));
        says("INFO " + exactly("routes: removed " + second + " (" + path("second") + "): the changes of " + scenario.topic("t")
                + " go on to [" + scenario.name + "-log-mode-append, " + scenario.name
                + "-t-mode-mirror] alone"));
        assertNothingLostOrDoubled();
        // A run of the log without a hole, from where it came to where it went.
        List<String> all = scenario.appended("log");
        List<String> some = scenario.appended("second");
        assertThat(some).isNotEmpty().hasSizeLessThan(all.size());
        for (int partition = 0; partition < 3; partition++) {
            String prefix = partition + "@";
            List<String> seen = some.stream().filter(place -> place.startsWith(prefix)).toList();
            List<String> there = all.stream().filter(place -> place.startsWith(prefix)).toList();
            if (!seen.isEmpty()) {
                int first = there.indexOf(seen.get(0));
                assertThat(seen).isEqualTo(there.subList(first, first + seen.size()));
            }
        }
    }

    @Test
    void anEditedKameletReachesTheRoutesThatUseItAndAWrongOneNone() throws Exception {
        scenario.route("t", "warehouse:log?mode=append", "- to: kamelet:set-column?name=edit&value=1&type=int32");
        start();
        String kamelet = "kamelets/set-column.kamelet.yaml";
        String right = Files.readString(scenario.folder.resolve(kamelet));
        scenario.write(kamelet, right.replace("ref: \"{{step}}\"", "ref: \"{{stp}}\""));
        await().atMost(Scenario.PATIENCE).untilAsserted(() -> assertThat(routes().reason())
                .startsWith(scenario.folder.resolve(kamelet) + ":").contains("stp").endsWith(OLD_ROUTES_GO_ON));
        load.flows();
        scenario.write(kamelet, right.replace("value: \"{{value}}\"", "value: \"2\""));
        says("INFO " + exactly("routes: changed " + scenario.folder.resolve(kamelet) + ", for all routes that use it"));
        load.flows();

        assertNothingLostOrDoubled();
        assertThat(scenario.rows("select distinct edit from NAME.log order by 1")).containsExactly("1", "2");
    }

    @Test
    void aPipelineThatComesWithAnEditIsPumpedAndAWrongOneIsRefused() throws Exception {
        start();
        scenario.setting("bactrian.pipeline.late.warehouse", "main");
        scenario.write("late/late.camel.yaml", text("log-mode-append").replace(scenario.name + "-log-mode-append", "late-log")
                .replace("warehouse:log", "warehouse:late_log"));
        says("INFO " + exactly("routes: added late-log (" + scenario.folder.resolve("late/late.camel.yaml") + "): it reads "
                + scenario.topic("t") + " from the beginning (") + ".*");
        load.end();
        load = null;
        scenario.drain();
        until(() -> scenario.bactrian().pumps().drained("late"));
        assertThat(scenario.appended("late_log").size()).isPositive();
        assertThat(scenario.rows("select count(*) from NAME.late_log")).isEqualTo(scenario.rows("select count(*) from NAME.log"));
        delete("late/late.camel.yaml");
        delete(file("log-mode-append"));
        delete(file("t-mode-mirror"));
        until(() -> !routes().up());
        assertThat(routes().reason()).startsWith(scenario.folder + " has no routes any more").endsWith(OLD_ROUTES_GO_ON);
    }

    @Test
    void anEditedCaptureGoesOnFromItsLastTransaction() throws Exception {
        start();
        String capture = "capture/" + scenario.name + ".camel.yaml";
        String path = scenario.folder.resolve(capture).toString();
        String right = Files.readString(scenario.folder.resolve(capture));
        scenario.write(capture, right.replace("pollIntervalMs: 20", "pollIntervlMs: 20"));
        await().atMost(Scenario.PATIENCE).untilAsserted(() -> assertThat(routes().reason()).isEqualTo(
                path + ":13:9: 'pollIntervlMs' is no option of debezium-mysql; did you mean 'pollIntervalMs'? " + OLD_ROUTES_GO_ON));
        load.flows();
        for (int edit = 1; edit <= 3; edit++) {
            scenario.write(capture, right.replace("pollIntervalMs: 20", "pollIntervalMs: " + (20 + edit)));
            int times = edit;
            until(() -> heard.with("INFO routes: changed " + path + ": what it captures goes on from the last Kafka transaction")
                    .size() == times);
            load.flows();
        }
        delete(capture);
        says("INFO " + exactly("routes: removed " + path + ": what it captures waits in the source's log, as long as that keeps it"));
        scenario.write(capture, right);
        says("INFO " + exactly("routes: added " + path + ": what it captures goes on from the last Kafka transaction"));
        load.flows();

        assertNothingLostOrDoubled();
        // Each inserted row was inserted once: no change came twice through a restart of the capture.
        assertThat(scenario.records("t").stream()
                .filter(record -> record.value() != null && TopicReader.text(record.value()).contains("\"op\":\"c\""))
                .map(record -> TopicReader.text(record.key())).toList()).isNotEmpty().doesNotHaveDuplicates();
    }
}
