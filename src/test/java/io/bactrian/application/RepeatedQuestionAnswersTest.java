package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.RepeatedQuestion.Answer;
import io.bactrian.testing.HandSetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an answer says that does not come, and what becomes of the thread that asks. */
@Timeout(60)
class RepeatedQuestionAnswersTest {

    private static final Duration SOON = Duration.ofMillis(5);

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicReference<Thread> asking = new AtomicReference<>();

    @AfterEach
    void nobodyWaitsAnyMore() {
        release.countDown();
    }

    /** Waits whoever interrupts it. */
    private int waitUninterruptibly() {
        asking.set(Thread.currentThread());
        while (true) {
            try {
                release.await();
                return 1;
            } catch (InterruptedException e) {
                // As drivers do that do not care.
            }
        }
    }

    /**
     * Fails with the message, or answers when there is none, and does not come back from the question after the last,
     * which it counts.
     */
    private Callable<Integer> answering(CountDownLatch unanswered, String... messages) {
        AtomicInteger asked = new AtomicInteger();
        return () -> {
            int number = asked.getAndIncrement();
            if (number == messages.length) {
                unanswered.countDown();
                return waitUninterruptibly();
            }
            if (messages[number] != null) {
                throw new IllegalStateException(messages[number]);
            }
            return number;
        };
    }

    @Test
    void whatWasSaidBeforeIsToldWithTheTimeThatAnAnswerTakes() {
        HandSetClock clock = new HandSetClock();
        Instant started = clock.instant();
        CountDownLatch unanswered = new CountDownLatch(4);
        try (RepeatedQuestion<Integer> never = new RepeatedQuestion<>("never", SOON, answering(unanswered), clock);
                RepeatedQuestion<Integer> well = new RepeatedQuestion<>("well", SOON, answering(unanswered, (String) null), clock);
                RepeatedQuestion<Integer> failed = new RepeatedQuestion<>("failed", SOON, answering(unanswered, null, "away"), clock);
                RepeatedQuestion<Integer> onlyFailed = new RepeatedQuestion<>("only failed", SOON, answering(unanswered, "away"), clock)) {
            never.start();
            well.start();
            failed.start();
            onlyFailed.start();
            await().until(() -> unanswered.getCount() == 0);
            assertThat(never.latest()).isEqualTo(new Answer<>(null, null, "has not been asked yet"));
            assertThat(well.latest()).isEqualTo(new Answer<>(0, started, ""));
            assertThat(failed.latest()).isEqualTo(new Answer<>(0, started, "away"));
            assertThat(onlyFailed.latest()).isEqualTo(new Answer<>(null, null, "away"));
            clock.forward(Duration.ofSeconds(7));

            assertThat(never.latest()).isEqualTo(new Answer<>(null, null, "has not answered for 7 s"));
            assertThat(well.latest()).isEqualTo(new Answer<>(0, started, "has not answered for 7 s"));
            assertThat(failed.latest()).isEqualTo(new Answer<>(0, started, "has not answered for 7 s; before that: away"));
            assertThat(onlyFailed.latest()).isEqualTo(new Answer<>(null, null, "has not answered for 7 s"));
            release.countDown();
        }
    }

    @Test
    void whatFailsWithoutAMessageIsNamed() {
        try (RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, () -> {
            throw new IllegalStateException();
        })) {
            question.start();
            await().until(() -> question.latest().trouble().equals("java.lang.IllegalStateException"));
        }
    }

    @Test
    void itsThreadIsNamedAfterTheServerAndKeepsNoProcessAlive() {
        try (RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, this::waitUninterruptibly)) {
            question.start();
            await().until(() -> asking.get() != null);
            assertThat(question.server()).isEqualTo("Kafka");
            assertThat(asking.get().getName()).isEqualTo("ask Kafka");
            assertThat(asking.get().isDaemon()).isTrue();
            release.countDown();
        }
    }

    @Test
    void whenItIsClosedItsThreadHasEnded() {
        RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", Duration.ofHours(1), () -> {
            asking.set(Thread.currentThread());
            return 1;
        });
        question.start();
        await().until(() -> question.latest().value() != null);
        question.close();

        assertThat(asking.get().isAlive()).isFalse();
    }

    @Test
    void anAnswerThatTakesNoNoticeOfTheCloseIsTheLast() throws Exception {
        RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", Duration.ofHours(1), this::waitUninterruptibly);
        question.start();
        await().until(() -> asking.get() != null);
        question.close();
        assertThat(asking.get().isAlive()).as("nobody waits for it for long").isTrue();
        release.countDown();
        asking.get().join(30_000);

        assertThat(asking.get().isAlive()).isFalse();
    }

    @Test
    void whoIsInterruptedWhileClosingStaysInterrupted() {
        RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, this::waitUninterruptibly);
        question.start();
        await().until(() -> asking.get() != null);
        Thread.currentThread().interrupt();
        question.close();

        assertThat(Thread.interrupted()).isTrue();
    }
}
