package io.bactrian.demo.bookstore;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What is true of a parcel, whether it was seeded or has just been sent. */
final class Parcels {

    private static final int HEAVIEST = 65_535;

    private Parcels() {
    }

    static int withWrapping(int grams) {
        return Math.min(HEAVIEST, grams + 60 + grams / 20);
    }

    static byte[] trackingId(RandomGenerator random) {
        return ByteBuffer.allocate(16).putLong(random.nextLong()).putLong(random.nextLong()).array();
    }

    static String description(RandomGenerator random) {
        if (Chance.in(0.1, random)) {
            return null;
        }
        return String.format(Locale.ROOT, "{\"packaging\": \"%s\", \"centimetres\": [%d, %d, %d], \"fragile\": %s}",
                Chance.oneOf(List.of("envelope", "box", "Bücherkarton 📦"), random), 20 + random.nextInt(30), 15 + random.nextInt(20),
                1 + random.nextInt(25), Chance.in(0.05, random));
    }

    static String next(String status, RandomGenerator random) {
        return switch (status) {
            case "announced" -> "picked_up";
            case "picked_up" -> "in_transit";
            case "delivery_failed" -> "delivered";
            default -> Chance.in(0.3, random) ? "in_transit" : Chance.in(0.08, random) ? "delivery_failed" : "delivered";
        };
    }

    /** Place, latitude, longitude and details of a scan; an announcement has none of them, a scanner may lack some. */
    static List<Object> scan(String kind, RandomGenerator random) {
        if (kind.equals("announced")) {
            return Arrays.asList(null, null, null, null);
        }
        Place place = Place.any(random);
        boolean located = Chance.in(0.8, random);
        return Arrays.asList(place.city(),
                located ? place.latitude() + (random.nextInt(2_001) - 1_000) / 10_000.0 : null,
                located ? place.longitude() + (random.nextInt(2_001) - 1_000) / 10_000.0 : null,
                switch (kind) {
                    case "delivered" -> "{\"signed_by\": \"" + Person.anyName(random) + "\", \"left_at\": \"door 🚪\"}";
                    case "delivery_failed" -> "{\"reason\": \"nobody at home\", \"attempt\": 1}";
                    default -> Chance.in(0.3, random) ? "{\"depot\": " + (1 + random.nextInt(90)) + "}" : null;
                });
    }
}
