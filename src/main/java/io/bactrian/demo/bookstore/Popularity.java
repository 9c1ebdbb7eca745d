package io.bactrian.demo.bookstore;

import java.util.random.RandomGenerator;

/**
 * Which book, customer or author it is this time: few are asked for often, most hardly ever. The share of rank
 * {@code r} is proportional to {@code (r + flattening) ^ -exponent} (Zipf and Mandelbrot); flattening keeps the first
 * few from becoming a single hot row that all writers wait for.
 *
 * <p>Drawn by inverting the integral, so a draw costs two powers and no table, whatever the size. Ranks are scattered
 * over the numbers by an odd multiplier within the next power of two: a favourite stays a favourite while rows are
 * added, except when their number passes a power of two.
 */
final class Popularity {

    private static final long SCATTER = 0x9E3779B97F4A7C15L | 1;

    private final double power;
    private final double flattening;

    Popularity(double exponent, double flattening) {
        if (!(exponent > 0 && exponent < 1) || !(flattening > 0)) {
            throw new IllegalArgumentException("Popularity with exponent " + exponent + " and flattening " + flattening
                    + ": the exponent must lie between 0 and 1, the flattening above 0.");
        }
        this.power = 1 - exponent;
        this.flattening = flattening;
    }

    static Popularity ofBooks() {
        return new Popularity(0.9, 6);
    }

    static Popularity ofCustomers() {
        return new Popularity(0.6, 20);
    }

    /** A number from 0 to {@code size - 1}. */
    long draw(long size, RandomGenerator random) {
        long span = size <= 1 ? 1 : Long.highestOneBit(size - 1) << 1;
        double least = Math.pow(flattening, power);
        double most = Math.pow(span + flattening, power);
        while (true) {
            double at = Math.pow(least + random.nextDouble() * (most - least), 1 / power) - flattening;
            long rank = Math.min(span - 1, Math.max(0, (long) at));
            long scattered = rank * SCATTER & span - 1;
            if (scattered < size) {
                return scattered;
            }
        }
    }
}
