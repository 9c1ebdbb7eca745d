package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Standings.Standing;
import io.bactrian.application.StatusReport.Capture;
import io.bactrian.application.StatusReport.Instance;
import io.bactrian.application.StatusReport.LastError;
import io.bactrian.application.StatusReport.Letters;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.application.StatusReport.PartitionProgress;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport.Table;
import io.bactrian.domain.Partition;
import io.bactrian.testing.Given;
import io.bactrian.testing.RoutesInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands in a report, word for word. */
@Timeout(60)
class StatusReportTest {

    private static final Instance INSTANCE = new Instance("1.2", 42, Given.COMMITTED, "http://127.0.0.1:1");
    private static final Partition FIRST = new Partition(Given.TOPIC, 0);
    private static final Partition SECOND = new Partition(Given.TOPIC, 1);

    private static final Status.Pauses SOON = new Status.Pauses(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(20));

    private final Health health = new Health();
    private final Liveness liveness = new Liveness(Duration.ofSeconds(600));
    private final Captures captures = new Captures();
    private final Counters counters = new Counters();
    private final Map<Partition, Standing> standings = new ConcurrentHashMap<>();
    private final Map<Partition, Long> ends = new ConcurrentHashMap<>();
    private final Map<String, Long> letters = new ConcurrentHashMap<>();
    private volatile Collection<Partition> asked;
    private final Status status = new Status(INSTANCE, health, liveness, captures,
            new Status.Pipelines(new RoutesInMemory().mirroring("orders", "orders"),
                    pipeline -> pipeline.equals("bookstore") ? Map.copyOf(standings) : Map.of(),
                    () -> Map.of("bookstore", counters, "archive", new Counters()),
                    pipeline -> pipeline.equals("bookstore") ? "main" : "none"),
            "Kafka", partitions -> {
                asked = List.copyOf(partitions);
                return Map.copyOf(ends);
            }, Map.of("main", () -> Map.copyOf(letters)), SOON);

    @AfterEach
    void close() {
        status.close();
    }

    private StatusReport started() {
        health.up("pipeline bookstore/1");
        health.up("pipeline archive/1");
        status.start();
        status.started();
        await().until(() -> status.report().servers().stream().allMatch(Server::answers));
        return status.report();
    }

    @Test
    void aPipelineTellsAllThatItHasCounted() {
        counters.changes.add(10);
        counters.rows.add(8);
        counters.filtered.add(2);
        counters.batches.add(4);
        counters.retries.add(5);
        counters.rewinds.add(6);
        counters.lookupMisses.add(7);
        counters.deadLetters.add(9);
        counters.newestCommit.set(3_000);
        counters.table(Given.TOPIC).add(10);
        letters.put("bookstore", 2L);
        StatusReport report = started();

        assertThat(report.instance()).isSameAs(INSTANCE);
        assertThat(report.pipelines()).extracting(Pipeline::pipeline).containsExactly("archive", "bookstore");
        Pipeline own = report.pipelines().get(1);
        assertThat(own).isEqualTo(new Pipeline("bookstore", true, own.lag(), 10, 0, 8, 0, 2, 4, 5, 6, 7, new Letters(2L, 9),
                Instant.ofEpochMilli(3_000), List.of(new Table(Given.TOPIC, own.lag(), 10, List.of("orders"), Map.of()))));
        assertThat(own.lag().changes()).isZero();
        assertThat(own.lag().seconds()).isZero();
        assertThat(own.lag().asOf()).isBetween(Instant.now().minusSeconds(30), Instant.now());
        Pipeline archive = report.pipelines().get(0);
        assertThat(archive.deadLetters()).as("nobody asks its warehouse").isEqualTo(new Letters(null, 0));
        assertThat(archive.newestCommit()).isNull();
        assertThat(archive.tables()).extracting(Table::changes).containsExactly(0L);
    }

    @Test
    void aCaptureTellsAllThatItHasCounted() {
        Captures.Capture capture = captures.of("shop");
        capture.changes.add(3);
        capture.batches.add(2);
        capture.restarts.add(1);
        capture.newestCommit.set(1_000);
        capture.heard.set(2_000);
        capture.snapshot = true;
        captures.of("office");
        health.up("capture shop");
        health.down("capture shopping", "another part");

        assertThat(started().captures()).containsExactly(new Capture("office", false, false, 0, 0, 0, 0, null, null, List.of()),
                new Capture("shop", true, true, 3, 0, 2, 1, Instant.ofEpochMilli(1_000), Instant.ofEpochMilli(2_000), List.of()));
    }

    @Test
    void ratesAreOfCapturesAndOfChangesAndRows() {
        captures.of("shop");
        started();
        await().until(() -> status.report().pipelines().get(1).changesPerSecond() == 0);
        counters.changes.add(1_000);
        counters.rows.add(2_000);
        captures.of("shop").changes.add(500);

        await().untilAsserted(() -> {
            assertThat(status.report().pipelines().get(1).changesPerSecond()).isPositive();
            assertThat(status.report().pipelines().get(1).rowsPerSecond()).isPositive();
            assertThat(status.report().captures().get(0).changesPerSecond()).isPositive();
        });
    }

    @Test
    void whoWaitsForADeadLetterIsToldHowManyThereAre() {
        letters.put("bookstore", 1L);
        assertThat(started().needs()).containsExactly(new Need("pipeline bookstore",
                "1 dead letter waits to be replayed or discarded; `bactrian dead-letters list` shows it"));
        assertThat(status.report().ready()).as("it runs all the same").isTrue();
        assertThat(status.report().isWell()).isFalse();
    }

    @Test
    void whatIsDownBesideALifelessPartIsToldToo() throws Exception {
        Thread dead = new Thread(() -> {
        });
        liveness.worker("pipeline bookstore/1").start(dead);
        dead.join();
        health.down("pipeline archive/2", "the disk is full");

        assertThat(started().needs()).extracting(Need::what).containsExactly("pipeline bookstore/1", "pipeline archive/2");
    }

    @Test
    void severalDeadLettersAreSeveral() {
        letters.put("bookstore", 2L);
        assertThat(started().needs()).containsExactly(new Need("pipeline bookstore",
                "2 dead letters wait to be replayed or discarded; `bactrian dead-letters list` shows them"));
    }

    @Test
    void whatWaitsForUnknownTimeHasNoSecondsAndWhatIsCommittedInTheFutureHasNone() {
        ends.putAll(Map.of(FIRST, 10L, SECOND, 10L));
        standings.put(FIRST, new Standing(7, 7, 0, 0, System.currentTimeMillis() + 3_600_000));
        started();
        await().until(() -> status.report().pipelines().get(1).lag().changes() == 3);
        assertThat(status.report().pipelines().get(1).lag().seconds()).isZero();
        assertThat(status.report().pipelines().get(1).tables().get(0).partitions()).isEqualTo(Map.of(0, new PartitionProgress(7, 10)));

        standings.put(SECOND, new Standing(5, 5, 0, 0, 0));
        await().until(() -> status.report().pipelines().get(1).lag().changes() == 8);
        assertThat(status.report().pipelines().get(1).lag().seconds()).isNull();
        assertThat(asked).containsExactly(FIRST, SECOND);
    }

    @Test
    void whatIsStartingComesFirstAmongTheParts() {
        health.down("capture shop", "away");
        assertThat(status.report().parts()).containsExactly(
                new Part("bactrian", false, "is starting: its routes are not up yet", null),
                new Part("capture shop", false, "away", health.parts().get("capture shop").since()));
        status.started();
        assertThat(status.report().parts()).extracting(Part::name).containsExactly("capture shop");
    }

    @Test
    void serversThatHaveNotBeenAskedDoNotAnswer() {
        assertThat(status.report().servers()).containsExactly(new Server("Kafka", false, "has not been asked yet", null),
                new Server("warehouse main", false, "has not been asked yet", null));
        assertThat(status.report().pipelines().get(1).deadLetters()).isEqualTo(new Letters(null, 0));
        assertThat(status.report().ready()).isFalse();
    }

    @Test
    void theLastErrorsAreThoseOfHealth() {
        health.down("capture shop", "away");
        health.up("capture shop");
        Health.Trouble trouble = health.troubles().get(0);

        assertThat(status.report().lastErrors())
                .containsExactly(new LastError("capture shop", "away", trouble.since(), trouble.until()));
    }

    @Test
    void onlyWhatLivesIsReadyAndNeedsNobodyIsWell() {
        List<Need> need = List.of(new Need("a", "b"));

        assertThat(report(true, true, List.of()).isWell()).isTrue();
        assertThat(report(false, true, List.of()).isWell()).isFalse();
        assertThat(report(true, false, List.of()).isWell()).isFalse();
        assertThat(report(true, true, need).isWell()).isFalse();
    }

    private static StatusReport report(boolean live, boolean ready, List<Need> needs) {
        return new StatusReport(INSTANCE, Given.COMMITTED, live, ready, List.of(), needs, List.of(), List.of(), List.of(), List.of(),
                List.of());
    }

    @Test
    void whenItIsClosedNobodyAsksAnyMore() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        started();
        Set<Thread> own = new HashSet<>(Thread.getAllStackTraces().keySet());
        own.removeAll(before);
        own.removeIf(thread -> !thread.getName().startsWith("ask "));
        assertThat(own).extracting(Thread::getName).containsExactlyInAnyOrder("ask Kafka", "ask warehouse main", "ask counters");

        status.close();
        assertThat(own).noneMatch(Thread::isAlive);
    }
}
