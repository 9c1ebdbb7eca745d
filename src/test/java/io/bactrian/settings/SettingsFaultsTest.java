package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault that a configuration can have, and what is said about it, word for word. */
class SettingsFaultsTest {

    /** Eight lines and no fault; {@code ROUTES} and {@code FILE} stand for the test's own. */
    private static final String RIGHT = """
            bactrian.kafka.bootstrap-servers=kafka:9092
            bactrian.source.shop.host=shop-db
            bactrian.source.shop.user=reader
            bactrian.source.shop.password=secret
            bactrian.source.shop.databases=store,shipping
            bactrian.warehouse.main.url=jdbc:mysql://warehouse-db/warehouse
            bactrian.warehouse.main.user=writer
            bactrian.routes=ROUTES
            """;

    private static final String OFFICE = """
            bactrian.source.office.host=office-db
            bactrian.source.office.user=reader
            bactrian.source.office.password=secret
            bactrian.source.office.databases=office
            """;

    private static final String POSTGRES = "bactrian.source.shop.kind=postgres\n"
            + "bactrian.source.shop.port=5432\nbactrian.source.shop.database=shop\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void aPipelineThatNamesAnother() throws IOException {
        Files.createDirectories(folder.resolve("routes/bookstore"));
        Files.writeString(folder.resolve("routes/bookstore/a.camel.yaml"), "- from:\n    uri: change:store.orders?pipeline=late\n");
    }

    /**
     * What stands in the file beside, or instead of the same key in, the right lines; environment after a line of
     * dashes.
     */
    static Stream<Arguments> faults() {
        return Stream.of(
                wrong("bactrian.kafka.bootstrap-servers=kafka",
                        "FILE:1: bactrian.kafka.bootstrap-servers is 'kafka'; expected brokers as host:port, "
                                + "separated by commas, such as kafka-1:9092,kafka-2:9092"),
                wrong("bactrian.kafka.bootstrap-servers=k1:9092,k2:99999",
                        "FILE:1: bactrian.kafka.bootstrap-servers is 'k1:9092,k2:99999'; expected brokers as "
                                + "host:port, separated by commas, such as kafka-1:9092,kafka-2:9092; 'k2:99999' is none"),
                wrong("bactrian.kafka.bootstrap-servers=",
                        "bactrian.kafka.bootstrap-servers is not set; expected: Kafka brokers, host:port separated by commas"),
                wrong("bactrian.kafka.partitions=0", "FILE:9: bactrian.kafka.partitions is '0'; expected a number from 1 to 1000"),
                wrong("bactrian.kafka.replication=101",
                        "FILE:9: bactrian.kafka.replication is '101'; expected a number from 1 to 100, and no more than there are brokers"),
                wrong("bactrian.source.shop.host=jdbc:mysql://shop",
                        "FILE:2: bactrian.source.shop.host is 'jdbc:mysql://shop'; expected the name or address of a "
                                + "host alone; its port is a setting of its own"),
                wrong("bactrian.source.shop.host=shop:3306",
                        "FILE:2: bactrian.source.shop.host is 'shop:3306'; expected the name or address of a host "
                                + "alone; its port is a setting of its own"),
                wrong("bactrian.source.shop.port=65536", "FILE:9: bactrian.source.shop.port is '65536'; expected a number from 1 to 65535"),
                wrong("bactrian.source.shop.port=", "FILE:9: bactrian.source.shop.port is ''; expected a number from 1 to 65535"),
                wrong("bactrian.source.shop.password=",
                        "bactrian.source.shop.password is not set; expected: Its password; best from the environment "
                                + "(BACTRIAN_SOURCE_SHOP_PASSWORD)"),
                wrong("bactrian.source.shop.databases=store,,shipping",
                        "FILE:5: bactrian.source.shop.databases is 'store,,shipping'; expected names of databases, "
                                + "separated by commas; one of them is empty"),
                wrong("bactrian.source.shop.databases=store,store",
                        "FILE:5: bactrian.source.shop.databases is 'store,store'; expected each database once; 'store' is there twice"),
                wrong("bactrian.source.shop.databases=store.*",
                        "FILE:5: bactrian.source.shop.databases is 'store.*'; expected names of databases as they "
                                + "are, separated by commas, without patterns; 'store.*' is none that can be captured"),
                wrong("bactrian.source.shop.databases=mysql",
                        "FILE:5: bactrian.source.shop.databases is 'mysql'; expected databases of your own; 'mysql' "
                                + "is MySQL's, and is never captured"),
                wrong("bactrian.warehouse.main.url=mysql://warehouse-db/warehouse",
                        "FILE:6: bactrian.warehouse.main.url is 'mysql://warehouse-db/warehouse'; expected a URL such "
                                + "as jdbc:mysql://host:3306/warehouse or jdbc:postgresql://host:5432/warehouse, with "
                                + "the database at its end"),
                wrong("bactrian.warehouse.main.url=jdbc:mysql://warehouse-db:3306",
                        "FILE:6: bactrian.warehouse.main.url is 'jdbc:mysql://warehouse-db:3306'; expected a URL such "
                                + "as jdbc:mysql://host:3306/warehouse or jdbc:postgresql://host:5432/warehouse, with "
                                + "the database at its end"),
                wrong("bactrian.warehouse.main.url=jdbc:mysql://warehouse-db:70000/warehouse",
                        "FILE:6: bactrian.warehouse.main.url is 'jdbc:mysql://warehouse-db:70000/warehouse'; expected "
                                + "a URL such as jdbc:mysql://host:3306/warehouse or "
                                + "jdbc:postgresql://host:5432/warehouse, with the database at its end"),
                wrong("bactrian.warehouse.main.url=jdbc:mysql://w/warehouse?user=a&password=hunter2",
                        "FILE:6: bactrian.warehouse.main.url holds a password or a user; expected them in the "
                                + "settings beside it, .user and .password"),
                wrong("bactrian.warehouse.main.url=jdbc:mysql://writer:hunter2@w/warehouse",
                        "FILE:6: bactrian.warehouse.main.url holds a password or a user; expected them in the "
                                + "settings beside it, .user and .password"),
                wrong("bactrian.warehouse.main.calendar-from=2015-02-30",
                        "FILE:9: bactrian.warehouse.main.calendar-from is '2015-02-30'; expected a day such as 2015-01-01"),
                wrong("bactrian.warehouse.main.models=no-such-folder",
                        "FILE:9: bactrian.warehouse.main.models is 'no-such-folder' (HERE/no-such-folder), which is "
                                + "no folder; expected a folder of models, a file <name>.sql each"),
                wrong("bactrian.warehouse.main.scripts=pom.xml",
                        "FILE:9: bactrian.warehouse.main.scripts is 'pom.xml' (HERE/pom.xml), which is no folder; "
                                + "expected a folder of SQL files"),
                wrong("bactrian.pipeline.bookstore.consumers=-1",
                        "FILE:9: bactrian.pipeline.bookstore.consumers is '-1'; expected a number from 1 to 100, and "
                                + "no more than a topic has partitions"),
                wrong("bactrian.pipeline.bookstore.batch-size=1000000",
                        "FILE:9: bactrian.pipeline.bookstore.batch-size is '1000000'; expected a number from 1 to "
                                + "100000, since a batch is held in memory"),
                wrong("bactrian.pipeline.bookstore.warehouse=archive",
                        "FILE:9: pipeline bookstore writes warehouse 'archive', which is not set up; the warehouses "
                                + "are [main]. Set bactrian.warehouse.archive.url or bactrian.pipeline.bookstore.warehouse"),
                wrong("bactrian.pipeline.bookshop.batch-size=10",
                        "FILE:9: bactrian.pipeline.bookshop.batch-size is for a pipeline 'bookshop', which has no "
                                + "folder ROUTES/bookshop; the pipelines are [bookstore]"),
                wrong("bactrian.mask.key=hunter2",
                        "FILE:9: bactrian.mask.key has 7 characters; expected at least 16, "
                                + "since a short key lets masked values be guessed"),
                wrong("bactrian.routes=no-such-folder",
                        "FILE:8: bactrian.routes is 'no-such-folder' (HERE/no-such-folder), which is no folder; "
                                + "expected the folder that holds a folder of *.camel.yaml files for each pipeline"),
                wrong("bactrian.source.Shop.host=x",
                        "FILE:9: bactrian.source.Shop.host is no setting; 'Shop' is no name; expected lower-case "
                                + "letters, digits and dashes, beginning with a letter"),
                wrong("bactrian.source.shop.hots=x",
                        "FILE:9: bactrian.source.shop.hots is no setting; did you mean bactrian.source.shop.host?"),
                wrong("bactrain.source.shop.host=x", "FILE:9: bactrain.source.shop.host is no setting; settings begin with 'bactrian.'"),
                wrong(RIGHT.lines().skip(2).findFirst().orElseThrow().replace("reader", "writer") + "\n"
                        + "bactrian.source.shop.user = reader",
                        "FILE:9: bactrian.source.shop.user is set a second time, after line 3; only the last would "
                                + "count. Take one of them out"),
                wrong(OFFICE.replace("=office\n", "=office,store\n") + "bactrian.source.office.server-id=7",
                        "FILE:5: database 'store' is in the sources office and shop; expected each database in one source's list"),
                wrong(OFFICE.replace("office-db", "SHOP-DB"),
                        "the sources office and shop both have the server-id 5501 on shop-db:3306; the server would "
                                + "cut off one when the other connects. Give bactrian.source.shop.server-id another number"),
                wrong(OFFICE.replace("source.office", "source.bactrian"),
                        "FILE:9: a source cannot be named 'bactrian': its topics would be named like Bactrian's own. Choose another name"),
                wrong(POSTGRES + "bactrian.warehouse.main.url=jdbc:postgresql://SHOP-db/shop?currentSchema=store",
                        "FILE:6: warehouse main is SHOP-db:5432/shop, which source shop captures; its own rows would "
                                + "come back as changes, for ever. Give the warehouse a database of its own, or take "
                                + "it out of bactrian.source.shop.databases"),
                wrong("bactrian.warehouse.main.url=jdbc:mysql://SHOP-db:3306/shipping",
                        "FILE:6: warehouse main is SHOP-db:3306/shipping, which source shop captures; its own rows "
                                + "would come back as changes, for ever. Give the warehouse a database of its own, or "
                                + "take it out of bactrian.source.shop.databases"),
                wrong("bactrian.warehouse.topics.url=jdbc:mysql://w/topics\nbactrian.warehouse.topics.user=writer",
                        "FILE:9: a warehouse cannot be named 'topics': that is what a pipeline's warehouse is called "
                                + "when its routes end in topic:. Choose another name"),
                wrong("---\nBACTRIAN_KAFKA_PARTITIONS=many",
                        "environment variable BACTRIAN_KAFKA_PARTITIONS: bactrian.kafka.partitions is 'many'; "
                                + "expected a number from 1 to 1000"),
                wrong("---\nBACTRIAN_MASK_KEY=hunter2",
                        "environment variable BACTRIAN_MASK_KEY: bactrian.mask.key has 7 characters; expected at "
                                + "least 16, since a short key lets masked values be guessed"),
                wrong("---\nBACTRIAN_PIPELINE_BOOKSTORE_WAREHOUSE=archive",
                        "environment variable BACTRIAN_PIPELINE_BOOKSTORE_WAREHOUSE: pipeline bookstore writes "
                                + "warehouse 'archive', which is not set up; the warehouses are [main]. Set "
                                + "bactrian.warehouse.archive.url or bactrian.pipeline.bookstore.warehouse"),
                wrong("---\nBACTRIAN_SOURCE_SHOP_HOTS=x",
                        "environment variable BACTRIAN_SOURCE_SHOP_HOTS: bactrian.source.shop.hots is no setting; did "
                                + "you mean bactrian.source.shop.host?"));
    }

    private static Arguments wrong(String lines, String message) {
        return arguments(lines, message);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void isNamedWithItsPlaceAndWhatWasExpected(String lines, String message) {
        String expected = message.replace("FILE", file().toString()).replace("ROUTES", folder.resolve("routes").toString()).replace("HERE",
                Path.of("").toAbsolutePath().toString());

        assertThatThrownBy(() -> load(lines)).isInstanceOf(ConfigurationException.class).hasMessage(expected);
    }

    @Test
    void withoutThemThereIsNone() {
        assertThat(load("bactrian.pipeline.late.batch-size=10").sources()).containsExactly("shop");
        assertThat(load(OFFICE).sources()).containsExactly("office", "shop");
        assertThat(load("bactrian.kafka.bootstrap-servers=[::1]:9092, k-2.example.org:9093").sources()).hasSize(1);
        assertThat(load("bactrian.warehouse.main.url=jdbc:mysql://[::1]:3306/warehouse?sslMode=REQUIRED").warehouses()).hasSize(1);
        assertThat(load(POSTGRES + "bactrian.warehouse.main.url=jdbc:postgresql://shop-db:5432/shop").warehouses())
                .as("public is not captured").hasSize(1);
        assertThat(load(POSTGRES + "bactrian.warehouse.main.url=jdbc:postgresql://shop-db:5432/store?currentSchema=store").warehouses())
                .as("another database").hasSize(1);
        assertThat(load("my.own.placeholder=1").all()).containsEntry("my.own.placeholder", "1");
    }

    @Test
    void ofManyEachIsSaidOnceAndNoneHidesAnother() {
        assertThatThrownBy(() -> load(
                "bactrian.source.shop.port=0\nbactrian.mask.key=hunter2\nbactrian.kafka.partition=3\n---\nBACTRIAN_ROUTES=nowhere"))
                .satisfies(e -> assertThat(e.getMessage().lines().map(line -> line.replaceFirst("^.*?properties:", ""))).containsExactly(
                        "11: bactrian.kafka.partition is no setting; did you mean bactrian.kafka.partitions?",
                        "10: bactrian.mask.key has 7 characters; expected at least 16, "
                                + "since a short key lets masked values be guessed",
                        "9: bactrian.source.shop.port is '0'; expected a number from 1 to 65535",
                        "environment variable BACTRIAN_ROUTES: bactrian.routes is 'nowhere' (" + Path.of("nowhere").toAbsolutePath()
                                + "), which is no folder; "
                                + "expected the folder that holds a folder of *.camel.yaml files for each pipeline"));
    }

    /** One file of settings is for all instances, and each has only the folders that it needs. */
    @Test
    void whatOnlyOtherInstancesNeedMayBeMissing() {
        String others = "bactrian.pipeline.bookshop.batch-size=10\n"
                + "bactrian.pipeline.bookstore.warehouse=archive\nbactrian.warehouse.main.models=no-such-folder\n"
                + "bactrian.warehouse.main.scripts=no-such-folder";

        assertThatThrownBy(() -> load(others)).isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.faults()).hasSize(4));
        assertThat(load(others, Stages.only(List.of("capture"))).sources()).containsExactly("shop");
        assertThatThrownBy(() -> load(others, Stages.only(List.of("late")))).isInstanceOfSatisfying(ConfigurationException.class,
                e -> assertThat(e.faults()).hasSize(2));
        assertThatThrownBy(() -> load(others, Stages.only(List.of("capture", "bookshop"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is for a pipeline 'bookshop', which has no folder");
        assertThatThrownBy(() -> load(others, Stages.only(List.of("pipelines"))))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.faults()).hasSize(4));
    }

    private Path file() {
        return folder.resolve("application.properties");
    }

    private Settings load(String lines) {
        return load(lines, Stages.ALL);
    }

    private Settings load(String lines, Stages stages) {
        String[] parts = lines.split("---\n", 2);
        String text = RIGHT.replace("ROUTES", folder.resolve("routes").toString());
        StringBuilder more = new StringBuilder();
        for (String line : parts[0].lines().toList()) {
            String key = line.substring(0, line.indexOf('=') + 1);
            List<String> same = text.lines().filter(other -> other.startsWith(key)).toList();
            if (same.isEmpty()) {
                more.append(line).append('\n');
            } else {
                text = text.replace(same.get(0), line);
            }
        }
        Map<String, String> environment = new java.util.TreeMap<>();
        if (parts.length > 1) {
            Arrays.stream(parts[1].split("\n")).forEach(variable -> environment.put(variable.substring(0, variable.indexOf('=')),
                    variable.substring(variable.indexOf('=') + 1)));
        }
        try {
            return Settings.load(Files.writeString(file(), text + more), environment, Map.of(), stages);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
