package io.bactrian.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import io.bactrian.testing.PostgreSqlUnderTest;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import io.bactrian.testing.WarehouseUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models over columns whose names a source has in letters that SQL takes for others: with upper case, or a word of the
 * language.
 */
class ModelNamesIT {

    private static final Map<String, TableSchema> TABLES = Map.of(
            "orders", Given.schema("orderId int64, placedOn date null, order int32 null, note string(20) null", "orderId"),
            "items", Given.schema("itemId int64, orderId int64, copies int32 null", "itemId"));

    private static final String BY_DAY = """
            -- Copies of each day; it isn't about `notes`.
            -- key: day
            -- reads orders: placedOn
            -- reads items: select distinct o.`placedOn` from orders o where o.`orderId` in (:orderId)
            -- index on items: orderId
            select o.`placedOn` as day, max(o.`order`) as newest, sum(i.copies) as copies, '`it''s`' as mark -- don't take `this` for a name
            from orders o join items i on i.`orderId` = o.`orderId`
            where true /* keys: o.`placedOn` as day */
            group by o.`placedOn`
            """;

    @ParameterizedTest
    @MethodSource("io.bactrian.testing.WarehouseUnderTest#all")
    void aNameInBackticksIsThatColumnOnEveryWarehouse(WarehouseUnderTest kind) throws Exception {
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), kind, TABLES)) {
            run.model("by_day", BY_DAY);
            run.apply(0, run.insert("orders", 1L, "2026-01-01", 7L, null), run.insert("orders", 2L, "2026-01-02", 8L, null),
                    run.insert("items", 1L, 1L, 3L), run.insert("items", 2L, 2L, 5L));
            assertThat(run.models.step()).isTrue();
            assertThat(run.models.troubles()).isEmpty();
            assertThat(run.table("by_day")).containsExactly("2026-01-01|7|3|`it's`", "2026-01-02|8|5|`it's`");

            // Found by the query for keys, and by columns of the row before and after.
            run.apply(0, run.insert("items", 3L, 2L, 1L));
            assertThat(run.table("by_day")).containsExactly("2026-01-01|7|3|`it's`", "2026-01-02|8|6|`it's`");
            run.apply(0, run.update("orders", Shop.row(1L, "2026-01-01", 7L, null), Shop.row(1L, "2026-01-02", 9L, null)));
            assertThat(run.table("by_day")).containsExactly("2026-01-02|9|9|`it's`");
            assertThat(run.differences()).isEmpty();
        }
    }

    /** The example of docs/models.md, as it stands there. */
    @Test
    void thePagesExampleIsAModelOfPostgreSql() throws Exception {
        Matcher example = Pattern.compile("### Names\n.*?```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "models.md")));
        assertThat(example.find()).isTrue();
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), new PostgreSqlUnderTest(), TABLES)) {
            run.model("page", example.group(1));
            run.apply(0, run.insert("orders", 1L, "2026-01-01", 7L, null), run.insert("items", 1L, 1L, 3L));
            assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();
            run.apply(0, run.insert("items", 2L, 1L, 2L));
            assertThat(run.table("page")).containsExactly("2026-01-01|5");
        }
    }

    /** Only PostgreSQL lets a table have both. */
    @Test
    void columnsThatDifferByTheSizeOfLettersAloneAreRefused() throws Exception {
        Map<String, TableSchema> tables = Map.of("orders",
                Given.schema("id int64, amount int64 null, Amount int64 null, note string(9) null", "id"));
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), new PostgreSqlUnderTest(), tables)) {
            run.model("amounts",
                    "-- Amounts.\n-- key: id\n-- reads orders: id\nselect o.id, o.amount from orders o where true /* keys: o.id */\n");
            run.model("notes",
                    "-- Notes.\n-- key: id\n-- reads orders: id\nselect o.id, o.note from orders o where true /* keys: o.id */\n");
            run.apply(0, run.insert("orders", 1L, 2L, 3L, "a"));

            assertThat(run.models.step()).isFalse();
            assertThat(run.models.troubles()).containsOnlyKeys("amounts");
            assertThat(run.models.troubles().get("amounts")).endsWith(
                    "amounts.sql:3: orders has two columns whose names are 'amount' in small letters, which a model cannot tell apart; "
                            + "give one of them another name in the route");
            assertThat(run.table("notes")).containsExactly("1|a");
        }
    }
}
