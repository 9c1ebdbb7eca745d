package io.bactrian.routes;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.read;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Capabilities;
import io.bactrian.application.PipelineEnds;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.testing.Given;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two components, {@code change:} and {@code warehouse:}, in routes as people write them. */
class RowRoutesTest {

    private static final TableSchema SCHEMA = schema("id int64, name string(20) null, photo blob null", "id");
    private static final Image ADA = image(SCHEMA, 1L, "Ada", new byte[]{1});
    private static final Image IDA = image(SCHEMA, 1L, "Ida", new byte[]{1});
    private static final Image EVE = image(SCHEMA, 2L, "Eve", null);

    private final RouteTable routes = new RouteTable();
    private final CamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        camel.getRegistry().bind("routeTable", routes);
        camel.getRegistry().bind("pipelineEnds", new PipelineEnds(pipeline -> Capabilities.everything("warehouse main")));
        camel.getRegistry().bind("sourceCatalog", new SourceCatalog(Map.of("store", "shop")));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    // ---- what a change means for a table

    @Test
    void aMirrorWritesTheLatestRowAndDeletesWhatIsDeleted() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=mirror");
        Target target = new Target("customers", Mode.MIRROR, List.of("id"), false);

        assertThat(rows(read(ADA))).containsExactly(new Row(target, Meaning.WRITE, ADA, read(ADA), "r"));
        assertThat(rows(insert(ADA))).containsExactly(new Row(target, Meaning.WRITE, ADA, insert(ADA), "r"));
        assertThat(rows(update(ADA, IDA))).containsExactly(new Row(target, Meaning.WRITE, IDA, update(ADA, IDA), "r"));
        assertThat(rows(delete(ADA))).containsExactly(new Row(target, Meaning.DELETE, ADA, delete(ADA), "r"));
        assertThat(rows(truncate()))
                .containsExactly(new Row(new Target("customers", Mode.MIRROR, List.of(), false), Meaning.CLEAR, null, truncate(), "r"));
    }

    @Test
    void aRowThatGoesToAnotherKeyLeavesTheOldOne() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers");
        Target target = new Target("customers", Mode.MIRROR, List.of("id"), false);

        assertThat(rows(update(ADA, EVE))).containsExactly(new Row(target, Meaning.DELETE, ADA, update(ADA, EVE), "r"),
                new Row(target, Meaning.WRITE, EVE, update(ADA, EVE), "r"));
    }

    @Test
    void aMirrorMayHaveAnotherKeyThanItsSource() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers?key=name, id");

        assertThat(rows(insert(ADA))).extracting(Row::key).containsExactly(List.of("Ada", 1L));
        assertThat(rows(update(ADA, IDA))).extracting(Row::meaning).containsExactly(Meaning.DELETE, Meaning.WRITE);
        assertThat(rows(update(ADA, ADA))).extracting(Row::meaning).containsExactly(Meaning.WRITE);
    }

    @Test
    void aKeyColumnThatTheRowLacksIsNamed() {
        route("change:store.customers?pipeline=p", "warehouse:customers?key=nr");

        assertThatThrownBy(() -> rows(insert(ADA)))
                .hasMessage("warehouse://customers?key=nr: key column 'nr' is not among the row's columns [id, name, photo]");
    }

    @Test
    void deletesMayBeMarked() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers?deletes=mark");
        Target target = new Target("customers", Mode.MIRROR, List.of("id"), true);

        assertThat(rows(delete(ADA))).containsExactly(new Row(target, Meaning.DELETE, ADA, delete(ADA), "r"));
        assertThat(rows(insert(ADA))).extracting(Row::target).containsExactly(target);
        assertThat(rows(truncate())).extracting(Row::target).containsExactly(new Target("customers", Mode.MIRROR, List.of(), true));
    }

    @Test
    void aTableWithoutAKeyIsABagWhoseUpdatesTakeTheOldRowOut() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers");
        TableSchema keyless = schema("name string(20) null");
        Image before = image(keyless, "Ada");
        Image after = image(keyless, "Ida");
        Target bag = new Target("customers", Mode.MIRROR, List.of(), false);

        assertThat(rows(insert(before))).containsExactly(new Row(bag, Meaning.WRITE, before, insert(before), "r"));
        assertThat(rows(update(before, after))).containsExactly(new Row(bag, Meaning.DELETE, before, update(before, after), "r"),
                new Row(bag, Meaning.WRITE, after, update(before, after), "r"));
        assertThat(rows(delete(after))).containsExactly(new Row(bag, Meaning.DELETE, after, delete(after), "r"));
    }

    @Test
    void deletesOfABagCanNotBeMarked() {
        route("change:store.customers?pipeline=p", "warehouse:customers?deletes=mark");

        assertThatThrownBy(() -> rows(insert(image(schema("name text"), "Ada"))))
                .hasMessage("warehouse://customers?deletes=mark: deletes=mark needs a key to find "
                        + "the row again, and store.customers has no primary key. Name columns with key=");
    }

    @Test
    void anAppendedTableGetsARowForEveryChange() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:log?mode=append");
        Target target = new Target("log", Mode.APPEND, List.of(), false);

        assertThat(rows(read(ADA))).containsExactly(new Row(target, Meaning.WRITE, ADA, read(ADA), "r"));
        assertThat(rows(update(ADA, EVE))).containsExactly(new Row(target, Meaning.WRITE, EVE, update(ADA, EVE), "r"));
        assertThat(rows(delete(ADA))).containsExactly(new Row(target, Meaning.WRITE, ADA, delete(ADA), "r"));
        assertThat(rows(truncate())).containsExactly(new Row(target, Meaning.CLEAR, null, truncate(), "r"));
    }

    @Test
    void aHistoryIsWrittenLikeAMirrorAndKnowsItsColumns() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=history&track=name&surrogate=sk");
        Tracking tracking = new Tracking("sk", List.of("name"));
        Target target = Target.history("customers", List.of("id"), tracking);

        assertThat(rows(read(ADA))).containsExactly(new Row(target, Meaning.WRITE, ADA, read(ADA), "r"));
        assertThat(rows(update(ADA, IDA))).containsExactly(new Row(target, Meaning.WRITE, IDA, update(ADA, IDA), "r"));
        assertThat(rows(update(ADA, EVE))).containsExactly(new Row(target, Meaning.DELETE, ADA, update(ADA, EVE), "r"),
                new Row(target, Meaning.WRITE, EVE, update(ADA, EVE), "r"));
        assertThat(rows(delete(ADA))).containsExactly(new Row(target, Meaning.DELETE, ADA, delete(ADA), "r"));
        assertThat(rows(truncate()))
                .containsExactly(new Row(Target.history("customers", List.of(), tracking), Meaning.CLEAR, null, truncate(), "r"));
    }

    @Test
    void aHistoryTracksAllColumnsUnderAnUsualNameWhenNothingIsSaid() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=history");

        assertThat(rows(insert(ADA)).get(0).target().tracking()).isEqualTo(new Tracking("surrogate_key", List.of()));
    }

    @Test
    void aMapInAHistoryFollowsItsChange() throws Exception {
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> Map.of("id", 7)).to("warehouse:customers?mode=history"));

        assertThat(rows(insert(ADA))).extracting(Row::meaning).containsExactly(Meaning.WRITE);
        assertThat(rows(delete(ADA))).extracting(Row::meaning).containsExactly(Meaning.DELETE);
        assertThat(rows(truncate())).extracting(Row::meaning).containsExactly(Meaning.CLEAR);
    }

    @Test
    void aHistoryNeedsAKey() {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=history");

        assertThatThrownBy(() -> rows(insert(image(schema("name text"), "Ada"))))
                .hasMessage("warehouse://customers?mode=history: mode=history needs a key to tell "
                        + "whose version a row is, and store.customers has no primary key. Name columns with key=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "valid_from", "Valid_To", "is_current", "deleted_at", "surrogate_key"})
    void aColumnThatAHistoryWritesItselfIsNamed(String column) {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=history");

        assertThatThrownBy(() -> rows(insert(image(schema("id int64, " + column + " text", "id"), 1L, "Ada"))))
                .hasMessageStartingWith("warehouse://customers?mode=history: "
                        + "mode=history writes the column " + column
                        + ", and store.customers has one of its own. Rename or drop it in a step before");
    }

    @Test
    void aTrackedColumnThatTheRowLacksIsNamed() {
        route("change:store.customers?pipeline=p", "warehouse:customers?mode=history&track=nme");

        assertThatThrownBy(() -> rows(insert(ADA))).hasMessage(
                "warehouse://customers?mode=history&track=nme: track column 'nme' is not among the row's columns [id, name, photo]");
    }

    @Test
    void sumsAreAddedToAndTakenFrom() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:sums?mode=add&key=day");
        TableSchema schema = schema("day date, amount decimal(10,2) null, number int32", "day");
        Image two = image(schema, "2026-11-21", new BigDecimal("2.00"), 1L);
        Image three = image(schema, "2026-11-21", new BigDecimal("3.00"), 1L);
        Target target = new Target("sums", Mode.ADD, List.of("day"), false);

        assertThat(rows(read(two))).containsExactly(new Row(target, Meaning.WRITE, two, read(two), "r"));
        assertThat(rows(update(two, three))).containsExactly(new Row(target, Meaning.DELETE, two, update(two, three), "r"),
                new Row(target, Meaning.WRITE, three, update(two, three), "r"));
        assertThat(rows(delete(two))).containsExactly(new Row(target, Meaning.DELETE, two, delete(two), "r"));
        assertThat(rows(truncate()))
                .containsExactly(new Row(new Target("sums", Mode.ADD, List.of(), false), Meaning.CLEAR, null, truncate(), "r"));
    }

    @Test
    void aMapHasTheSignThatTheRouteGaveIt() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("day", "2026-11-21");
        map.put("number", -1);
        map.put("amount", null);
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> map).to("warehouse:sums?mode=add&key=day"));

        assertThat(rows(delete(ADA))).singleElement().satisfies(row -> {
            assertThat(row.meaning()).isEqualTo(Meaning.WRITE);
            assertThat(row.image()).containsExactly(Map.entry("day", "2026-11-21"), Map.entry("number", -1L));
        });
        assertThat(rows(truncate())).extracting(Row::meaning).containsExactly(Meaning.CLEAR);
    }

    @Test
    void whatCanNotBeAddedUpIsNamed() {
        route("change:store.customers?pipeline=p", "warehouse:sums?mode=add&key=id");

        assertThatThrownBy(() -> rows(insert(ADA)))
                .hasMessage("warehouse://sums?key=id&mode=add: column 'name' of store.customers is of type string(20), which cannot "
                        + "be added up; expected numbers in all columns but the key's. Add it to key=, or drop it in a step before");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "warehouse:sums?mode=add                 | mode=add needs to know what its sums belong to. Name columns with key=",
        "warehouse:t?mode=append&track=name      | track=name needs mode=history",
        "warehouse:t?mode=history&deletes=mark   | deletes=mark needs mode=mirror",
        "warehouse:t?mode=histroy                | mode is 'histroy'; expected mirror, history, append or add"})
    void optionsThatDoNotFitAreNamed(String uri, String fault) {
        assertThatThrownBy(() -> route("change:store.customers?pipeline=p", uri)).hasStackTraceContaining(fault);
    }

    @Test
    void aSchemaThatChangesBetweenTwoChangesIsSeen() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:customers");
        Image composite = image(schema("id int64, name string(20)", "id", "name"), 1L, "Ada");

        assertThat(rows(insert(ADA)).get(0).target().key()).containsExactly("id");
        assertThat(rows(insert(composite)).get(0).target().key()).containsExactly("id", "name");
        assertThat(rows(insert(ADA)).get(0).target().key()).containsExactly("id");
    }

    // ---- what a route may hand over

    @Test
    void aMapBecomesARow() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", 7);
        map.put("score", 1.5);
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> map).to("warehouse:scores"));
        Row row = rows(insert(ADA)).get(0);

        assertThat(row.meaning()).isEqualTo(Meaning.WRITE);
        assertThat(row.target()).isEqualTo(new Target("scores", Mode.MIRROR, List.of("id"), false));
        assertThat(row.image().values()).containsExactly(7L, 1.5);
        assertThat(row.version()).isEqualTo(insert(ADA).position());
    }

    @Test
    void anImageBecomesARow() throws Exception {
        route("change:store.customers?pipeline=p", r -> r.setBody().simple("${body.after}").to("warehouse:customers"));

        assertThat(rows(insert(ADA))).singleElement().satisfies(row -> assertThat(row.image()).isSameAs(ADA));
    }

    @Test
    void aListBecomesItsRowsInOrder() throws Exception {
        route("change:store.customers?pipeline=p",
                r -> r.setBody(
                        exchange -> List.of(Map.of("id", 1), List.of(Map.of("id", 2), exchange.getMessage().getBody()), Map.of("id", 3)))
                        .to("warehouse:parts"));

        assertThat(rows(insert(ADA))).extracting(Row::key).containsExactly(1L, 2L, 1L, 3L);
        assertThat(rows(insert(ADA))).extracting(row -> row.image().size()).containsExactly(1, 1, 3, 1);
    }

    @Test
    void anEmptyListBecomesNoRow() throws Exception {
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> List.of()).to("warehouse:parts"));

        assertThat(rows(insert(ADA))).isEmpty();
    }

    @Test
    void aMapWithoutTheKeyIsRefused() {
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> Map.of("score", 5)).to("warehouse:scores"));

        assertThatThrownBy(() -> rows(insert(ADA)))
                .hasMessage("warehouse://scores: key column 'id' is not among the row's columns [score]");
    }

    @Test
    void anotherBodyIsNamed() {
        route("change:store.customers?pipeline=p", r -> r.setBody().simple("${body.after[name]}").to("warehouse:customers"));

        assertThatThrownBy(() -> rows(insert(ADA))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "warehouse://customers got a body of type java.lang.String; expected a change, a map of "
                                + "column values, or a list of those");
    }

    @Test
    void noBodyIsNamed() {
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> null).to("warehouse:customers"));

        assertThatThrownBy(() -> rows(insert(ADA))).hasMessageStartingWith("warehouse://customers got a body of type null;");
    }

    @Test
    void aMapWhoseKeysAreNoNamesIsNamed() {
        route("change:store.customers?pipeline=p", r -> r.setBody(exchange -> Map.of(1, "x")).to("warehouse:customers"));

        assertThatThrownBy(() -> rows(insert(ADA))).hasMessage("warehouse://customers got a map with the key 1; expected column names");
    }

    @Test
    void oneRouteMayWriteSeveralTables() throws Exception {
        route("change:store.customers?pipeline=p", r -> r.to("warehouse:customers").to("warehouse:log?mode=append"));

        assertThat(rows(insert(ADA))).extracting(row -> row.target().table()).containsExactly("customers", "log");
    }

    @Test
    void eipsOfCamelWork() throws Exception {
        route("change:store.customers?pipeline=p", r -> r.filter().simple("${body.after[name]} == 'Ada'").to("warehouse:customers"));

        assertThat(rows(insert(ADA))).hasSize(1);
        assertThat(rows(insert(EVE))).isEmpty();
    }

    @Test
    void aSplitPartIsPartOfTheSameBatch() throws Exception {
        route("change:store.customers?pipeline=p",
                r -> r.setBody(exchange -> List.of(Map.of("id", 1), Map.of("id", 2))).split().body().to("warehouse:parts"));

        assertThat(rows(insert(ADA))).extracting(Row::key).containsExactly(1L, 2L);
    }

    @Test
    void aRowThatComesAfterTheRoutesEndIsRefusedThere() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        Exception[] failure = new Exception[1];
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:later").errorHandler(noErrorHandler()).process(exchange -> {
                    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
                    try {
                        camel.getEndpoint("warehouse:customers").createProducer().process(exchange);
                    } catch (Exception e) {
                        failure[0] = e;
                    }
                    refused.countDown();
                });
            }
        });
        route("change:store.customers?pipeline=p", r -> r.to("seda:later?waitForTaskToComplete=Never").to("warehouse:customers"));
        List<Row> rows = rows(insert(ADA));
        ended.countDown();

        assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failure[0])
                .hasMessage("the route r hands over a row of insert of store.customers (shop.store.customers-0@2) after it has ended: "
                        + "a step runs apart from it (seda, wireTap, threads, a delay). Rows must be made before the route ends");
        assertThat(rows).hasSize(1);
    }

    @Test
    void aRouteThatFailsHandsOverNothing() {
        route("change:store.customers?pipeline=p", r -> r.to("warehouse:customers").process(exchange -> {
            throw new IllegalStateException("no");
        }));

        assertThatThrownBy(() -> rows(insert(ADA))).isInstanceOf(IllegalStateException.class).hasMessage("no");
    }

    @Test
    void whatARouteHandlesItselfIsNoFailure() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("change:store.customers?pipeline=p").routeId("r").onException(IllegalStateException.class).handled(true)
                        .setBody(exchange -> Map.of("id", 99))
                        .to("warehouse:failures").end().process(exchange -> {
                            throw new IllegalStateException("no");
                        });
            }
        });

        assertThat(rows(insert(ADA))).extracting(row -> row.target().table()).containsExactly("failures");
    }

    @Test
    void whatDoesNotComeFromAChangeIsRefused() {
        assertThatThrownBy(() -> camel.createProducerTemplate().requestBody("warehouse:customers", Map.of("id", 1))).rootCause()
                .hasMessageStartingWith("warehouse://customers got an exchange that does not come from a change")
                .hasMessageEndingWith("so there is no batch that its row could be part of");
    }

    // ---- which changes a route gets

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"insert | c", "read,insert | rc", "update | u", "delete,truncate | dt", "READ, Update | ru",
        "'' | rcudt", "read,insert,update,delete,truncate | rcudt"})
    void aRouteGetsTheOperationsThatItNames(String operations, String wanted) {
        route("change:store.customers?pipeline=p" + (operations.isEmpty() ? "" : "&operations=RAW(" + operations + ")"),
                "warehouse:customers");

        for (Change change : List.of(read(ADA), insert(ADA), update(ADA, EVE), delete(ADA), truncate())) {
            assertThat(only().wants(change)).as(change.toString()).isEqualTo(wanted.indexOf(change.operation().letter()) >= 0);
        }
    }

    @Test
    void anUpdateThatTouchesNoneOfTheNamedColumnsIsLeftOut() {
        route("change:store.customers?pipeline=p&onlyWhenChanged=name,photo", "warehouse:customers");

        assertThat(only().wants(update(ADA, IDA))).isTrue();
        assertThat(only().wants(update(ADA, image(SCHEMA, 2L, "Ada", new byte[]{1})))).as("bytes are compared by their values").isFalse();
        assertThat(only().wants(update(ADA, image(SCHEMA, 1L, "Ada", new byte[]{2})))).isTrue();
        assertThat(only().wants(update(ADA, image(SCHEMA, 1L, "Ada", null)))).isTrue();
        assertThat(only().wants(update(EVE, image(SCHEMA, 3L, "Eve", null)))).isFalse();
        assertThat(only().wants(insert(ADA))).isTrue();
        assertThat(only().wants(delete(ADA))).isTrue();
        assertThat(only().wants(truncate())).isTrue();
    }

    // ---- what people write wrong

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "change:store.customers?pipeline=p&operations=insert,upsert | warehouse:t | operations has 'upsert'; expected "
                + "some of read, insert, update, delete, truncate",
        "change:store.customers?pipeline=p | warehouse:t?mode=history2 | warehouse://t?mode=history2: mode is "
                + "'history2'; expected mirror, history, append or add",
        "change:store.customers?pipeline=p | warehouse:t?deletes=keep | warehouse://t?deletes=keep: deletes is "
                + "'keep'; expected apply or mark",
        "change:store.customers?pipeline=p | warehouse:t?mode=append&deletes=mark | "
                + "warehouse://t?deletes=mark&mode=append: deletes=mark needs mode=mirror",
        "change:store.customers?pipeline=p | change:store.books | change://store.books is used as the end of a route; "
                + "changes only come from it. Did you mean warehouse:store.books?",
        "warehouse:t | log:x | warehouse://t: rows only go to a warehouse; a route begins with change:<database>.<table>",
        "change:customers?pipeline=p | warehouse:t | change:customers names no table; expected "
                + "change:<database>.<table>, such as change:store.customers",
        "change:stor.customers?pipeline=p | warehouse:t | change:stor.customers: no source has a database 'stor'",
        "change:store.customers?pipeline=p | warehouse:t?modus=mirror | Unknown parameters=[{modus=mirror}]",
        "change:store.customers?pipline=p | warehouse:t | Unknown parameters=[{pipline=p}]"})
    void whatIsWrittenWrongIsSaidWhenTheRouteIsMade(String from, String to, String message) {
        assertThatThrownBy(() -> route(from, to)).hasStackTraceContaining(message);
        assertThat(routes.pipelines()).isEmpty();
    }

    @Test
    void aContextWithoutBactriansPartsIsNamed() {
        CamelContext bare = new DefaultCamelContext();
        bare.start();
        try {
            assertThatThrownBy(() -> bare.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("change:store.customers").to("log:x");
                }
            })).hasStackTraceContaining(
                    "change://store.customers needs a SourceCatalog in Camel's registry, which Bactrian puts there; "
                            + "this Camel context has none");
        } finally {
            bare.stop();
        }
    }

    // ---- pipelines

    @Test
    void aFilesFolderNamesItsPipeline() throws Exception {
        load("billing/customers.camel.yaml", "change:store.customers");

        assertThat(routes.pipelines()).containsExactly("billing");
        assertThat(routes.topics("billing")).containsExactly("shop.store.customers");
        assertThat(routes.of("billing", "shop.store.customers")).extracting(RowRoute::id).containsExactly("r");
        assertThat(routes.of("billing", "shop.store.books")).isEmpty();
        assertThat(routes.of("bookstore", "shop.store.customers")).isEmpty();
    }

    @Test
    void theOptionNamesAnotherPipelineThanTheFolder() throws Exception {
        load("billing/customers.camel.yaml", "change:store.customers?pipeline=other");

        assertThat(routes.pipelines()).containsExactly("other");
    }

    @Test
    void aRouteThatIsInNoFolderMustNameItsPipeline() {
        assertThatThrownBy(() -> route("change:store.customers", "warehouse:t"))
                .hasStackTraceContaining("route r: change://store.customers does not say its pipeline, "
                        + "and the route does not come from a file in a folder that names it. Put the file into "
                        + "routes/<pipeline>/ or add ?pipeline=<name>");
        assertThat(routes.pipelines()).isEmpty();
    }

    @Test
    void aRouteIsThereWhileItRuns() throws Exception {
        route("change:store.customers?pipeline=p", "warehouse:t");
        assertThat(routes.of("p", Given.TOPIC)).hasSize(1);

        camel.getRouteController().stopRoute("r");
        assertThat(routes.of("p", Given.TOPIC)).isEmpty();
        assertThat(routes.pipelines()).isEmpty();

        camel.getRouteController().startRoute("r");
        assertThat(routes.of("p", Given.TOPIC)).hasSize(1);
        assertThat(rows(insert(ADA))).hasSize(1);

        camel.getRouteController().stopRoute("r");
        camel.removeRoute("r");
        assertThat(routes.topics("p")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"b,a,c", "c,b,a"})
    void routesOfOneTableComeInAStableOrder(String order) throws Exception {
        for (String id : order.split(",")) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("change:store.customers?pipeline=p").routeId(id).to("warehouse:" + id);
                }
            });
        }

        assertThat(routes.of("p", Given.TOPIC)).extracting(RowRoute::id).containsExactly("a", "b", "c");
    }

    @Test
    void theMasksKeyIsOnlyAskedForByThoseWhoHash() {
        MaskStep mask = new MaskStep("");

        assertThatThrownBy(() -> mask.hash(insert(ADA), List.of("name")))
                .hasMessageStartingWith("bactrian.mask.key has 0 characters, expected at least 16");
    }

    private interface Steps {
        void on(RouteDefinition route);
    }

    private void route(String from, String to) {
        route(from, route -> route.to(to));
    }

    private void route(String from, Steps steps) {
        try {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    steps.on(from(from).routeId("r"));
                }
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void load(String file, String from) throws Exception {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path,
                "- route:\n    id: r\n    from:\n      uri: " + from + "\n      steps:\n        - to: warehouse:customers\n");
        PluginHelper.getRoutesLoader(camel).loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + path));
    }

    private RowRoute only() {
        return routes.of("p", Given.TOPIC).get(0);
    }

    private List<Row> rows(Change change) throws Exception {
        return new ArrayList<>(only().process(change));
    }
}
