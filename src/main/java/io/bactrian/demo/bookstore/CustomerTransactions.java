package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Customers come, move house, change how they are reached, and leave. */
final class CustomerTransactions {

    private final Desk desk;
    private final RandomGenerator random;
    private final Popularity popularity = Popularity.ofCustomers();

    CustomerTransactions(Desk desk) {
        this.desk = desk;
        this.random = desk.random;
    }

    boolean join(Session session) throws SQLException {
        Person person = Person.any(random);
        long id = session.insert("INSERT INTO store.customers (name, email, phone, address, city, postal_code, country, born_on,"
                + " newsletter, created_at) VALUES (" + Marks.of(10) + ")",
                person.name(), person.email(), person.phone(), person.address(), person.city(), person.postalCode(),
                person.country(), person.bornOn(), person.newsletter(), desk.now());
        session.afterCommit(() -> {
            desk.newest.sawCustomer(id);
            desk.customersWithoutOrders.add(id, random);
        });
        return true;
    }

    boolean move(Session session) {
        Place place = Place.any(random);
        session.later("UPDATE store.customers SET address = ?, city = ?, postal_code = ?, country = ? WHERE customer_id = ?",
                place.newAddress(random), place.city(), place.newPostalCode(random), place.country(), anybody());
        return true;
    }

    /** A new e-mail address can make a test customer of a real one, and the other way round. */
    boolean changeContact(Session session) {
        if (Chance.in(0.6, random)) {
            session.later("UPDATE store.customers SET email = ? WHERE customer_id = ?", Person.anyEmail(random), anybody());
        } else {
            session.later("UPDATE store.customers SET phone = ?, newsletter = NOT newsletter WHERE customer_id = ?",
                    Chance.in(0.85, random) ? Place.any(random).newPhone(random) : null, anybody());
        }
        return true;
    }

    boolean leave(Session session) {
        Optional<Long> customer = desk.customersWithoutOrders.take(session, random);
        customer.ifPresent(id -> session.later("DELETE FROM store.customers WHERE customer_id = ?"
                + " AND NOT EXISTS (SELECT 1 FROM store.orders o WHERE o.customer_id = ?)", id, id));
        return customer.isPresent();
    }

    private long anybody() {
        return 1 + popularity.draw(desk.newest.customer(), random);
    }
}
