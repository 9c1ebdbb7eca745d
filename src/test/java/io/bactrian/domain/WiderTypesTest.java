package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WiderTypesTest {

    /** Each kind, at several lengths. */
    private static final List<ColumnType> ALL = all();

    private static List<ColumnType> all() {
        List<ColumnType> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            switch (kind) {
                case STRING -> List.of(1, 3, 4, 10, 20, 21, 255, 5_000).forEach(length -> all.add(ColumnType.of(kind, length)));
                case BYTES -> List.of(1, 16, 255, 300).forEach(length -> all.add(ColumnType.of(kind, length)));
                case TEXT, BLOB -> List.of(0, 20, 255, 65_535, 16_777_215).forEach(length -> all.add(ColumnType.of(kind, length)));
                case TIME, DATETIME, INSTANT -> List.of(0, 3, 6).forEach(length -> all.add(ColumnType.of(kind, length)));
                case BITS -> List.of(1, 8, 64).forEach(length -> all.add(ColumnType.of(kind, length)));
                case DECIMAL -> List.of("3,0", "5,0", "10,0", "15,0", "16,0", "18,0", "19,0", "20,0", "21,0", "65,0", "3,3", "10,2", "12,2",
                        "14,4", "65,30", "1000,500").forEach(size -> all.add(ColumnType.parse("decimal(" + size + ")")));
                case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, DATE, YEAR, JSON, GEOMETRY ->
                    all.add(ColumnType.of(kind));
            }
        }
        return all;
    }

    @Test
    void aTypeHoldsItselfAndWhatItHoldsHoldsToo() {
        for (ColumnType a : ALL) {
            assertThat(a.holds(a)).as("%s", a).isTrue();
            for (ColumnType b : ALL) {
                for (ColumnType c : ALL) {
                    if (a.holds(b) && b.holds(c)) {
                        assertThat(a.holds(c)).as("%s holds %s, which holds %s", a, b, c).isTrue();
                    }
                }
            }
        }
    }

    /** The numbers at the edges of each type are asked for one by one. */
    @Test
    void aTypeOfNumbersHoldsAnotherExactlyIfItHoldsItsEdges() {
        for (ColumnType a : ALL) {
            for (ColumnType b : ALL) {
                if (isExactNumber(a) && isExactNumber(b)) {
                    assertThat(a.holds(b)).as("%s holds %s", a, b).isEqualTo(edges(b).stream().allMatch(number -> fits(a, number)));
                }
            }
        }
    }

    private static boolean isExactNumber(ColumnType type) {
        return type.kind() == Kind.DECIMAL || type.kind().name().contains("INT") && type.kind() != Kind.INSTANT;
    }

    private static boolean isWhole(ColumnType type) {
        return isExactNumber(type) && type.kind() != Kind.DECIMAL;
    }

    private static List<BigDecimal> edges(ColumnType type) {
        if (type.kind() == Kind.DECIMAL) {
            BigDecimal most = new BigDecimal(BigInteger.TEN.pow((int) type.length()).subtract(BigInteger.ONE), type.scale());
            return List.of(most, most.negate(), BigDecimal.ONE.movePointLeft(type.scale()));
        }
        boolean unsigned = type.kind().name().startsWith("U");
        int bits = Integer.parseInt(type.kind().name().replaceAll("\\D", ""));
        BigInteger end = BigInteger.TWO.pow(unsigned ? bits : bits - 1);
        return List.of(new BigDecimal(end.subtract(BigInteger.ONE)), unsigned ? BigDecimal.ZERO : new BigDecimal(end.negate()));
    }

    private static boolean fits(ColumnType type, BigDecimal number) {
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (type.kind() == Kind.DECIMAL) {
            return plain.scale() <= type.scale()
                    && plain.abs().compareTo(BigDecimal.TEN.pow((int) type.length() - type.scale())) < 0;
        }
        List<BigDecimal> edges = edges(type);
        return plain.scale() <= 0 && plain.compareTo(edges.get(0)) <= 0 && plain.compareTo(edges.get(1)) >= 0;
    }

    @Test
    void theUnionHoldsBothWhoeverComesFirst() {
        for (ColumnType a : ALL) {
            for (ColumnType b : ALL) {
                Optional<ColumnType> union = ColumnType.union(a, b);
                Optional<ColumnType> turned = ColumnType.union(b, a);
                assertThat(union.isPresent()).as("%s and %s", a, b).isEqualTo(turned.isPresent());
                union.ifPresent(type -> {
                    assertThat(type.holds(a) && type.holds(b)).as("%s for %s and %s", type, a, b).isTrue();
                    assertThat(type.holds(turned.get()) && turned.get().holds(type)).as("%s and %s", type, turned.get()).isTrue();
                });
            }
        }
    }

    /** So a row of an older, narrower schema never narrows a column again. */
    @Test
    void theUnionOfATypeAndOneThatItHoldsIsTheTypeItself() {
        for (ColumnType a : ALL) {
            for (ColumnType b : ALL) {
                if (a.holds(b)) {
                    assertThat(ColumnType.union(a, b)).contains(a);
                }
                ColumnType.union(a, b).ifPresent(union -> {
                    assertThat(ColumnType.union(union, a)).contains(union);
                    assertThat(ColumnType.union(union, b)).contains(union);
                });
            }
        }
    }

    @Test
    void noTypeThatIsSmallerThanTheUnionHoldsBoth() {
        for (ColumnType a : ALL) {
            for (ColumnType b : ALL) {
                ColumnType union = ColumnType.union(a, b).orElse(null);
                for (ColumnType other : ALL) {
                    if (union == null) {
                        // Digits beyond those of a warehouse are no union, and neither is a text for what is none.
                        boolean tooMany = other.kind() == Kind.DECIMAL && (other.length() > 65 || other.scale() > 30);
                        boolean text = other.kind() == Kind.STRING || other.kind() == Kind.TEXT;
                        boolean numbers = a.kind() == Kind.DECIMAL && b.kind() == Kind.DECIMAL;
                        assertThat(!tooMany && !(text && numbers) && other.holds(a) && other.holds(b))
                                .as("%s holds %s and %s", other, a, b).isFalse();
                    } else if (other.holds(a) && other.holds(b) && union.holds(other)
                    // Whole numbers and texts of characters stay such, although decimal(3,0) is smaller than int16, and
                    // a text of 20 bytes than one of 20 characters.
                            && (other.kind() == union.kind() || other.kind() != Kind.DECIMAL && other.kind() != Kind.TEXT)) {
                        assertThat(other.holds(union)).as("%s holds %s and %s, and is smaller than %s", other, a, b, union).isTrue();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int32          | int64          | int64
            int32          | uint32         | int64
            int8           | uint8          | int16
            uint16         | int8           | int24
            int64          | uint64         | decimal(20,0)
            decimal(10,2)  | decimal(14,4)  | decimal(14,4)
            decimal(10,2)  | decimal(9,4)   | decimal(12,4)
            decimal(5,2)   | int32          | decimal(12,2)
            decimal(3,0)   | uint16         | decimal(5,0)
            float          | double         | double
            float          | int32          | double
            float          | int16          | float
            string(20)     | string(50)     | string(50)
            string(20)     | text           | text
            string(20)     | text(20)       | string(20)
            string(4)      | text(10)       | text(16)
            string(5)      | int32          | string(11)
            string(50)     | int32          | string(50)
            string(1)      | decimal(10,2)  | string(12)
            string(1)      | decimal(3,3)   | string(6)
            text(255)      | text(65535)    | text(65535)
            bytes(16)      | bytes(300)     | bytes(300)
            bytes(300)     | blob(255)      | bytes(300)
            date           | datetime(6)    | datetime(6)
            datetime       | datetime(6)    | datetime(6)
            time           | time(3)        | time(3)
            instant(3)     | instant(6)     | instant(6)
            year           | int8           | int16
            bits(1)        | bits(8)        | bits(8)
            """)
    void unions(String one, String other, String union) {
        assertThat(ColumnType.union(ColumnType.parse(one), ColumnType.parse(other))).contains(ColumnType.parse(union));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int64          | double
            int64          | float
            decimal(10,2)  | double
            decimal(65,0)  | decimal(65,30)
            string(20)     | datetime
            string(20)     | double
            string(20)     | bytes(20)
            text           | json
            date           | instant(6)
            datetime(6)    | instant(6)
            date           | time
            bits(8)        | uint8
            blob           | geometry
            json           | string(20)
            """)
    void noUnion(String one, String other) {
        assertThat(ColumnType.union(ColumnType.parse(one), ColumnType.parse(other))).isEmpty();
    }

    @Test
    void aColumnTakesWhatItHoldsAndATextTakesMomentsToo() {
        for (ColumnType a : ALL) {
            for (ColumnType b : ALL) {
                boolean more = a.takes(b) && !a.holds(b);
                assertThat(a.takes(b)).as("%s takes %s", a, b).isEqualTo(a.holds(b) || more);
                if (more) {
                    assertThat(a.kind() + " takes " + b.kind()).isIn("STRING takes DATE", "STRING takes TIME", "STRING takes DATETIME",
                            "STRING takes INSTANT", "TEXT takes DATE", "TEXT takes TIME", "TEXT takes DATETIME", "TEXT takes INSTANT",
                            "TEXT takes JSON", "BLOB takes GEOMETRY", "INT8 takes BITS", "INT16 takes BITS", "INT24 takes BITS",
                            "INT32 takes BITS", "INT64 takes BITS", "UINT8 takes BITS", "UINT16 takes BITS", "UINT24 takes BITS",
                            "UINT32 takes BITS", "UINT64 takes BITS");
                }
            }
        }
        assertThat(ColumnType.parse("string(30)").takes(ColumnType.parse("datetime(6)"))).isTrue();
        assertThat(ColumnType.parse("datetime").takes(ColumnType.parse("datetime(6)"))).isFalse();
        assertThat(ColumnType.parse("int8").takes(ColumnType.parse("bits(1)"))).isTrue();
        assertThat(ColumnType.parse("int8").takes(ColumnType.parse("bits(2)"))).isFalse();
        assertThat(ColumnType.parse("text(100)").takes(ColumnType.parse("json"))).isFalse();
    }

    /** What a float has of an INT24 is right, and MySQL shows six of its eight digits. */
    @Test
    void aFloatHoldsWholeNumbersOfSixDigitsAndADoubleOfFifteen() {
        assertThat(ColumnType.parse("float").holds(ColumnType.parse("int24"))).isFalse();
        assertThat(ColumnType.parse("float").holds(ColumnType.parse("uint16"))).isTrue();
        assertThat(ColumnType.parse("double").holds(ColumnType.parse("uint32"))).isTrue();
        assertThat(ColumnType.parse("double").holds(ColumnType.parse("decimal(15,0)"))).isTrue();
        assertThat(ColumnType.parse("double").holds(ColumnType.parse("int64"))).isFalse();
    }
}
