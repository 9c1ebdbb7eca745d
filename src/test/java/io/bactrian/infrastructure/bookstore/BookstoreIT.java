package io.bactrian.infrastructure.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.ServerHome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BookstoreIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final double AS_FAST_AS_IT_GOES = Double.POSITIVE_INFINITY;

    @TempDir
    private static Path data;
    private static EmbeddedMySql server;

    private Bookstore bookstore;

    @BeforeAll
    static void startTheServer() {
        ServerHome home = ServerHome.standard();
        server = EmbeddedMySql.start(MySqlBinaries.locate(home, System.out::println), home.withData(data), "bookstore", 5, System.out::println);
    }

    @AfterAll
    static void stopTheServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void openAnEmptyBookstore() throws SQLException {
        execute("DROP DATABASE IF EXISTS shipping", "DROP DATABASE IF EXISTS store");
        bookstore = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), 42);
        bookstore.createTables();
    }

    @AfterEach
    void closeIt() {
        bookstore.close();
    }

    @Test
    void everyStatementOfTheShippedFilesCanBeRunTwiceAndChangesNothingTheSecondTime() throws SQLException {
        bookstore.seed(1_000);
        execute("ALTER TABLE store.books ADD COLUMN shelf VARCHAR(10)");
        Map<String, Long> rows = bookstore.rows();

        bookstore.createTables();

        assertThat(bookstore.rows()).isEqualTo(rows);
        assertThat(number("SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'store' AND column_name = 'shelf'")).isOne();
    }

    @Test
    void everyTableIsInnoDbWithAPrimaryKey() throws SQLException {
        assertThat(number("SELECT COUNT(*) FROM information_schema.tables t JOIN information_schema.table_constraints c"
                + " ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'"
                + " WHERE t.table_schema IN ('store', 'shipping') AND t.engine = 'InnoDB'")).isEqualTo(Bookstore.TABLES.size());
    }

    @Test
    void seedingGivesAboutAsManyRowsAsWereAskedForAndAllOfThemMakeSense() throws SQLException {
        long inserted = bookstore.seed(40_000);

        assertThat(inserted).isEqualTo(bookstore.rows().values().stream().mapToLong(Long::longValue).sum());
        assertThat((double) inserted).isCloseTo(40_000, within(1_200.0));
        assertThat(bookstore.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isPositive());
        assertThat(violations()).isEmpty();
        assertThat(number("SELECT COUNT(DISTINCT status) FROM store.orders")).isEqualTo(6);
        assertThat(number("SELECT COUNT(DISTINCT DATE(placed_at)) FROM store.orders")).isBetween(650L, 732L);
        assertThat(lateEvents()).isPositive();
        assertThat(number("SELECT COUNT(*) FROM store.books WHERE HEX(title) LIKE '%F09F939A%'")).as("titles with 📚").isPositive();
    }

    @Test
    void seedingInAmountsGivesThem() throws SQLException {
        bookstore.seed(300, 50, 1_000);

        assertThat(bookstore.rows()).containsEntry("store.customers", 300L).containsEntry("store.books", 50L).containsEntry("store.orders", 1_000L);
        assertThat(violations()).isEmpty();
    }

    @Test
    void aBookstoreWithOrdersIsNotSeededAgain() {
        bookstore.seed(2_000);
        Map<String, Long> rows = bookstore.rows();

        assertThat(bookstore.seed(5_000)).isZero();
        assertThat(bookstore.rows()).isEqualTo(rows);
    }

    @Test
    void aSeedingCutShortBeforeItsFirstOrderIsTakenUpAgain() throws SQLException {
        bookstore.seed(2_000);
        Map<String, Long> whole = bookstore.rows();
        execute("DELETE FROM shipping.shipment_events", "DELETE FROM shipping.shipments", "DELETE FROM store.order_items",
                "DELETE FROM store.orders", "DELETE FROM store.customers WHERE customer_id > 5", "UPDATE store.books SET stock = copies_delivered");

        bookstore.seed(2_000);

        assertThat(bookstore.rows()).isEqualTo(whole);
        assertThat(violations()).isEmpty();
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
        assertThat(violations()).isEmpty();
        assertThat(bookstore.rows()).allSatisfy((table, count) -> assertThat(count).as(table).isGreaterThanOrEqualTo(rows.get(table)));
    }

    @Test
    void lateScansAreWrittenThatLieBeforeOnesAlreadyRecorded() throws SQLException {
        bookstore.seed(3_000);
        long late = lateEvents();
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 1);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.byKind().get("scan reported late") >= 10);
        writing.close();

        assertThat(lateEvents() - late).isGreaterThanOrEqualTo(writing.byKind().get("scan reported late"));
    }

    @Test
    void theCountOfRowChangesIsTheServersOwn() throws SQLException {
        bookstore.seed(5_000);
        long before = rowsTouched();
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 1);

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.transactions() >= 800);
        writing.close();

        assertThat(writing.conflicts()).as("with one writer").isZero();
        assertThat(rowsTouched() - before).isEqualTo(writing.rowChanges());
    }

    @Test
    void anUpdateToTheSameValuesIsNoRowChange() throws SQLException {
        bookstore.seed(1_000);
        try (Session session = new Session(new SourceServer(server.jdbcUrl(""), server.user(), server.password()).forWriting())) {
            session.later("UPDATE store.books SET price = price WHERE book_id = ?", 1L);
            assertThat(session.commit()).isZero();
            session.later("UPDATE store.books SET price = price + ? WHERE book_id IN (?, ?)", 1L, 1L, 2L);
            assertThat(session.commit()).isEqualTo(2);
        }
    }

    @Test
    void aStatementThatFailsAmongThoseThatTravelTogetherUndoesThemAll() throws SQLException {
        bookstore.seed(1_000);
        try (Session session = new Session(new SourceServer(server.jdbcUrl(""), server.user(), server.password()).forWriting())) {
            session.later("UPDATE store.books SET price = 111 WHERE book_id = 1");
            session.later("INSERT INTO store.books (isbn, title, category, price, stock, copies_delivered, weight_grams)"
                    + " SELECT isbn, title, category, price, 0, 0, 1 FROM store.books WHERE book_id = 2");
            session.afterCommit(() -> {
                throw new AssertionError("remembered although it was not committed");
            });

            assertThatThrownBy(session::commit).isInstanceOfSatisfying(SQLException.class,
                    failure -> assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.CONFLICT));
            session.rollBackToTryAgain();
            session.commit();
        }
        assertThat(number("SELECT COUNT(*) FROM store.books WHERE price = 111 AND book_id = 1")).isZero();
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
        try (Bookstore again = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), 42)) {
            long seeded = number("SELECT COUNT(*) FROM store.orders");
            Bookstore.Writing writing = again.write(AS_FAST_AS_IT_GOES, 2);
            await().atMost(PATIENCE).until(() -> writing.failure().isPresent() || writing.byKind().get("order returned") >= 5);
            writing.close();
            assertThat(writing.failure()).isEmpty();
            // Orders that were just placed are not returned so soon: these are the ones from before.
            assertThat(number("SELECT COUNT(*) FROM store.order_items WHERE returned_at > UTC_TIMESTAMP() - INTERVAL 10 MINUTE AND order_id <= "
                    + seeded)).isPositive();
        }
        assertThat(violations()).isEmpty();
    }

    @Test
    void oneWriterDoesTheSameAgainForTheSameSeed() throws SQLException {
        List<String> first = transactionsFromScratch(42);
        List<String> again = transactionsFromScratch(42);
        List<String> other = transactionsFromScratch(43);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void aFailureThatTryingAgainCannotMendStopsTheWritersAndShows() throws SQLException {
        bookstore.seed(2_000);
        Bookstore.Writing writing = bookstore.write(AS_FAST_AS_IT_GOES, 3);
        await().atMost(PATIENCE).until(() -> writing.transactions() > 10);

        execute("DROP TABLE shipping.shipment_events");

        await().atMost(PATIENCE).until(() -> writing.failure().isPresent());
        writing.close();
        assertThat(writing.failure().orElseThrow()).hasMessageContaining("shipment_events");
    }

    @Test
    void anEmptyBookstoreCannotBeWrittenToAndSaysWhatIsMissing() {
        assertThatThrownBy(() -> bookstore.write(10, 1)).isInstanceOf(BookstoreException.class)
                .hasMessageContaining("books up to number 0").hasMessageContaining("Seed it first");
    }

    @Test
    void aServerThatIsNotThereIsNamedWithAWayOut() {
        assertThatThrownBy(() -> Bookstore.open("jdbc:mysql://127.0.0.1:1/", "root", "", 1)).isInstanceOf(BookstoreException.class)
                .hasMessageContaining("127.0.0.1:1").hasMessageContaining("Start the server");
    }

    @Test
    void missingTablesAreNamedWithAWayOut() throws SQLException {
        execute("DROP DATABASE shipping", "DROP DATABASE store");

        assertThatThrownBy(() -> bookstore.seed(100)).hasMessageContaining("createTables");
        assertThatThrownBy(() -> bookstore.write(10, 1)).hasMessageContaining("createTables");
    }

    /** What happened, and every table's values but for instants. */
    private List<String> transactionsFromScratch(long seed) throws SQLException {
        execute("DROP DATABASE IF EXISTS shipping", "DROP DATABASE IF EXISTS store");
        Clock clock = Clock.fixed(Instant.parse("2025-06-01T10:00:00Z"), ZoneOffset.UTC);
        List<String> happened = new ArrayList<>();
        try (Bookstore store = Bookstore.open(server.jdbcUrl(""), server.user(), server.password(), seed, clock)) {
            store.createTables();
            store.seed(2_000);
            SourceServer source = new SourceServer(server.jdbcUrl(""), server.user(), server.password());
            try (Session session = new Session(source.forWriting())) {
                Shop shop = new Shop(Desk.prepare(session, new Newest(), Clock.systemUTC(), seed, 0, 1));
                for (int i = 0; i < 400; i++) {
                    happened.add(shop.performAny(session).toString());
                }
            }
        }
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String table : Bookstore.TABLES) {
                String[] name = table.split("\\.");
                String columns = text(statement, "SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns"
                        + " WHERE table_schema = '" + name[0] + "' AND table_name = '" + name[1] + "' AND data_type NOT IN ('datetime', 'timestamp', 'date')");
                happened.add(table + " " + text(statement, "SELECT SHA2(GROUP_CONCAT(row_text ORDER BY row_text), 256) FROM (SELECT SHA2(CONCAT_WS('|', "
                        + columns + "), 256) AS row_text FROM " + table + ") AS r"));
            }
        }
        return happened;
    }

    private static String text(Statement statement, String sql) throws SQLException {
        statement.execute("SET SESSION group_concat_max_len = 100000000");
        try (ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        }
    }

    private static long rowsTouched() throws SQLException {
        return number("SELECT SUM(count_star) FROM (SELECT VARIABLE_VALUE AS count_star FROM performance_schema.global_status"
                + " WHERE VARIABLE_NAME IN ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted')) AS s");
    }

    private static long lateEvents() throws SQLException {
        return number("SELECT COUNT(*) FROM shipping.shipment_events e WHERE EXISTS (SELECT 1 FROM shipping.shipment_events earlier"
                + " WHERE earlier.shipment_id = e.shipment_id AND earlier.event_id < e.event_id AND earlier.occurred_at > e.occurred_at)");
    }

    private static List<String> violations() throws SQLException {
        try (Connection connection = connect()) {
            return Violations.in(connection);
        }
    }

    private static long number(String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(""), server.user(), server.password());
    }
}
