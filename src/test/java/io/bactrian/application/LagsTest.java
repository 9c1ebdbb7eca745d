package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Lags.Lag;
import io.bactrian.application.Standings.Standing;
import io.bactrian.domain.Partition;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LagsTest {

    private static final Partition ORDERS = new Partition("shop.store.orders", 0);
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Lags lags = new Lags();

    private Lag look(Instant at, long end, Standing standing) {
        lags.look(at, Map.of(ORDERS, end), Map.of("bookstore", Map.of(ORDERS, standing)));
        return lags.of("bookstore").get(ORDERS);
    }

    private static long millis(Instant instant) {
        return instant.toEpochMilli();
    }

    @Test
    void nothingWaitsWhenAllIsReadAndNothingUnderWay() {
        // The watermark is behind the last change; what is between it and the end are markers, which were read.
        assertThat(look(NOON, 100, new Standing(97, 100, 0, 0, millis(NOON)))).isEqualTo(new Lag(97, 100, 0, null));
    }

    @Test
    void whatIsUnderWayWaitsAndSoDoesWhatWasNotRead() {
        Lag lag = look(NOON, 150, new Standing(80, 100, 15, millis(NOON.minusSeconds(3)), millis(NOON.minusSeconds(60))));
        assertThat(lag.waiting()).as("15 under way, and 50 behind them").isEqualTo(65);
        assertThat(lag.since()).as("the oldest of them says it exactly").isEqualTo(NOON.minusSeconds(3));
    }

    @Test
    void whatWaitsIsYoungerThanTheNewestChangeApplied() {
        assertThat(look(NOON, 150, new Standing(100, 100, 0, 0, millis(NOON.minusSeconds(7)))).since()).isEqualTo(NOON.minusSeconds(7));
    }

    @Test
    void theNextChangeOfAnIdleSourceIsNotLateSinceTheLastOne() {
        Standing idle = new Standing(100, 100, 0, 0, millis(NOON.minusSeconds(3 * 3600)));
        look(NOON.minusSeconds(1), 100, idle);
        Lag lag = look(NOON, 101, idle);
        assertThat(lag.waiting()).isEqualTo(1);
        assertThat(lag.since()).as("nothing waited a second ago").isEqualTo(NOON.minusSeconds(1));
        assertThat(look(NOON.plusSeconds(9), 105, idle).since()).as("and it gets older while it waits").isEqualTo(NOON.minusSeconds(1));
    }

    @Test
    void aPartitionThatCameHereWithABacklogIsOfUnknownAgeUntilAChangeIsPolled() {
        assertThat(look(NOON, 150, new Standing(100, 100, 0, 0, 0))).isEqualTo(new Lag(100, 150, 50, null));
    }

    @Test
    void aPartitionThatWentAndCameBackHasForgottenWhenNothingWaited() {
        look(NOON, 100, new Standing(100, 100, 0, 0, 0));
        lags.look(NOON.plusSeconds(1), Map.of(), Map.of("bookstore", Map.of()));
        assertThat(look(NOON.plusSeconds(60), 150, new Standing(100, 100, 0, 0, 0)).since()).isNull();
    }

    @Test
    void withoutAWatermarkNobodyKnowsWhatWaits() {
        assertThat(look(NOON, 150, Standing.UNKNOWN)).isEqualTo(new Lag(-1, 150, -1, null));
    }

    @Test
    void aBatchThatWasReadAfterTheEndsWereAskedForIsNoNegativeLag() {
        assertThat(look(NOON, 100, new Standing(120, 120, 0, 0, millis(NOON))).waiting()).isZero();
    }

    @Test
    void aPartitionThatCameAfterTheQuestionIsLeftOutUntilTheNextOne() {
        lags.look(NOON, Map.of(), Map.of("bookstore", Map.of(ORDERS, new Standing(0, 0, 0, 0, 0))));
        assertThat(lags.of("bookstore")).isEmpty();
        assertThat(lags.of("another")).isEmpty();
    }

    @Test
    void whereNothingWasAppliedYetWhatWaitsIsYoungerThanWhenNothingWaited() {
        look(NOON, 100, new Standing(100, 100, 0, 0, 0));
        assertThat(look(NOON.plusSeconds(5), 101, new Standing(100, 100, 0, 0, 0))).isEqualTo(new Lag(100, 101, 1, NOON));
    }

    @Test
    void ofAnIdleSourceAndANewChangeTheLaterTimeCounts() {
        look(NOON, 100, new Standing(100, 100, 0, 0, millis(NOON.minusSeconds(60))));
        Standing applied = new Standing(103, 103, 0, 0, millis(NOON.plusSeconds(2)));
        assertThat(look(NOON.plusSeconds(5), 104, applied).since()).isEqualTo(NOON.plusSeconds(2));
    }

    @Test
    void aPartitionWhoseFirstChangeIsTheNextToBeAppliedIsKnown() {
        assertThat(look(NOON, 3, new Standing(0, 0, 0, 0, 0)).waiting()).isEqualTo(3);
    }
}
