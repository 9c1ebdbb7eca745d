package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Liveness.Worker;
import io.bactrian.domain.Position;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final Liveness liveness = new Liveness(Duration.ofSeconds(600), nanos::get);
    private final CountDownLatch work = new CountDownLatch(1);
    private final Worker worker = liveness.worker("pipeline bookstore/1");

    @AfterEach
    void endWork() {
        work.countDown();
    }

    private Thread start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setUncaughtExceptionHandler((dead, why) -> {
        });
        worker.start(thread);
        return thread;
    }

    private void startAtWork() {
        Thread thread = start(() -> {
            try {
                work.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            worker.ends();
        });
        await().until(() -> thread.getState() == Thread.State.WAITING);
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void whoMakesStepsLives() {
        startAtWork();
        for (int i = 0; i < 10; i++) {
            pass(599);
            assertThat(liveness.lifeless()).isEmpty();
            worker.step("routing");
        }
        assertThat(liveness.parts()).containsExactly("pipeline bookstore/1");
    }

    @Test
    void whoIsAtOneStepForTooLongHangsAndItIsSaidInWhat() {
        startAtWork();
        worker.step("routing", new Position("shop.store.orders", 2, 77));
        pass(601);
        assertThat(liveness.lifeless()).singleElement().satisfies(dead -> {
            assertThat(dead.part()).isEqualTo("pipeline bookstore/1");
            assertThat(dead.reason())
                    .startsWith("it has been routing shop.store.orders-2@77 for 601 s, and bactrian.health.hung-after is 600 s; it is in ")
                    .endsWith("nothing is lost by that");
        });
        worker.step("committing");
        assertThat(liveness.lifeless()).as("it has come back").isEmpty();
    }

    @Test
    void whoWaitsForWhatMayNeverComeLives() {
        startAtWork();
        worker.step("writing a batch to Kafka");
        worker.rests();
        pass(100_000);
        assertThat(liveness.lifeless()).isEmpty();
        worker.step("writing a batch to Kafka");
        pass(601);
        assertThat(liveness.lifeless()).hasSize(1);
    }

    @Test
    void aThreadThatDiedIsMissed() {
        start(() -> {
            worker.step("refreshing models");
            throw new OutOfMemoryError("as the test wants");
        });
        await().until(() -> !liveness.lifeless().isEmpty());
        assertThat(liveness.lifeless()).singleElement().satisfies(dead -> assertThat(dead.reason())
                .startsWith("its thread has ended without being asked to, the last that it did was refreshing models")
                .contains("Only a restart"));
        assertThat(liveness.parts()).as("it belongs to what should be there").containsExactly("pipeline bookstore/1");
    }

    @Test
    void whoEndsInOrderIsNotMissedAndMayBeginAgain() throws Exception {
        Thread thread = new Thread(worker::ends);
        worker.start(thread);
        thread.join();
        pass(100_000);
        assertThat(liveness.lifeless()).isEmpty();
        assertThat(liveness.parts()).isEmpty();
        startAtWork();
        assertThat(liveness.lifeless()).isEmpty();
        assertThat(liveness.parts()).containsExactly("pipeline bookstore/1");
        pass(601);
        assertThat(liveness.lifeless()).as("stuck in its start").hasSize(1);
    }

    @Test
    void aWorkerThatWasNotStartedIsNotMissed() {
        pass(100_000);
        assertThat(liveness.lifeless()).isEmpty();
        assertThat(liveness.parts()).isEmpty();
    }

    @Test
    void whoIsAtOneStepForExactlyAsLongAsAllowedLives() {
        startAtWork();
        worker.step("routing");
        pass(600);
        assertThat(liveness.lifeless()).isEmpty();
        nanos.addAndGet(1);
        assertThat(liveness.lifeless()).hasSize(1);
    }

    @Test
    void aThreadThatDiedWhileItRestedWasWaiting() {
        start(worker::rests);
        await().until(() -> !liveness.lifeless().isEmpty());
        assertThat(liveness.lifeless().get(0).reason()).contains("the last that it did was waiting; ");
    }

    @Test
    void aPartHasOneWorker() {
        assertThat(liveness.worker("pipeline bookstore/1")).isSameAs(worker);
        assertThat(liveness.worker("pipeline bookstore/2")).isNotSameAs(worker);
    }
}
