package io.bactrian.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Capabilities;
import io.bactrian.application.Finding;
import io.bactrian.application.PipelineEnds;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Mode;
import io.bactrian.live.RowRouteContext.Part;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Settings;
import io.bactrian.testing.Given;
import io.bactrian.testing.ReferenceTablesInMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each shipped file, right and wrong, and each kind of mistake: what is said of it, and where. */
class WrongRoutesTest {

    private static final Path SHIPPED = Path.of("routes");
    private static final String ROUTE = """
            - route:
                id: r
                from:
                  uri: change:store.customers
                  steps:
                    - to: warehouse:c?mode=mirror
            """;

    @TempDir
    private Path folder;

    /** The shipped folder, for a file of it to be spoilt. */
    @BeforeEach
    void copy() {
        shipped().forEach(file -> write(file.toString(), read(SHIPPED.resolve(file))));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> shipped() {
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            return files.filter(file -> file.toString().endsWith(RouteFiles.ROUTES) || file.toString().endsWith(RouteFiles.KAMELETS))
                    .map(SHIPPED::relativize).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Settings settings() {
        return Settings.loadWithoutServers(Path.of("no-such.properties"), Map.of())
                .with(Map.of("bactrian.routes", folder.toString(), "bactrian.pipeline.curate.warehouse", "topics", "bactrian.mask.key",
                        "0123456789abcdef-test",
                        "bactrian.source.shop.host", "shop.example.org", "bactrian.source.shop.port", "3306", "bactrian.source.shop.user",
                        "reader", "bactrian.source.shop.password", "s3cret",
                        "bactrian.source.shop.server-id", "5502", "bactrian.source.shop.databases", "store,shipping"));
    }

    private void start(Part part) {
        start(part, PipelineCapabilities.ends(settings()));
    }

    private void start(Part part, PipelineEnds ends) {
        try (RowRouteContext context = new RowRouteContext(settings(), part, "wrong", pipeline -> {
        })) {
            context.endIn(ends);
            context.bind("referenceTables", new ReferenceTablesInMemory(Given.schema("code string(2)")));
            if (part == Part.CAPTURE) {
                context.onlyTry();
            }
            context.start(new SourceCatalog(Map.of("store", "shop", "shipping", "shop")));
        }
    }

    private static Part partOf(Path file) {
        return file.startsWith("capture") ? Part.CAPTURE : Part.ROWS;
    }

    @Test
    void theShippedFilesAreRight() {
        assertThatCode(() -> start(Part.ROWS)).doesNotThrowAnyException();
        assertThatCode(() -> start(Part.CAPTURE)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void aShippedFileThatIsWrittenByHalfIsRefused(Path file) {
        String text = read(SHIPPED.resolve(file));
        write(file.toString(), text + "\"");

        assertThatThrownBy(() -> start(partOf(file))).isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(quoted(file) + ":\\d+:\\d+: this is no YAML: .*");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void aShippedFileWithAMisspeltWordIsRefusedAtItsLine(Path file) {
        String text = read(SHIPPED.resolve(file));
        String word = Stream.of("precondition:", "process:", "change:", "debezium-mysql:", "redeliveryPolicy:").filter(text::contains)
                .findFirst().orElseThrow();
        String misspelt = "x" + word;
        write(file.toString(), text.replace(word, misspelt));
        int line = (int) text.substring(0, text.indexOf(word)).lines().count();

        assertThatThrownBy(() -> start(partOf(file))).isInstanceOf(ConfigurationException.class)
                .hasMessageMatching(quoted(file) + ":" + line + ":\\d+: .*'" + misspelt.replace(":", "") + "'.*did you mean '"
                        + word.replace(":", "") + "'\\?");
    }

    private String quoted(Path file) {
        return java.util.regex.Pattern.quote(folder.resolve(file).toString());
    }

    static List<Arguments> mistakes() {
        String beans = "the beans are [changeLog, errors, mask, ownErrorsFirst, pipelineEnds, referenceTables, routeTable, sourceCatalog]";
        return List.of(
                wrong(ROUTE.replace("      uri", "\t uri"),
                        "4:1: this is no YAML: found character '\\t(TAB)' that cannot start any token. (Do not use "
                                + "\\t(TAB) for indentation), while scanning for the next token"),
                wrong("",
                        "1:1: the file is empty; expected a list that begins with '- route:'. "
                                + "Delete the file if its route is to be removed"),
                wrong("# later\n",
                        "1:1: the file is empty; expected a list that begins with '- route:'. "
                                + "Delete the file if its route is to be removed"),
                wrong("route:\n  id: r\n", "1:1: the file is no list; expected '- route:', with the dash. Perhaps it is missing?"),
                wrong("- from here\n", "1:3: expected an item such as '- route:'"),
                wrong(ROUTE.replace("route", "rout"), "1:3: 'rout' is nothing that a file of routes may begin with; did you mean 'route'?"),
                wrong(ROUTE.substring(0, ROUTE.indexOf("      steps")), "2:9: route r has no steps; expected from.steps with at least one"),
                wrong(ROUTE.substring(0, ROUTE.indexOf(" warehouse")),
                        "6:14: an endpoint has no uri; expected one such as warehouse:<table>"),
                wrong(ROUTE.replace("steps", "stepz"), "5:7: 'stepz' is no key here; did you mean 'step' or 'steps'?"),
                wrong(ROUTE.replace("    from", "    onException: []\n    from"),
                        "3:5: 'onException' is no key here; it stands at the beginning of a file, as '- onException:'"),
                wrong(ROUTE.replace("- to", "- too"), "6:11: 'too' is no step that Camel has; did you mean 'to' or 'toD'?"),
                wrong(ROUTE.replace("warehouse:", "warehose:"), "6:15: there is no component 'warehose'; did you mean 'warehouse'?"),
                wrong(ROUTE.replace("change:", "chnge:"), "4:12: there is no component 'chnge'; did you mean 'change'?"),
                wrong(ROUTE.replace("mode=", "mod="), "6:27: 'mod' is no option of warehouse; did you mean 'mode'?"),
                wrong(ROUTE.replace("customers\n", "customers\n      parameters:\n        operation: insert\n"),
                        "6:9: 'operation' is no option of change; did you mean 'operations'?"),
                wrong(ROUTE.replace("=mirror", "=miror"),
                        "6:15: warehouse://c?mode=miror: mode is 'miror'; expected mirror, history, append or add"),
                wrong(ROUTE.replace("store.", "stor."),
                        "4:12: change:stor.customers: no source has a database 'stor'; the sources' databases are "
                                + "[shipping, store]. Add it to bactrian.source.<name>.databases"),
                wrong(ROUTE.replace("warehouse:c?mode=mirror", "topic:shop.c"),
                        "6:15: topic:shop.c begins with the name of source shop, whose tables' topics are called so; "
                                + "expected another name, such as curated.c"),
                wrong(ROUTE.replace("warehouse:c?mode=mirror", "topic:a/b"),
                        "6:15: topic://a/b: 'a/b' is no name for a topic; expected letters, digits, dots, dashes and underscores"),
                wrong(ROUTE.replace("warehouse:c?mode=mirror", "topic:curated.c"),
                        "6:15: topic:curated.c: pipeline p ends in a warehouse, and one batch cannot be a transaction of both. "
                                + "If all of its routes end in topics, set bactrian.pipeline.p.warehouse=topics; else "
                                + "put this one into a pipeline of its own"),
                wrong(ROUTE.replace("store.customers", "store.customers?pipeline=curate"),
                        "6:15: warehouse:c?mode=mirror: pipeline curate ends in topics "
                                + "(bactrian.pipeline.curate.warehouse), and one batch cannot be a transaction of both. "
                                + "Expected topic:…, or a pipeline of its own for this route"),
                step("- filter:\n            simple: ${body} == 1\n            steps:\n              - to: topic:curated.c",
                        "9:21: topic:curated.c: pipeline p ends in a warehouse, and one batch cannot be a transaction of both. "
                                + "If all of its routes end in topics, set bactrian.pipeline.p.warehouse=topics; else "
                                + "put this one into a pipeline of its own"),
                step("- to: bean:nobody", "6:20: there is no bean 'nobody'; " + beans),
                step("- bean:\n            ref: maske", "7:18: there is no bean 'maske'; did you mean 'mask'?"),
                step("- process:\n            ref: nobody", "7:18: there is no bean 'nobody'; " + beans),
                step("- to: kamelet:mesk?columns=a",
                        "6:15: there is no kamelet 'mesk' in FOLDER/kamelets, and none is shipped; did you mean 'mask'?"),
                step("- to: kamelet:mask", "6:15: kamelet mask needs columns, which is not given"),
                step("- to: kamelet:mask?columns=a&colums=b", "6:38: 'colums' is no option of kamelet mask; did you mean 'columns'?"),
                step("- to: kamelet:only-if?condition=a b",
                        "6:15: kamelet only-if: condition \"a b\", character 3: 'b' found, expected one of = != < <= "
                                + "> >= contains startsWith endsWith (these three also after !) in 'not in' is"),
                step("- to: direct:nowhere", "6:15: no route begins with direct:nowhere."),
                step("- to: log:{{nope}}",
                        "6:19: nothing is called 'nope', which {{nope}} asks for; expected a setting, or in a kamelet "
                                + "one of its properties"),
                step("- filter:\n            groovy: a\n            steps:\n              - to: log:a",
                        "7:13: there is no language 'groovy' here; simple is"),
                step("- filter:\n            simple: ${bod} == 1\n            steps:\n              - to: log:a",
                        "7:21: the Simple expression is wrong: Unknown function: bod at location 0 ${bod} == 1 *"),
                wrong(ROUTE.replace("    from", "    routeConfigurationId: mine\n    from"),
                        "3:27: there is no route configuration 'mine'; those with an id are []"),
                wrong("- onException:\n    exception: [java.lang.Nope]\n    redeliveryPolicy: {maximumRedeliveries: 1}\n" + ROUTE,
                        "2:17: there is no class java.lang.Nope; expected the full name of an exception's class, such "
                                + "as java.io.IOException"),
                wrong("- onException:\n    exception: [java.io.IOException]\n" + ROUTE,
                        "1:3: the onException does nothing; expected redeliveryPolicy, handled or steps in it"),
                wrong("- onException:\n    exception: [java.io.IOException]\n    redeliveryPolicy: {maximumRedeliveries: -1}\n" + ROUTE,
                        "3:45: maximumRedeliveries: -1 has no end; the pipeline waits for each change meanwhile, so "
                                + "expected at most a minute in all"),
                wrong("- onException:\n    exception: [java.io.IOException]\n    redeliveryPolicy: "
                        + "{maximumRedeliveries: 7, useExponentialBackOff: true}\n"
                        + ROUTE,
                        "3:45: maximumRedeliveries: 7, with its pauses, may take more than a minute; the pipeline "
                                + "waits for each change meanwhile, so expected at most a minute in all"),
                wrong(ROUTE + ROUTE, "8:9: the route id r is at FOLDER/p/r.camel.yaml:2:9 too; expected one route for each id"));
    }

    private static Arguments wrong(String text, String said) {
        return Arguments.of(text, said);
    }

    private static Arguments step(String step, String said) {
        return wrong(ROUTE.replace("- to:", step + "\n        - to:"), said);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsSaidWithItsPlaceAndWhatWasExpected(String text, String said) {
        write("p/r.camel.yaml", text);

        assertThatThrownBy(() -> start(Part.ROWS)).isInstanceOf(ConfigurationException.class)
                .hasMessage(folder.resolve("p/r.camel.yaml") + ":" + said.replace("FOLDER", folder.toString()));
    }

    /** A warehouse that can mirror and append, and no more. */
    private static final Capabilities COLUMNS = new Capabilities(Capabilities.End.TABLES, "warehouse main (Columns 1.0)",
            Set.of(Mode.APPEND, Mode.MIRROR), false, false);

    private static PipelineEnds ends() {
        return new PipelineEnds(pipeline -> switch (pipeline) {
            case "p" -> COLUMNS;
            case "curate" -> Capabilities.topics();
            default -> Capabilities.everything("warehouse main");
        });
    }

    static List<Arguments> tooMuch() {
        String lookup = "kamelet:lookup?table=countries&from=code&take=region";
        return List.of(
                wrong(ROUTE.replace("=mirror", "=add&key=id"),
                        "6:15: warehouse:c?mode=add&key=id: warehouse main (Columns 1.0) cannot keep sums; it can mirror and append. "
                                + "Use mode=append and sum in a view, or another warehouse"),
                wrong(ROUTE.replace("=mirror", "=history"),
                        "6:15: warehouse:c?mode=history: warehouse main (Columns 1.0) cannot keep histories; it can mirror and append. "
                                + "Use mode=append, which keeps every change with its time, or another warehouse"),
                step("- filter:\n            simple: ${body} == 1\n            steps:\n              - to: warehouse:d?mode=history",
                        "9:21: warehouse:d?mode=history: warehouse main (Columns 1.0) cannot keep histories; it can mirror and append. "
                                + "Use mode=append, which keeps every change with its time, or another warehouse"),
                wrong(ROUTE.replace("- to: warehouse:c?mode=mirror",
                        "- to:\n            uri: warehouse:c\n            parameters:\n              mode: add\n              key: id"),
                        "7:18: warehouse:c?key=id&mode=add: warehouse main (Columns 1.0) cannot keep sums; it can mirror and append. "
                                + "Use mode=append and sum in a view, or another warehouse"),
                step("- to: " + lookup,
                        "6:15: kamelet:lookup: pipeline p ends in warehouse main (Columns 1.0), where no table can be looked into. "
                                + "Look it up in the pipeline that loads a warehouse with tables, or join in a view"),
                wrong(ROUTE.replace("store.customers", "store.customers?pipeline=curate")
                        .replace("warehouse:c?mode=mirror", lookup + "\n        - to: topic:curated.c"),
                        "6:15: kamelet:lookup: pipeline curate ends in topics, where no table can be looked into. "
                                + "Look it up in the pipeline that loads a warehouse with tables, or join in a view"));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void whatThePipelinesEndCanNotDoIsReportedWhenTheRouteIsLoadedAndByCheck(String text, String said) {
        write("p/r.camel.yaml", text);
        String fault = folder.resolve("p/r.camel.yaml") + ":" + said;

        assertThatThrownBy(() -> start(Part.ROWS, ends())).isInstanceOf(ConfigurationException.class).hasMessage(fault);
        assertThat(RouteFindings.look(settings(), ends(), warehouse -> COLUMNS).findings())
                .filteredOn(finding -> finding.level() == Finding.Level.FAULT).extracting(Finding::found).containsExactly(fault);
    }

    @Test
    void whatThePipelinesEndCanDoIsNoFault() {
        write("p/r.camel.yaml", ROUTE + ROUTE.replace("id: r", "id: s").replace("=mirror", "=append"));

        assertThatCode(() -> start(Part.ROWS, ends())).doesNotThrowAnyException();
        assertThat(RouteFindings.look(settings(), ends(), warehouse -> COLUMNS).findings())
                .noneMatch(finding -> finding.level() == Finding.Level.FAULT);
    }

    @Test
    void aModelOfAWarehouseThatKeepsNoneIsReportedWithItsFileByCheck() {
        write("models/per_day.sql", "-- key: day\n-- reads orders: day\nselect day, count(*) as n from orders group by day\n");
        Settings settings = settings().with(Map.of("bactrian.warehouse.main.url", "jdbc:mysql://warehouse.example.org/w",
                "bactrian.warehouse.main.models", folder.resolve("models").toString()));
        String fault = folder.resolve("models/per_day.sql") + ":1: model per_day: warehouse main (Columns 1.0) keeps no models. "
                + "Make a view of that name in it, or use another warehouse";

        assertThat(RouteFindings.look(settings, ends(), warehouse -> COLUMNS).findings())
                .filteredOn(finding -> finding.level() == Finding.Level.FAULT).extracting(Finding::found).containsExactly(fault);
        assertThat(RouteFindings.look(settings).findings()).noneMatch(finding -> finding.level() == Finding.Level.FAULT);
    }

    @Test
    void filesThatCanNotBeReadAreAllNamedAtOnce() {
        write("p/a.camel.yaml", "");
        write("p/b.camel.yaml", "- \"");

        assertThatThrownBy(() -> start(Part.ROWS)).isInstanceOfSatisfying(ConfigurationException.class,
                e -> assertThat(e.getMessage().lines()).hasSize(2));
    }

    @Test
    void aRouteInAFileForAllPipelinesIsRefused() {
        write("r.camel.yaml", ROUTE);

        assertThatThrownBy(() -> start(Part.ROWS)).hasMessage(folder.resolve("r.camel.yaml")
                + ":1:3: 'route' is in a file for all pipelines, which may hold routeConfiguration and beans; "
                + "routes belong into the folder of a pipeline, such as " + folder.resolve("<pipeline>/r.camel.yaml"));
    }

    @Test
    void aRouteIdOfTwoFilesIsNamedInBoth() {
        write("p/a.camel.yaml", ROUTE);
        write("q/b.camel.yaml", ROUTE);

        assertThatThrownBy(() -> start(Part.ROWS)).hasMessage(folder.resolve("q/b.camel.yaml") + ":2:9: the route id r is at "
                + folder.resolve("p/a.camel.yaml") + ":2:9 too; expected one route for each id");
    }

    @Test
    void aKameletThatNoRouteUsesIsReadTooAndMustBeNamedAsItsFile() {
        write("kamelets/other.kamelet.yaml", read(SHIPPED.resolve("kamelets/rename.kamelet.yaml")).replace("- process:", "- proces:"));
        assertThatThrownBy(() -> start(Part.ROWS)).hasMessage(
                folder.resolve("kamelets/other.kamelet.yaml") + ":32:11: 'proces' is no step that Camel has; did you mean 'process'?");

        write("kamelets/other.kamelet.yaml", read(SHIPPED.resolve("kamelets/lookup.kamelet.yaml")));
        assertThatThrownBy(() -> start(Part.ROWS)).hasMessage(folder.resolve("kamelets/other.kamelet.yaml")
                + ":1:1: there is no kamelet 'other' in it; expected metadata.name to be what the file is called");
    }
}
