package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrowingPauseTest {

    private final GrowingPause pause = new GrowingPause(Duration.ofMillis(200), Duration.ofSeconds(1));

    @Test
    void doublesUpToTheLongest() {
        assertThat(pause.next()).hasMillis(200);
        assertThat(pause.next()).hasMillis(400);
        assertThat(pause.next()).hasMillis(800);
        assertThat(pause.next()).hasMillis(1000);
        assertThat(pause.next()).hasMillis(1000);
    }

    @Test
    void beginsAnewAfterASuccess() {
        pause.next();
        pause.next();
        pause.reset();

        assertThat(pause.next()).hasMillis(200);
        assertThat(pause.next()).hasMillis(400);
    }

    @Test
    void staysAtTheLongestHoweverLongTheOutage() {
        for (int i = 0; i < 100_000; i++) {
            pause.next();
        }

        assertThat(pause.next()).hasMillis(1000);
    }
}
