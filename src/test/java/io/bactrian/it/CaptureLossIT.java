package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Health;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.EverySource;
import io.bactrian.testing.HeardLines;
import io.bactrian.testing.TopicReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** From every source's log to Kafka nothing is lost and nothing written twice, whatever fails. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.SourceUnderTest#kinds")
class CaptureLossIT extends EverySource {

    @BeforeEach
    void makeTable() {
        scenario.source("create table t (id serial primary key, v varchar(40))");
        stumbleNoMore();
    }

    @AfterEach
    void stumbleNoMore() {
        Stumble.fail(0);
        Stumble.PASSES_LEFT.set(Integer.MAX_VALUE);
    }

    private Health.State health(Bactrian bactrian) {
        return bactrian.health().parts().get("capture " + scenario.name);
    }

    private long restarts() {
        return scenario.bactrian().captures().of(scenario.name).restarts.sum();
    }

    /** Of those that are there. */
    private static String some(String order, int most) {
        return "id in (select id from (select id from t order by id " + order + " limit " + most + ") as few)";
    }

    private static boolean isOfSnapshot(ConsumerRecord<byte[], byte[]> record) {
        return TopicReader.text(record.value()).contains("\"snapshot\":true");
    }

    /** Where the change stood in the source's log, of which row and what it was: no two changes share all three. */
    private static String change(ConsumerRecord<byte[], byte[]> record) {
        String value = TopicReader.text(record.value());
        return value.replaceAll("^.*?\"origin\":\"([^\"]*)\".*$", "$1") + " " + TopicReader.text(record.key()) + " "
                + value.substring(0, 9);
    }

    /** Every change since the snapshot is in the topic, and once. */
    private void assertInTopicOnce(long changes) {
        List<String> found = scenario.records("t").stream().filter(record -> !isOfSnapshot(record)).map(CaptureLossIT::change).toList();
        assertThat(found).doesNotHaveDuplicates().hasSize(Math.toIntExact(changes));
    }

    private void captureStumbles(String how, int times, String reason) {
        Stumble.fail(0);
        scenario.start();
        scenario.drainCapture();
        try (HeardLines heard = new HeardLines()) {
            Stumble.fail(times);
            for (int i = 0; i < 20; i++) {
                scenario.insert("t", 100).source("update t set v = 'changed' where " + some("desc", 10),
                        "delete from t where " + some("asc", 5));
            }
            scenario.drainCapture();
            assertInTopicOnce(20 * 115);
            assertThat(Stumble.FAILED).hasValue(times);
            assertThat(heard.with("ERROR", "capture " + scenario.name, "DOWN")).isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(reason));
            assertThat(heard.with("capture " + scenario.name, "up again")).isNotEmpty();
        }
        assertThat(restarts()).as("after " + how).isEqualTo(times);
        assertThat(health(scenario.bactrian()).up()).isTrue();
    }

    @Test
    void aBatchThatTheRouteThrowsForComesAgain() {
        scenario.capture(Stumble.step("onTheFirst"), "- to: bean:changeLog");
        captureStumbles("an exception", 3, "stumbled as the test wants");
    }

    @Test
    void aRetriableExceptionOfTheRouteLosesNothingEither() {
        scenario.capture(Stumble.step("retriablyOnTheFirst"), "- to: bean:changeLog");
        captureStumbles("a retriable exception", 3, "stumbled retriably");
    }

    @Test
    void aFailureAfterTheBatchWasWrittenRepeatsNothing() {
        scenario.capture("- to: bean:changeLog", Stumble.step("onTheFirst"));
        captureStumbles("an exception after the writing", 3, "stumbled as the test wants");
    }

    @Test
    void aRouteThatEndsWithoutWritingItsBatchIsAnErrorThatLosesNothing() {
        scenario.capture("- filter:\n    expression:\n      method:\n        beanType: " + Stumble.class.getName()
                + "\n        method: isWell\n    steps:\n      - to: bean:changeLog");
        captureStumbles("a batch that was not written", 2, "ended without writing its batch");
    }

    @Test
    void stoppingInTheMiddleOfALoadLosesNothing() {
        long[] written = new long[1];
        boolean[] stop = new boolean[1];
        CompletableFuture<Void> load = null;
        try {
            for (int life = 0; life < 4; life++) {
                scenario.start();
                if (load == null) {
                    scenario.drainCapture();
                    load = CompletableFuture.runAsync(() -> load(stop, written));
                }
                scenario.bactrian();
                until(() -> scenario.bactrian().captures().of(scenario.name).changes.sum() > 500);
                scenario.stop();
            }
        } finally {
            synchronized (stop) {
                stop[0] = true;
            }
            if (load != null) {
                load.join();
            }
        }
        scenario.start();
        scenario.drainCapture();
        assertThat(written[0]).isGreaterThan(2_000);
        assertInTopicOnce(written[0]);
        assertThat(restarts()).isZero();
    }

    /** Writes until it is told to stop. */
    private void load(boolean[] stop, long[] written) {
        try (Connection connection = scenario.connectToSource(); Statement statement = connection.createStatement()) {
            while (true) {
                synchronized (stop) {
                    if (stop[0]) {
                        return;
                    }
                }
                written[0] += statement
                        .executeUpdate("insert into t (v) values ('a'), ('b'), ('c'), ('d'), ('e'), ('f'), ('g'), ('h'), ('i'), ('j')");
                written[0] += statement.executeUpdate("update t set v = concat('changed ', id) where " + some("desc", 5));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A connection that the server closes ends without an error; Debezium by itself would come back after a minute, and
     * send a transaction begun a second time.
     */
    @Test
    void aConnectionLostInTheMiddleOfATransactionLosesAndRepeatsNothing() {
        scenario.start();
        scenario.drainCapture();
        for (int i = 1; i <= 3; i++) {
            long before = scenario.bactrian().captures().of(scenario.name).changes.sum();
            scenario.insert("t", 30_000);
            until(() -> scenario.bactrian().captures().of(scenario.name).changes.sum() > before + 2_000);
            scenario.cutLog();
            int lost = i;
            until(() -> restarts() >= lost);
            scenario.insert("t", 10);
            scenario.drainCapture();
        }
        assertInTopicOnce(3 * 30_010);
        until(() -> health(scenario.bactrian()).up());
    }

    @Test
    void anIdleCaptureNoticesThatItsConnectionWasLost() {
        scenario.start();
        scenario.drainCapture();
        scenario.insert("t", 100);
        scenario.drainCapture();
        try (HeardLines heard = new HeardLines()) {
            scenario.cutLog();
            until(() -> restarts() > 0);
            scenario.insert("t", 10);
            scenario.drainCapture();
            assertThat(heard.with("ERROR", "capture " + scenario.name, "DOWN")).isNotEmpty().first().asString()
                    .contains("connection to the source's log was lost");
        }
        assertInTopicOnce(110);
    }

    @Test
    void anEngineThatDiesIsStartedAgainAndSaysSo() {
        scenario.start();
        scenario.drainCapture();
        scenario.insert("t", 2_000);
        scenario.sourceServer().kill();
        try {
            until(() -> !health(scenario.bactrian()).up());
            assertThat(health(scenario.bactrian()).reason()).contains("starts again from its last Kafka transaction");
        } finally {
            scenario.sourceServer().startAgain();
        }
        scenario.insert("t", 10);
        scenario.drainCapture();
        assertInTopicOnce(2_010);
        assertThat(restarts()).isPositive();
        until(() -> health(scenario.bactrian()).up());
    }

    /**
     * With the same server id, as instances of one configuration have it, MySQL also closes the first one's connection.
     */
    @Test
    void aSecondInstanceTakesTheSourceOverAndTheFirstSaysSo() {
        anotherTakesOver(() -> {
        });
    }

    @Test
    void aSecondInstanceWithAnotherServerIdTakesTheSourceOverToo() {
        anotherTakesOver(() -> scenario.setting("bactrian.source.NAME.server-id", "7777"));
    }

    private void anotherTakesOver(Runnable change) {
        scenario.start();
        scenario.drainCapture();
        scenario.insert("t", 100);
        scenario.drainCapture();
        change.run();
        try (Bactrian second = scenario.startAnother()) {
            until(() -> health(second) != null && health(second).up());
            for (int i = 0; i < 10; i++) {
                scenario.insert("t", 100);
            }
            scenario.drainCapture();
            until(() -> !health(scenario.bactrian()).up());
            assertThat(health(scenario.bactrian()).reason()).contains("another instance captures source " + scenario.name);
            scenario.insert("t", 100);
            scenario.drainCapture();
            assertThat(health(second).up()).isTrue();
            assertInTopicOnce(1_200);
        }
    }

    @Test
    void whatAnInterruptedFirstReadWroteIsWithdrawnByTheNext() {
        scenario.insert("t", 25_000);
        scenario.capture(Stumble.step("afterTheFirst"), "- to: bean:changeLog");
        scenario.mirror("t");
        scenario.route("t", "warehouse:log?mode=append");
        Stumble.PASSES_LEFT.set(1);
        scenario.start();
        until(() -> Stumble.FAILED.get() > 0 && scenario.bactrian().pumps().drained(scenario.name));
        scenario.stop();
        long read = Long.parseLong(scenario.rows("select count(*) from NAME.t").get(0));
        assertThat(read).as("the first read was interrupted after some of its rows").isBetween(1L, 24_999L);
        // Nobody hears of these: they are gone before the log is read.
        scenario.source("delete from t where id <= 1000", "update t set v = 'changed between' where id between 1001 and 1100");
        Stumble.PASSES_LEFT.set(Integer.MAX_VALUE);
        scenario.start();
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("24000");
        assertThat(scenario.rows("select count(*), count(distinct id), min(id) from NAME.log where bactrian_operation = 'read'"))
                .containsExactly("24000|24000|1001");
        assertThat(scenario.deadLetters()).isEmpty();
    }
}
