package io.bactrian.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.infrastructure.jdbc.MySqlSurvey.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProposalTest {

    private static final ServerAddress FROM = new ServerAddress("reader", "db", 3306, List.of("store", "archive"));
    private static final ServerAddress TO = new ServerAddress("writer", "wh", 3307, List.of("warehouse"));
    private static final Proposal PROPOSAL = new Proposal("shop", "shop", FROM, TO, "kafka:9092");

    @TempDir
    private Path folder;

    private static Table table(String database, String name, String... columns) {
        return new Table(database, name, List.of(columns), true);
    }

    @Test
    void aTableHasARouteThatSaysWhatMayBeEdited() {
        assertThat(PROPOSAL.all(List.of(table("store", "Customers", "id", "name", "email", "city"))).get("routes/shop/customers.camel.yaml")).isEqualTo("""
                # Yours to edit: add steps before the last, or say mode=history to keep every version of a row. Without this file store.Customers is left out.
                - route:
                    id: shop-customers
                    description: The latest row of each key of store.Customers; what fails goes to shop's dead letters.
                    from:
                      uri: change:store.Customers
                      steps:
                        # These look personal. Without the # they are masked; that needs BACTRIAN_MASK_KEY.
                        # - to: kamelet:mask?columns=email,name
                        - to: warehouse:store_Customers?mode=mirror
                """);
    }

    @Test
    void tablesOfOneNameHaveRoutesOfTheirOwn() {
        Map<String, String> files = PROPOSAL.all(List.of(table("store", "orders"), table("archive", "orders"), table("store", "or-ders"), table("store", "or_ders")));

        assertThat(files.keySet()).filteredOn(name -> name.startsWith("routes/shop/")).containsExactly("routes/shop/store-orders.camel.yaml", "routes/shop/archive-orders.camel.yaml",
                "routes/shop/or-ders.camel.yaml", "routes/shop/or-ders-2.camel.yaml");
        assertThat(files.values().stream().flatMap(String::lines).filter(line -> line.contains("id: shop-"))).doesNotHaveDuplicates();
    }

    @Test
    void aTableWhoseNameNoRouteCanHoldIsLeftOutAndSaid() {
        List<Table> tables = List.of(table("store", "orders"), table("store", "odd name"), table("store", "a.b"));

        assertThat(Proposal.leftOut(tables)).containsExactly("store.odd name", "store.a.b");
        assertThat(PROPOSAL.all(tables).get("README.md")).contains("1 tables of store, archive").contains("Left out, since no route can name them: `store.odd name`, `store.a.b`.");
    }

    @Test
    void aTableWithoutAKeyIsSaidToBeABag() {
        Map<String, String> files = PROPOSAL.all(List.of(new Table("store", "lines", List.of("text"), false)));

        assertThat(files.get("routes/shop/lines.camel.yaml")).contains("# The table has no primary key: its rows are kept as a bag, in one partition.");
        assertThat(files.get("README.md")).contains("Without a primary key, and so kept as bags of rows: `store.lines`.");
    }

    @ParameterizedTest
    @CsvSource({"email, true", "E_Mail, true", "contact_email, true", "phone, true", "mobile_no, true", "first_name, true", "lastname, true", "date_of_birth, true", "dob, true", "iban, true",
        "licence_number, true", "id, false", "name, false", "label, false", "plate, false", "telemetry, false", "license, false", "dobermann, false", "price, false"})
    void whatLooksPersonalIsProposedToBeMasked(String column, boolean personal) {
        assertThat(!Proposal.personal(table("store", "t", column)).isEmpty()).isEqualTo(personal);
    }

    @Test
    void theSettingsItWritesHaveNoFaultAndNoPassword() throws IOException {
        PROPOSAL.all(List.of(table("store", "orders"), table("archive", "orders"))).forEach((file, text) -> {
            try {
                Files.createDirectories(folder.resolve(file).getParent());
                Files.writeString(folder.resolve(file), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        String text = Files.readString(folder.resolve("application.properties"));
        assertThat(text).doesNotContain(".password=");

        Settings settings = Settings.load(folder.resolve("application.properties"),
                Map.of("BACTRIAN_SOURCE_SHOP_PASSWORD", "x", "BACTRIAN_WAREHOUSE_MAIN_PASSWORD", "y", "BACTRIAN_ROUTES", folder.resolve("routes").toString()), Map.of());

        assertThat(settings.sourceOfDatabase()).containsOnlyKeys("archive", "store");
        assertThat(settings.text("bactrian.warehouse.main.url")).isEqualTo("jdbc:mysql://wh:3307/warehouse");
        assertThat(settings.text("bactrian.source.shop.user")).isEqualTo("reader");
        assertThat(Files.readString(folder.resolve("topics.txt"))).contains("bactrian.offsets 1 cleanup.policy=compact", "shop.store.orders 4 cleanup.policy=delete", "bactrian.dead-letters.shop 1");
    }

    @Test
    void anAddressIsReadAndAPasswordInItRefusedWithoutRepeatingIt() {
        assertThat(ServerAddress.parse("--source", "mysql://u@db:3307/a,b")).isEqualTo(new ServerAddress("u", "db", 3307, List.of("a", "b")));
        assertThat(ServerAddress.parse("--source", "mysql://u@[::1]/a")).isEqualTo(new ServerAddress("u", "[::1]", 3306, List.of("a")));
        assertThatThrownBy(() -> ServerAddress.parse("--source", "mysql://u:hunter2@db/a")).hasMessageContaining("--source holds a password").hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"db/a", "mysql://db/a", "mysql://u@db", "mysql://u@db/", "mysql://u@db:70000/a", "mysql://u@db/a,,b", "mysql://u@db/mysql", "jdbc:mysql://u@db/a", "postgres://u@db/a"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> ServerAddress.parse("--source", text)).isInstanceOf(ConfigurationException.class)
                .hasMessage("--source is '" + text + "'; expected such as mysql://bactrian@db.example.org:3306/store");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "--source mysql://u@db/store --warehouse mysql://w@wh/warehouse --kafka kafka | --kafka is 'kafka'; expected brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092",
        "--source mysql://u@db/store --warehouse mysql://w@DB:3306/store --kafka k:1 | --warehouse is a database that --source captures; its own rows would come back as changes, for ever. Give the warehouse a database of its own",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a,b --kafka k:1 | --warehouse names 2 databases; expected one",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a --kafka k:1 --name Shop | --name is 'Shop', which cannot name a source; give another --name, of lower-case letters, digits and dashes, beginning with a letter",
        "--source mysql://u@db/capture --warehouse mysql://w@wh/a --kafka k:1 | the first database's name makes 'capture', which cannot name a source; give another --name, of lower-case letters, digits and dashes, beginning with a letter",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a --kafka k:1 --into pom.xml | --into is 'pom.xml', which is a file; expected a folder, or a name that is free"})
    void whatCannotBeProposedIsNamedBeforeAnyServerIsAsked(String arguments, String fault) {
        Commands.Ended ended = Commands.execute(("init " + arguments).split(" "));

        assertThat(ended.err().strip()).isEqualTo(fault);
        assertThat(ended.exitCode()).isEqualTo(2);
    }
}
