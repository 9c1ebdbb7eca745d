package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {

    private final Rates rates = new Rates();

    private void sample(long second, long count) {
        rates.sample(TimeUnit.SECONDS.toNanos(second), Map.of("changes", count));
    }

    @Test
    void isZeroBeforeThereAreTwoSamples() {
        assertThat(rates.perSecond("changes")).isZero();
        sample(5, 100);
        assertThat(rates.perSecond("changes")).isZero();
    }

    @Test
    void isTheGrowthOverTheTimeBetweenFirstAndLast() {
        sample(5, 100);
        sample(7, 300);
        assertThat(rates.perSecond("changes")).isEqualTo(100);
        assertThat(rates.perSecond("another")).isZero();
    }

    @Test
    void forgetsWhatIsOlderThanTenSeconds() {
        for (int second = 0; second <= 30; second++) {
            sample(second, second < 20 ? 0 : (second - 20) * 50L);
        }
        assertThat(rates.perSecond("changes")).as("all ten seconds of it, and none of the idle ones").isEqualTo(50);
        for (int second = 31; second <= 45; second++) {
            sample(second, 500);
        }
        assertThat(rates.perSecond("changes")).isZero();
    }

    @Test
    void aCounterThatBeganMeanwhileCountsFromZero() {
        rates.sample(0, Map.of());
        sample(2, 10);
        assertThat(rates.perSecond("changes")).isEqualTo(5);
    }

    @Test
    void aSampleThatIsTenSecondsOldIsTheFirstThatCounts() {
        sample(0, 0);
        sample(5, 100);
        sample(15, 200);
        assertThat(rates.perSecond("changes")).isEqualTo(10);
    }

    @Test
    void withinTenSecondsNothingIsForgottenHoweverLateTheyAre() {
        sample(100, 0);
        sample(101, 100);
        sample(102, 100);
        assertThat(rates.perSecond("changes")).isEqualTo(50);
    }
}
