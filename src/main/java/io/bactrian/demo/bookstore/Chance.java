package io.bactrian.demo.bookstore;

import java.util.List;
import java.util.random.RandomGenerator;

/** The draws that several parts of the bookstore need; all of them only from the generator that is handed in. */
final class Chance {

    private Chance() {
    }

    static <T> T oneOf(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    static boolean in(double probability, RandomGenerator random) {
        return random.nextDouble() < probability;
    }

    /** From {@code least} to {@code most}, each a {@code decay} times as likely as the one before. */
    static int small(int least, int most, double decay, RandomGenerator random) {
        double sum = (1 - Math.pow(decay, most - least + 1)) / (1 - decay);
        double draw = random.nextDouble() * sum;
        int value = least;
        for (double share = 1; value < most && draw >= share; share *= decay) {
            draw -= share;
            value++;
        }
        return value;
    }

    /** {@code pattern} with each {@code #} a digit and each {@code @} a capital letter. */
    static String filled(String pattern, RandomGenerator random) {
        StringBuilder text = new StringBuilder(pattern.length());
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            text.append(switch (c) {
                case '#' -> (char) ('0' + random.nextInt(10));
                case '@' -> (char) ('A' + random.nextInt(26));
                default -> c;
            });
        }
        return text.toString();
    }

    /** Mixes two numbers into one that has nothing visibly in common with either (SplitMix64's finisher). */
    static long mixed(long seed, long salt) {
        long z = seed + 0x9E3779B97F4A7C15L * (salt + 1);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
