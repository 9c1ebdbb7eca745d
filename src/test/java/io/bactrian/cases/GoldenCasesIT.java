package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.cli.Commands.Ended;
import io.bactrian.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code bactrian test} as a user meets it. What it says of wrong cases is compared whole, with the files *.txt beside
 * them.
 */
class GoldenCasesIT {

    private static final Path FOLDER = Path.of("src/test/resources/cases");
    private static final Path PAGE = Path.of("docs/testing-routes.md");

    @TempDir
    private Path temporary;

    @Test
    void theShippedCasesPassAndCoverEveryRoute() {
        Ended ended = Commands.execute("test");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered").doesNotContain("no cases")
                .contains("routes/bookstore/cases/customers.yaml\n")
                .containsPattern("\n(\\d+) cases, \\1 ok, 0 failed, \\d+\\.\\d s\n$");
        assertThat(ended.exitCode()).isZero();
    }

    /** The same files, with the store and the warehouse in PostgreSQL: that alone the settings say. */
    @Test
    void theShippedCasesPassWhereTheSettingsNamePostgreSql() {
        Ended ended = Commands.execute("test", "--config", FOLDER.resolve("mixed.properties").toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered")
                .containsPattern("\n(\\d+) cases, \\1 ok, 0 failed, \\d+\\.\\d s\n$");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void eachKindOfDifferenceIsShown() throws IOException {
        Ended ended = execute(FOLDER.resolve("routes").toString());

        assertThat(withoutSeconds(ended.out())).isEqualTo(text("routes.txt"));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    /** In the same words; but for a price of twelve digits, which a column of PostgreSQL's has room for. */
    @Test
    void eachKindOfDifferenceIsShownOfPostgreSqlToo() throws IOException {
        Ended ended = execute("--warehouse", "postgres", FOLDER.resolve("routes").toString());

        assertThat(withoutSeconds(ended.out())).isEqualTo(text("routes.txt")
                .replaceFirst("  FAIL  (rows that depend on how the changes arrived).*\n(?:        .*\n)+", "  ok    $1\n")
                .replace("17 cases, 1 ok, 16 failed", "17 cases, 2 ok, 15 failed"));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    @Test
    void aKindOfWarehouseThatThereIsNotIsRefused() {
        Ended ended = execute("--warehouse", "oracle", FOLDER.resolve("routes").toString());

        assertThat(ended.err()).startsWith("Invalid value for option '--warehouse': expected one of [mysql, postgres]")
                .contains("but was 'oracle'");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aStatementForTwoServersIsRefusedAndOneForEachIsRun() throws IOException {
        Path cases = Files.createDirectories(temporary.resolve("bookstore/cases"));
        Files.copy(Path.of("routes/bookstore/carriers.camel.yaml"), cases.resolveSibling("carriers.camel.yaml"));
        Files.copy(Path.of("routes/bookstore/authors.camel.yaml"), cases.resolveSibling("authors.camel.yaml"));
        Files.writeString(cases.resolve("both.yaml"), """
                cases:
                  - name: one for both
                    when:
                      - INSERT INTO shipping.carriers (code, name, collects_until) SELECT 'A', name, '12:00:00' FROM store.authors
                    then:
                      store_authors: []
                  - name: one for each
                    when:
                      - |
                        INSERT INTO store.authors (name) VALUES ('Not of shipping.carriers');
                        INSERT INTO shipping.carriers (code, name, collects_until) VALUES ('A', 'Not of store.authors', '12:00:00')
                    then:
                      store_authors:
                        - {author_id: 1, name: Not of shipping.carriers}
                      shipping_carriers:
                        - {carrier_id: 1, name: Not of store.authors}
                """);

        Ended ended = Commands.execute("test", "--config", FOLDER.resolve("mixed.properties").toString(),
                cases.resolve("both.yaml").toString());

        assertThat(ended.out()).contains(
                "both.yaml:4: it names [shipping], which the settings have in MySQL, and [store], which they have in "
                        + "PostgreSQL; expected a statement for each")
                .contains("  ok    one for each\n").contains("2 cases, 1 ok, 1 failed");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    /** No MySQL is started for them. */
    @Test
    void theCasesOfASourceInPostgreSqlAloneSeeTheRowBeforeAsItsLogHasIt() {
        Path examples = FOLDER.resolve("postgres");
        Ended ended = Commands.execute("test", "--config", examples.resolve("postgres.properties").toString(), examples.toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered").contains("\n3 cases, 3 ok, 0 failed,");
        assertThat(ended.exitCode()).isZero();
    }

    /** Each of them with each of its options, and what it says of what it cannot do. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql", "postgres"})
    void theKameletsCasesPassAndCoverEveryRoute(String warehouse) {
        Path examples = FOLDER.resolve("kamelets");
        Ended ended = Commands.execute("test", "--warehouse", warehouse, "--config", examples.resolve("kamelets.properties").toString(),
                examples.toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered")
                .containsPattern("\n(\\d+) cases, \\1 ok, 0 failed, \\d+\\.\\d s\n$");
        assertThat(ended.exitCode()).isZero();
    }

    /** A topic is a table of its name, whether it is passed on to or read. */
    @Test
    void theCasesOfAPipelineThatEndsInTopicsAndOfOneThatReadsThemPass() {
        Path examples = FOLDER.resolve("topics");
        Ended ended = Commands.execute("test", "--config", examples.resolve("topics.properties").toString(), examples.toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered").contains("\n4 cases, 4 ok, 0 failed,");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void allFaultsOfAllFilesAreNamedAtOnce() throws IOException {
        Ended ended = execute(FOLDER.resolve("faults/routes").toString());

        assertThat(ended.err().replace(Path.of("").toAbsolutePath().toString(), "DIR")).isEqualTo(text("faults.txt"));
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void sqlThatDoesNotMakeTheTablesIsNamed() throws IOException {
        Ended ended = execute(FOLDER.resolve("sql-faults").toString());

        assertThat(ended.err()).isEqualTo(text("sql-faults.txt"));
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aRouteThatDoesNotStartIsNamed() throws IOException {
        Ended ended = execute(FOLDER.resolve("route-faults").toString());

        assertThat(ended.err()).isEqualTo(text("route-faults.txt"));
        assertThat(ended.out()).isEmpty();
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aPathThatLeadsNowhereIsNamed() {
        Ended ended = execute("nowhere", FOLDER.resolve("items.sql").toString(), FOLDER.resolve("faults/sql").toString());

        assertThat(ended.err()).isEqualTo("there is no nowhere (" + Path.of("nowhere").toAbsolutePath()
                + "); expected a folder of routes, a pipeline's folder in it, or a case file\n"
                + "src/test/resources/cases/items.sql is no case file; expected routes/<pipeline>/cases/<name>.yaml\n"
                + "src/test/resources/cases/faults/sql holds no pipeline; expected a folder with *.camel.yaml files "
                + "for each, and their cases in <pipeline>/cases/*.yaml\n");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void oneFileAndOneCaseCanBeChosen() {
        Ended ended = execute(FOLDER.resolve("routes/shop/cases/rows.yaml").toString(), "--case", "as exp");

        assertThat(withoutSeconds(ended.out()))
                .isEqualTo("src/test/resources/cases/routes/shop/cases/rows.yaml\n  ok    as expected\n1 case, 1 ok, 0 failed, N s\n");
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void aPartOfANameThatNoCaseHasIsAFault() {
        Ended ended = execute(FOLDER.resolve("routes").toString(), "--case", "unheard of");

        assertThat(ended.err()).isEqualTo("no case has 'unheard of' in its name; expected a part of one\n");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aPipelineWithoutCasesIsSaidWithoutAServer() {
        Ended ended = execute(FOLDER.resolve("routes/empty").toString());

        assertThat(ended.out()).isEqualTo(
                "src/test/resources/cases/routes/empty: no cases; they go into src/test/resources/cases/routes/empty/cases/*.yaml\n");
        assertThat(ended.exitCode()).isZero();
    }

    /** The page shows a file and what it gives; both are on the page as they are. */
    @Test
    void thePagesExampleIsWhatTheCommandSays() throws IOException {
        String page = Files.readString(PAGE);
        String cases = block(page, "yaml");
        Path pipeline = Files.createDirectories(temporary.resolve("routes/bookstore/cases")).getParent();
        try (Stream<Path> routes = Files.list(Path.of("routes/bookstore"))) {
            for (Path route : routes.filter(Files::isRegularFile).toList()) {
                Files.copy(route, pipeline.resolve(route.getFileName()));
            }
        }
        Files.createDirectories(temporary.resolve("routes/kamelets"));
        try (Stream<Path> kamelets = Files.list(Path.of("routes/kamelets"))) {
            for (Path kamelet : kamelets.toList()) {
                Files.copy(kamelet, temporary.resolve("routes/kamelets").resolve(kamelet.getFileName()));
            }
        }
        Files.writeString(pipeline.resolve("cases/example.yaml"), cases);

        Ended ended = Commands.execute("test", pipeline.resolve("cases/example.yaml").toString());

        assertThat("$ ./bactrian test routes/bookstore/cases/example.yaml\n" + withoutSeconds(ended.out()).replace(temporary + "/", ""))
                .isEqualTo(withoutSeconds(block(page, "text")));
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    private static String block(String page, String language) {
        Matcher matcher = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    /** With settings of their own: the user's are none of these routes' business. */
    private static Ended execute(String... arguments) {
        String[] all = Stream.concat(Stream.of("test", "--config", FOLDER.resolve("cases.properties").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return Commands.execute(all);
    }

    private static String withoutSeconds(String out) {
        return out.replaceAll("(?m), \\d+\\.\\d s$", ", N s");
    }

    private static String text(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }
}
