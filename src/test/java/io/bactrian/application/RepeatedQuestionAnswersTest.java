package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
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
     * Fails with the message, or answers when there is none, and does not come back from the question after the last.
     */
    private Callable<Integer> answering(String... messages) {
        AtomicInteger asked = new AtomicInteger();
        return () -> {
            int number = asked.getAndIncrement();
            if (number == messages.length) {
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
        try (RepeatedQuestion<Integer> never = new RepeatedQuestion<>("never", SOON, answering());
                RepeatedQuestion<Integer> well = new RepeatedQuestion<>("well", SOON, answering((String) null));
                RepeatedQuestion<Integer> failed = new RepeatedQuestion<>("failed", SOON, answering(null, "away"));
                RepeatedQuestion<Integer> onlyFailed = new RepeatedQuestion<>("only failed", SOON, answering("away"))) {
            never.start();
            well.start();
            failed.start();
            onlyFailed.start();
            await().until(() -> failed.latest().trouble().equals("away"));
            assertThat(failed.latest().value()).isZero();
            assertThat(failed.latest().at()).isNotNull();
            await().atMost(Duration.ofSeconds(30)).until(() -> onlyFailed.latest().trouble().startsWith("has not answered for ")
                    && failed.latest().trouble().startsWith("has not answered for "));

            assertThat(failed.latest().trouble()).matches("has not answered for [0-9]+ s; before that: away");
            assertThat(failed.latest().value()).isZero();
            assertThat(never.latest().trouble()).matches("has not answered for [0-9]+ s");
            assertThat(well.latest().trouble()).matches("has not answered for [0-9]+ s");
            assertThat(well.latest().value()).isZero();
            assertThat(onlyFailed.latest().trouble()).matches("has not answered for [0-9]+ s");
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
