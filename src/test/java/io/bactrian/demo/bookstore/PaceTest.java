package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    private static final long MILLISECOND = 1_000_000;

    private long now = 123_456_789;

    @Test
    void turnsAreEvenlySpacedFromTheStartHoweverLongEachTook() {
        Pace pace = hundredPerSecond();

        assertThat(pace.nanosUntilNextTurn()).isZero();
        assertThat(pace.nanosUntilNextTurn()).isEqualTo(10 * MILLISECOND);
        now += 13 * MILLISECOND;
        assertThat(pace.nanosUntilNextTurn()).isEqualTo(7 * MILLISECOND);
        now += 50 * MILLISECOND;
        assertThat(pace.nanosUntilNextTurn()).isEqualTo(-33 * MILLISECOND);
    }

    @Test
    void aDelayWithinThePatienceIsMadeUpForInFull() {
        Pace pace = hundredPerSecond();
        now += 1_500 * MILLISECOND;

        assertThat(turnsDueNow(pace)).isEqualTo(151);
        assertThat(pace.missed()).isZero();
    }

    @Test
    void ofALongerDelayOnlyTheLastPartIsMadeUpForAndTheRestIsCounted() {
        Pace pace = hundredPerSecond();
        now += 60_000 * MILLISECOND;

        assertThat(turnsDueNow(pace)).isEqualTo(201);
        assertThat(pace.missed()).isEqualTo(5_800);
    }

    @Test
    void whatIsMissedAndWhatIsTakenAddUpToTheRate() {
        Pace pace = hundredPerSecond();
        long taken = 0;
        for (int second = 0; second < 100; second++) {
            now += (second % 10 == 0 ? 5_000 : 1_000) * MILLISECOND;
            taken += turnsDueNow(pace) + 1;
        }

        assertThat(taken + pace.missed()).isEqualTo(14_000 + 2);
        assertThat(pace.missed()).isPositive();
    }

    @Test
    void keepsItsPaceOverADayWithoutDrifting() {
        Pace pace = new Pace(333, Duration.ofDays(1), () -> now);
        now += Duration.ofDays(1).toNanos();

        assertThat(turnsDueNow(pace)).isEqualTo(333L * 86_400 + 1);
    }

    @Test
    void withoutALimitEveryTurnIsDueAndNoneIsMissed() {
        Pace pace = new Pace(Double.POSITIVE_INFINITY, Duration.ofSeconds(2), () -> now);
        now += 60_000 * MILLISECOND;

        for (int i = 0; i < 1_000; i++) {
            assertThat(pace.nanosUntilNextTurn()).isLessThanOrEqualTo(0);
        }
        assertThat(pace.missed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void refusesARateThatIsNone(double rate) {
        assertThatThrownBy(() -> new Pace(rate, Duration.ofSeconds(2), () -> now)).hasMessageContaining("A rate of " + rate);
    }

    private Pace hundredPerSecond() {
        return new Pace(100, Duration.ofSeconds(2), () -> now);
    }

    /** Takes turns until one lies in the future; that one is due later and not counted. */
    private long turnsDueNow(Pace pace) {
        long turns = 0;
        while (pace.nanosUntilNextTurn() <= 0) {
            turns++;
        }
        return turns;
    }
}
