package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PopularityTest {

    private static final int DRAWS = 200_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 63, 64, 65, 1_000})
    void drawsEveryNumberBelowTheSizeAndNoOther(int size) {
        int[] counts = counts(Popularity.ofBooks(), size);

        assertThat(Arrays.stream(counts).filter(count -> count > 0).count()).isEqualTo(size);
    }

    @Test
    void fewAreAskedForOftenAndMostHardlyEver() {
        int[] counts = counts(Popularity.ofBooks(), 4_096);
        Arrays.sort(counts);

        double upperTenth = Arrays.stream(counts, 4_096 - 410, 4_096).sum() / (double) DRAWS;
        double lowerHalf = Arrays.stream(counts, 0, 2_048).sum() / (double) DRAWS;
        assertThat(upperTenth).isBetween(0.5, 0.75);
        assertThat(lowerHalf).isBetween(0.05, 0.2);
    }

    @Test
    void noSingleBookIsAskedForSoOftenThatAllWritersWaitForIt() {
        int mostAskedFor = Arrays.stream(counts(Popularity.ofBooks(), 4_096)).max().orElseThrow();

        assertThat(mostAskedFor / (double) DRAWS).isBetween(0.01, 0.04);
    }

    @Test
    void favouritesStayFavouritesWhileBooksAreAdded() {
        int[] before = counts(Popularity.ofBooks(), 3_000);
        int[] after = Arrays.copyOf(counts(Popularity.ofBooks(), 3_100), 3_000);

        assertThat(favourites(after)).isEqualTo(favourites(before));
    }

    @Test
    void refusesAnExponentThatItsIntegralCannotTake() {
        assertThatThrownBy(() -> new Popularity(1, 5)).hasMessageContaining("exponent 1.0").hasMessageContaining("between 0 and 1");
    }

    private static int[] counts(Popularity popularity, int size) {
        SplittableRandom random = new SplittableRandom(7);
        int[] counts = new int[size];
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) popularity.draw(size, random)]++;
        }
        return counts;
    }

    private static List<Integer> favourites(int[] counts) {
        return IntStream.range(0, counts.length).boxed().sorted(Comparator.comparing((Integer book) -> -counts[book])).limit(5)
                .sorted().toList();
    }
}
