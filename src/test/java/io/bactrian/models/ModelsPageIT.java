package io.bactrian.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of docs/models.md is run as it stands there. */
class ModelsPageIT {

    @Test
    void itsExampleIsAModel() throws Exception {
        Matcher example = Pattern.compile("`(\\w+)\\.sql`:\\n\\n```sql\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "models.md")));
        assertThat(example.find()).isTrue();
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), Map.of(
                "orders", Given.schema("order_id int64, day date null, category string(20) null, status string(10)", "order_id"),
                "items", Given.schema("order_id int64, line int32, copies int32, price decimal(10,2)", "order_id", "line")))) {
            run.apply(0, run.insert("orders", 1L, "2026-11-01", "crime", "new"), run.insert("items", 1L, 1L, 2L, new BigDecimal("5.00")));
            run.model(example.group(1), example.group(2));
            assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();
            run.apply(0, run.insert("items", 1L, 2L, 1L, new BigDecimal("1.00")), run.insert("orders", 2L, "2026-11-01", "crime", "new"),
                    run.insert("items", 2L, 1L, 1L, new BigDecimal("3.00")), run.insert("orders", 3L, "2026-11-02", "poetry", "cancelled"),
                    run.insert("items", 3L, 1L, 1L, new BigDecimal("3.00")));
            assertThat(run.rows("select * from NAME." + example.group(1))).containsExactly("2026-11-01|crime|2|4|14.00");
            run.apply(0, run.update("orders", Shop.row(2L, "2026-11-01", "crime", "new"), Shop.row(2L, "2026-11-03", "crime", "new")));

            assertThat(run.rows("select * from NAME." + example.group(1) + " order by 1")).containsExactly("2026-11-01|crime|1|3|11.00",
                    "2026-11-03|crime|1|1|3.00");
            assertThat(run.differences()).isEmpty();
        }
    }
}
