package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.cli.Commands.Ended;
import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bactrian models} on a real warehouse. */
class ModelsCommandIT {

    private static final String STOCK = "-- key: category\n-- reads books: category\nselect category, sum(stock) as "
            + "stock from books where true /* keys: category */ group by category\n";

    private final Servers servers = Servers.shared();
    private WarehouseRun run;

    @BeforeEach
    void open() throws Exception {
        run = new WarehouseRun(servers, Map.of("books", Given.schema("book_id int64, category string(20) null, stock int32", "book_id")));
        run.model("stock", STOCK).model("categories",
                "-- key: category\n-- reads stock: category\nselect category from stock where true /* keys: category */\n");
        run.apply(0, run.insert("books", 1L, "crime", 5L), run.insert("books", 2L, "poetry", 1L));
        assertThat(run.models.step()).isTrue();
    }

    @AfterEach
    void close() {
        run.close();
    }

    private Ended models(String... arguments) throws Exception {
        Path routes = Files.createDirectories(run.folder.resolveSibling("routes"));
        Path config = Files.writeString(run.folder.resolveSibling("application.properties"), String.join("\n",
                "bactrian.kafka.bootstrap-servers=" + servers.kafka.bootstrapServers(), "bactrian.routes=" + routes,
                "bactrian.warehouse.main.url=" + servers.warehouse.jdbcUrl(run.name),
                "bactrian.warehouse.main.user=" + Servers.USER, "bactrian.warehouse.main.password=" + Servers.PASSWORD,
                "bactrian.warehouse.main.models=" + run.folder));
        List<String> all = new ArrayList<>(List.of("models"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", config.toString()));
        return Commands.execute(all.toArray(String[]::new));
    }

    private static void assertEnded(Ended ended, int exitCode, String out, String err) {
        assertThat(ended.err()).isEqualTo(err);
        assertThat(ended.out()).isEqualTo(out);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void listShowsEachModel() throws Exception {
        assertEnded(models("list"), 0, """
                categories                              2 rows  fresh    reads stock
                stock                                   2 rows  fresh    reads books
                """, "");
    }

    @Test
    void listSaysWhyAModelIsNotFreshAndWhichFilesAreWrong() throws Exception {
        run.model("stock", STOCK + "\n").model("wrong", "select 1").model("more", STOCK);
        Path wrong = run.folder.resolve("wrong.sql");
        assertEnded(models("list"), 1, """
                categories                              2 rows  fresh    reads stock
                more                                    0 rows  NOT FRESH reads books
                    not made yet
                stock                                   2 rows  NOT FRESH reads books
                    its file has changed; it will be rebuilt
                """, wrong + ":1: no '-- key:'; expected the columns of the SELECT that tell its rows apart\n");
    }

    @Test
    void checkIsWellWhenAllIsEqual() throws Exception {
        assertEnded(models("check"), 0, """
                  categories                            2 rows  equal
                  stock                                 2 rows  equal
                """, "");
        assertEnded(models("check", "stock"), 0, "  stock                                 2 rows  equal\n", "");
    }

    @Test
    void checkNamesTheKeysThatDiffer() throws Exception {
        run.sql("update stock set stock = 9 where category = 'crime'", "delete from stock where category = 'poetry'");
        assertEnded(models("check", "stock"), 1, """
                  stock                                 1 rows  2 keys DIFFERENT
                      category=crime: stock is 9 in the table and 5 in the SELECT
                      category=poetry is in the SELECT and not in the table
                """, "");
    }

    @Test
    void checkOfWhatIsNoModelSaysSo() throws Exception {
        assertEnded(models("check", "books"), 1, "", "no model books has been built; `bactrian models list` shows the names\n");
    }

    @Test
    void rebuildMakesAModelAnewAndWhatReadsItIsToFollow() throws Exception {
        run.sql("update stock set stock = 9");
        assertEnded(models("rebuild", "stock"), 0, "stock: rebuilt\n", "");
        assertEnded(models("check"), 0, """
                  categories                            2 rows  equal
                  stock                                 2 rows  equal
                """, "");
        assertEnded(models("list"), 1, """
                categories                              2 rows  NOT FRESH reads stock
                    will be rebuilt
                stock                                   2 rows  fresh    reads books
                """, "");
        assertThat(run.models.step()).isTrue();
        assertThat(models("list").exitCode()).isZero();
    }

    @Test
    void rebuildGoesOnAfterWhatItCannotMake() throws Exception {
        run.model("more", STOCK.replace("books", "boks"));
        assertEnded(models("rebuild", "nothing", "more", "stock"), 1, "stock: rebuilt\n", "there is no model nothing in " + run.folder
                + " without a fault; there are [categories, more, stock]\n" + run.folder.resolve("more.sql")
                + ":2: more reads boks, which is no table of warehouse main, no model, and no target of a route\n");
    }

    @Test
    void aWarehouseWithoutAFolderForModelsIsWrongInput() throws Exception {
        Path config = Files.writeString(run.folder.resolveSibling("none.properties"),
                String.join("\n", "bactrian.kafka.bootstrap-servers=" + servers.kafka.bootstrapServers(),
                        "bactrian.routes=" + Files.createDirectories(run.folder.resolveSibling("routes")),
                        "bactrian.warehouse.main.url=" + servers.warehouse.jdbcUrl(run.name), "bactrian.warehouse.main.user=x"));
        for (String command : List.of("list", "check")) {
            assertEnded(Commands.execute("models", command, "--config", config.toString()), 2, "",
                    "no warehouse has models; set bactrian.warehouse.<name>.models to the folder of their files\n");
        }
    }
}
