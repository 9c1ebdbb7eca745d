package io.bactrian.demo.bookstore;

import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** A parcel for each order that was sent, with every scan that its carrier has reported by now, some of them late. */
final class SeededShipments implements AutoCloseable {

    private static final double REPORTED_LATE = 0.05;

    private final Seeding seeding;
    private final List<Carriers.Service> services;
    private final BulkInsert shipments;
    private final BulkInsert events;
    private long lastShipment;
    private long lastEvent;

    SeededShipments(Seeding seeding) throws SQLException {
        this.seeding = seeding;
        this.services = Carriers.services(new Session(seeding.shipping()));
        this.shipments = new BulkInsert(seeding.shipping(), "shipping.shipments", "shipment_id, tracking_id, order_id, service_id, status,"
                + " weight_grams, postage, recipient, postal_code, country, parcel, promised_on, created_at, last_event_at, delivered_at,"
                + " updated_at", false);
        this.events = new BulkInsert(seeding.shipping(), "shipping.shipment_events", "event_id, shipment_id, kind, occurred_at,"
                + " recorded_at, place, latitude, longitude, details", false);
    }

    private record Event(String kind, LocalDateTime occurred, LocalDateTime recorded) {
    }

    /** When it was delivered, or null when it is still on its way. */
    LocalDateTime add(int order, Person person, LocalDateTime sent, int grams, RandomGenerator random) throws SQLException {
        Carriers.Service service = Carriers.forWeight(services, grams, random);
        List<Event> heardOf = eventsUntilNow(sent, service.hoursUnderway(random), random);
        Event last = heardOf.stream().max(Comparator.comparing(Event::occurred)).orElseThrow();
        LocalDateTime delivered = last.kind().equals("delivered") ? last.occurred() : null;
        long shipment = ++lastShipment;
        shipments.add(shipment, Parcels.trackingId(random), order, service.id(), last.kind(), grams, service.price(), person.name(),
                person.postalCode(), person.country(), Parcels.description(random),
                sent.toLocalDate().plusDays(service.promisedDays()), sent, last.occurred(), delivered, last.recorded());
        for (Event event : heardOf) {
            List<Object> scan = Parcels.scan(event.kind(), random);
            events.add(++lastEvent, shipment, event.kind(), event.occurred(), event.recorded(), scan.get(0), scan.get(1), scan.get(2),
                    scan.get(3));
        }
        return delivered;
    }

    int gathered() {
        return shipments.gathered() + events.gathered();
    }

    void flush() throws SQLException {
        shipments.flush();
        events.flush();
    }

    long inserted() {
        return shipments.inserted() + events.inserted();
    }

    @Override
    public void close() throws SQLException {
        shipments.close();
        events.close();
    }

    /** In the order in which they were recorded. */
    private List<Event> eventsUntilNow(LocalDateTime sent, double hours, RandomGenerator random) {
        List<String> kinds = new ArrayList<>(List.of("announced"));
        while (!kinds.get(kinds.size() - 1).equals("delivered")) {
            kinds.add(Parcels.next(kinds.get(kinds.size() - 1), random));
        }
        List<Event> events = new ArrayList<>();
        double minutesBetween = hours * 60 / (kinds.size() - 1);
        for (int i = 0; i < kinds.size(); i++) {
            LocalDateTime occurred = sent
                    .plusSeconds((long) (60 * minutesBetween * (i + (i == 0 ? 0 : 0.6 * (random.nextDouble() - 0.5)))));
            boolean late = kinds.get(i).equals("in_transit") && Chance.in(REPORTED_LATE, random);
            LocalDateTime recorded = late
                    ? occurred.plusMinutes((long) (minutesBetween * (1 + random.nextDouble())))
                    : occurred.plusSeconds(i == 0 ? 0 : random.nextInt(300));
            if (!recorded.isAfter(seeding.now())) {
                events.add(new Event(kinds.get(i), occurred, recorded));
            }
        }
        events.sort(Comparator.comparing(Event::recorded));
        return events;
    }
}
