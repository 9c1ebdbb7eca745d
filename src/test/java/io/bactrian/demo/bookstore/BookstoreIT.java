package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BookstoreIT {

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
    void everyStatementOfTheShippedFilesCanBeRunTwiceAndChangesNothingTheSecondTime() throws SQLException {
        bookstore.seed(1_000);
        source.execute("ALTER TABLE store.books ADD COLUMN shelf VARCHAR(10)");
        Map<String, Long> rows = bookstore.rows();

        bookstore.createTables();

        assertThat(bookstore.rows()).isEqualTo(rows);
        assertThat(source.number("SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'store' AND column_name = 'shelf'"))
                .isOne();
    }

    @Test
    void everyTableIsInnoDbWithAPrimaryKey() throws SQLException {
        assertThat(source.number("SELECT COUNT(*) FROM information_schema.tables t JOIN information_schema.table_constraints c"
                + " ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'"
                + " WHERE t.table_schema IN ('store', 'shipping') AND t.engine = 'InnoDB'")).isEqualTo(Bookstore.TABLES.size());
    }

    @Test
    void seedingGivesAboutAsManyRowsAsWereAskedForAndAllOfThemMakeSense() throws SQLException {
        long inserted = bookstore.seed(40_000);

        assertThat(inserted).isEqualTo(bookstore.rows().values().stream().mapToLong(Long::longValue).sum());
        assertThat((double) inserted).isCloseTo(40_000, within(1_200.0));
        assertThat(bookstore.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isPositive());
        assertThat(source.violations()).isEmpty();
        assertThat(source.number("SELECT COUNT(DISTINCT status) FROM store.orders")).isEqualTo(6);
        assertThat(source.number("SELECT COUNT(DISTINCT DATE(placed_at)) FROM store.orders")).isBetween(650L, 732L);
        assertThat(source.lateEvents()).isPositive();
        assertThat(source.number("SELECT COUNT(*) FROM store.books WHERE HEX(title) LIKE '%F09F939A%'")).as("titles with 📚").isPositive();
    }

    @Test
    void seedingInAmountsGivesThem() throws SQLException {
        bookstore.seed(300, 50, 1_000);

        assertThat(bookstore.rows()).containsEntry("store.customers", 300L).containsEntry("store.books", 50L).containsEntry("store.orders",
                1_000L);
        assertThat(source.violations()).isEmpty();
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
        source.execute("DELETE FROM shipping.shipment_events", "DELETE FROM shipping.shipments", "DELETE FROM store.order_items",
                "DELETE FROM store.orders", "DELETE FROM store.customers WHERE customer_id > 5",
                "UPDATE store.books SET stock = copies_delivered");

        bookstore.seed(2_000);

        assertThat(bookstore.rows()).isEqualTo(whole);
        assertThat(source.violations()).isEmpty();
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
        source.execute("DROP DATABASE shipping", "DROP DATABASE store");

        assertThatThrownBy(() -> bookstore.seed(100)).hasMessageContaining("createTables");
        assertThatThrownBy(() -> bookstore.write(10, 1)).hasMessageContaining("createTables");
    }
}
