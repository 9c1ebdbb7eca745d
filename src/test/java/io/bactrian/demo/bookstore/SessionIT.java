package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionIT {

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
    void oneWriterDoesTheSameAgainForTheSameSeed() throws SQLException {
        List<String> first = transactionsFromScratch(42);
        List<String> again = transactionsFromScratch(42);
        List<String> other = transactionsFromScratch(43);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void anUpdateToTheSameValuesIsNoRowChange() throws SQLException {
        bookstore.seed(1_000);
        try (Session session = new Session(source.server().forWriting())) {
            session.later("UPDATE store.books SET price = price WHERE book_id = ?", 1L);
            assertThat(session.commit()).isZero();
            session.later("UPDATE store.books SET price = price + ? WHERE book_id IN (?, ?)", 1L, 1L, 2L);
            assertThat(session.commit()).isEqualTo(2);
        }
    }

    @Test
    void aStatementThatFailsAmongThoseThatTravelTogetherUndoesThemAll() throws SQLException {
        bookstore.seed(1_000);
        try (Session session = new Session(source.server().forWriting())) {
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
        assertThat(source.number("SELECT COUNT(*) FROM store.books WHERE price = 111 AND book_id = 1")).isZero();
    }

    /** What happened, and every table's values but for instants. */
    private List<String> transactionsFromScratch(long seed) throws SQLException {
        source.dropAll();
        Clock clock = Clock.fixed(Instant.parse("2025-06-01T10:00:00Z"), ZoneOffset.UTC);
        List<String> happened = new ArrayList<>();
        try (Bookstore store = Bookstore.open(source.url(), source.user(), source.password(), seed, clock)) {
            store.createTables();
            store.seed(2_000);
            try (Session session = new Session(source.server().forWriting())) {
                Shop shop = new Shop(Desk.prepare(session, new Newest(), Clock.systemUTC(), seed, 0, 1));
                for (int i = 0; i < 400; i++) {
                    happened.add(shop.performAny(session).toString());
                }
            }
        }
        try (Connection connection = source.connect(); Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION group_concat_max_len = 100000000");
            for (String table : Bookstore.TABLES) {
                happened.add(table + " " + digest(statement, table));
            }
        }
        return happened;
    }

    private static String digest(Statement statement, String table) throws SQLException {
        String[] name = table.split("\\.");
        String columns = text(statement, "SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns"
                + " WHERE table_schema = '" + name[0] + "' AND table_name = '" + name[1]
                + "' AND data_type NOT IN ('datetime', 'timestamp', 'date')");
        return text(statement, "SELECT SHA2(GROUP_CONCAT(row_text ORDER BY row_text), 256)"
                + " FROM (SELECT SHA2(CONCAT_WS('|', " + columns + "), 256) AS row_text FROM " + table + ") AS r");
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        }
    }
}
