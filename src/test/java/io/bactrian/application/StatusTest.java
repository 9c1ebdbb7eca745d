package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Standings.Standing;
import io.bactrian.application.StatusReport.Instance;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.domain.Partition;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusTest {

    private static final String TOPIC = "shop.store.orders";
    private static final Partition FIRST = new Partition(TOPIC, 0);
    private static final Partition SECOND = new Partition(TOPIC, 1);

    private static final Status.Pauses SOON = new Status.Pauses(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(20));

    private final Health health = new Health();
    private final Liveness liveness = new Liveness(Duration.ofSeconds(600));
    private final Captures captures = new Captures();
    private final Counters counters = new Counters();
    private final Map<Partition, Standing> standings = new ConcurrentHashMap<>();
    private final Map<Partition, Long> ends = new ConcurrentHashMap<>();
    private final CountDownLatch work = new CountDownLatch(1);
    private volatile boolean kafkaAway;
    private final Status status = new Status(new Instance("1", 42, Instant.now(), "http://127.0.0.1:1"), health, liveness, captures,
            new Status.Pipelines(new RoutesInMemory().mirroring("orders", TOPIC), pipeline -> Map.copyOf(standings),
                    () -> Map.of("bookstore", counters), pipeline -> "main"),
            "Kafka", partitions -> {
                if (kafkaAway) {
                    throw new IllegalStateException("Kafka does not answer");
                }
                return Map.copyOf(ends);
            }, Map.of("main", new WarehouseInMemory()::openDeadLetters), SOON);

    @AfterEach
    void close() {
        work.countDown();
        status.close();
    }

    private void start() {
        health.up("capture shop");
        health.up("pipeline bookstore/1");
        health.up("pipeline bookstore/2");
        captures.of("shop");
        status.start();
        status.started();
        await().until(() -> status.report().servers().stream().allMatch(StatusReport.Server::answers));
    }

    private Pipeline pipeline() {
        return status.report().pipelines().get(0);
    }

    @Test
    void allIsWellWhenEverythingIsUpAndNobodyIsNeeded() {
        start();
        StatusReport report = status.report();
        assertThat(report.isWell()).isTrue();
        assertThat(report.needs()).isEmpty();
        assertThat(report.captures().get(0).up()).isTrue();
        assertThat(report.pipelines().get(0).up()).isTrue();
    }

    @Test
    void whatStartsOrStopsIsNotReady() {
        start();
        assertThat(status.report().ready()).isTrue();
        status.stopping();
        assertThat(status.report().ready()).isFalse();
        assertThat(status.report().live()).isTrue();
        assertThat(status.report().needs()).extracting(Need::why).containsExactly("is stopping");
    }

    @Test
    void aPartThatHasSaidNothingYetIsNotReady() {
        start();
        liveness.worker("pipeline bookstore/3").start(new Thread(() -> {
            try {
                work.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        assertThat(status.report().ready()).isFalse();
        assertThat(pipeline().up()).isFalse();
        health.up("pipeline bookstore/3");
        assertThat(status.report().ready()).isTrue();
    }

    @Test
    void consumersThatAreDownForOneReasonNeedAPersonOnce() {
        start();
        health.down("pipeline bookstore/1", "the disk is full after 5001 ms");
        health.down("pipeline bookstore/2", "the disk is full after 5003 ms");
        StatusReport report = status.report();
        assertThat(report.ready()).isFalse();
        assertThat(report.live()).isTrue();
        assertThat(report.isWell()).isFalse();
        assertThat(report.needs())
                .containsExactly(new Need("pipeline bookstore/1, pipeline bookstore/2", "the disk is full after 5001 ms"));
        assertThat(report.pipelines().get(0).up()).isFalse();
        assertThat(report.captures().get(0).up()).as("the capture goes on").isTrue();
    }

    @Test
    void aThreadThatDiedIsDownWhateverItSaidLast() throws Exception {
        start();
        Thread thread = new Thread(() -> {
        });
        liveness.worker("pipeline bookstore/1").start(thread);
        thread.join();
        StatusReport report = status.report();
        assertThat(report.live()).isFalse();
        assertThat(report.ready()).isFalse();
        assertThat(report.parts()).filteredOn(part -> !part.up()).extracting(Part::name).containsExactly("pipeline bookstore/1");
        assertThat(report.needs()).singleElement().satisfies(need -> {
            assertThat(need.what()).isEqualTo("pipeline bookstore/1");
            assertThat(need.why()).contains("Only a restart");
        });
    }

    @Test
    void lagIsTheSumInChangesAndTheMostInSeconds() {
        long now = System.currentTimeMillis();
        ends.putAll(Map.of(FIRST, 100L, SECOND, 50L));
        standings.putAll(
                Map.of(FIRST, new Standing(90, 90, 0, 0, now - 60_000), SECOND, new Standing(20, 45, 25, now - 120_000, now - 130_000)));
        start();
        await().until(() -> pipeline().lag().changes() == 10 + 25 + 5);
        assertThat(pipeline().lag().seconds()).isBetween(120.0, 180.0);
        assertThat(pipeline().tables()).filteredOn(table -> table.topic().equals(TOPIC)).singleElement().satisfies(table -> {
            assertThat(table.lag().changes()).isEqualTo(40);
            assertThat(new TreeMap<>(table.partitions())).containsExactly(Map.entry(0, new StatusReport.PartitionProgress(90, 100)),
                    Map.entry(1, new StatusReport.PartitionProgress(20, 50)));
            assertThat(table.routes()).containsExactly("orders");
        });
        assertThat(status.report().isWell()).as("lag alone needs nobody").isTrue();
    }

    @Test
    void whereTheWarehouseHasNotSaidItsWatermarkTheSecondsAreNotKnown() {
        ends.putAll(Map.of(FIRST, 100L, SECOND, 50L));
        standings.putAll(Map.of(FIRST, new Standing(100, 100, 0, 0, 0), SECOND, Standing.UNKNOWN));
        start();
        await().until(() -> pipeline().lag().unknownPartitions() == 1);
        assertThat(pipeline().lag().seconds()).isNull();
        standings.put(SECOND, new Standing(50, 50, 0, 0, 0));
        await().until(() -> pipeline().lag().unknownPartitions() == 0);
        assertThat(pipeline().lag().seconds()).isZero();
    }

    @Test
    void aServerThatDoesNotAnswerIsNotReadyAndWhatWasKnownIsToldStill() {
        ends.put(FIRST, 100L);
        standings.put(FIRST, new Standing(90, 90, 0, 0, System.currentTimeMillis()));
        start();
        await().until(() -> pipeline().lag().changes() == 10);
        kafkaAway = true;
        await().until(() -> !status.report().ready());
        StatusReport report = status.report();
        assertThat(report.live()).isTrue();
        assertThat(report.needs()).containsExactly(new Need("Kafka", "Kafka does not answer"));
        assertThat(report.pipelines().get(0).lag().changes()).isEqualTo(10);
        kafkaAway = false;
        await().until(() -> status.report().isWell());
    }

    @Test
    void ratesAreOfTheLastSeconds() {
        start();
        counters.changes.add(1_000);
        await().until(() -> pipeline().changesPerSecond() > 0);
        assertThat(pipeline().changes()).isEqualTo(1_000);
        assertThat(pipeline().rowsPerSecond()).isZero();
    }
}
