package io.bactrian.demo.bookstore;

import java.sql.SQLException;

/** One writer's transactions, each kind with the class that knows how. */
final class Shop {

    private static final int DRAWS = 100;

    private final Desk desk;
    private final OrderTransactions orders;
    private final RegretTransactions regrets;
    private final ShippingTransactions shipping;
    private final CatalogueTransactions catalogue;
    private final CustomerTransactions customers;

    Shop(Desk desk) {
        this.desk = desk;
        this.orders = new OrderTransactions(desk);
        this.regrets = new RegretTransactions(desk);
        this.shipping = new ShippingTransactions(desk);
        this.catalogue = new CatalogueTransactions(desk);
        this.customers = new CustomerTransactions(desk);
    }

    /** A committed transaction, and how many rows it changed. */
    record Done(Kind kind, int rowChanges) {
    }

    /** Performs some transaction; a kind for which there is nothing to do gives way to another one. */
    Done performAny(Session session) throws SQLException {
        for (int draw = 0; draw < DRAWS; draw++) {
            Kind kind = Kind.any(desk.random);
            if (of(kind).perform(session)) {
                int changed = session.commit();
                if (changed > 0) {
                    return new Done(kind, changed);
                }
            } else {
                session.rollBack();
            }
        }
        throw new BookstoreException("In " + DRAWS + " draws no transaction found anything to do: the bookstore has books up to number "
                + desk.newest.book() + " and customers up to number " + desk.newest.customer()
                + "; were most of them deleted? Seed an empty database.");
    }

    Transaction of(Kind kind) {
        return switch (kind) {
            case ORDER_PLACED -> orders::place;
            case ORDER_PAID -> orders::pay;
            case ORDER_SHIPPED -> shipping::ship;
            case PARCELS_MOVED -> shipping::moveParcels;
            case SCAN_REPORTED_LATE -> shipping::reportLate;
            case ORDER_CANCELLED -> regrets::cancel;
            case ORDER_DELETED -> regrets::delete;
            case ORDER_LINE_REMOVED -> regrets::removeLine;
            case ORDER_RETURNED -> regrets::sendBack;
            case PRICE_CHANGED -> catalogue::changePrice;
            case CATEGORY_REPRICED -> catalogue::repriceCategory;
            case BOOKS_DELIVERED -> catalogue::deliver;
            case BOOK_PUBLISHED -> catalogue::publish;
            case AUTHOR_REVISED -> catalogue::reviseAuthor;
            case CUSTOMER_JOINED -> customers::join;
            case CUSTOMER_MOVED -> customers::move;
            case CUSTOMER_REACHED_OTHERWISE -> customers::changeContact;
            case CUSTOMER_LEFT -> customers::leave;
            case SERVICE_REPRICED -> shipping::repriceService;
        };
    }
}
