package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.StatusReport;
import io.bactrian.cli.Commands;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pipeline that ends in a topic, and another one that loads it. */
class TopicIT {

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared());
        scenario.setting("bactrian.pipeline.NAME-curate.warehouse", "topics");
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private String curated() {
        return scenario.name + "-curated.customers";
    }

    private void curate(String... steps) {
        StringBuilder text = new StringBuilder(
                "- route:\n    id: curate\n    from:\n      uri: change:" + scenario.name + ".customers\n      steps:\n");
        for (String step : steps) {
            text.append(step.indent(8));
        }
        scenario.write(scenario.name + "-curate/customers.camel.yaml", text.toString());
    }

    private void load(String to) {
        scenario.write(scenario.name + "/load.camel.yaml",
                "- route:\n    id: load\n    from:\n      uri: change:topic:" + curated() + "\n      steps:\n        - to: " + to + "\n");
    }

    private void drain() {
        scenario.drainCapture();
        for (String pipeline : List.of(scenario.name + "-curate", scenario.name)) {
            await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50))
                    .until(() -> scenario.bactrian().pumps().drained(pipeline));
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> passedOn() {
        return TopicReader.read(scenario.servers.kafka.bootstrapServers(), curated());
    }

    private void assertLoaded() {
        String all = "select id, name, price, ratio, big, hex(raw), doc, seen, born, flag+0 from NAME.customers order by id";
        assertThat(scenario.rows(all)).isNotEmpty().isEqualTo(scenario.sourceRows(all));
    }

    @Test
    void everyChangeIsPassedOnOnceAndLoadedAsItWas() {
        scenario.source(
                "create table customers (id int primary key, name varchar(50), price decimal(20,6), ratio double, big "
                        + "bigint unsigned, raw varbinary(20), doc json,"
                        + " seen timestamp(6) null, born date, flag bit(3))",
                "insert into customers values (1, 'Öz\\n\"x\"', 12345678901234.567891, 0.1, 18446744073709551615, "
                        + "x'00ff', '{\"a\": [1, null]}', '2026-11-21 10:00:00.123456', '1970-02-28', b'101'),"
                        + "(2, null, null, null, null, null, null, null, null, null), (3, 'three', 3, 3, 3, x'', '3', null, null, b'0')");
        curate("- to: topic:" + curated());
        load("warehouse:customers");
        scenario.start();
        drain();
        assertLoaded();

        scenario.source("update customers set name = 'two' where id = 2", "update customers set id = 30 where id = 3",
                "delete from customers where id = 1",
                "insert into customers (id, name) values (4, 'four')", "insert into customers (id, name) values (1, 'again')");
        drain();
        assertLoaded();
        assertThat(scenario.sourceRows("select id from NAME.customers order by 1")).containsExactly("1", "2", "4", "30");

        int before = passedOn().size();
        scenario.source("truncate table customers", "insert into customers (id, name) values (5, 'five'), (6, 'six'), (7, 'seven')");
        drain();
        assertLoaded();
        // A TRUNCATE reaches each of the three partitions.
        assertThat(passedOn()).hasSize(before + 3 + 3);
        assertThat(scenario.rows("select count(*) from NAME.bactrian_dead_letters")).containsExactly("0");

        Commands.Ended equal = command("verify");
        assertThat(equal.out()).contains(" 3 rows  customers ").contains("equal").contains("3 rows compared, 0 differences");
        assertThat(equal.exitCode()).isZero();
        scenario.warehouse("update customers set name='x' where id=6", "delete from customers where id=7");
        assertThat(command("verify").out()).contains("2 DIFFERENT").contains("row 6: name is 'x' in the warehouse, expected 'six'")
                .contains("row 7 of the source is not in the warehouse");
    }

    private Commands.Ended command(String name) {
        StringBuilder properties = new StringBuilder();
        scenario.settings()
                .forEach((key, value) -> properties.append(key.replace("NAME", scenario.name)).append('=').append(value).append('\n'));
        scenario.write("application.properties", properties.toString());
        return Commands.execute(name, "--config", scenario.folder.resolve("application.properties").toString());
    }

    @Test
    void whatIsConsumedIsCommittedWithWhatIsWritten() {
        scenario.source("create table customers (id int primary key, name varchar(50))",
                "insert into customers values (1, 'one'), (2, 'two')");
        curate("- to: topic:" + curated());
        load("warehouse:customers_log?mode=append");
        scenario.start();
        drain();
        scenario.stop();
        scenario.source("insert into customers values (3, 'three')");
        scenario.start();
        drain();
        scenario.stop();
        scenario.start();
        drain();
        assertThat(passedOn()).hasSize(3);
        assertThat(scenario.rows("select id from NAME.customers_log order by 1")).containsExactly("1", "2", "3");
    }

    @Test
    void editsUnderLoadLoseAndDoubleNothing() throws Exception {
        scenario.source("create table customers (id int primary key auto_increment, name varchar(50))",
                "insert into customers (name) values ('first')");
        curate("- to: topic:" + curated());
        load("warehouse:customers");
        scenario.write(scenario.name + "/log.camel.yaml", "- route:\n    id: log\n    from:\n      uri: change:topic:" + curated()
                + "\n      steps:\n        - to: warehouse:customers_log?mode=append\n");
        scenario.start();
        drain();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                scenario.source("insert into customers (name) values ('a'), ('b')",
                        "update customers set name = 'c' order by id desc limit 1");
            }
        });
        // Both ends are edited by turns; each edit is waited for until changes have gone through it.
        for (int edit = 1; edit <= 2; edit++) {
            String mark = "edit-" + edit;
            curate("- to: kamelet:set-column?name=name&value=" + mark, "- to: topic:" + curated());
            load("warehouse:customers" + (edit % 2 == 0 ? "?mode=mirror" : ""));
            await().atMost(Scenario.PATIENCE)
                    .untilAsserted(() -> assertThat(scenario.rows("select count(*) from NAME.customers where name = '" + mark + "'").get(0))
                            .isNotEqualTo("0"));
        }
        enough.set(true);
        writing.get(1, TimeUnit.MINUTES);
        drain();
        assertThat(scenario.rows("select id from NAME.customers order by 1"))
                .isEqualTo(scenario.sourceRows("select id from NAME.customers order by 1"));
        assertThat(passedOn()).hasSameSizeAs(scenario.records("customers"));
        assertThat(scenario.rows("select count(*) from NAME.customers_log")).containsExactly(Integer.toString(passedOn().size()));
        assertThat(scenario.rows("select count(*) from NAME.bactrian_dead_letters")).containsExactly("0");
        assertThat(scenario.bactrian().deadLetters().list(scenario.name + "-curate")).isEmpty();
    }

    @Test
    void statusKnowsWhatWaitsAndWhichDeadLetters() {
        scenario.source("create table customers (id int primary key, name varchar(50))",
                "insert into customers values (1, 'one'), (2, 'two'), (3, null)");
        curate("- to: topic:" + curated() + "?key=nobody");
        load("warehouse:customers");
        scenario.start();
        scenario.drainCapture();
        await().atMost(Scenario.PATIENCE).untilAsserted(() -> {
            StatusReport.Pipeline curate = scenario.bactrian().status().pipelines().stream()
                    .filter(one -> one.pipeline().endsWith("-curate")).findFirst().orElseThrow();
            assertThat(curate.lag().changes()).isZero();
            assertThat(curate.lag().unknownPartitions()).isZero();
            assertThat(curate.tables()).singleElement().satisfies(table -> assertThat(table.changes()).isEqualTo(3));
            assertThat(curate.deadLetters().open()).isEqualTo(3);
            assertThat(scenario.bactrian().status().needs()).extracting(StatusReport.Need::why)
                    .contains("3 dead letters wait to be replayed or discarded; `bactrian dead-letters list` shows them");
        });
        scenario.bactrian().settling(scenario.name + "-curate")
                .discard(scenario.bactrian().deadLetters().list(scenario.name + "-curate").get(0));
        await().atMost(Scenario.PATIENCE).untilAsserted(
                () -> assertThat(scenario.bactrian().status().pipelines().stream().filter(one -> one.pipeline().endsWith("-curate"))
                        .findFirst().orElseThrow().deadLetters().open()).isEqualTo(2));
    }

    /** That a route's text says it is refused at once: WrongRoutesTest. */
    @Test
    void whereARouteEndsThatOnlyAChangeTellsMustFitToo() {
        scenario.source("create table customers (id int primary key)", "insert into customers values (1)");
        curate("- toD: warehouse:${body.operation}");
        scenario.write(scenario.name + "/customers.camel.yaml", "- route:\n    id: wrong\n    from:\n      uri: change:" + scenario.name
                + ".customers\n      steps:\n        - toD: topic:${body.operation}\n");
        scenario.start();
        await().atMost(Scenario.PATIENCE).untilAsserted(() -> assertThat(scenario.bactrian().health().parts().values().toString())
                .contains("pipeline " + scenario.name + "-curate ends in topics (bactrian.pipeline." + scenario.name
                        + "-curate.warehouse), and one batch cannot be a transaction of both")
                .contains("set bactrian.pipeline." + scenario.name + ".warehouse=topics"));
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(scenario.bactrian().deadLetters().list(scenario.name + "-curate")).isEmpty();
    }

    /** A name that nobody writes, and what belongs to a source alone. */
    @Test
    void checkLooksForWhatIsPassedOn() {
        scenario.source("create table customers (id int primary key)", "insert into customers values (1)");
        curate("- to: topic:" + curated());
        load("warehouse:customers");
        scenario.write(scenario.name + "/other.camel.yaml", "- route:\n    id: other\n    from:\n      uri: change:topic:" + scenario.name
                + "-curatd.customers\n      steps:\n        - to: warehouse:other\n");

        assertThat(command("check").out())
                .contains("change:topic:" + scenario.name + "-curatd.customers is read by pipeline " + scenario.name
                        + "; no route here ends in topic:"
                        + scenario.name + "-curatd.customers, and Kafka has no such topic")
                .contains("routes here end in [" + curated() + "]").contains(" 3 routes of the pipelines")
                .doesNotContain("change:topic:" + curated() + " ");
    }

    @Test
    void twoTablesInOneTopicAreRefused() {
        scenario.source("create table customers (id int primary key)", "create table others (id int primary key)",
                "insert into customers values (1)", "insert into others values (1)");
        curate("- to: topic:" + curated());
        scenario.write(scenario.name + "-curate/others.camel.yaml", "- route:\n    id: others\n    from:\n      uri: change:"
                + scenario.name + ".others\n      steps:\n        - to: topic:" + curated() + "\n");
        scenario.start();
        await().atMost(Scenario.PATIENCE).untilAsserted(() -> assertThat(scenario.bactrian().health().parts().values().toString())
                .contains("topic:" + curated() + " is written from ").contains("a TRUNCATE of one would take the other's rows"));
    }
}
