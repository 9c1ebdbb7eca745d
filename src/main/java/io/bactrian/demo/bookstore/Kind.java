package io.bactrian.demo.bookstore;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What happens in the bookstore, and in how many of 10,000 transactions. The weights let as many orders be paid and
 * shipped as are placed, and as many parcels move as are shipped, and give about three changed rows a transaction.
 */
enum Kind {

    ORDER_PLACED("order placed", 1700), ORDER_PAID("order paid", 1590), ORDER_SHIPPED("order shipped", 1500), PARCELS_MOVED("parcels moved",
            3100),
    SCAN_REPORTED_LATE("scan reported late", 300), ORDER_CANCELLED("order cancelled", 90), ORDER_DELETED("order deleted",
            40),
    ORDER_LINE_REMOVED("order line removed", 90), ORDER_RETURNED("order returned", 150), PRICE_CHANGED("price changed",
            250),
    CATEGORY_REPRICED("category repriced", 6), BOOKS_DELIVERED("books delivered", 150), BOOK_PUBLISHED(
            "book published", 60),
    AUTHOR_REVISED("author revised", 40), CUSTOMER_JOINED("customer joined",
            400),
    CUSTOMER_MOVED("customer moved", 200), CUSTOMER_REACHED_OTHERWISE(
            "customer's e-mail or phone changed", 200),
    CUSTOMER_LEFT("customer left",
            124),
    SERVICE_REPRICED("shipping service repriced", 10);

    private static final Kind[] ALL = values();
    private static final int SUM = Arrays.stream(ALL).mapToInt(kind -> kind.weight).sum();

    private final String words;
    private final int weight;

    Kind(String words, int weight) {
        this.words = words;
        this.weight = weight;
    }

    static Kind any(RandomGenerator random) {
        int draw = random.nextInt(SUM);
        for (Kind kind : ALL) {
            draw -= kind.weight;
            if (draw < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("The weights of the kinds do not add up to " + SUM + ".");
    }

    String words() {
        return words;
    }

    double share() {
        return (double) weight / SUM;
    }
}
