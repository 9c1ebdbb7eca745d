package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final String LEAST = """
            bactrian.kafka.bootstrap-servers=kafka:9092
            bactrian.source.shop.host=shop
            bactrian.source.shop.user=reader
            bactrian.source.shop.password=secret
            bactrian.source.shop.databases=store,shipping
            bactrian.warehouse.main.url=jdbc:mysql://warehouse/warehouse
            bactrian.warehouse.main.user=writer
            """;

    @TempDir
    private Path folder;
    private final Map<String, String> environment = new LinkedHashMap<>();

    @Test
    void whatIsNotSaidHasItsDefault() {
        Settings settings = load(LEAST);

        assertThat(settings.text("bactrian.source.shop.host")).isEqualTo("shop");
        assertThat(settings.number("bactrian.source.shop.port")).isEqualTo(3306);
        assertThat(settings.text("bactrian.warehouse.main.password")).isEmpty();
        assertThat(settings.number("bactrian.kafka.partitions")).isEqualTo(4);
        assertThat(settings.text("bactrian.routes")).isEqualTo("routes");
        assertThat(settings.sources()).containsExactly("shop");
        assertThat(settings.warehouses()).containsExactly("main");
    }

    @Test
    void aPipelineThatNobodyConfiguredHasDefaultsToo() {
        assertThat(load(LEAST).text("bactrian.pipeline.bookstore.warehouse")).isEqualTo("main");
        assertThat(load(LEAST).number("bactrian.pipeline.bookstore.batch-size")).isEqualTo(4000);
        assertThat(load(LEAST + "bactrian.pipeline.bookstore.batch-size=10\n").number("bactrian.pipeline.bookstore.batch-size"))
                .isEqualTo(10);
    }

    @Test
    void askingForWhatIsNoSettingIsAFaultOfTheProgram() {
        assertThatIllegalArgumentException().isThrownBy(() -> load(LEAST).text("bactrian.nothing"))
                .withMessage("bactrian.nothing is no setting");
    }

    @ParameterizedTest
    @CsvSource({"bactrian.pipeline.bookstore.warehose, bactrian.pipeline.bookstore.warehouse",
        "bactrian.kafka.boostrap-servers, bactrian.kafka.bootstrap-servers",
        "bactrian.kafka.partition, bactrian.kafka.partitions", "bactrian.source.shop.databses, bactrian.source.shop.databases",
        "bactrian.mask.kye, bactrian.mask.key",
        "bactrian.sources.shop.port, bactrian.source.<name>.port", "bactrian.warehouse.main.ulr, bactrian.warehouse.main.url"})
    void anUnknownKeyIsNamedWithItsPlaceAndTheNearestOne(String wrong, String right) {
        Path file = write("# a comment\n\n" + wrong + "=x\n" + LEAST);

        assertThatThrownBy(() -> Settings.load(file, environment, Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":3: " + wrong + " is no setting; did you mean " + right + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "http", "100000", "8081x"})
    void whatIsNoPortIsRefused(String wrong) {
        Path file = write(LEAST + "bactrian.http.port=" + wrong + "\n");

        assertThatThrownBy(() -> Settings.load(file, environment, Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":8: bactrian.http.port is '" + wrong + "'; expected a port from 1 to 65535, or 0 for any free one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "65535"})
    void aPortMayBeAnyOrNone(String right) {
        assertThat(load(LEAST + "bactrian.http.port=" + right + "\n").text("bactrian.http.port")).isEqualTo(right);
    }

    @Test
    void allFaultsAreSaidAtOnce() {
        Path file = write("""
                bactrian.source.shop.host=shop
                bactrian.source.shop.prot=3306
                bactrian.kafka.partitions=four
                bactrian.source.shop.user = reader
                bactrian.source.shop.password = secret
                """);

        assertThatThrownBy(() -> Settings.load(file, environment, Map.of())).hasMessage(String.join(System.lineSeparator(),
                file + ":3: bactrian.kafka.partitions is 'four'; expected a number from 1 to 1000",
                file + ":2: bactrian.source.shop.prot is no setting; did you mean bactrian.source.shop.port?",
                "bactrian.kafka.bootstrap-servers is not set; expected: Kafka brokers, host:port separated by commas",
                "bactrian.source.shop.databases is not set; expected: Databases to capture, separated by commas; for "
                        + "PostgreSQL: schemas of its database"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "four", "-1", "4.0", "1e3", "0x10", "9999999999", "4 4"})
    void aNumberIsANumber(String number) {
        assertThatThrownBy(() -> load(LEAST + "bactrian.kafka.partitions=" + number + "\n"))
                .hasMessageEndingWith(":8: bactrian.kafka.partitions is '" + number + "'; expected a number from 1 to 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2015", "2015-1-1", "01.01.2015", "2015-02-29", "2015-13-01", "2015-01-01T00:00", "today"})
    void aDayIsADay(String day) {
        assertThatThrownBy(() -> load(LEAST + "bactrian.warehouse.main.calendar-from=" + day + "\n"))
                .hasMessageEndingWith(":8: bactrian.warehouse.main.calendar-from is '" + day + "'; expected a day such as 2015-01-01");
    }

    @Test
    void aDayHasADefault() {
        assertThat(load(LEAST).text("bactrian.warehouse.main.calendar-from")).isEqualTo("2015-01-01");
        assertThat(load(LEAST + "bactrian.warehouse.main.calendar-from=2024-02-29\n").text("bactrian.warehouse.main.calendar-from"))
                .isEqualTo("2024-02-29");
    }

    @Test
    void aFaultsLineIsItsOwnAndNotThatOfALongerKey() {
        Path file = write(LEAST + "bactrian.kafka.partitions-of-mine=3\nbactrian.kafka.partitions : four\n");

        assertThatThrownBy(() -> Settings.load(file, environment, Map.of()))
                .hasMessageContaining(file + ":9: bactrian.kafka.partitions is 'four'")
                .hasMessageContaining(file + ":8: bactrian.kafka.partitions-of-mine is no setting");
    }

    @Test
    void ofAKeyThatIsSetTwiceTheLastLineCountsAndIsNamed() {
        assertThatThrownBy(() -> load(LEAST + "bactrian.kafka.partitions=4\nbactrian.kafka.partitions=four\n"))
                .hasMessageContaining(":9: bactrian.kafka.partitions is 'four'");
    }

    @Test
    void spacesAroundAValueDoNotCount() {
        assertThat(load(LEAST + "bactrian.kafka.partitions = 7 \n").number("bactrian.kafka.partitions")).isEqualTo(7);
    }

    @Test
    void aValueMayHaveAnyLetters() {
        assertThat(load(LEAST.replace("password=secret", "password=gr\u00fc\u00df-\u20ac")).text("bactrian.source.shop.password"))
                .isEqualTo("gr\u00fc\u00df-\u20ac");
    }

    @Test
    void theEnvironmentCountsMoreThanTheFileAndACommandMoreThanBoth() {
        environment.put("BACTRIAN_SOURCE_SHOP_HOST", "other");
        environment.put("BACTRIAN_KAFKA_PARTITIONS", "5");
        environment.put("PATH", "/bin");
        Settings settings = Settings.load(write(LEAST), environment, Map.of("bactrian.kafka.partitions", "6"));

        assertThat(settings.text("bactrian.source.shop.host")).isEqualTo("other");
        assertThat(settings.number("bactrian.kafka.partitions")).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({"BACTRIAN_SOURCE_SHOP_SERVER_ID, bactrian.source.shop.server-id, 7",
        "BACTRIAN_KAFKA_BOOTSTRAP_SERVERS, bactrian.kafka.bootstrap-servers, k:1",
        "BACTRIAN_PIPELINE_BOOKSTORE_BATCH_SIZE, bactrian.pipeline.bookstore.batch-size, 9",
        "BACTRIAN_PIPELINE_BOOK_STORE_WAREHOUSE, bactrian.pipeline.book-store.warehouse, main",
        "BACTRIAN_WAREHOUSE_MAIN_PASSWORD, bactrian.warehouse.main.password, x", "BACTRIAN_MASK_KEY, bactrian.mask.key, 0123456789abcdef",
        "BACTRIAN_ROUTES, bactrian.routes, docs"})
    void aVariableOfTheEnvironmentIsASetting(String variable, String key, String value) {
        environment.put(variable, value);

        assertThat(load(LEAST + "bactrian.routes=" + routes("bookstore", "book-store") + "\n").text(key)).isEqualTo(value);
    }

    @Test
    void everythingMayComeFromTheEnvironment() {
        LEAST.lines()
                .forEach(line -> environment.put(
                        line.substring(0, line.indexOf('=')).toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_'),
                        line.substring(line.indexOf('=') + 1)));

        assertThat(Settings.load(folder.resolve("none.properties"), environment, Map.of()).all()).containsAllEntriesOf(load(LEAST).all());
    }

    @Test
    void aWrongVariableIsNamed() {
        environment.put("BACTRIAN_SOURCE_SHOP_PROT", "1");
        environment.put("BACTRIAN_SOURCE_SHOP_PORT", "x");

        assertThatThrownBy(() -> load(LEAST)).hasMessage(String.join(System.lineSeparator(),
                "environment variable BACTRIAN_SOURCE_SHOP_PORT: bactrian.source.shop.port is 'x'; expected a number from 1 to 65535",
                "environment variable BACTRIAN_SOURCE_SHOP_PROT: bactrian.source.shop.prot is no setting; did you "
                        + "mean bactrian.source.shop.port?"));
    }

    @Test
    void variablesOfTheLauncherAreNoSettings() {
        for (String variable : List.of("BACTRIAN_HOME", "BACTRIAN_MYSQLD", "BACTRIAN_POSTGRES", "BACTRIAN_JAVA_OPTS")) {
            environment.put(variable, "x");
        }

        assertThat(load(LEAST).all()).doesNotContainValue("x");
    }

    @Test
    void settingsOfCamelArePassedOn() {
        assertThat(load(LEAST + "camel.main.shutdown-timeout=5\n").all()).containsEntry("camel.main.shutdown-timeout", "5");
    }

    @Test
    void eachSourceNeedsWhatASourceNeeds() {
        assertThatThrownBy(() -> load(
                LEAST + "bactrian.source.office.host=office\nbactrian.source.office.password=x\nbactrian.warehouse.second.user=x\n"))
                .hasMessage(String.join(System.lineSeparator(),
                        "bactrian.source.office.user is not set; expected: User with the rights to replicate and to read",
                        "bactrian.source.office.databases is not set; expected: Databases to capture, separated by "
                                + "commas; for PostgreSQL: schemas of its database",
                        "bactrian.warehouse.second.url is not set; expected: URL of the warehouse's database, such as "
                                + "jdbc:mysql://host:3306/warehouse or jdbc:postgresql://host:5432/warehouse"));
    }

    @Test
    void aPostgresNeedsItsDatabaseAndHasAPortOfItsOwn() {
        String office = LEAST
                + "bactrian.source.office.host=office\nbactrian.source.office.password=x\n"
                + "bactrian.source.office.user=x\nbactrian.source.office.databases=crm\n";
        assertThatThrownBy(() -> load(office + "bactrian.source.office.kind=oracle\n"))
                .hasMessageContaining("bactrian.source.office.kind is 'oracle'; expected mysql or postgres");
        assertThatThrownBy(() -> load(office + "bactrian.source.office.kind=postgres\n"))
                .hasMessageContaining(
                        "bactrian.source.office.kind is postgres, and bactrian.source.office.database is not set; "
                                + "expected the database to capture from");
        Settings right = load(office + "bactrian.source.office.kind=postgres\nbactrian.source.office.database=office\n");
        assertThat(right.source("office").port()).isEqualTo(5432);
        assertThat(right.source("shop").port()).isEqualTo(3306);
        assertThat(right.source("office").own("database")).isEqualTo("office");
    }

    @Test
    void theShippedFileHasNoFault() {
        environment.put("BACTRIAN_SOURCE_SHOP_PASSWORD", "secret");
        environment.put("BACTRIAN_WAREHOUSE_MAIN_PASSWORD", "secret");
        Settings settings = Settings.load(Path.of("application.properties"), environment, Map.of());

        assertThat(settings.sources()).containsExactly("shop");
        assertThat(settings.warehouses()).containsExactly("main");
    }

    private Path routes(String... pipelines) {
        try {
            for (String pipeline : pipelines) {
                Files.createDirectories(folder.resolve("routes").resolve(pipeline));
                Files.writeString(folder.resolve("routes").resolve(pipeline).resolve("a.camel.yaml"), "");
            }
            return folder.resolve("routes");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Settings load(String text) {
        return Settings.load(write(text), environment, Map.of());
    }

    private Path write(String text) {
        try {
            return Files.writeString(folder.resolve("application.properties"), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
