package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.cases.GoldenCase.Event;
import io.bactrian.cases.GoldenCase.ExpectedLetter;
import io.bactrian.cases.GoldenCase.Garbage;
import io.bactrian.cases.GoldenCase.Sql;
import io.bactrian.cases.GoldenCase.Truncation;
import io.bactrian.domain.Operation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseFileReaderTest {

    private static final Path FILE = Path.of("c.yaml");

    private final List<String> faults = new ArrayList<>();

    @Test
    void readsEverythingThatACaseMayHave() {
        CaseFile file = read("""
                source: sql/source/store.sql
                cases:
                  - name: all of it
                    given: |
                      INSERT INTO t VALUES (1);

                      INSERT INTO t VALUES (2)
                    when:
                      - DELETE FROM t
                      - truncate: store.t
                      - read: store.t
                        row: {id: 1}
                      - insert: store.t
                        row: {id: 2, name: null}
                      - update: store.t
                        before: {id: 2}
                        after: {id: 3}
                      - {delete: store.t, row: {id: 3}}
                      - {garbage: store.t, value: "{"}
                      - {at: "2026-01-02T10:00:00Z", sql: DELETE FROM u}
                      - {truncate: store.u, at: "2026-01-03T00:00:00Z"}
                    then:
                      t:
                        - {id: 12.50, name: '~', at: 2026-01-01 00:00:00, gone: ~, empty: ''}
                      u: []
                      u where day < '2026-01-02': []
                    dead-letters:
                      - {table: store.t, route: r, reason: heavy}
                      - {table: store.t}
                """);

        assertThat(faults).isEmpty();
        assertThat(file.pipeline()).isEqualTo("shop");
        assertThat(file.source()).containsExactly(Path.of("sql/source/store.sql"));
        GoldenCase one = file.cases().get(0);
        assertThat(one.name()).isEqualTo("all of it");
        assertThat(one.place()).hasToString("c.yaml:3");
        assertThat(one.given()).extracting(SqlStatement::place).extracting(CaseLocation::line).containsExactly(5, 7);
        assertThat(one.when()).hasSize(9);
        assertThat(((Sql) one.when().get(0).step()).statements())
                .containsExactly(new SqlStatement(new CaseLocation(FILE, 9), "DELETE FROM t"));
        assertThat(one.when().get(1).step()).isEqualTo(new Truncation(new CaseLocation(FILE, 10), "store.t"));
        assertThat(((Event) one.when().get(2).step()).operation()).isEqualTo(Operation.READ);
        assertThat(((Event) one.when().get(3).step()).after()).containsEntry("name", new Cell(new CaseLocation(FILE, 14), null));
        assertThat(((Event) one.when().get(4).step()).before()).containsOnlyKeys("id");
        assertThat(((Event) one.when().get(5).step()).after()).isNull();
        assertThat(one.when().get(6).step()).isEqualTo(new Garbage(new CaseLocation(FILE, 19), "store.t", "{"));
        assertThat(one.when()).extracting(GoldenCase.Transaction::at).startsWith(Optional.empty(), Optional.empty())
                .endsWith(Optional.of(Instant.parse("2026-01-02T10:00:00Z")), Optional.of(Instant.parse("2026-01-03T00:00:00Z")));
        assertThat(((Sql) one.when().get(7).step()).statements())
                .containsExactly(new SqlStatement(new CaseLocation(FILE, 20), "DELETE FROM u"));
        assertThat(one.when().get(8).step()).isEqualTo(new Truncation(new CaseLocation(FILE, 21), "store.u"));
        assertThat(one.then().get(0).place()).hasToString("c.yaml:23");
        assertThat(one.then()).extracting(GoldenCase.ExpectedTable::table).containsExactly("t", "u", "u");
        assertThat(one.then()).extracting(GoldenCase.ExpectedTable::where).containsExactly(Optional.empty(), Optional.empty(),
                Optional.of("day < '2026-01-02'"));
        assertThat(one.then().get(0).rows().get(0).cells().values()).extracting(Cell::text).as("as they were written")
                .containsExactly("12.50", "~", "2026-01-01 00:00:00", null, "");
        assertThat(one.then().get(1).rows()).isEmpty();
        assertThat(one.deadLetters()).containsExactly(
                new ExpectedLetter(new CaseLocation(FILE, 28), "store.t", Optional.of("r"), Optional.of("heavy")),
                new ExpectedLetter(new CaseLocation(FILE, 29), "store.t", Optional.empty(), Optional.empty()));
    }

    @Test
    void theSourceIsTheUsualOneWhenNoneIsNamed() {
        assertThat(read("cases:\n  - {name: a, when: DELETE FROM t, then: {t: []}}\n").source())
                .containsExactly(Path.of("sql/source/shipping.sql"), Path.of("sql/source/store.sql"));
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                                                              | c.yaml:1: there are no cases; expected a "
                + "list of them under 'cases:'",
        "'[a]'                                                           | c.yaml:1: the file is a list; expected a "
                + "map with some of [source, cases]",
        "'cases: []\nsources: x'                                         | c.yaml:2: 'sources' is no key of the file; "
                + "expected some of [source, cases]",
        "'cases: {a: b}'                                                 | c.yaml:1: cases is a map; expected a list of cases",
        "'cases: [{name: a, when: x, then: {t: 1}}]'                     | c.yaml:1: t is '1'; expected a list of rows, [] for none",
        "'cases: [{name: a, when: x, then: {t: }}]'                      | c.yaml:1: t is empty; expected a list of rows, [] for none",
        "'cases: [{name: a, when: [[x]], then: {t: []}}]'                | c.yaml:1: this is a list; expected SQL as "
                + "text, or an event such as {truncate: store.customers}",
        "'cases: [{name: a, when: [{update: s.t, before: {a: 1}}], then: {t: []}}]'           | c.yaml:1: the event "
                + "update has no after; expected [update, before, after]",
        "'cases: [{name: a, when: [{insert: s.t, row: {a: 1}, after: {}}], then: {t: []}}]'   | c.yaml:1: 'after' is "
                + "no key of the event insert; expected some of [insert, row, at]",
        "'cases: [{name: a, when: [{truncate: s.t, row: {a: 1}}], then: {t: []}}]'            | c.yaml:1: 'row' is no "
                + "key of the event truncate; expected some of [truncate, at]",
        "'cases: [{name: a, when: [{sql: x, at: noon}], then: {t: []}}]'                      | c.yaml:1: at is "
                + "'noon'; expected a moment in UTC, such as 2026-01-02T10:00:00Z",
        "'cases: [{name: a, when: [{sql: x, row: {a: 1}}], then: {t: []}}]'                   | c.yaml:1: 'row' is no "
                + "key of a transaction; expected some of [at, sql]",
        "'cases: [{name: a, when: [{at: x}], then: {t: []}}]'                                 | c.yaml:1: this is no "
                + "event; expected one of [truncate, read, insert, update, delete, garbage] with a table, such as "
                + "{truncate: store.customers}",
        "'cases: [{name: [a], when: x, then: {t: []}}]'                  | c.yaml:1: name is a list; expected text"})
    void whatIsWrittenWronglyIsSaidWithItsLine(String text, String fault) {
        read(text);

        assertThat(faults).contains(fault);
    }

    private CaseFile read(String text) {
        return CaseFileReader.read(FILE, "shop", text, faults);
    }
}
