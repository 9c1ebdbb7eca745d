package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Capabilities;
import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.PipelineEnds;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.infrastructure.capture.ResumedOffsets;
import io.bactrian.testing.ChangeLogInMemory;
import io.bactrian.testing.Given;
import io.bactrian.testing.MySqlTables;
import io.bactrian.testing.ReferenceTablesInMemory;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.spi.EndpointStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route file as it is shipped (io.bactrian.live.RouteErrorsTest has errors.camel.yaml), with Bactrian's own
 * components, on the tables that the bookstore's SQL makes.
 */
class ShippedRoutesTest {

    private static final String MASK_KEY = "0123456789abcdef-test";
    private static final Map<String, TableSchema> TABLES = MySqlTables.ofTheBookstore();

    /** A row route: its file, the table that it reads, the table that it writes, and the columns that it masks. */
    record Mirror(String file, String table, String target, List<String> masked) {
        Mirror(String file, String table, String target, String... masked) {
            this(file, table, target, List.of(masked));
        }

        TableSchema schema() {
            return TABLES.get(table);
        }

        @Override
        public String toString() {
            return "routes/bookstore/" + file + ".camel.yaml";
        }
    }

    static List<Mirror> mirrors() {
        return List.of(new Mirror("authors", "store.authors", "store_authors"),
                new Mirror("books", "store.books", "store_books"),
                new Mirror("book-authors", "store.book_authors", "store_book_authors"),
                new Mirror("customers", "store.customers", "store_customers", "email", "phone"),
                new Mirror("orders", "store.orders", "store_orders"),
                new Mirror("order-items", "store.order_items", "store_order_items"),
                new Mirror("carriers", "shipping.carriers", "shipping_carriers"),
                new Mirror("shipping-services", "shipping.shipping_services", "shipping_shipping_services"),
                new Mirror("shipments", "shipping.shipments", "shipping_shipments"),
                new Mirror("shipment-events", "shipping.shipment_events", "shipping_shipment_events"));
    }

    private static final RouteTable ROUTES = new RouteTable();
    private static final Main CAMEL = new Main();
    /** What the capture route's endpoint was configured to, before a direct: took its place. */
    private static Properties capture;

    /** As Bactrian starts them, but for the servers. */
    @BeforeAll
    static void startTheRoutes() {
        CAMEL.configure().withName("shipped-routes").withAutoConfigurationEnabled(true)
                .withRoutesIncludePattern("file:routes/*/*.camel.yaml");
        CAMEL.setPropertyPlaceholderLocations("false");
        CAMEL.addInitialProperty("camel.component.kamelet.location", "file:routes/kamelets");
        CAMEL.addInitialProperty("camel.component.debezium-mysql.offset-storage", ResumedOffsets.class.getName());
        CAMEL.addInitialProperty("bactrian.source.shop.host", "shop.example.org");
        CAMEL.addInitialProperty("bactrian.source.shop.port", "3307");
        CAMEL.addInitialProperty("bactrian.source.shop.user", "reader");
        CAMEL.addInitialProperty("bactrian.source.shop.password", "s3cr&t=#+%/?");
        CAMEL.addInitialProperty("bactrian.source.shop.server-id", "5502");
        CAMEL.addInitialProperty("bactrian.source.shop.databases", "store,shipping");
        CAMEL.bind("routeTable", ROUTES);
        CAMEL.bind("pipelineEnds", new PipelineEnds(pipeline -> Capabilities.everything("warehouse main")));
        CAMEL.bind("sourceCatalog", new SourceCatalog(Map.of("store", "shop", "shipping", "shop")));
        CAMEL.bind("mask", new MaskStep(MASK_KEY));
        CAMEL.bind("changeLog", new WriteChanges());
        CAMEL.bind("referenceTables",
                new ReferenceTablesInMemory(Given.schema("country string(2), postal_prefix string(2), region string(60)"))
                        .with("GB", "SW", "Greater London").with("GB", "EH", "Scotland"));
        CAMEL.bind("capture", (EndpointStrategy) (uri, endpoint) -> {
            if (endpoint instanceof DebeziumEndpoint<?> debezium) {
                capture = debezium.getConfiguration().createDebeziumConfiguration().asProperties();
                return endpoint.getCamelContext().getEndpoint("direct:captured");
            }
            return endpoint;
        });
        CAMEL.start();
    }

    @AfterAll
    static void stopTheRoutes() {
        CAMEL.stop();
    }

    /** Of the routes that do more than mirror a table; what each makes of changes is below. */
    private static final Map<String, String> OTHERS = Map.of("dim-customer", "store.customers", "sales-per-minute", "store.orders",
            "stock-sold", "store.order_items",
            "stock-delivered", "store.books", "returns", "store.order_items", "book-languages", "store.books");

    static Set<String> others() {
        return new TreeSet<>(OTHERS.keySet());
    }

    @Test
    void everyRouteFileIsTested() throws IOException {
        Set<String> tested = new TreeSet<>(
                Set.of("routes/capture/shop.camel.yaml", "routes/capture/store.camel.yaml", "routes/errors.camel.yaml"));
        KameletFilesTest.KAMELETS.forEach(kamelet -> tested.add("routes/kamelets/" + kamelet + ".kamelet.yaml"));
        mirrors().forEach(mirror -> tested.add(mirror.toString()));
        others().forEach(file -> tested.add("routes/bookstore/" + file + ".camel.yaml"));
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> !file.getParent().endsWith("cases")).map(Path::toString))
                    .containsExactlyInAnyOrderElementsOf(tested);
        }
    }

    @Test
    void everyTableOfTheBookstoreIsMirrored() {
        assertThat(mirrors()).extracting(Mirror::table).containsExactlyInAnyOrderElementsOf(TABLES.keySet());
        assertThat(ROUTES.pipelines()).containsExactly("bookstore");
        assertThat(ROUTES.topics("bookstore")).hasSize(10).allMatch(topic -> TABLES.containsKey(topic.substring("shop.".length())));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void isNamedAfterItsFileAndSaysWhatItDoes(Mirror mirror) {
        assertThat(route(mirror).id()).isEqualTo("bookstore-" + mirror.file());
        assertThat(CAMEL.getCamelContext().getRoute(route(mirror).id()).getDescription())
                .endsWith("what fails goes to bookstore's dead letters.");
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void aRowThatIsReadOrInsertedIsWritten(Mirror mirror) throws Exception {
        Image row = row(mirror.schema(), 1, 1);

        assertThat(rows(mirror, Operation.READ, null, row)).containsExactly("WRITE " + expected(mirror, row));
        assertThat(rows(mirror, Operation.INSERT, null, row)).containsExactly("WRITE " + expected(mirror, row));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void anUpdatedRowIsWritten(Mirror mirror) throws Exception {
        Image before = row(mirror.schema(), 1, 1);
        Image after = row(mirror.schema(), 1, 2);

        assertThat(rows(mirror, Operation.UPDATE, before, after)).containsExactly("WRITE " + expected(mirror, after));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void aRowWhoseKeyChangesLeavesItsOldOne(Mirror mirror) throws Exception {
        Image before = row(mirror.schema(), 1, 1);
        Image after = row(mirror.schema(), 2, 1);

        assertThat(rows(mirror, Operation.UPDATE, before, after)).containsExactly("DELETE " + expected(mirror, before),
                "WRITE " + expected(mirror, after));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void aDeletedRowIsDeleted(Mirror mirror) throws Exception {
        Image row = row(mirror.schema(), 1, 1);

        assertThat(rows(mirror, Operation.DELETE, row, null)).containsExactly("DELETE " + expected(mirror, row));
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void aTruncatedTableIsCleared(Mirror mirror) throws Exception {
        assertThat(rows(mirror, Operation.TRUNCATE, null, null)).containsExactly("CLEAR " + mirror.target() + " [] null");
    }

    @ParameterizedTest
    @MethodSource("mirrors")
    void nullsStayNulls(Mirror mirror) throws Exception {
        Image row = row(mirror.schema(), 1, 0);

        assertThat(rows(mirror, Operation.INSERT, null, row)).containsExactly("WRITE " + expected(mirror, row));
    }

    @Test
    void nothingOfACustomersEmailOrPhoneReachesTheWarehouse() throws Exception {
        Mirror customers = mirrors().get(3);
        Image before = row(customers.schema(), 1, 1);
        Image after = row(customers.schema(), 2, 2);
        assertThat(before.get("email")).asString().isEqualTo("email 1");
        for (Row row : route(customers).process(change(customers, Operation.UPDATE, before, after))) {
            assertThat(row.toString()).doesNotContain("email 1").doesNotContain("email 2").doesNotContain("phone 1")
                    .doesNotContain("phone 2");
            assertThat(row.image().get("email").toString()).matches("[0-9a-f]{64}");
            assertThat(row.image().schema().column(row.image().schema().place("email")).type()).hasToString("string(64)");
        }
    }

    @Test
    void aCapturedBatchIsWritten() {
        ChangeLogInMemory log = new ChangeLogInMemory();
        CapturedBatch batch = new CapturedBatch("shop",
                List.of(new CapturedChange("shop.store.customers", null, new byte[0], new byte[0], 0, false)),
                Map.of("{}", "{}"), false, log, new AtomicBoolean());
        Exchange exchange = CAMEL.getCamelContext().createProducerTemplate().send("direct:captured", e -> e.getMessage().setBody(batch));

        assertThat(exchange.getException()).isNull();
        assertThat(log.batches).containsExactly(batch);
        assertThat(batch.isWritten()).isTrue();
    }

    @Test
    void aBatchThatCanNotBeWrittenFailsTheCaptureRoute() {
        CapturedBatch batch = new CapturedBatch("shop", List.of(), Map.of(), false, null, new AtomicBoolean());
        Exchange exchange = CAMEL.getCamelContext().createProducerTemplate().send("direct:captured", e -> e.getMessage().setBody(batch));

        assertThat(exchange.getException()).isInstanceOf(NullPointerException.class);
        assertThat(batch.isWritten()).isFalse();
    }

    @Test
    void theCaptureRouteReadsWhatTheSettingsName() {
        assertThat(CAMEL.getCamelContext().getRoute("shop-capture").getDescription()).isNotBlank();
        assertThat(capture).containsEntry("connector.class", "io.debezium.connector.mysql.MySqlConnector").containsEntry("name", "shop")
                .containsEntry("topic.prefix", "shop").containsEntry("database.hostname", "shop.example.org")
                .containsEntry("database.port", "3307")
                .containsEntry("database.user", "reader").containsEntry("database.password", "s3cr&t=#+%/?")
                .containsEntry("database.server.id", "5502")
                .containsEntry("database.include.list", "store,shipping").containsEntry("poll.interval.ms", "20")
                .containsEntry("offset.storage", ResumedOffsets.class.getName());
    }

    @ParameterizedTest
    @MethodSource("others")
    void isNamedAfterItsFileAndSaysWhatItDoes(String file) {
        assertThat(route(file, OTHERS.get(file)).id()).isEqualTo("bookstore-" + file);
        assertThat(CAMEL.getCamelContext().getRoute("bookstore-" + file).getDescription())
                .endsWith("what fails goes to bookstore's dead letters.");
    }

    @Test
    void theDimensionOfCustomersHasTheirRegionAndNothingPersonal() throws Exception {
        Image london = customer("ada@example.org", "SW1Y");
        Image edinburgh = customer("ada@example.org", "EH1 1YZ");

        assertThat(rowsOf("dim-customer", Operation.INSERT, null, london)).singleElement().asString()
                .startsWith("WRITE dim_customer HISTORY [customer_id] [customer_id=1, email=" + hmac("ada@example.org") + ", phone=*2345, ")
                .contains("postal_code=SW1Y, country=GB, born_in=1815, ").endsWith("region=Greater London]")
                .doesNotContain("name=").doesNotContain("address=").doesNotContain("postal_prefix=").doesNotContain("updated_at=");
        assertThat(rowsOf("dim-customer", Operation.UPDATE, london, edinburgh)).singleElement().asString().startsWith("WRITE")
                .endsWith("region=Scotland]");
        assertThat(rowsOf("dim-customer", Operation.DELETE, london, null)).singleElement().asString().startsWith("DELETE dim_customer");
        assertThat(rowsOf("dim-customer", Operation.TRUNCATE, null, null)).containsExactly("CLEAR dim_customer HISTORY [] null");
        assertThat(wants("dim-customer", london, london.with(column(london, "name"), "Ada King"))).as("the name is not in the dimension")
                .isFalse();
    }

    @Test
    void theDimensionOfCustomersHasNoTestCustomers() throws Exception {
        Image test = customer("ada@test.invalid", "SW1Y");
        Image ada = customer("ada@example.org", "SW1Y");

        assertThat(rowsOf("dim-customer", Operation.INSERT, null, test)).isEmpty();
        assertThat(rowsOf("dim-customer", Operation.UPDATE, ada, test)).singleElement().asString().startsWith("DELETE dim_customer");
        assertThat(rowsOf("dim-customer", Operation.UPDATE, test, ada)).singleElement().asString().startsWith("WRITE dim_customer");
    }

    @Test
    void anOrderIsAddedToItsMinute() throws Exception {
        Image order = image("store.orders", Map.of("placed_at", "2026-01-01T09:30:59.5", "total", new BigDecimal("39.00")));
        Image other = image("store.orders", Map.of("placed_at", "2026-01-01T09:31:00", "total", new BigDecimal("40.00")));

        assertThat(rowsOf("sales-per-minute", Operation.INSERT, null, order))
                .containsExactly("WRITE sales_per_minute ADD [minute] [amount=39.00, minute=2026-01-01T09:30:00, orders=1]");
        assertThat(rowsOf("sales-per-minute", Operation.UPDATE, order, other)).containsExactly(
                "DELETE sales_per_minute ADD [minute] [amount=39.00, minute=2026-01-01T09:30:00, orders=1]",
                "WRITE sales_per_minute ADD [minute] [amount=40.00, minute=2026-01-01T09:31:00, orders=1]");
        assertThat(wants("sales-per-minute", order, order.with(column(order, "status"), "paid"))).isFalse();
    }

    @Test
    void whatMovesTheStockCountsOnTheDayOfItsCommitButBeforeItInASnapshot() throws Exception {
        Image item = image("store.order_items", Map.of("book_id", 5L, "quantity", 3L, "returned_quantity", 1L));
        Image book = image("store.books", Map.of("book_id", 5L, "copies_delivered", 10L));
        String day = "day=" + Given.COMMITTED.toString().substring(0, 10);

        assertThat(rowsOf("stock-sold", Operation.INSERT, null, item))
                .containsExactly("WRITE stock_sold ADD [book_id, day] [book_id=5, sold=3, returned=1, " + day
                        + ", sold_before=0, returned_before=0]");
        assertThat(rowsOf("stock-sold", Operation.READ, null, item))
                .containsExactly("WRITE stock_sold ADD [book_id, day] [book_id=5, sold_before=3, returned_before=1, " + day
                        + ", sold=0, returned=0]");
        assertThat(rowsOf("stock-delivered", Operation.INSERT, null, book))
                .containsExactly("WRITE stock_delivered ADD [book_id, day] [book_id=5, delivered=10, " + day + ", delivered_before=0]");
        assertThat(rowsOf("stock-delivered", Operation.READ, null, book))
                .containsExactly("WRITE stock_delivered ADD [book_id, day] [book_id=5, delivered_before=10, " + day + ", delivered=0]");
        assertThat(wants("stock-delivered", book, book.with(column(book, "price"), BigDecimal.TEN))).isFalse();
    }

    @Test
    void onlyWhatComesBackIsAReturn() throws Exception {
        Image sold = image("store.order_items", Map.of("returned_quantity", 0L));
        Image returned = image("store.order_items", Map.of("returned_quantity", 1L));

        assertThat(rowsOf("returns", Operation.READ, null, sold)).isEmpty();
        assertThat(rowsOf("returns", Operation.UPDATE, returned, sold)).isEmpty();
        assertThat(rowsOf("returns", Operation.UPDATE, sold, returned)).singleElement().asString().startsWith("WRITE fact_return APPEND")
                .contains("returned_quantity=1");
        assertThat(route("returns", "store.order_items").wants(change("store.order_items", Operation.INSERT, null, returned))).isFalse();
    }

    @Test
    void eachLanguageOfABookIsARow() throws Exception {
        Image two = image("store.books", Map.of("book_id", 5L, "attributes", "{\"languages\": [\"en\", \"fr\"]}"));
        Image one = image("store.books", Map.of("book_id", 5L, "attributes", "{\"languages\": [\"de\"]}"));

        assertThat(rowsOf("book-languages", Operation.UPDATE, two, one)).containsExactly(
                "WRITE bridge_book_language MIRROR [book_id, place] [book_id=5, place=1, language=de]",
                "DELETE bridge_book_language MIRROR [book_id, place] [book_id=5, place=2, language=fr]");
    }

    private static Image customer(String email, String postalCode) {
        return image("store.customers", Map.of("customer_id", 1L, "email", email, "phone", "12345", "postal_code", postalCode, "country",
                "GB", "born_on", "1815-12-10"));
    }

    /** A row with these values, and others made up. */
    private static Image image(String table, Map<String, Object> some) {
        Image image = row(TABLES.get(table), 1, 1);
        for (Map.Entry<String, Object> value : some.entrySet()) {
            image = image.with(column(image, value.getKey()), value.getValue());
        }
        return image;
    }

    private static Column column(Image image, String name) {
        return image.schema().column(image.schema().place(name));
    }

    private static boolean wants(String file, Image before, Image after) {
        return route(file, OTHERS.get(file)).wants(change(OTHERS.get(file), Operation.UPDATE, before, after));
    }

    private static List<String> rowsOf(String file, Operation operation, Image before, Image after) throws Exception {
        Change change = change(OTHERS.get(file), operation, before, after);
        RowRoute route = route(file, OTHERS.get(file));
        assertThat(route.wants(change)).isTrue();
        return route.process(change).stream()
                .map(row -> row.meaning() + " " + shown(row.target().table() + " " + row.target().mode(), row.target().key(), row.image()))
                .toList();
    }

    private static RowRoute route(String file, String table) {
        return ROUTES.of("bookstore", "shop." + table).stream().filter(route -> route.id().equals("bookstore-" + file)).findFirst()
                .orElseThrow();
    }

    private static RowRoute route(Mirror mirror) {
        return route(mirror.file(), mirror.table());
    }

    /** What the route makes of a change: meaning, target, key and values of each row. */
    private List<String> rows(Mirror mirror, Operation operation, Image before, Image after) throws Exception {
        Change change = change(mirror, operation, before, after);
        RowRoute route = route(mirror);
        assertThat(route.wants(change)).isTrue();
        List<Row> rows = route.process(change);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.version()).isEqualTo(change.position());
            assertThat(row.at()).isEqualTo(change.committedAt());
            assertThat(row.route()).isEqualTo("bookstore-" + mirror.file());
            List<String> key = row.meaning() == Meaning.CLEAR ? List.of() : mirror.schema().key();
            assertThat(row.target()).isEqualTo(new Target(mirror.target(), Mode.MIRROR, key, false));
        });
        return rows.stream().map(row -> row.meaning() + " " + shown(row.target().table(), row.target().key(), row.image())).toList();
    }

    private static Change change(Mirror mirror, Operation operation, Image before, Image after) {
        return change(mirror.table(), operation, before, after);
    }

    private static Change change(String table, Operation operation, Image before, Image after) {
        return new Change("shop", table, operation, before, after, new Position("shop." + table, 0, 42), "", Given.COMMITTED,
                operation == Operation.READ);
    }

    private static String expected(Mirror mirror, Image row) {
        Image expected = row;
        for (String column : mirror.masked()) {
            Column before = row.schema().column(row.schema().place(column));
            expected = expected.with(before, row.get(column) == null ? null : hmac((String) row.get(column)));
        }
        return shown(mirror.target(), mirror.schema().key(), expected);
    }

    private static String shown(String table, List<String> key, Image image) {
        if (image == null) {
            return table + " " + key + " null";
        }
        return table + " " + key + " " + image.entrySet().stream()
                .map(e -> e.getKey() + "=" + (e.getValue() instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : e.getValue()))
                .toList();
    }

    private static String hmac(String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(MASK_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A row of that key; variant 0 has NULL wherever it may. */
    private static Image row(TableSchema schema, int key, int variant) {
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.column(i);
            int number = schema.key().contains(column.name()) ? key : variant;
            values[i] = column.nullable() && variant == 0 ? null : switch (column.type().kind()) {
                case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, YEAR, BITS -> (long) number;
                case DECIMAL -> new BigDecimal(number + ".50");
                case FLOAT -> number + 0.5f;
                case DOUBLE -> number + 0.5;
                case BYTES, BLOB, GEOMETRY -> new byte[]{(byte) number};
                case STRING, TEXT, JSON, DATE, TIME, DATETIME, INSTANT -> column.name() + " " + number;
            };
        }
        return new Image(schema, values);
    }
}
