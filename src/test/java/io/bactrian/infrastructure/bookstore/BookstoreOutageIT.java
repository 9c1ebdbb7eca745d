package io.bactrian.infrastructure.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.ServerHome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BookstoreOutageIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path data;

    @Test
    void writersOutliveAServerThatIsKilledAndOneThatIsStopped() throws Exception {
        try (EmbeddedMySql server = start(); Bookstore bookstore = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), 7)) {
            bookstore.createTables();
            bookstore.seed(5_000);
            Bookstore.Writing writing = bookstore.write(400, 4);

            awaitMore(writing);
            server.kill();
            awaitLoss(writing);
            server.startAgain();
            awaitMore(writing);
            server.stop();
            awaitLoss(writing);
            server.startAgain();
            awaitMore(writing);
            writing.close();

            assertThat(writing.failure()).isEmpty();
            try (Connection connection = DriverManager.getConnection(server.jdbcUrl(""), server.user(), server.password())) {
                assertThat(Violations.in(connection)).isEmpty();
            }
        }
    }

    @Test
    @Timeout(60)
    void closingDoesNotWaitForAServerThatIsAway() {
        try (EmbeddedMySql server = start(); Bookstore bookstore = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), 7)) {
            bookstore.createTables();
            bookstore.seed(2_000);
            Bookstore.Writing writing = bookstore.write(200, 2);
            awaitMore(writing);
            server.kill();
            awaitLoss(writing);

            writing.close();
            writing.close();

            assertThat(writing.failure()).isEmpty();
        }
    }

    @Test
    void aSeedingThatIsCutShortLeavesASmallerBookstoreInOrder() throws Exception {
        try (EmbeddedMySql server = start(); Bookstore bookstore = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), 7)) {
            bookstore.createTables();
            CompletableFuture<Long> seeding = CompletableFuture.supplyAsync(() -> bookstore.seed(300_000));
            await().atMost(PATIENCE).until(() -> seeding.isDone() || bookstore.rows().get("store.orders") > 2_000);

            server.kill();

            assertThatThrownBy(seeding::join).hasCauseInstanceOf(BookstoreException.class);
            server.startAgain();
            assertThat(bookstore.seed(300_000)).isZero();
            try (Connection connection = DriverManager.getConnection(server.jdbcUrl(""), server.user(), server.password())) {
                assertThat(Violations.in(connection)).isEmpty();
            }
        }
    }

    private EmbeddedMySql start() {
        ServerHome home = ServerHome.standard();
        return EmbeddedMySql.start(MySqlBinaries.locate(home, System.out::println), home.withData(data), "bookstore", 6, System.out::println);
    }

    private static void awaitMore(Bookstore.Writing writing) {
        long enough = writing.transactions() + 300;
        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.transactions() >= enough);
    }

    private static void awaitLoss(Bookstore.Writing writing) {
        long before = writing.lostConnections();
        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.lostConnections() >= before + 2);
    }
}
