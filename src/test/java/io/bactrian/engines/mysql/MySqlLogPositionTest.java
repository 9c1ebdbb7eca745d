package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.CaptureProgress;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class MySqlLogPositionTest {

    @Test
    void filesAreOrderedByTheirNumberAndPlacesWithinThem() {
        assertThat(MySqlLogPosition.parse("binlog.999999:400")).isLessThan(MySqlLogPosition.parse("binlog.1000000:4"));
        assertThat(MySqlLogPosition.parse("b.000002:4")).isLessThan(MySqlLogPosition.parse("b.000002:5"));
        assertThat(MySqlLogPosition.parse("a:b.000002:4")).hasToString("a:b.000002:4");
    }

    @Test
    void anOffsetWithoutAPlaceIsNone() {
        assertThat(MySqlLogPosition.of(Map.of("file", "", "pos", 0L))).isNull();
        assertThat(MySqlLogPosition.of(Map.of("ts_sec", 4L))).isNull();
    }

    private static SourceRecord at(long place) {
        return new SourceRecord(Map.of("server", "shop"), Map.of("file", "binlog.000003", "pos", place), "t", null, null);
    }

    @Test
    void aLogHasComeAsFarAsItsLastRecordOrAsWhereItBegan() {
        CaptureProgress progress = new MySqlLog(new Properties()).progress(Map.of("{}", "{\"file\":\"binlog.000002\",\"pos\":700}"));
        assertThat(progress.hasReached("binlog.000002:700")).isTrue();
        assertThat(progress.hasReached("binlog.000002:701")).isFalse();
        progress.isNew(at(157));
        assertThat(progress.hasReached("binlog.000002:9000")).isTrue();
        assertThat(progress.hasReached("binlog.000003:157")).isTrue();
        assertThat(progress.hasReached("binlog.000003:158")).isFalse();
        assertThat(new MySqlLog(new Properties()).progress(Map.of()).hasReached("binlog.000001:4")).isFalse();
    }

    @Test
    void aTransactionThatBeganBeforeTheBoundaryIsCovered() {
        CaptureProgress progress = new MySqlLog(new Properties()).progress(Map.of());
        assertThat(progress.isCovered(at(156), "binlog.000003:157")).isTrue();
        assertThat(progress.isCovered(at(157), "binlog.000003:157")).isFalse();
    }
}
