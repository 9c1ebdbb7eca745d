package io.bactrian.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.testing.WarehouseRun;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A model's new table takes its place in a step of its own, and everything may end right after it. */
class ModelTakesPlaceIT {

    @Test
    void aFirstTableThatTookItsPlaceBeforeItWasNotedIsMadeAnew() throws Exception {
        try (WarehouseRun run = Shop.open()) {
            run.apply(0, run.insert("orders", 1L, "2026-11-01", "new", null), run.insert("items", 1L, 1L, 10L, 2L, new BigDecimal("5.00")),
                    run.insert("books", 10L, "crime", 5L));
            // The note after the change of places is what fails: to whoever comes next it looks as after a kill in
            // between.
            run.sql("create trigger ends_before_the_note before update on bactrian_models for each row begin "
                    + "if old.made_at is null and new.made_at is not null then signal sqlstate '45000' set "
                    + "message_text = 'ended here'; end if; end");
            assertThatThrownBy(run.models::step).hasMessageContaining("ended here");
            assertThat(run.rows("select table_name from information_schema.tables where table_schema = '" + run.name
                    + "' and table_name = 'fact_sale'")).hasSize(1);
            assertThat(run.models.fresh()).isFalse();
            run.sql("drop trigger ends_before_the_note");
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200))
                    .until(() -> run.models.step() && run.models.fresh());
            assertThat(run.models.troubles()).isEmpty();
            assertThat(run.differences()).isEmpty();
            assertThat(run.table("fact_sale")).hasSize(1);
        }
    }
}
