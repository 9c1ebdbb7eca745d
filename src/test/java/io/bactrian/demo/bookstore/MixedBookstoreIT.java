package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bactrian.engines.postgresql.local.EmbeddedPostgres;
import io.bactrian.testing.Servers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store in PostgreSQL, shipping in MySQL. */
class MixedBookstoreIT {

    private static final String DATABASE = "bookstore";

    private final LocalSource mySql = LocalSource.shared();
    private final EmbeddedPostgres postgres = Servers.shared().postgres();

    private Bookstore bookstore;

    @BeforeEach
    void openAnEmptyBookstore() throws SQLException {
        mySql.dropAll();
        execute("postgres", "DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
        bookstore = Bookstore.open(store(), mySql.server(), 42);
        bookstore.createTables();
    }

    @AfterEach
    void takeItAway() throws SQLException {
        bookstore.close();
        mySql.dropAll();
        execute("postgres", "DROP DATABASE IF EXISTS " + DATABASE);
    }

    @Test
    void everythingHappensOnTwoServersAndTheBooksStayInOrder() throws SQLException {
        bookstore.createTables();
        long seeded = bookstore.seed(3_000);
        assertThat(bookstore.rows().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(seeded);
        assertThat(violations()).as("of what was seeded").isEmpty();
        Bookstore.Writing writing = bookstore.write(Double.POSITIVE_INFINITY, 4);

        await().atMost(Duration.ofMinutes(4)).until(() -> writing.failure().isPresent()
                || writing.byKind().values().stream().allMatch(count -> count > 0));
        writing.close();

        assertThat(writing.failure()).isEmpty();
        assertThat(violations()).isEmpty();
        assertThat(bookstore.rows()).hasSize(Bookstore.TABLES.size())
                .allSatisfy((table, count) -> assertThat(count).as(table).isPositive());
        assertThat(mySql.number("SELECT COUNT(*) FROM store.order_items")).as("compared").isPositive();
    }

    @Test
    void whatOneServerRefusesTheOtherHasNotDone() throws SQLException {
        bookstore.seed(2_000);
        try (Session session = servers().session()) {
            session.later("UPDATE shipping.shipping_services SET price = 77 WHERE service_id = ?", 1);
            session.later("INSERT INTO store.books (isbn, title, category, price, stock, copies_delivered, weight_grams)"
                    + " SELECT isbn, title, category, price, 0, 0, 1 FROM store.books WHERE book_id = ?", 2L);

            assertThatThrownBy(session::commit).isInstanceOfSatisfying(SQLException.class,
                    failure -> assertThat(SqlFault.of(failure)).isEqualTo(SqlFault.CONFLICT));
            session.rollBackToTryAgain();
            assertThat(session.commit()).isZero();
        }
        assertThat(mySql.number("SELECT COUNT(*) FROM shipping.shipping_services WHERE price = 77")).isZero();
    }

    @Test
    void anUpdateToTheSameValuesIsNoRowChange() throws SQLException {
        bookstore.seed(1_000);
        try (Session session = servers().session()) {
            session.later("UPDATE store.books SET price = price WHERE book_id = ?", 1L);
            assertThat(session.commit()).isZero();
            session.later("UPDATE store.books SET price = price + ?, title = ? WHERE book_id IN (?, ?)", 1L, "O'Neill \\ ? {d}", 1L, 2L);
            assertThat(session.commit()).isEqualTo(2);
            assertThat(session.rows("SELECT title FROM store.books WHERE book_id = ?", row -> row.getString(1), 1L))
                    .containsExactly("O'Neill \\ ? {d}");
        }
    }

    private SourceServer store() {
        return new SourceServer(postgres.jdbcUrl(DATABASE), postgres.user(), postgres.password());
    }

    private SourceServers servers() {
        return new SourceServers(store(), mySql.server());
    }

    /** By the same rules as on one server: the store is copied beside shipping, where they can look at both. */
    private List<String> violations() throws SQLException {
        mySql.execute("DROP DATABASE IF EXISTS store");
        mySql.open(42).createTables();
        try (Connection from = DriverManager.getConnection(postgres.jdbcUrl(DATABASE), postgres.user(), postgres.password());
                Connection to = DriverManager.getConnection(mySql.url() + "&rewriteBatchedStatements=true", mySql.user(),
                        mySql.password())) {
            for (String table : Bookstore.TABLES.stream().filter(name -> name.startsWith("store.")).toList()) {
                copy(table, from, to);
            }
        }
        return mySql.violations();
    }

    private static void copy(String table, Connection from, Connection to) throws SQLException {
        try (Statement statement = from.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnName(i));
            }
            // Of no rule's interest, and with a time zone.
            names.remove("updated_at");
            try (PreparedStatement insert = to.prepareStatement(
                    "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES (" + Marks.of(names.size()) + ")")) {
                while (rows.next()) {
                    for (int i = 0; i < names.size(); i++) {
                        Object value = rows.getObject(names.get(i));
                        insert.setObject(i + 1, value instanceof Boolean ? value : rows.getString(names.get(i)));
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    private void execute(String database, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(database), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
