package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
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
        try (LocalSource source = LocalSource.start(data); Bookstore bookstore = source.open(7)) {
            bookstore.createTables();
            bookstore.seed(5_000);
            Bookstore.Writing writing = bookstore.write(400, 4);

            awaitMore(writing);
            source.mySql().kill();
            awaitLoss(writing);
            source.mySql().startAgain();
            awaitMore(writing);
            source.mySql().stop();
            awaitLoss(writing);
            source.mySql().startAgain();
            awaitMore(writing);
            writing.close();

            assertThat(writing.failure()).isEmpty();
            assertThat(source.violations()).isEmpty();
        }
    }

    @Test
    @Timeout(60)
    void closingDoesNotWaitForAServerThatIsAway() {
        try (LocalSource source = LocalSource.start(data); Bookstore bookstore = source.open(7)) {
            bookstore.createTables();
            bookstore.seed(2_000);
            Bookstore.Writing writing = bookstore.write(200, 2);
            awaitMore(writing);
            source.mySql().kill();
            awaitLoss(writing);

            writing.close();
            writing.close();

            assertThat(writing.failure()).isEmpty();
        }
    }

    @Test
    void aSeedingThatIsCutShortLeavesASmallerBookstoreInOrder() throws Exception {
        try (LocalSource source = LocalSource.start(data); Bookstore bookstore = source.open(7)) {
            bookstore.createTables();
            CompletableFuture<Long> seeding = CompletableFuture.supplyAsync(() -> bookstore.seed(300_000));
            await().atMost(PATIENCE).until(() -> seeding.isDone() || bookstore.rows().get("store.orders") > 2_000);

            source.mySql().kill();

            assertThatThrownBy(seeding::join).hasCauseInstanceOf(BookstoreException.class);
            source.mySql().startAgain();
            assertThat(bookstore.seed(300_000)).isZero();
            assertThat(source.violations()).isEmpty();
        }
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
