package io.bactrian.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.main.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bactrian test} as a user meets it. What it says of wrong cases is compared whole, with the files *.txt beside them. */
class GoldenCasesIT {

    private static final Path FOLDER = Path.of("src/test/resources/cases");
    private static final Path PAGE = Path.of("docs/testing-routes.md");

    @TempDir
    private Path temporary;

    @Test
    void theShippedCasesPassAndCoverEveryRoute() {
        Ended ended = Commands.execute("test");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered").doesNotContain("no cases").contains("routes/bookstore/cases/customers.yaml\n")
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

    /** Each of them with each of its options, and what it says of what it cannot do. */
    @Test
    void theKameletsCasesPassAndCoverEveryRoute() {
        Path examples = FOLDER.resolve("kamelets");
        Ended ended = Commands.execute("test", "--config", examples.resolve("kamelets.properties").toString(), examples.toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("FAIL").doesNotContain("not covered").containsPattern("\n(\\d+) cases, \\1 ok, 0 failed, \\d+\\.\\d s\n$");
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

        assertThat(ended.err()).isEqualTo("there is no nowhere (" + Path.of("nowhere").toAbsolutePath() + "); expected a folder of routes, a pipeline's folder in it, or a case file\n"
                + "src/test/resources/cases/items.sql is no case file; expected routes/<pipeline>/cases/<name>.yaml\n"
                + "src/test/resources/cases/faults/sql holds no pipeline; expected a folder with *.camel.yaml files for each, and their cases in <pipeline>/cases/*.yaml\n");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void oneFileAndOneCaseCanBeChosen() {
        Ended ended = execute(FOLDER.resolve("routes/shop/cases/rows.yaml").toString(), "--case", "as exp");

        assertThat(withoutSeconds(ended.out())).isEqualTo("src/test/resources/cases/routes/shop/cases/rows.yaml\n  ok    as expected\n1 case, 1 ok, 0 failed, N s\n");
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

        assertThat(ended.out()).isEqualTo("src/test/resources/cases/routes/empty: no cases; they go into src/test/resources/cases/routes/empty/cases/*.yaml\n");
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
        String[] all = Stream.concat(Stream.of("test", "--config", FOLDER.resolve("cases.properties").toString()), Stream.of(arguments)).toArray(String[]::new);
        return Commands.execute(all);
    }

    private static String withoutSeconds(String out) {
        return out.replaceAll("(?m), \\d+\\.\\d s$", ", N s");
    }

    private static String text(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }
}
