package io.bactrian.domain;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Which types hold the values of which others. A value fits if it comes back as it went, and if what reads columns as
 * texts sees all of it too.
 */
final class WiderTypes {

    /** The most that every warehouse has; one that has more says so itself by a wider type. */
    private static final int DIGITS = 65;
    private static final int DIGITS_AFTER_THE_POINT = 30;
    private static final int BYTES_A_CHARACTER = 4;
    /** A double has 53 bits, which are 15 digits and some more. */
    private static final int BITS_OF_A_DOUBLE = 53;
    /** A float has 24 bits, and MySQL shows no more than six digits of it. */
    private static final int BITS_OF_A_FLOAT = 16;
    private static final List<Kind> WHOLE = List.of(Kind.INT8, Kind.UINT8, Kind.INT16, Kind.UINT16, Kind.INT24, Kind.UINT24,
            Kind.INT32, Kind.UINT32, Kind.INT64, Kind.UINT64);

    private WiderTypes() {
    }

    /** All whole numbers of a type. */
    private record Range(BigInteger least, BigInteger greatest) {
        static Range signed(int bits) {
            BigInteger end = BigInteger.TWO.pow(bits - 1);
            return new Range(end.negate(), end.subtract(BigInteger.ONE));
        }

        static Range unsigned(int bits) {
            return new Range(BigInteger.ZERO, BigInteger.TWO.pow(bits).subtract(BigInteger.ONE));
        }

        static Range digits(long digits) {
            BigInteger most = BigInteger.TEN.pow((int) Math.max(0, digits)).subtract(BigInteger.ONE);
            return new Range(most.negate(), most);
        }

        boolean holds(Range other) {
            return least.compareTo(other.least) <= 0 && greatest.compareTo(other.greatest) >= 0;
        }

        int digits() {
            return greatest.max(least.negate()).toString().length();
        }

        /** As a text, with a sign where one is possible. */
        int characters() {
            return digits() + (least.signum() < 0 ? 1 : 0);
        }
    }

    /** Null if the type has other values than whole numbers. */
    private static Range range(ColumnType type) {
        return switch (type.kind()) {
            case INT8 -> Range.signed(8);
            case INT16 -> Range.signed(16);
            case INT24 -> Range.signed(24);
            case INT32 -> Range.signed(32);
            case INT64 -> Range.signed(64);
            case UINT8 -> Range.unsigned(8);
            case UINT16 -> Range.unsigned(16);
            case UINT24 -> Range.unsigned(24);
            case UINT32 -> Range.unsigned(32);
            case UINT64 -> Range.unsigned(64);
            case YEAR -> new Range(BigInteger.ZERO, BigInteger.valueOf(2155));
            case DECIMAL -> type.scale() == 0 ? Range.digits(type.length()) : null;
            case FLOAT, DOUBLE, STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME, INSTANT, JSON, BITS, GEOMETRY -> null;
        };
    }

    static boolean holds(ColumnType type, ColumnType other) {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64 -> holdsWhole(range(type), other);
            case DECIMAL -> other.kind() == Kind.DECIMAL
                    ? type.scale() >= other.scale() && before(type) >= before(other)
                    : holdsWhole(Range.digits(before(type)), other);
            case FLOAT -> other.kind() == Kind.FLOAT || holdsWhole(Range.unsigned(BITS_OF_A_FLOAT), other)
                    || holdsWhole(Range.signed(BITS_OF_A_FLOAT), other);
            case DOUBLE -> other.kind() == Kind.DOUBLE || other.kind() == Kind.FLOAT
                    || holdsWhole(Range.signed(BITS_OF_A_DOUBLE + 1), other);
            case STRING -> switch (other.kind()) {
                case STRING -> characters(type) >= characters(other);
                case TEXT -> other.length() > 0 && characters(type) >= other.length();
                default -> isNumber(other) && characters(type) >= characters(other);
            };
            case TEXT -> switch (other.kind()) {
                case STRING -> type.length() == 0 || type.length() >= BYTES_A_CHARACTER * characters(other);
                case TEXT -> type.length() == 0 || other.length() > 0 && type.length() >= other.length();
                default -> isNumber(other) && (type.length() == 0 || type.length() >= characters(other));
            };
            case BYTES, BLOB -> (other.kind() == Kind.BYTES || other.kind() == Kind.BLOB) && bytes(type) >= bytes(other);
            case DATETIME -> other.kind() == Kind.DATE || other.kind() == Kind.DATETIME && type.length() >= other.length();
            case TIME, INSTANT, BITS -> type.kind() == other.kind() && type.length() >= other.length();
            case DATE, YEAR, JSON, GEOMETRY -> type.kind() == other.kind();
        };
    }

    private static boolean holdsWhole(Range range, ColumnType other) {
        Range whole = range(other);
        return whole != null && range.holds(whole);
    }

    /** Digits before the point. */
    private static long before(ColumnType decimal) {
        return decimal.length() - decimal.scale();
    }

    private static long bytes(ColumnType type) {
        return type.kind() == Kind.BLOB && type.length() == 0 ? Long.MAX_VALUE : Math.max(1, type.length());
    }

    private static boolean isNumber(ColumnType type) {
        return type.kind() == Kind.DECIMAL || range(type) != null;
    }

    private static boolean isText(ColumnType type) {
        return type.kind() == Kind.STRING || type.kind() == Kind.TEXT;
    }

    private static boolean isFloating(ColumnType type) {
        return type.kind() == Kind.FLOAT || type.kind() == Kind.DOUBLE;
    }

    /** Of a text of that many characters, or of the longest text of a number: with sign, point and a zero before it. */
    private static long characters(ColumnType type) {
        if (type.kind() == Kind.DECIMAL) {
            return 1 + Math.max(before(type), 1) + (type.scale() > 0 ? 1 + type.scale() : 0);
        }
        return type.kind() == Kind.STRING ? Math.max(1, type.length()) : range(type).characters();
    }

    static Optional<ColumnType> union(ColumnType one, ColumnType other) {
        if (holds(one, other)) {
            return Optional.of(one);
        }
        if (holds(other, one)) {
            return Optional.of(other);
        }
        if (isText(one) || isText(other)) {
            return text(one, other);
        }
        if (isFloating(one) || isFloating(other)) {
            return Optional.of(ColumnType.of(Kind.DOUBLE)).filter(type -> holds(type, one) && holds(type, other));
        }
        if (isNumber(one) && isNumber(other)) {
            return number(one, other);
        }
        // What is left are two kinds, since of one kind one type holds the other.
        return Optional.empty();
    }

    private static Optional<ColumnType> text(ColumnType one, ColumnType other) {
        ColumnType text = isText(one) ? one : other;
        ColumnType second = isText(one) ? other : one;
        if (!isText(second) && !isNumber(second)) {
            return Optional.empty();
        }
        if (text.kind() == Kind.STRING && second.kind() != Kind.TEXT) {
            return Optional.of(ColumnType.of(Kind.STRING, Math.max(characters(text), characters(second))));
        }
        // One of them is a text of a number of bytes, and it is too short for the other.
        long bytes = text.kind() == Kind.TEXT ? text.length() : second.length();
        long others = text.kind() == Kind.STRING
                ? BYTES_A_CHARACTER * characters(text)
                : second.kind() == Kind.STRING ? BYTES_A_CHARACTER * characters(second) : characters(second);
        return Optional.of(ColumnType.of(Kind.TEXT, Math.max(bytes, others)));
    }

    private static Optional<ColumnType> number(ColumnType one, ColumnType other) {
        if (one.kind() != Kind.DECIMAL && other.kind() != Kind.DECIMAL) {
            for (Kind kind : WHOLE) {
                ColumnType whole = ColumnType.of(kind);
                if (holds(whole, one) && holds(whole, other)) {
                    return Optional.of(whole);
                }
            }
        }
        int scale = Math.max(one.scale(), other.scale());
        long digits = Math.max(digitsBefore(one), digitsBefore(other)) + scale;
        return digits > DIGITS || scale > DIGITS_AFTER_THE_POINT
                ? Optional.empty()
                : Optional.of(ColumnType.decimal((int) digits, scale));
    }

    private static long digitsBefore(ColumnType number) {
        return number.kind() == Kind.DECIMAL ? before(number) : range(number).digits();
    }

    static boolean takes(ColumnType type, ColumnType other) {
        if (holds(type, other)) {
            return true;
        }
        return switch (type.kind()) {
            // A moment as it is written here is a text like any other.
            case STRING, TEXT -> switch (other.kind()) {
                case DATE, TIME, DATETIME, INSTANT -> true;
                case JSON -> type.kind() == Kind.TEXT && type.length() == 0;
                default -> false;
            };
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64 ->
                other.kind() == Kind.BITS && other.length() <= 1;
            case BLOB -> other.kind() == Kind.GEOMETRY && type.length() == 0;
            case DECIMAL, FLOAT, DOUBLE, BYTES, DATE, TIME, DATETIME, INSTANT, YEAR, JSON, BITS, GEOMETRY -> false;
        };
    }
}
