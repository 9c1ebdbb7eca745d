package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WritingIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final double AS_FAST_AS_IT_GOES = Double.POSITIVE_INFINITY;

    private final LocalSource source = LocalSource.shared();

    private Bookstore bookstore;

    @BeforeEach
    void openAnEmptyBookstore() throws SQLException {
        source.dropAll();
        bookstore = source.open(42);
        bookstore.createTables();
    }

    @AfterEach
    void takeItAway() throws SQLException {
        bookstore.close();
        source.dropAll();
    }

    @Test
    void writingLetsEverythingHappenAndKeepsTheBooksInOrder() throws SQLException {
        bookstore.seed(20_000);
        Map<String, Long> rows = bookstore.rows();
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 4);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent()
                || writing.transactions() >= 3_000 && writing.byKind().values().stream().allMatch(count -> count > 0));
        writing.close();

        assertThat(writing.failure()).isEmpty();
        assertThat(writing.byKind()).hasSize(Kind.values().length).allSatisfy((kind, count) -> assertThat(count).as(kind).isPositive());
        assertThat(writing.byKind().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(writing.transactions());
        assertThat((double) writing.rowChanges() / writing.transactions()).isBetween(2.5, 3.6);
        assertThat(source.violations()).isEmpty();
        assertThat(bookstore.rows()).allSatisfy((table, count) -> assertThat(count).as(table).isGreaterThanOrEqualTo(rows.get(table)));
    }

    @Test
    void lateScansAreWrittenThatLieBeforeOnesAlreadyRecorded() throws SQLException {
        bookstore.seed(3_000);
        long late = source.lateEvents();
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 1);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.byKind().get("scan reported late") >= 10);
        writing.close();

        assertThat(source.lateEvents() - late).isGreaterThanOrEqualTo(writing.byKind().get("scan reported late"));
    }

    @Test
    void theCountOfRowChangesIsTheServersOwn() throws SQLException {
        bookstore.seed(5_000);
        long before = source.rowsTouched();
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 1);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.transactions() >= 800);
        writing.close();

        assertThat(writing.conflicts()).as("with one writer").isZero();
        assertThat(source.rowsTouched() - before).isEqualTo(writing.rowChanges());
    }

    @Test
    @Timeout(60)
    void closingDoesNotWaitForATurnThatIsFarAway() {
        bookstore.seed(1_000);
        Bookstore.Writing writing = bookstore.write(0.001, 2);
        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.transactions() == 1);

        writing.close();

        assertThat(writing.transactions()).isOne();
    }

    @Test
    void writersKeepTheirRateAndNoMore() {
        bookstore.seed(3_000);
        long start = System.nanoTime();
        Bookstore.Writing writing = bookstore.write(100, 3);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.transactions() >= 300);
        double seconds = (System.nanoTime() - start) / 1e9;
        writing.close();

        assertThat((writing.transactions() - 4) / seconds).isLessThanOrEqualTo(100.0);
    }

    @Test
    void aBookstoreThatIsOpenedAgainGoesOnWithItsOpenOrders() throws SQLException {
        bookstore.seed(20_000);
        bookstore.close();
        try (Bookstore again = Bookstore.open(source.url(), source.user(), source.password(), 42)) {
            long seeded = source.number("SELECT COUNT(*) FROM store.orders");
            Bookstore.Writing writing = again.write(AS_FAST_AS_IT_GOES, 2);
            await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.byKind().get("order returned") >= 5);
            writing.close();
            assertThat(writing.failure()).isEmpty();
            // Orders that were just placed are not returned so soon: these are the ones from before.
            assertThat(source.number(
                    "SELECT COUNT(*) FROM store.order_items WHERE returned_at > UTC_TIMESTAMP() - INTERVAL 10 MINUTE AND order_id <= "
                            + seeded))
                    .isPositive();
        }
        assertThat(source.violations()).isEmpty();
    }

    @Test
    void aFailureThatTryingAgainCannotMendStopsTheWritersAndShows() throws SQLException {
        bookstore.seed(2_000);
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 3);
        await().atMost(PATIENCE).until(() -> writing.transactions() > 10);

        source.execute("DROP TABLE shipping.shipment_events");

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent());
        writing.close();
        assertThat(writing.failure().orElseThrow()).hasMessageContaining("shipment_events");
    }
}
