package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.engines.mysql.MySqlLog;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CoveredChangesTest {

    private static final String TOPIC = "shop.store.t";

    private static CoveredChanges covered(String offset) {
        Reread read = new Reread(new Asked("shop", "store.t", "an id", "", "", 0, 0, false, true),
                new Progress("shop", "store.t", "an id", State.DONE, null, 5, 5, Map.of(), 0, 0, "", "binlog.000050:4000"));
        return new CoveredChanges("shop", new MySqlLog(new Properties()).progress(Map.of("{}", offset)), List.of(read));
    }

    @Test
    void whatALookHoldsIsKnownUntilTheCaptureHasNotedALaterPosition() {
        assertThat(covered("{\"file\":\"binlog.000050\",\"pos\":157}").boundary(TOPIC)).isEqualTo("binlog.000050:4000");
    }

    /** A server that takes over counts its files anew: all its changes would be taken for those of the look. */
    @Test
    void aLookThatTheCaptureIsBeyondSaysNothingOfTheNextServersLog() {
        assertThat(covered("{\"file\":\"binlog.000051\",\"pos\":157}").boundary(TOPIC)).isNull();
    }

    @Test
    void whoReadsEverythingAnewForgetsAllLooks() {
        CoveredChanges covered = covered("{\"file\":\"binlog.000050\",\"pos\":157}");
        covered.forget();
        assertThat(covered.boundary(TOPIC)).isNull();
    }
}
