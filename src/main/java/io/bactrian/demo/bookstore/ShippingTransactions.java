package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Sending: paid orders become parcels, carriers report where these are, sometimes late, and the order follows its
 * parcel.
 */
final class ShippingTransactions {

    private final Desk desk;
    private final RandomGenerator random;

    ShippingTransactions(Desk desk) {
        this.desk = desk;
        this.random = desk.random;
    }

    private record Consignment(String recipient, String postalCode, String country, int grams) {
    }

    boolean ship(Session session) throws SQLException {
        Optional<Long> order = desk.paidOrders.take(session, random);
        Optional<Consignment> paid = order.isEmpty()
                ? Optional.empty()
                : session.rows("SELECT o.recipient, o.delivery_postal_code,"
                        + " o.delivery_country, (SELECT SUM(i.quantity * b.weight_grams) FROM store.order_items i"
                        + " JOIN store.books b ON b.book_id = i.book_id WHERE i.order_id = o.order_id) FROM store.orders o"
                        + " WHERE o.order_id = ? AND o.status = 'paid' FOR UPDATE",
                        row -> new Consignment(row.getString(1), row.getString(2), row.getString(3), row.getInt(4)), order.get())
                        .stream().findFirst();
        if (paid.isEmpty()) {
            return false;
        }
        Consignment consignment = paid.get();
        int grams = Parcels.withWrapping(consignment.grams());
        Carriers.Service service = Carriers.forWeight(desk.services, grams, random);
        LocalDateTime now = desk.now();
        long shipment = session.insert("INSERT INTO shipping.shipments (tracking_id, order_id, service_id, status, weight_grams,"
                + " postage, recipient, postal_code, country, parcel, promised_on, created_at, last_event_at)"
                + " VALUES (" + Marks.of(13) + ")",
                Parcels.trackingId(random), order.get(), service.id(), "announced", grams, service.price(), consignment.recipient(),
                consignment.postalCode(), consignment.country(), Parcels.description(random),
                now.toLocalDate().plusDays(service.promisedDays()), now, now);
        report(session, shipment, now, "announced", now);
        session.later("UPDATE store.orders SET status = 'shipped' WHERE order_id = ?", order.get());
        session.afterCommit(() -> desk.parcels.add(new Desk.Parcel(shipment, order.get(), "announced", now, now), random));
        return true;
    }

    /** What one carrier's vehicle reports at once: the next step of a few parcels. */
    boolean moveParcels(Session session) {
        boolean any = false;
        for (int parcels = Chance.small(1, 3, 0.5, random); parcels > 0; parcels--) {
            Optional<Desk.Parcel> parcel = desk.parcels.take(session, random);
            parcel.ifPresent(one -> move(session, one));
            any |= parcel.isPresent();
        }
        return any;
    }

    /** A scan that should have come before one that we already have. */
    boolean reportLate(Session session) {
        Optional<Desk.Parcel> parcel = desk.parcels.take(session, random);
        if (parcel.isEmpty()) {
            return false;
        }
        Desk.Parcel late = parcel.get();
        if (late.status().equals("announced")) {
            // No scan yet that another one could have missed; it goes on as before.
            desk.parcels.add(late, random);
            return false;
        }
        long micros = ChronoUnit.MICROS.between(late.createdAt(), late.lastEventAt());
        LocalDateTime at = late.createdAt().plus((long) (random.nextDouble() * micros), ChronoUnit.MICROS);
        Session.Later reported = report(session, late.shipment(), late.lastEventAt(), "in_transit", at);
        session.afterCommit(() -> {
            if (reported.tookEffect()) {
                desk.parcels.add(late, random);
            }
        });
        return true;
    }

    boolean repriceService(Session session) {
        Carriers.Service service = Chance.oneOf(desk.services, random);
        BigDecimal price = service.price().multiply(BigDecimal.valueOf(90 + random.nextInt(25), 2)).setScale(2, RoundingMode.HALF_UP);
        session.later("UPDATE shipping.shipping_services SET price = ? WHERE service_id = ?", price, service.id());
        return true;
    }

    private void move(Session session, Desk.Parcel parcel) {
        String next = Parcels.next(parcel.status(), random);
        boolean delivered = next.equals("delivered");
        LocalDateTime now = desk.now();
        LocalDateTime at = now.isAfter(parcel.lastEventAt()) ? now : parcel.lastEventAt().plus(1, ChronoUnit.MICROS);
        Session.Later moved = session.later("UPDATE shipping.shipments SET status = ?, last_event_at = ?, delivered_at = ?"
                + " WHERE shipment_id = ? AND status = ? AND last_event_at = ?",
                next, at, delivered ? at : null, parcel.shipment(), parcel.status(), parcel.lastEventAt());
        report(session, parcel.shipment(), at, next, at);
        if (delivered) {
            deliver(session, moved, parcel, at);
        }
        session.afterCommit(() -> {
            if (moved.tookEffect() && delivered) {
                desk.deliveredOrders.add(parcel.order(), random);
            } else if (moved.tookEffect()) {
                desk.parcels.add(new Desk.Parcel(parcel.shipment(), parcel.order(), next, parcel.createdAt(), at), random);
            }
        });
    }

    /** The order follows its parcel, if the parcel moved. */
    private static void deliver(Session session, Session.Later moved, Desk.Parcel parcel, LocalDateTime at) {
        String deliver = "UPDATE store.orders SET status = 'delivered' WHERE order_id = ? AND status = 'shipped'";
        if (session.isApart()) {
            session.laterIf(moved, deliver, parcel.order());
        } else {
            session.later(deliver + " AND EXISTS (SELECT 1 FROM shipping.shipments s WHERE s.shipment_id = ? AND s.last_event_at = ?)",
                    parcel.order(), parcel.shipment(), at);
        }
    }

    /**
     * Only if the shipment's last event is the one that we know of: what was overtaken by another writer reports
     * nothing.
     */
    private Session.Later report(Session session, long shipment, LocalDateTime lastEventAt, String kind, LocalDateTime at) {
        List<Object> scan = Parcels.scan(kind, random);
        return session.later("INSERT INTO shipping.shipment_events (shipment_id, kind, occurred_at, recorded_at, place, latitude,"
                + " longitude, details) SELECT shipment_id, ?, ?, ?, ?, ?, ?, ? FROM shipping.shipments"
                + " WHERE shipment_id = ? AND last_event_at = ?",
                kind, at, desk.now(), scan.get(0), scan.get(1), scan.get(2), scan.get(3), shipment, lastEventAt);
    }
}
