package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MadeUpDataTest {

    private static final LocalDate TODAY = LocalDate.of(2025, 3, 1);

    @Test
    void theSameSeedMakesUpTheSame() {
        assertThat(many(11, Person::any)).isEqualTo(many(11, Person::any)).isNotEqualTo(many(12, Person::any));
        assertThat(many(11, random -> Book.any("isbn", TODAY, random))).isEqualTo(many(11, random -> Book.any("isbn", TODAY, random)));
        assertThat(many(11, Author::any)).isEqualTo(many(11, Author::any));
    }

    @Test
    void anIsbnEndsInItsCheckDigit() {
        assertThat(Book.isbn(978, 30_640_615)).isEqualTo("9780306406157");
        assertThat(Book.isbn(979, 0)).isEqualTo("9790000000001");
        assertThat(Book.isbn(978, 999_999_999)).hasSize(13);
    }

    @Test
    void dataDoesNotDependOnTheLanguageOfTheMachine() {
        List<Book> before = many(5, random -> Book.any(Book.isbn(978, 12), TODAY, random));
        Locale usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(many(5, random -> Book.any(Book.isbn(978, 12), TODAY, random))).isEqualTo(before);
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void jsonIsWellFormed() throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<String> texts = Stream.of(
                many(1, random -> Book.any("isbn", TODAY, random).attributes()),
                many(2, Parcels::description),
                many(3, random -> (String) Parcels.scan("delivered", random).get(3)),
                many(4, random -> (String) Parcels.scan("in_transit", random).get(3)),
                many(5, random -> (String) Parcels.scan("delivery_failed", random).get(3)))
                .flatMap(List::stream).filter(text -> text != null).toList();

        for (String text : texts) {
            assertThat(json.readTree(text).isObject()).as(text).isTrue();
        }
    }

    @Test
    void valuesFitTheirColumns() {
        for (Person person : many(8, Person::any)) {
            assertThat(person.postalCode()).hasSizeBetween(4, 12);
            assertThat(person.country()).hasSize(2);
            assertThat(person.email()).matches("[a-z.0-9]+@[a-z.]+").hasSizeLessThan(254);
            assertThat(person.address()).doesNotContain("%", "#");
        }
        for (Book book : many(9, random -> Book.any("isbn", TODAY, random))) {
            assertThat(book.price()).isBetween(new java.math.BigDecimal("1.99"), new java.math.BigDecimal("250"));
            assertThat(book.price().scale()).isEqualTo(2);
            assertThat(book.weightGrams()).isBetween(1, 65_535);
            assertThat(Book.CATEGORIES).contains(book.category());
        }
        assertThat(Parcels.withWrapping(10_000_000)).isEqualTo(65_535);
    }

    @Test
    void someTextLiesOutsideTheBasicPlane() {
        assertThat(many(8, random -> Book.any("isbn", TODAY, random).title())).anyMatch(MadeUpDataTest::isOutsideTheBasicPlane);
        assertThat(many(8, random -> Person.any(random).name())).anyMatch(MadeUpDataTest::isOutsideTheBasicPlane);
    }

    @Test
    void aFewCustomersAreTestCustomers() {
        double share = many(8, Person::any).stream().filter(person -> person.email().endsWith("@test.invalid")).count() / 2_000.0;

        assertThat(share).isCloseTo(0.03, within(0.015));
    }

    @Test
    void smallNumbersAreTheMoreLikelyOnes() {
        SplittableRandom random = new SplittableRandom(1);
        int[] counts = new int[6];
        for (int i = 0; i < 100_000; i++) {
            counts[Chance.small(1, 5, 0.65, random)]++;
        }

        assertThat(counts[0]).isZero();
        for (int n = 1; n < 5; n++) {
            assertThat(counts[n + 1] / (double) counts[n]).isCloseTo(0.65, within(0.03));
        }
    }

    @Test
    void aParcelAlwaysArrivesInTheEnd() {
        SplittableRandom random = new SplittableRandom(1);
        for (int parcel = 0; parcel < 1_000; parcel++) {
            Set<String> seen = new HashSet<>();
            String status = "announced";
            for (int step = 0; step < 100 && !status.equals("delivered"); step++) {
                seen.add(status);
                status = Parcels.next(status, random);
            }
            assertThat(status).isEqualTo("delivered");
            assertThat(seen).contains("picked_up", "in_transit");
        }
    }

    private static boolean isOutsideTheBasicPlane(String text) {
        return text.codePoints().anyMatch(point -> point > 0xFFFF);
    }

    private static <T> List<T> many(long seed, Function<RandomGenerator, T> makingUp) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> makingUp.apply(random)).limit(2_000).toList();
    }
}
