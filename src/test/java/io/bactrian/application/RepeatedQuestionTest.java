package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.testing.HandSetClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RepeatedQuestionTest {

    private static final Duration SOON = Duration.ofMillis(5);

    @Test
    void beforeItIsAskedThereIsNoAnswerAndItIsSaid() {
        RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, () -> 1);
        assertThat(question.latest().value()).isNull();
        assertThat(question.latest().trouble()).isEqualTo("has not been asked yet");
        question.close();
    }

    @Test
    void isAskedAgainAndAgain() {
        AtomicInteger asked = new AtomicInteger();
        try (RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, asked::incrementAndGet)) {
            question.start();
            await().until(() -> question.latest().value() != null && question.latest().value() >= 3);
            assertThat(question.latest().trouble()).isEmpty();
            assertThat(question.latest().at()).isNotNull();
        }
    }

    @Test
    void aFailureLeavesTheLastAnswerAndSaysWhyThereIsNoNewerOneUntilThereIs() {
        AtomicInteger asked = new AtomicInteger();
        try (RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, () -> {
            int number = asked.incrementAndGet();
            if (number > 1 && number < 1_000) {
                throw new IllegalStateException("away\n   for a while");
            }
            return number;
        })) {
            question.start();
            await().until(() -> !question.latest().trouble().isEmpty() && question.latest().value() != null);
            assertThat(question.latest().trouble()).isEqualTo("away for a while");
            assertThat(question.latest().value()).isEqualTo(1);
            asked.set(1_000);
            await().until(() -> question.latest().trouble().isEmpty() && question.latest().value() > 1_000);
        }
    }

    @Test
    void whoeverReadsNeverWaitsForAnAnswerThatDoesNotCome() {
        HandSetClock clock = new HandSetClock();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (RepeatedQuestion<Integer> question = new RepeatedQuestion<>("Kafka", SOON, () -> {
            asked.countDown();
            never.await();
            return 1;
        }, clock)) {
            question.start();
            await().until(() -> asked.getCount() == 0);
            clock.forward(Duration.ofMillis(4_999));
            assertThat(question.latest().trouble()).isEqualTo("has not been asked yet");
            clock.forward(Duration.ofMillis(1));
            assertThat(question.latest().trouble()).isEqualTo("has not answered for 5 s");
            clock.forward(Duration.ofMinutes(1));
            assertThat(question.latest().trouble()).isEqualTo("has not answered for 65 s");
            assertThat(question.latest().value()).isNull();
        }
    }
}
