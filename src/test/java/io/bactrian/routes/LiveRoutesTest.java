package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.RowRoutes.Held;
import io.bactrian.application.RowRoutes.NoRouteException;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.domain.Change;
import io.bactrian.domain.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveRoutesTest {

    private final LiveRoutes live = new LiveRoutes();

    private static RouteTable table(String id, String topic) {
        RouteTable table = new RouteTable();
        table.enter(new RouteTable.Entry("p", topic, new RowRoute() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public boolean wants(Change change) {
                return true;
            }

            @Override
            public List<Row> process(Change change) {
                return List.of();
            }
        }));
        return table;
    }

    private static List<String> ids(Held held) {
        return held.of("p", "topic").stream().map(RowRoute::id).toList();
    }

    @Test
    void whatHoldsRoutesKeepsThemToItsEnd() {
        live.replace(table("old", "topic"));
        try (Held batch = live.hold()) {
            assertThat(ids(batch)).containsExactly("old");
            live.replace(table("new", "topic"));
            assertThat(ids(batch)).containsExactly("old");
            try (Held next = live.hold()) {
                assertThat(ids(next)).containsExactly("new");
            }
        }
        assertThat(live.topics("p")).containsExactly("topic");
        assertThat(live.of("p", "topic").get(0).id()).isEqualTo("new");
    }

    @Test
    void replacedRoutesAreUnheldWhenTheLastBatchHasLetGo() throws Exception {
        live.replace(table("old", "topic"));
        Held one = live.hold();
        Held other = live.hold();
        LiveRoutes.Replaced replaced = live.replace(table("new", "topic"));
        Held later = live.hold();
        Thread closing = new Thread(() -> {
            try {
                replaced.awaitUnheld();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closing.start();
        one.close();
        one.close();
        await().until(() -> closing.getState() == Thread.State.WAITING);
        other.close();
        // The later one holds other routes, so nothing waits for it.
        closing.join();
        later.close();
    }

    @Test
    void aTopicThatNoRouteReadsAnyMoreIsNotPassedOver() {
        live.replace(table("new", "another"));
        try (Held batch = live.hold()) {
            assertThatThrownBy(() -> batch.of("p", "topic")).isInstanceOf(NoRouteException.class)
                    .hasMessage("no route of pipeline p reads topic any more");
        }
    }
}
