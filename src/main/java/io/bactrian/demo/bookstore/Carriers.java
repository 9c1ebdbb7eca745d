package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.random.RandomGenerator;

/** Who carries the parcels, on what terms. */
final class Carriers {

    /** {@code maxWeightGrams} 0 is without a limit; {@code usualHours} is how long it takes, whatever was promised. */
    record Service(int id, int carrier, int promisedDays, BigDecimal price, int maxWeightGrams) {

        /** Carriers differ in how far they keep what they promise, and each has its bad days. */
        double hoursUnderway(RandomGenerator random) {
            double habit = 0.6 + 0.15 * (carrier % 4);
            double badDay = Chance.in(0.06, random) ? 1 + 2 * random.nextDouble() : 1;
            return 24 * promisedDays * habit * badDay * (0.6 + 0.8 * random.nextDouble());
        }
    }

    private static final List<String> CARRIERS = List.of(
            "(1, 'DROMEDAR', 'Dromedar Express', '+49 40 5550100', '19:30:00', TRUE)",
            "(2, 'POSTE', 'La Poste du Désert', '+33 1 55 50 10 00', '17:00:00', TRUE)",
            "(3, 'NORDPAK', 'Nordpak Østersø', NULL, '16:15:30', TRUE)",
            "(4, 'SILKROAD', 'Silk Road Freight 絲路', '+44 20 5550 0100', '21:00:00', TRUE)",
            "(5, 'OWL', 'Owl Post 🦉', NULL, '23:59:59', FALSE)");

    private static final List<String> SERVICES = List.of(
            "(1, 1, 'Express', 1, 12.90, 20000, TRUE)",
            "(2, 1, 'Standard', 3, 5.49, 31500, TRUE)",
            "(3, 1, 'Two-Hump Economy', 6, 3.99, NULL, TRUE)",
            "(4, 2, 'Colissimo', 2, 6.20, 30000, TRUE)",
            "(5, 2, 'Livre et Brochure', 8, 2.10, 5000, FALSE)",
            "(6, 3, 'Pakke', 3, 7.00, 35000, TRUE)",
            "(7, 3, 'Brev', 5, 2.95, 2000, FALSE)",
            "(8, 4, 'Air', 4, 18.75, 30000, TRUE)",
            "(9, 4, 'Land', 14, 9.10, NULL, TRUE)",
            "(10, 5, 'Night Flight', 1, 24.00, 1500, FALSE)");

    static final int ROWS = CARRIERS.size() + SERVICES.size();

    private Carriers() {
    }

    /** Those that are there already stay as they are. */
    static int seed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("INSERT INTO shipping.carriers (carrier_id, code, name, phone, collects_until, active) VALUES "
                    + String.join(", ", CARRIERS) + Dialects.of(connection).unlessThere("shipping.carriers", "carrier_id"))
                    + statement.executeUpdate("INSERT INTO shipping.shipping_services (service_id, carrier_id, name, promised_days, price,"
                            + " max_weight_grams, tracked) VALUES " + String.join(", ", SERVICES)
                            + Dialects.of(connection).unlessThere("shipping.shipping_services", "service_id"));
        }
    }

    static List<Service> services(Session session) throws SQLException {
        return session.rows("SELECT service_id, carrier_id, promised_days, price, COALESCE(max_weight_grams, 0)"
                + " FROM shipping.shipping_services ORDER BY service_id",
                row -> new Service(row.getInt(1), row.getInt(2), row.getInt(3), row.getBigDecimal(4), row.getInt(5)));
    }

    /** Cheap ones are asked for more often; too heavy a parcel goes by the last that takes any weight. */
    static Service forWeight(List<Service> services, int grams, RandomGenerator random) {
        List<Service> able = services.stream()
                .filter(service -> service.maxWeightGrams() == 0 || service.maxWeightGrams() >= grams)
                .toList();
        if (able.isEmpty()) {
            return services.get(services.size() - 1);
        }
        Service one = Chance.oneOf(able, random);
        Service other = Chance.oneOf(able, random);
        return one.price().compareTo(other.price()) <= 0 ? one : other;
    }
}
