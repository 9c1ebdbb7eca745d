package io.bactrian.demo.bookstore;

import java.time.LocalDate;
import java.util.List;
import java.util.random.RandomGenerator;

/** A made-up author. */
record Author(String name, LocalDate bornOn, String country, String biography) {

    private static final List<String> LIVES = List.of("grew up above a bookshop", "taught mathematics for twenty years",
            "sailed before the mast", "translates from four languages", "won the Grand Prix – twice 🏆",
            "writes only at night", "keeps two camels", "has never been photographed", "lives between 東京 and Łódź");

    static Author any(RandomGenerator random) {
        String name = Person.anyName(random);
        return new Author(name,
                Chance.in(0.85, random) ? LocalDate.ofEpochDay(-40_000 + random.nextInt(50_000)) : null,
                Chance.in(0.9, random) ? Place.any(random).country() : null,
                Chance.in(0.75, random) ? biography(name, random) : null);
    }

    static String biography(String name, RandomGenerator random) {
        return name + " " + Chance.oneOf(LIVES, random) + ",\n" + Chance.oneOf(LIVES, random) + ", and "
                + Chance.oneOf(LIVES, random) + ".";
    }
}
