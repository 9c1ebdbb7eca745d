package io.bactrian.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AppTest {

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(said, true, UTF_8));
        System.setErr(new PrintStream(complained, true, UTF_8));
    }

    @AfterEach
    void speakAgain() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    @Timeout(60) // were it no fault, the demo would run until somebody stops it
    void verifyingADemoWithoutAnEndIsAFaultOfTheUser() {
        assertThat(App.execute("demo", "--verify")).isEqualTo(2);
        assertThat(complaint()).isEqualTo("--verify compares at the end, and without --for the demo has none; add --for 60s, say");
        assertThat(said.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help"})
    void theHelpNamesEachCommandAndTheExitCodes(String argument) {
        assertThat(argument.isEmpty() ? App.execute() : App.execute(argument)).isZero();
        assertThat(said.toString(UTF_8).replaceAll("\\s+", " ")).contains(" demo ").contains(" run ").contains(" status ")
                .contains(" check ").contains(" plan ").contains(" init ").contains(" verify ").contains(" test ").contains(" models ")
                .contains(" dead-letters ").contains("./bactrian demo")
                .contains("Exit codes: 0 all is well, 1 it did not work out, 2 something that you wrote is wrong.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"demo | --rate --rows --for --verify", "run | --config", "check | --config --faults-only",
        "init | --source --warehouse --kafka --into --name", "verify | --config --wait", "plan | --config Exit",
        "status | --json --watch --port --host --config 2 no instance answers", "test | --case --config PATH",
        "models | list rebuild check", "models list | --config", "models rebuild | NAME", "models check | NAME",
        "dead-letters | list show replay discard",
        "dead-letters list | --config", "dead-letters show | ID", "dead-letters replay | --all ID", "dead-letters discard | --all ID"})
    void eachCommandHasItsHelp(String command, String words) {
        assertThat(App.execute((command + " --help").split(" "))).isZero();
        assertThat(said.toString(UTF_8)).contains("bactrian " + command).contains(words.split(" "));
        assertThat(complaint()).isEmpty();
    }

    @Test
    void deadLettersAloneShowsItsHelp() {
        assertThat(App.execute("dead-letters")).isZero();
        assertThat(said.toString(UTF_8)).contains("list").contains("show").contains("replay").contains("discard");
    }

    @Test
    void tellsItsVersion() {
        assertThat(App.execute("--version")).isZero();
        assertThat(said.toString(UTF_8)).startsWith("bactrian ").contains("Java " + System.getProperty("java.version"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "dmeo | Unmatched argument at index 0: 'dmeo'", "demo --rat 5 | Unknown option",
        "demo --rate fast | Invalid value for option '--rate'",
        "demo --store oracle | Invalid value for option '--store': expected one of [mysql, postgres] but was 'oracle'",
        "demo --warehouse oracle | Invalid value for option '--warehouse': expected one of [mysql, postgres] but was 'oracle'",
        "demo --for 60 | '60' is no duration; expected one such as 60s, 5m or 1h", "demo --for soon | 'soon' is no duration",
        "dead-letters show | Missing required parameter: 'ID'", "dead-letters lst | lst",
        "models rebuild | Missing required parameter: 'NAME'", "models check a b | Unmatched argument"})
    void aWrongArgumentIsNamedWithoutAStackTrace(String arguments, String complaint) {
        assertThat(App.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(complaint()).contains(complaint).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"60s, 60", "5m, 300", "1h, 3600", "1h30m, 5400", "2S, 2"})
    void aDurationIsWrittenAsPeopleWriteIt(String text, long seconds) {
        assertThat(new DurationConverter().convert(text)).hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "60", "s", "-5s", "0s", "1d", "PT5s", "5 s"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text)).isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is no duration; expected one such as 60s, 5m or 1h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay", "discard"})
    void whichDeadLettersMustBeSaid(String command) {
        assertThat(App.execute("dead-letters", command)).isEqualTo(2);
        assertThat(App.execute("dead-letters", command, "--all", "shop.store.customers-0@1/r")).isEqualTo(2);
        assertThat(complaint().lines().distinct())
                .containsExactly("no dead letter is named; expected one or more ids, or --all; `bactrian dead-letters list` shows them");
    }

    @Test
    void wrongSettingsAreAllNamed() throws Exception {
        Path config = Files.writeString(folder.resolve("my.properties"), "bactrian.kafka.bootstrap-server=x\n");

        assertThat(App.execute("run", "--config", config.toString())).isEqualTo(2);
        assertThat(complaint())
                .contains(config + ":1: bactrian.kafka.bootstrap-server is no setting; did you mean bactrian.kafka.bootstrap-servers?")
                .contains("bactrian.kafka.bootstrap-servers is not set").doesNotContain("\tat ");
    }

    @Test
    void aSettingsFileThatIsNotThereIsNamed() {
        Path config = folder.resolve("none.properties");

        assertThat(App.execute("run", "--config", config.toString())).isEqualTo(2);
        assertThat(complaint()).contains(config.toString());
    }

    private String complaint() {
        return complained.toString(UTF_8).strip();
    }
}
