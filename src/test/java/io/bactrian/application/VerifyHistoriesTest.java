package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Warehouse.HistoryTable;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyHistoriesTest {

    /** A warehouse that has histories, and nothing else. */
    private static Warehouse having(HistoryTable... histories) {
        return (Warehouse) Proxy.newProxyInstance(Warehouse.class.getClassLoader(), new Class<?>[]{Warehouse.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "histories" -> List.of(histories);
                    case "historyViolations" -> violations((HistoryTable) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static List<String> violations(HistoryTable history) {
        return history.key().isEmpty()
                ? List.of()
                : List.of(history.table() + " " + history.key() + ": two open", history.table() + ": a gap");
    }

    @Test
    void namesWhatBreaksTheLawOfEachHistory() {
        Warehouse warehouse = having(new HistoryTable("a", List.of("id")), new HistoryTable("well", List.of()),
                new HistoryTable("b", List.of("nr")));

        assertThat(new VerifyHistories(warehouse).violations()).containsExactly("a [id]: two open", "a: a gap", "b [nr]: two open",
                "b: a gap");
    }

    @Test
    void isSilentWhenAllKeepIt() {
        assertThat(new VerifyHistories(having(new HistoryTable("well", List.of()))).violations()).isEmpty();
    }
}
