package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Finding.Level;
import io.bactrian.application.Finding;
import io.bactrian.engines.Engines;
import io.bactrian.engines.WarehouseEngine;
import io.bactrian.engines.WarehouseLocation;
import io.bactrian.engines.WarehouseSettings;
import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.sql.WarehouseException;
import io.bactrian.testing.Given;
import io.bactrian.testing.PostgreSqlUnderTest;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import io.bactrian.testing.WarehouseUnderTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only a PostgreSQL warehouse has. */
class PostgreSqlWarehouseIT {

    private final WarehouseUnderTest.Database database = new PostgreSqlUnderTest().create();

    @AfterEach
    void close() {
        database.close();
    }

    private List<Finding> check(String password) {
        String name = database.query("select current_database()").get(0);
        WarehouseEngine engine = Engines.warehouse(database.url()).orElseThrow().warehouse().orElseThrow();
        return engine.check(new WarehouseSettings("main", database.url(), new WarehouseLocation("the-host", 5432, name, "public"),
                database.user(), password), Set.of());
    }

    @Test
    void aFitServerHasNothingToMendAndKeepsNoTrace() {
        assertThat(check(database.password())).extracting(Finding::level).containsOnly(Level.OK);
        assertThat(database.query("select relname from pg_class where relname like 'bactrian%'")).isEmpty();
    }

    @Test
    void eachRightThatIsMissingIsNamedWithItsRemedy() {
        database.execute("revoke create on schema public from " + database.user(),
                "revoke temporary on database " + database.query("select current_database()").get(0)
                        + " from public, " + database.user());
        assertThat(check(database.password())).filteredOn(finding -> finding.level() == Level.FAULT).singleElement().satisfies(finding -> {
            assertThat(finding.found()).contains("CREATE on the schema", "TEMPORARY on the database", "permission denied");
            assertThat(finding.remedy()).contains("GRANT CONNECT, TEMPORARY ON DATABASE", "GRANT USAGE, CREATE ON SCHEMA public");
        });
    }

    @Test
    void aServerThatTakesNoWritesIsSaidToTakeNone() {
        database.execute(
                "alter database " + database.query("select current_database()").get(0) + " set default_transaction_read_only = on");
        assertThat(check(database.password())).filteredOn(finding -> finding.level() == Level.FAULT).singleElement()
                .satisfies(finding -> assertThat(finding.found()).contains("default_transaction_read_only is on"));
    }

    /** PostgreSQL binds a view to the very table. */
    @Test
    void aViewOverAModelStopsThatModelAloneAndSaysSo() throws Exception {
        Map<String, io.bactrian.domain.TableSchema> tables = Map.of("books", Given.schema("id int64, title string(50) null", "id"));
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), new PostgreSqlUnderTest(), tables)) {
            String other = "-- Numbers.\n-- key: id\n-- reads books: id\nselect b.id from books b where true /* keys: b.id */\n";
            run.model("titles",
                    "-- Titles.\n-- key: id\n-- reads books: id\nselect b.id, b.title from books b where true /* keys: b.id */\n");
            run.apply(0, run.insert("books", 1L, "One"));
            assertThat(run.models.step()).isTrue();
            run.sql("create view of_mine as select title from titles");
            run.model("titles",
                    "-- Titles.\n-- key: id\n-- reads books: id\nselect b.id, upper(b.title) as title from books b "
                            + "where true /* keys: b.id */\n")
                    .model("numbers", other);

            assertThat(run.models.step()).isFalse();
            assertThat(run.models.troubles()).containsOnlyKeys("titles");
            assertThat(run.models.troubles().get("titles")).contains("view of_mine depends on table titles")
                    .contains("Drop that, let the model be made, and create it again").doesNotContain("CASCADE");
            run.apply(0, run.insert("books", 2L, "Two"));
            assertThat(run.table("titles")).containsExactly("1|One", "2|Two");
            assertThat(run.rows("select id from numbers order by id")).containsExactly("1", "2");
        }
    }

    @Test
    void whyThereIsNoConnectionIsSaidAsTheServerSaidIt() {
        String url = Servers.shared().postgres().jdbcUrl("postgres");
        try (SqlWarehouse warehouse = SqlWarehouse.open("main", url, "nobody_here", "secret-of-nobody", 1,
                SqlEngine.of(url).orElseThrow().dialect())) {
            assertThatThrownBy(() -> warehouse.watermarks("p", Map.of())).isInstanceOf(WarehouseException.class)
                    .hasMessageContaining("warehouse main (")
                    .hasMessageContaining(
                            "could not read watermarks: no connection as user 'nobody_here': FATAL: role \"nobody_here\" does not exist")
                    .hasMessageNotContaining("secret");
        }
    }
}
