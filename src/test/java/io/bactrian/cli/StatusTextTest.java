package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.StatusReport.Capture;
import io.bactrian.application.StatusReport.Instance;
import io.bactrian.application.StatusReport.Lag;
import io.bactrian.application.StatusReport.LastError;
import io.bactrian.application.StatusReport.Letters;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.application.StatusReport.PartitionProgress;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport.Table;
import io.bactrian.application.StatusReport.TableReread;
import io.bactrian.application.StatusReport;
import io.bactrian.infrastructure.observe.StatusJson;
import io.bactrian.main.Bactrian;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Lag NONE = new Lag(0, 0.0, 0, NOW);

    private static StatusReport report(boolean ready, List<Need> needs, List<LastError> errors, Lag lag, List<Table> tables) {
        return new StatusReport(new Instance("0.1.0", 42, NOW.minusSeconds(7_500), "http://127.0.0.1:8081"), NOW, true, ready, List.of(),
                needs,
                List.of(new Part("capture shop", true, "", NOW),
                        new Part("pipeline bookstore/1", ready, ready ? "" : "the disk is full", NOW.minusSeconds(30))),
                List.of(new Server("Kafka", true, "", NOW),
                        new Server("warehouse main", ready, ready ? "" : "away", ready ? NOW : NOW.minusSeconds(61))),
                List.of(new Capture("shop", true, false, 1_234_567, 812.4, 900, 0, NOW.minusMillis(400), NOW.minusMillis(300), List.of())),
                List.of(new Pipeline("bookstore", ready, lag, 1_234_000, 810.6, 2_000_000, 1_300, 12, 800, 1, 0, 0,
                        new Letters(ready ? 0L : null, 0), NOW, tables)),
                errors);
    }

    private static Table table(int number, Lag lag) {
        return new Table("shop.store.t" + number, lag, 10, List.of("bookstore-t" + number), Map.of(0, new PartitionProgress(17, 17)));
    }

    private static List<String> text(StatusReport report) {
        return StatusText.lines(report, ZoneOffset.UTC);
    }

    @Test
    void aTableThatIsReadAgainIsNotCurrent() {
        StatusReport whole = report(true, List.of(), List.of(), NONE, List.of());
        Capture capture = new Capture("shop", true, false, 0, 0, 0, 0, NOW, NOW, List.of(
                new TableReread("store.orders", "column f was added with a value in every row", NOW.minusSeconds(60), 120_000, 400_000,
                        12_000, 23.3),
                new TableReread("store.items", "asked for by bactrian reread", NOW.minusSeconds(5), 0, 0, 0, null)));
        assertThat(text(new StatusReport(whole.instance(), NOW, true, true, List.of(), List.of(), whole.parts(), whole.servers(),
                List.of(capture), List.of(), List.of())))
                .contains("  store.orders           not current since 2026-11-21T11:59:00Z: read so far, 120,000 of about 400,000 rows, "
                        + "12,000 a second, 23 s left; column f was added with a value in every row",
                        "  store.items            not current since 2026-11-21T11:59:55Z: waits to be read; "
                                + "asked for by bactrian reread");
    }

    @Test
    void saysEverythingAtRest() {
        assertThat(String.join("\n", text(report(true, List.of(), List.of(), NONE, List.of(table(1, NONE)))))).isEqualTo("""
                ALL WELL  Bactrian 0.1.0, process 42, up 2 h 5 min, http://127.0.0.1:8081

                capture                  state           changes  a second  newest change  last heard of
                shop                     up            1,234,567       812  0.4 s ago      0.3 s ago

                pipeline                 state           applied  a second  lag                              dead letters
                bookstore                up            1,234,000       811  none                             0 open
                                                       2,000,000 rows in 800 batches; 12 changes filtered; tried again once

                table (of bookstore)                     lag                                   applied watermarks  routes
                shop.store.t1                            none                                       10         17  bookstore-t1

                part                     state
                capture shop             up
                pipeline bookstore/1     up
                Kafka                    answers
                warehouse main           answers

                needs a person
                  nothing""");
    }

    @Test
    void saysWhatIsDownSinceWhenWhyAndWhatWasBefore() {
        StatusReport report = report(false, List.of(new Need("pipeline bookstore/1", "the disk is full")),
                List.of(new LastError("pipeline bookstore/1", "the disk is full", NOW.minusSeconds(30), null),
                        new LastError("capture shop", "gone", NOW.minusSeconds(3_600), NOW.minusSeconds(3_598))),
                new Lag(5_000, 31.26, 0, NOW), List.of());
        List<String> text = text(report);
        assertThat(text.get(0)).startsWith("DOWN  Bactrian");
        assertThat(text).contains(
                "bookstore                DOWN          1,234,000       811  5,000 changes, 31.3 s            not known yet",
                "pipeline bookstore/1     DOWN     since 2026-11-21 11:59:30",
                "warehouse main           AWAY     last answer 1 min 1 s ago",
                "  pipeline bookstore/1: the disk is full",
                "  2026-11-21 11:00:00, over after 2.0 s: capture shop: gone");
        assertThat(text).as("what lasts is said once").filteredOn(line -> line.contains("the disk is full")).hasSize(1);
    }

    @Test
    void ofManyTablesThoseAreShownThatWait() {
        List<Table> tables = IntStream.range(0, 500).mapToObj(i -> table(i, i == 77 ? new Lag(3, 0.5, 0, NOW) : NONE)).toList();
        assertThat(text(report(true, List.of(), List.of(), NONE, tables))).filteredOn(line -> line.startsWith("shop.store."))
                .singleElement().asString()
                .startsWith("shop.store.t77").contains("3 changes, 0.5 s");
        assertThat(text(report(true, List.of(), List.of(), NONE, tables))).contains("(1 of 500 tables: those that wait; --json has all)");
    }

    @Test
    void aLagThatNobodyKnowsIsNotCalledNone() {
        assertThat(StatusText.lag(new Lag(0, 0.0, 0, null))).isEqualTo("not known: Kafka has not answered");
        assertThat(StatusText.lag(new Lag(0, null, 3, NOW))).isEqualTo("not known: no watermarks yet");
        assertThat(StatusText.lag(new Lag(10, null, 3, NOW))).isEqualTo("10 changes or more");
        assertThat(StatusText.lag(new Lag(10, null, 0, NOW))).isEqualTo("10 changes");
        assertThat(StatusText.lag(new Lag(1, 0.5, 0, NOW))).isEqualTo("1 change, 0.5 s");
        assertThat(StatusText.lag(NONE)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"0.04, 0.0 s", "59.9, 59.9 s", "60, 1 min 0 s", "3599, 59 min 59 s", "3600, 1 h 0 min", "86399, 23 h 59 min",
        "90000, 1 d 1 h", "-3, 0.0 s"})
    void aDurationHasTwoUnits(double seconds, String text) {
        assertThat(StatusText.duration(Duration.ofMillis(Math.round(seconds * 1_000)))).isEqualTo(text);
    }

    @Test
    void jsonCarriesItAll() {
        StatusReport report = report(false, List.of(new Need("a", "b")), List.of(new LastError("a", "b", NOW, null)),
                new Lag(1, null, 2, NOW), List.of(table(1, NONE)));
        assertThat(StatusJson.read(StatusJson.write(report))).isEqualTo(report);
        assertThat(StatusJson.write(report)).startsWith("{\n  \"well\" : false,").contains("\"at\" : \"2026-11-21T12:00:00Z\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"<html>", "{}", "null", "[]", "{\"status\":\"UP\"}"})
    void whatIsNoReportIsRefused(String text) {
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read(text));
    }
}
