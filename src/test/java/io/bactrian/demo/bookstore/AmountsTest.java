package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.demo.bookstore.Seeding.Amounts;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class AmountsTest {

    @Test
    void ordersOutnumberCustomersAndCustomersBooks() {
        Amounts amounts = Amounts.ofRows(1_000_000);

        assertThat(amounts.orders()).isBetween(3 * amounts.customers(), 5 * amounts.customers());
        assertThat(amounts.customers()).isGreaterThan(2 * amounts.books());
    }

    @Test
    void evenTheSmallestBookstoreHasSomethingToSell() {
        assertThat(Amounts.ofRows(0)).isEqualTo(new Amounts(10, 24, 0));
    }

    @Test
    void aBookstoreWithoutBooksOrCustomersIsRefused() {
        assertThatThrownBy(() -> new Amounts(0, 1, 1)).hasMessageContaining("0 customers, 1 books and 1 orders");
        assertThatThrownBy(() -> new Amounts(1, 1, -1)).hasMessageContaining("-1 orders");
    }

    @Test
    void moreRowsThanItCanHoldAreRefused() {
        assertThatThrownBy(() -> Amounts.ofRows(Long.MAX_VALUE / 2)).hasMessageContaining("can hold");
    }

    @Test
    void onlyCustomersWhoHadJoinedCouldOrder() {
        LocalDateTime now = LocalDateTime.of(2025, 1, 1, 0, 0);

        assertThat(Seeding.customersAt(now, now, 900)).isEqualTo(900);
        assertThat(Seeding.customersAt(now.minusDays(730), now, 900)).isEqualTo(600);
        assertThat(Seeding.customersAt(now.minusYears(50), now, 900)).isEqualTo(1);
    }
}
