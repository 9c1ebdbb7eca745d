package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Health.State;
import io.bactrian.testing.HeardLines;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final Health health = new Health();

    @Test
    void aPartIsUpSinceItWasFirstSaid() {
        health.up("pipeline bookstore/1");
        State first = health.parts().get("pipeline bookstore/1");
        health.up("pipeline bookstore/1");

        assertThat(first.up()).isTrue();
        assertThat(first.reason()).isEmpty();
        assertThat(health.parts().get("pipeline bookstore/1")).isSameAs(first);
    }

    @Test
    void aPartThatIsDownTellsTheNewestReasonAndSinceWhenItIsDown() {
        health.down("capture shop", "cannot connect");
        State first = health.parts().get("capture shop");
        health.down("capture shop", "still cannot connect");
        State second = health.parts().get("capture shop");

        assertThat(first.up()).isFalse();
        assertThat(second.reason()).isEqualTo("still cannot connect");
        assertThat(second.since()).isEqualTo(first.since());
    }

    @Test
    void eachChangeOfStateBeginsANewTime() {
        health.up("capture shop");
        State up = health.parts().get("capture shop");
        health.down("capture shop", "away");
        State down = health.parts().get("capture shop");
        health.up("capture shop");
        State again = health.parts().get("capture shop");

        assertThat(down.since()).isAfterOrEqualTo(up.since());
        assertThat(again.since()).isAfterOrEqualTo(down.since());
        assertThat(again.up()).isTrue();
        assertThat(again.reason()).isEmpty();
    }

    @Test
    void partsDoNotDependOnEachOther() {
        health.up("a");
        health.down("b", "away");

        assertThat(health.parts().get("a").up()).isTrue();
        assertThat(health.parts().get("b").up()).isFalse();
    }

    @Test
    void aPartThatIsGoneIsNeitherUpNorDown() {
        health.down("capture shop", "away");
        health.gone("capture shop");
        health.gone("never seen");

        assertThat(health.parts()).isEmpty();
    }

    @Test
    void whatWasAskedForDoesNotChangeAfterwards() {
        health.up("a");
        Map<String, State> parts = health.parts();
        health.down("a", "away");

        assertThat(parts.get("a").up()).isTrue();
        assertThatThrownBy(parts::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theLastTroubleOfAPartIsToldAlsoWhenItIsOver() {
        health.down("capture shop", "cannot connect");
        health.down("capture shop", "still cannot connect");
        health.up("models of main");
        health.down("pipeline bookstore/1", "away");

        assertThat(health.troubles()).extracting(Health.Trouble::part).containsExactlyInAnyOrder("capture shop", "pipeline bookstore/1");
        assertThat(health.troubles()).allSatisfy(trouble -> assertThat(trouble.until()).isNull());

        health.up("capture shop");
        health.gone("pipeline bookstore/1");

        assertThat(health.troubles()).allSatisfy(trouble -> assertThat(trouble.until()).isAfterOrEqualTo(trouble.since()));
        Health.Trouble shop = health.troubles().stream().filter(trouble -> trouble.part().equals("capture shop")).findFirst().orElseThrow();
        assertThat(shop.reason()).isEqualTo("still cannot connect");

        health.down("capture shop", "away again");
        assertThat(health.troubles().get(0).reason()).isEqualTo("away again");
        assertThat(health.troubles().get(0).until()).isNull();
    }

    @Test
    void theLogSaysHowLongAPartWasDown() {
        try (HeardLines heard = new HeardLines()) {
            health.down("capture log", "away");
            health.down("capture log", "still away");
            health.up("capture log");

            assertThat(heard.with("capture log: DOWN")).as("one line for a change of state")
                    .containsExactly("ERROR capture log: DOWN: away");
            assertThat(heard.with("capture log: up again")).singleElement().asString().matches("INFO capture log: up again, after [0-9] s");
        }
    }
}
