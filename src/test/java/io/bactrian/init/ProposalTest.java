package io.bactrian.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.cli.Commands;
import io.bactrian.engines.Engine;
import io.bactrian.engines.ServerAddress;
import io.bactrian.engines.SurveyedTable;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Settings;
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

    private static final ServerAddress FROM = AddressOption.source("--source", "mysql://reader@db/store,archive");
    private static final ServerAddress TO = AddressOption.warehouse("--warehouse", "mysql://writer@wh:3307/warehouse");
    private static final Proposal PROPOSAL = new Proposal("shop", "shop", FROM, TO, "kafka:9092");

    private static final ServerAddress SHOP = AddressOption.source("--source", "postgres://reader@pg/shop/store,crm");
    private static final ServerAddress DWH = AddressOption.warehouse("--warehouse", "postgres://writer@pg2:5433/dwh");

    @TempDir
    private Path folder;

    private void write(Map<String, String> files) {
        files.forEach((file, text) -> {
            try {
                Files.createDirectories(folder.resolve(file).getParent());
                Files.writeString(folder.resolve(file), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Settings load() {
        return Settings.load(folder.resolve("application.properties"),
                Map.of("BACTRIAN_SOURCE_SHOP_PASSWORD", "x", "BACTRIAN_WAREHOUSE_MAIN_PASSWORD", "y", "BACTRIAN_ROUTES",
                        folder.resolve("routes").toString()),
                Map.of());
    }

    private static SurveyedTable table(String database, String name, String... columns) {
        return new SurveyedTable(database, name, List.of(columns), List.of(), true, List.of(), "");
    }

    @Test
    void aTableHasARouteThatSaysWhatMayBeEdited() {
        assertThat(
                PROPOSAL.all(List.of(table("store", "Customers", "id", "name", "email", "city"))).get("routes/shop/customers.camel.yaml"))
                .isEqualTo(
                        """
                                # Yours to edit: add steps before the last, or say mode=history to keep every version of a \
                                row. Without this file store.Customers is left out.
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
        Map<String, String> files = PROPOSAL
                .all(List.of(table("store", "orders"), table("archive", "orders"), table("store", "or-ders"), table("store", "or_ders")));

        assertThat(files.keySet()).filteredOn(name -> name.startsWith("routes/shop/")).containsExactly(
                "routes/shop/store-orders.camel.yaml", "routes/shop/archive-orders.camel.yaml",
                "routes/shop/or-ders.camel.yaml", "routes/shop/or-ders-2.camel.yaml");
        assertThat(files.values().stream().flatMap(String::lines).filter(line -> line.contains("id: shop-"))).doesNotHaveDuplicates();
    }

    @Test
    void aTableWhoseNameNoRouteCanHoldIsLeftOutAndSaid() {
        List<SurveyedTable> tables = List.of(table("store", "orders"), table("store", "odd name"), table("store", "a.b"));

        assertThat(Proposal.leftOut(tables)).containsOnlyKeys("store.odd name", "store.a.b");
        assertThat(PROPOSAL.all(tables).get("README.md")).contains("1 table of store, archive")
                .contains("Left out: `store.odd name` (no route can hold its name), `store.a.b` (no route can hold its name).");
        assertThat(PROPOSAL.all(tables).get("routes/capture/shop.camel.yaml"))
                .contains("        tableExcludeList: 'store[.]odd\\x{20}name,store[.]a\\x{2e}b'\n");
    }

    @Test
    void aTableWithoutAKeyIsSaidToBeABag() {
        Map<String, String> files = PROPOSAL
                .all(List.of(new SurveyedTable("store", "lines", List.of("text"), List.of(), false, List.of(), "")));

        assertThat(files.get("routes/shop/lines.camel.yaml"))
                .contains("# The table has no primary key: its rows are kept as a bag, in one partition.");
        assertThat(files.get("README.md")).contains("Without a primary key, and so kept as bags of rows: `store.lines`.");
    }

    @Test
    void ofPostgresTheGrantsAreWhatTheCaptureNeedsAndNoMore() {
        assertThat(new Proposal("shop", "shop", SHOP, DWH, "k:1").grants()).isEqualTo(Map.of("grants-source.sql",
                """
                        -- For an administrator of the source, pg:5432, in its database shop: the user that Bactrian \
                        captures it with. Put its password in first.
                        -- Repeating this is safe; a user that exists keeps its password.
                        -- replication: it reads the log, through a replication slot that the capture creates. The server \
                        needs wal_level=logical.
                        DO $$ BEGIN
                          CREATE ROLE "reader" LOGIN REPLICATION PASSWORD 'PASSWORD';
                        EXCEPTION WHEN duplicate_object THEN
                          ALTER ROLE "reader" LOGIN REPLICATION;
                        END $$;
                        GRANT CONNECT ON DATABASE "shop" TO "reader";
                        -- usage, select: the first snapshot reads the tables. Of tables that come later they have to be granted again.
                        GRANT USAGE ON SCHEMA "store" TO "reader";
                        GRANT SELECT ON ALL TABLES IN SCHEMA "store" TO "reader";
                        GRANT USAGE ON SCHEMA "crm" TO "reader";
                        GRANT SELECT ON ALL TABLES IN SCHEMA "crm" TO "reader";
                        """,
                "grants-warehouse.sql",
                """
                        -- For an administrator of the warehouse, pg2:5433, in its database dwh: the user that Bactrian \
                        writes it with. Put its password in first.
                        -- If that database does not exist yet: CREATE DATABASE "dwh" ENCODING 'UTF8' TEMPLATE template0;
                        -- Repeating this is safe; a user that exists keeps its password.
                        DO $$ BEGIN
                          CREATE ROLE "writer" LOGIN PASSWORD 'PASSWORD';
                        EXCEPTION WHEN duplicate_object THEN
                          ALTER ROLE "writer" LOGIN;
                        END $$;
                        GRANT CONNECT, TEMPORARY ON DATABASE "dwh" TO "writer";
                        GRANT USAGE, CREATE ON SCHEMA "public" TO "writer";
                        """));
    }

    @Test
    void ofPostgresWhatTheLogLacksIsAskedForAndWhatCannotBeCapturedLeftOut() {
        List<SurveyedTable> tables = List.of(table("store", "orders", "id"),
                new SurveyedTable("store", "Lines", List.of("text"), List.of(new SurveyedTable.Unknown("spot", "point")), false,
                        List.of("store.\"Lines\""), ""),
                new SurveyedTable("crm", "flags", List.of(), List.of(new SurveyedTable.Unknown("bits", "varbit")), true, List.of(),
                        "its key is odd"));

        Map<String, String> files = new Proposal("my-shop", "my-shop", SHOP, DWH, "k:1").all(tables);

        assertThat(files.get("publication-source.sql")).isEqualTo(
                """
                        -- For the owner of the tables, who needs CREATE on the database too, or an administrator; in the \
                        database shop of the source, pg:5432.
                        -- What the log has for Bactrian. Run it once; a table that comes later: ALTER PUBLICATION \
                        "bactrian_my_shop" ADD TABLE …;
                        -- These have no primary key, or are set to log nothing of a row before. With FULL the log has the \
                        whole row before of each update and delete,
                        -- and grows by it. To leave one out instead, take its lines out here, and put it into \
                        tableExcludeList of routes/capture/my-shop.camel.yaml.
                        ALTER TABLE store."Lines" REPLICA IDENTITY FULL;
                        CREATE PUBLICATION "bactrian_my_shop" FOR TABLE
                          "store"."orders",
                          "store"."Lines"
                          WITH (publish_via_partition_root = true);
                        """);
        assertThat(files.get("routes/capture/my-shop.camel.yaml")).isEqualTo(
                """
                        - route:
                            id: my-shop-capture
                            description: Every committed change of my-shop's schemas, each batch one Kafka transaction; a \
                        failure starts the capture again from the last one.
                            from:
                              uri: debezium-postgres:my-shop
                              parameters:
                                topicPrefix: my-shop
                                databaseHostname: "{{bactrian.source.my-shop.host}}"
                                databasePort: "{{bactrian.source.my-shop.port}}"
                                databaseUser: "{{bactrian.source.my-shop.user}}"
                                databasePassword: "RAW({{bactrian.source.my-shop.password}})"
                                databaseDbname: "{{bactrian.source.my-shop.database}}"
                                schemaIncludeList: "{{bactrian.source.my-shop.databases}}"
                                # Tables that cannot be captured, or that no route can name; the README says why.
                                tableExcludeList: 'crm[.]flags'
                                # Of types that cannot be captured.
                                columnExcludeList: 'store[.]Lines[.]spot'
                                # A change waits at most this long for others of its batch.
                                pollIntervalMs: 20
                              steps:
                                - to: bean:changeLog
                        """);
        assertThat(files.get("README.md")).contains("Then have the owner of the source's tables run `publication-source.sql`.")
                .contains(
                        "Left out: `store.Lines.spot` (a column of the type point, which cannot be captured), "
                                + "`crm.flags` (its key is odd).");
        assertThat(files.get("topics.txt")).doesNotContain("schema-history").doesNotContain("flags");
        assertThat(files).doesNotContainKey("routes/my-shop/flags.camel.yaml");
    }

    @ParameterizedTest
    @CsvSource({"postgres://r@pg/shop/store, mysql://w@wh/dwh, jdbc:mysql://wh:3306/dwh",
        "mysql://r@db/store, postgres://w@wh/dwh, jdbc:postgresql://wh:5432/dwh",
        "postgres://r@pg/shop/store, postgres://w@pg/shop/dwh, jdbc:postgresql://pg:5432/shop?currentSchema=dwh"})
    void theSettingsOfAnyTwoKindsHaveNoFault(String from, String to, String url) {
        write(new Proposal("shop", "shop", AddressOption.source("--source", from), AddressOption.warehouse("--warehouse", to), "kafka:9092")
                .all(List.of(table("store", "orders"))));

        Settings settings = load();

        assertThat(settings.sourceOfDatabase()).containsOnlyKeys("store");
        assertThat(settings.text("bactrian.warehouse.main.url")).isEqualTo(url);
        assertThat(settings.text("bactrian.source.shop.kind")).isEqualTo(from.replaceAll(":.*", ""));
    }

    @ParameterizedTest
    @CsvSource({"email, true", "E_Mail, true", "contact_email, true", "phone, true", "mobile_no, true", "first_name, true",
        "lastname, true", "date_of_birth, true", "dob, true", "iban, true",
        "licence_number, true", "id, false", "name, false", "label, false", "plate, false", "telemetry, false", "license, false",
        "dobermann, false", "price, false"})
    void whatLooksPersonalIsProposedToBeMasked(String column, boolean personal) {
        assertThat(!Proposal.personal(table("store", "t", column)).isEmpty()).isEqualTo(personal);
    }

    @Test
    void theSettingsItWritesHaveNoFaultAndNoPassword() throws IOException {
        write(PROPOSAL.all(List.of(table("store", "orders"), table("archive", "orders"))));
        String text = Files.readString(folder.resolve("application.properties"));
        assertThat(text).doesNotContain(".password=");

        Settings settings = load();

        assertThat(settings.sourceOfDatabase()).containsOnlyKeys("archive", "store");
        assertThat(settings.text("bactrian.warehouse.main.url")).isEqualTo("jdbc:mysql://wh:3307/warehouse");
        assertThat(settings.text("bactrian.source.shop.user")).isEqualTo("reader");
        assertThat(Files.readString(folder.resolve("topics.txt"))).contains("bactrian.offsets 1 cleanup.policy=compact",
                "shop.store.orders 4 cleanup.policy=delete", "bactrian.dead-letters.shop 1");
    }

    @Test
    void anAddressIsReadAndAPasswordInItRefusedWithoutRepeatingIt() {
        Engine mysql = FROM.engine();
        assertThat(AddressOption.source("--source", "mysql://u@db:3307/a,b"))
                .isEqualTo(new ServerAddress(mysql, "u", "db", 3307, "a", List.of("a", "b")));
        assertThat(AddressOption.source("--source", "mysql://u@[::1]/a"))
                .isEqualTo(new ServerAddress(mysql, "u", "[::1]", 3306, "a", List.of("a")));
        assertThat(AddressOption.source("--source", "postgres://u@db/shop/a,b"))
                .isEqualTo(new ServerAddress(SHOP.engine(), "u", "db", 5432, "shop", List.of("a", "b")));
        assertThat(AddressOption.source("--source", "postgresql://u@db:5433/shop"))
                .isEqualTo(new ServerAddress(SHOP.engine(), "u", "db", 5433, "shop", List.of("public")));
        assertThatThrownBy(() -> AddressOption.source("--source", "mysql://u:hunter2@db/a"))
                .hasMessageContaining("--source holds a password").hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"db/a", "mysql://db/a", "mysql://u@db", "mysql://u@db/", "mysql://u@db:70000/a",
        "mysql://u@db/a,,b", "mysql://u@db/mysql", "mysql://u@db/a/b", "jdbc:mysql://u@db/a", "oracle://u@db/a",
        "postgres://u@db", "postgres://u@db/", "postgres://u@db/shop/", "postgres://u@db/shop/a,,b", "postgres://u@db/shop/a/b",
        "postgresql://u@db:0/a"})
    void whatIsNoAddressIsRefused(String text) {
        String mysql = "mysql://bactrian@db.example.org:3306/store";
        String postgres = "postgres://bactrian@db.example.org:5432/shop/store";
        assertThatThrownBy(() -> AddressOption.source("--source", text)).isInstanceOf(ConfigurationException.class)
                .hasMessage("--source is '" + text + "'; expected such as "
                        + (text.startsWith("mysql:") ? mysql : text.startsWith("postgres") ? postgres : mysql + " or " + postgres));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "--source mysql://u@db/store --warehouse mysql://w@wh/warehouse --kafka kafka | --kafka is 'kafka'; expected "
                + "brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092",
        "--source mysql://u@db/store --warehouse mysql://w@DB:3306/store --kafka k:1 | --warehouse is in what "
                + "--source captures; its own rows would come back as changes, for ever. Give the warehouse a database of its own",
        "--source postgres://u@db/shop/store,dwh --warehouse postgresql://w@DB:5432/shop/dwh --kafka k:1 | "
                + "--warehouse is in what --source captures; its own rows would come back as changes, for ever. Give "
                + "the warehouse a database of its own",
        "--source postgres://u@db/shop --warehouse postgres://w@wh/a/b,c --kafka k:1 | --warehouse names 2 schemas; expected one",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a,b --kafka k:1 | --warehouse names 2 databases; expected one",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a --kafka k:1 --name Shop | --name is 'Shop', which "
                + "cannot name a source; give another --name, of lower-case letters, digits and dashes, beginning with a letter",
        "--source mysql://u@db/capture --warehouse mysql://w@wh/a --kafka k:1 | the first database's name makes "
                + "'capture', which cannot name a source; give another --name, of lower-case letters, digits and "
                + "dashes, beginning with a letter",
        "--source mysql://u@db/store --warehouse mysql://w@wh/a --kafka k:1 --into pom.xml | --into is 'pom.xml', "
                + "which is a file; expected a folder, or a name that is not taken"})
    void whatCannotBeProposedIsNamedBeforeAnyServerIsAsked(String arguments, String fault) {
        Commands.Ended ended = Commands.execute(("init " + arguments).split(" "));

        assertThat(ended.err().strip()).isEqualTo(fault);
        assertThat(ended.exitCode()).isEqualTo(2);
    }
}
