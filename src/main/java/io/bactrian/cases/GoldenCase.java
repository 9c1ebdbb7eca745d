package io.bactrian.cases;

import io.bactrian.domain.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What happens in a source, and what must be in the warehouse then. */
record GoldenCase(String name, CaseLocation place, List<SqlStatement> given, List<Transaction> when, List<ExpectedTable> then,
        List<ExpectedLetter> deadLetters) {

    /** @param at when it is committed; empty for a minute after the one before */
    record Transaction(Optional<Instant> at, Step step) {
    }

    /** What one transaction of the source does, or one record of a change topic. */
    sealed interface Step {
    }

    record Sql(List<SqlStatement> statements) implements Step {
    }

    record Truncation(CaseLocation place, String table) implements Step {
    }

    /** @param before for a delete the row; null where the operation has none */
    record Event(CaseLocation place, Operation operation, String table, Map<String, Cell> before, Map<String, Cell> after) implements Step {
    }

    /** A record that is no change. */
    record Garbage(CaseLocation place, String table, String value) implements Step {
    }

    /** @param where the condition in SQL of the rows that are meant; empty for all */
    record ExpectedTable(CaseLocation place, String table, Optional<String> where, List<ExpectedRow> rows) {
        @Override
        public String toString() {
            return table + where.map(condition -> " where " + condition).orElse("");
        }
    }

    record ExpectedRow(CaseLocation place, Map<String, Cell> cells) {
    }

    /** @param reason a part of the reason's text */
    record ExpectedLetter(CaseLocation place, String table, Optional<String> route, Optional<String> reason) {

        boolean matches(FoundLetter letter) {
            return table.equals(letter.table()) && route.map(letter.route()::equals).orElse(true)
                    && reason.map(letter.reason()::contains).orElse(true);
        }

        @Override
        public String toString() {
            return table + route.map(name -> ", route " + name).orElse("") + reason.map(text -> ", reason with '" + text + "'").orElse("");
        }
    }

    record FoundLetter(String table, String route, String reason) {
        @Override
        public String toString() {
            return table + ", route " + route + ": " + reason;
        }
    }
}
