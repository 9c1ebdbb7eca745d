package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** A made-up book as the publisher announces it. */
record Book(String isbn, String title, String category, BigDecimal price, LocalDate publishedOn, int weightGrams,
        boolean inPrint, String attributes, String description) {

    static final List<String> CATEGORIES = List.of("fiction", "crime", "fantasy", "poetry", "history", "science", "travel",
            "cooking", "children", "comics");

    private static final List<String> TITLES = List.of("The %1$s %2$s", "%2$s of %3$s", "A %2$s for %3$s",
            "The Last %2$s", "%1$s %2$s, %1$s Heart", "Letters from %3$s", "How to Mend a %2$s", "%3$s at Night",
            "%2$s & %2$s", "Das %2$s-Buch", "Le %2$s de %3$s", "%2$s 📚 %3$s", "「%2$s」の本", "The \"%1$s\" %2$s");

    private static final List<String> ADJECTIVES = List.of("Quiet", "Crooked", "Salt-Stained", "Forgotten", "Blue", "Patient",
            "Borrowed", "Paper", "Ninth", "Unwritten", "Slow", "Golden", "Drowned", "Common", "Winter", "Electric");

    private static final List<String> NOUNS = List.of("Garden", "Lighthouse", "Camel", "Cartographer", "Orchard", "Kitchen",
            "Railway", "Sparrow", "Library", "Tide", "Compass", "Winter", "Violin", "Desert", "Theorem", "Umbrella",
            "Caravan", "Café", "Clockmaker", "River");

    private static final List<String> SETTINGS = List.of("Samarkand", "Málaga", "the North Sea", "Łódź", "Kyoto", "Lisbon",
            "Timbuktu", "the Gobi", "Reykjavík", "Αθήνα", "Trieste", "Isfahan", "Montréal", "Bactria");

    private static final List<String> LANGUAGES = List.of("en", "de", "fr", "es", "ja", "el", "pl");

    private static final List<String> BINDINGS = List.of("paperback", "hardcover", "linen", "ring");

    static Book any(String isbn, LocalDate today, RandomGenerator random) {
        int pages = 48 + random.nextInt(700);
        String title = Chance.oneOf(TITLES, random).formatted(Chance.oneOf(ADJECTIVES, random), Chance.oneOf(NOUNS, random),
                Chance.oneOf(SETTINGS, random));
        return new Book(isbn, title, Chance.oneOf(CATEGORIES, random), price(pages, random),
                Chance.in(0.9, random) ? today.minusDays(random.nextInt(9_000)) : null,
                80 + pages * 2 + random.nextInt(200), Chance.in(0.95, random),
                Chance.in(0.9, random) ? attributes(pages, random) : null,
                Chance.in(0.7, random) ? description(title, pages, random) : null);
    }

    /** An ISBN-13 from nine digits; the prefix keeps the seeded ones (978) apart from those that come later (979). */
    static String isbn(int prefix, long nineDigits) {
        String digits = prefix + String.format(Locale.ROOT, "%09d", nineDigits);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        }
        return digits + (10 - sum % 10) % 10;
    }

    private static BigDecimal price(int pages, RandomGenerator random) {
        long euros = 4 + pages / 40 + Chance.small(0, 30, 0.85, random);
        return BigDecimal.valueOf(euros * 100 + Chance.oneOf(List.of(0L, 50L, 90L, 95L, 99L), random), 2);
    }

    private static String attributes(int pages, RandomGenerator random) {
        return String.format(Locale.ROOT,
                "{\"pages\": %d, \"binding\": \"%s\", \"languages\": [\"%s\", \"%s\"], \"rating\": %d.%d, \"sticker\": %s}", pages,
                Chance.oneOf(BINDINGS, random), Chance.oneOf(LANGUAGES, random), Chance.oneOf(LANGUAGES, random),
                1 + random.nextInt(4), random.nextInt(10), Chance.in(0.2, random) ? "\"📖 neu\"" : "null");
    }

    private static String description(String title, int pages, RandomGenerator random) {
        StringBuilder text = new StringBuilder(title).append(".\n");
        for (int i = 0; i < 1 + pages / 200; i++) {
            text.append("A ").append(Chance.oneOf(ADJECTIVES, random).toLowerCase(Locale.ROOT)).append(" story about a ")
                    .append(Chance.oneOf(NOUNS, random).toLowerCase(Locale.ROOT)).append(" in ")
                    .append(Chance.oneOf(SETTINGS, random)).append("; ");
        }
        return text.append(pages).append(" pages – “worth every one” 🐪").toString();
    }
}
