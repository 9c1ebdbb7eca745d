package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Histories.HistoryTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyHistoriesTest {

    private static Histories having(HistoryTable... histories) {
        return new Histories() {
            @Override
            public List<HistoryTable> list() {
                return List.of(histories);
            }

            @Override
            public List<String> violations(HistoryTable history) {
                return violationsOf(history);
            }
        };
    }

    private static List<String> violationsOf(HistoryTable history) {
        return history.key().isEmpty()
                ? List.of()
                : List.of(history.table() + " " + history.key() + ": two open", history.table() + ": a gap");
    }

    @Test
    void namesWhatBreaksTheLawOfEachHistory() {
        Histories warehouse = having(new HistoryTable("a", List.of("id")), new HistoryTable("well", List.of()),
                new HistoryTable("b", List.of("nr")));

        assertThat(new VerifyHistories(warehouse).violations()).containsExactly("a [id]: two open", "a: a gap", "b [nr]: two open",
                "b: a gap");
    }

    @Test
    void isSilentWhenAllKeepIt() {
        assertThat(new VerifyHistories(having(new HistoryTable("well", List.of()))).violations()).isEmpty();
    }
}
