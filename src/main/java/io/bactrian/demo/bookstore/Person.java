package io.bactrian.demo.bookstore;

import java.text.Normalizer;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A made-up customer. Telephone numbers and domains are shaped like real ones; the domains are reserved for examples.
 */
record Person(String name, String email, String phone, String address, String city, String postalCode, String country,
        LocalDate bornOn, boolean newsletter) {

    /** The shop's own test customers, which a pipeline may want to keep out. */
    static final String TEST_DOMAIN = "@test.invalid";

    private static final double TEST_SHARE = 0.03;

    private static final List<String> GIVEN = List.of("Anna", "Björn", "Chloé", "David", "Emilia", "François", "Grace",
            "Hüseyin", "Ingrid", "João", "Katarzyna", "Lars", "María", "Noah", "Olga", "Paul", "Quentin", "Rosa", "Søren",
            "Tomáš", "Ursula", "Viktor", "Wanda", "Xavier", "Yasmin", "Zoë", "Ελένη", "Дмитрий", "さくら", "ليلى");

    private static final List<String> FAMILY = List.of("Müller", "Østergaard", "Dupont", "García", "Kowalski", "Novák",
            "Rossi", "Smith", "O'Brien", "van den Berg", "Jansen", "Lindqvist", "Papadopoulos", "Öztürk", "Silva", "Weiß",
            "McDonald", "Schröder", "Fernández", "Lefèvre", "Иванова", "𠮷田", "الحسن", "D’Angelo");

    private static final List<String> DOMAINS = List.of("example.com", "example.org", "example.net", "mail.example",
            "post.example");

    static Person any(RandomGenerator random) {
        Place place = Place.any(random);
        String given = Chance.oneOf(GIVEN, random);
        String family = Chance.oneOf(FAMILY, random);
        return new Person(given + " " + family, email(given, family, random),
                Chance.in(0.8, random) ? place.newPhone(random) : null,
                place.newAddress(random), place.city(), place.newPostalCode(random), place.country(),
                Chance.in(0.6, random) ? LocalDate.ofEpochDay(-12_000 + random.nextInt(25_000)) : null,
                Chance.in(0.4, random));
    }

    static String anyName(RandomGenerator random) {
        return Chance.oneOf(GIVEN, random) + " " + Chance.oneOf(FAMILY, random);
    }

    static String anyEmail(RandomGenerator random) {
        return email(Chance.oneOf(GIVEN, random), Chance.oneOf(FAMILY, random), random);
    }

    private static String email(String given, String family, RandomGenerator random) {
        String name = plain(given) + "." + plain(family) + random.nextInt(10_000);
        return name + (Chance.in(TEST_SHARE, random) ? TEST_DOMAIN : "@" + Chance.oneOf(DOMAINS, random));
    }

    /** Letters of other scripts have no place in the addresses that most shops accept. */
    private static String plain(String name) {
        String letters = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("[^A-Za-z]", "");
        return letters.isEmpty() ? "reader" : letters.toLowerCase(Locale.ROOT);
    }
}
