package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A batch that the warehouse ends in favour of another transaction is begun again at once, and nobody hears that the
 * warehouse is down.
 */
class DeadlockIT {

    @Test
    void aBatchThatGaveWayIsBegunAgainWithoutAFailure() throws Exception {
        try (WarehouseRun run = new WarehouseRun(Servers.shared(),
                Map.of("a", Given.schema("id int64, v string(10)", "id"), "b", Given.schema("id int64, v string(10)", "id")));
                Connection other = Servers.connect(Servers.shared().warehouse, run.name);
                Statement others = other.createStatement();
                Connection probe = Servers.connect(Servers.shared().warehouse, run.name)) {
            run.apply(0, run.insert("a", 1L, "old"), run.insert("b", 1L, "old"));
            others.execute("create table ballast (id int primary key)");
            other.setAutoCommit(false);
            // The server ends the one that has changed less.
            others.execute(
                    "insert into ballast with recursive n as (select 1 as i union all select i + 1 from n where i < 500) select i from n");
            others.execute("update b set v = 'other' where id = 1");
            CompletableFuture<Void> batch = CompletableFuture
                    .runAsync(() -> run.apply(0, run.update("a", new Object[]{1L, "old"}, new Object[]{1L, "new"}),
                            run.update("b", new Object[]{1L, "old"}, new Object[]{1L, "new"})));
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> isLocked(probe));
            others.execute("update a set v = 'other' where id = 1");
            other.commit();
            batch.get(60, TimeUnit.SECONDS);
            assertThat(run.tries).isEqualTo(1);
            assertThat(run.rows("select v from NAME.a union all select v from NAME.b")).containsExactly("new", "new");
        }
    }

    private static boolean isLocked(Connection probe) throws SQLException {
        try (Statement statement = probe.createStatement()) {
            statement.executeQuery("select 1 from a where id = 1 for update nowait").close();
            return false;
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(3572);
            return true;
        }
    }
}
