package io.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.testing.BookstoreRun;
import io.bactrian.testing.MySqlUnderTest;
import io.bactrian.testing.PostgreSqlUnderTest;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseUnderTest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real processes, real {@code kill -9}, while the bookstore writes. */
class KillIT {

    private static final int KILLS = Integer.getInteger("bactrian.kills", 20);
    private static final long SEED = Long.getLong("bactrian.seed", 20_261_121);

    @Test
    void survivesBeingKilledAtAnyMoment() throws Exception {
        survives(new MySqlUnderTest(), "kill", KILLS);
    }

    /** Fewer, since all but the warehouse is as above; -Dbactrian.kills asks for as many. */
    @Test
    void survivesBeingKilledAtAnyMomentWithAWarehouseInPostgreSql() throws Exception {
        survives(new PostgreSqlUnderTest(), "kill-postgres", Integer.getInteger("bactrian.kills", 2));
    }

    private static void survives(WarehouseUnderTest warehouse, String name, int kills) throws Exception {
        Random random = new Random(SEED);
        try (Servers servers = Servers.start(name);
                BookstoreRun run = new BookstoreRun(servers, warehouse, name, 10_000);
                Bookstore.Writing writing = run.bookstore.write(100, 2)) {
            for (int kill = 1; kill <= kills; kill++) {
                long applied = applied(run);
                run.program().start();
                // By turns anywhere in its start (JVM, routes, snapshot, group) and while it is at work, however slow
                // the machine is.
                int millis = 500 + random.nextInt(9_000);
                if (kill % 2 == 0) {
                    await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(20)).until(() -> applied(run) > applied);
                    millis = random.nextInt(2_500);
                }
                waitFor(millis);
                assertThat(run.program().isAlive()).as("killed by us, not dead of itself; see " + run.program().log()).isTrue();
                run.program().kill();
            }
            run.program().start();
            writing.close();
            assertThat(writing.failure()).isEmpty();
            assertThat(writing.transactions()).isGreaterThan(kills * 50L);
            assertThat(run.differencesAfter(Duration.ofMinutes(3))).isEmpty();
            System.out.printf("kill test, warehouse %s: seed %d, %d kills, %,d transactions, %,d row changes written, 0 differences%n",
                    warehouse, SEED, kills, writing.transactions(), writing.rowChanges());
            assertThat(run.program().stop()).as("stops in order on SIGTERM").isTrue();
        }
    }

    @Test
    void survivesItsServersBeingKilled() throws Exception {
        Random random = new Random(SEED + 1);
        try (Servers servers = Servers.start("kill-servers");
                BookstoreRun run = new BookstoreRun(servers, "kill-servers", 5_000);
                Bookstore.Writing writing = run.bookstore.write(100, 2)) {
            run.program().start();
            for (int kill = 0; kill < 6; kill++) {
                waitFor(3_000 + random.nextInt(6_000));
                switch (kill % 3) {
                    case 0 -> {
                        servers.warehouse.kill();
                        servers.warehouse.startAgain();
                    }
                    case 1 -> {
                        servers.kafka.kill();
                        servers.kafka.startAgain();
                    }
                    default -> {
                        servers.source.kill();
                        servers.source.startAgain();
                    }
                }
            }
            writing.close();
            assertThat(writing.failure()).isEmpty();
            assertThat(run.program().isAlive()).as("lives on; see " + run.program().log()).isTrue();
            assertThat(run.differencesAfter(Duration.ofMinutes(4))).isEmpty();
            System.out.printf("server kill test: 6 kills, %,d transactions, %,d row changes written, 0 differences%n",
                    writing.transactions(), writing.rowChanges());
        }
    }

    /** The moment of a kill is the input of these tests, not a wait for something. */
    private static void waitFor(int millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() >= until);
    }

    private static long applied(BookstoreRun run) {
        return run.warehouse.has("bactrian_watermarks")
                ? Long.parseLong(run.warehouse.query("select coalesce(sum(next_offset), 0) from bactrian_watermarks").get(0))
                : 0;
    }
}
