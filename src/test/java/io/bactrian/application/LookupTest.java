package io.bactrian.application;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Lookup.OnMiss;
import io.bactrian.application.Lookup.Question;
import io.bactrian.application.Lookup.Taken;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.ReferenceTablesInMemory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupTest {

    private static final TableSchema ROW = schema("id int64, code string(2) null", "id");

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 30);
    private final ReferenceTablesInMemory tables = new ReferenceTablesInMemory(schema("code string(2) null, region string(20) null"))
            .with("FR", "west");
    private final Lookup lookup = lookup(tables, List.of("code"), List.of("code"));

    private Lookup lookup(ReferenceTablesInMemory reference, List<String> from, List<String> on) {
        return new Lookup(reference, "p",
                new Question("ref", from, on, List.of(new Taken("region", "region")), Duration.ofNanos(60), OnMiss.NULL), clock::get);
    }

    private Object region(String code) {
        return lookup.enrich(insert(image(ROW, 1L, code))).after().get("region");
    }

    @Test
    void theTableIsReadOnceAndAgainWhenItIsOlderThanRefresh() {
        assertThat(region("FR")).isEqualTo("west");
        tables.rows.clear();
        tables.with("FR", "north");
        clock.addAndGet(59);
        assertThat(region("FR")).isEqualTo("west");
        assertThat(tables.loads).hasSize(1);
        clock.addAndGet(1);
        assertThat(region("FR")).isEqualTo("north");
        assertThat(tables.loads).hasSize(2);
    }

    @Test
    void aMissReadsItAgainOnceWithinRefresh() {
        assertThat(region("FR")).isEqualTo("west");
        tables.with("DE", "middle");
        clock.addAndGet(5);
        assertThat(region("DE")).isEqualTo("middle");
        assertThat(tables.loads).hasSize(2);
        assertThat(tables.misses).hasValue(0);

        tables.with("IT", "south");
        clock.addAndGet(50);
        assertThat(region("IT")).isNull();
        assertThat(tables.loads).hasSize(2);
        assertThat(tables.misses).hasValue(1);

        clock.addAndGet(9);
        assertThat(region("XX")).isNull();
        assertThat(tables.loads).hasSize(2);
        clock.addAndGet(1);
        assertThat(region("IT")).as("60 after the last reading").isEqualTo("south");
        assertThat(tables.loads).hasSize(3);
    }

    @Test
    void whatWasReadForThisVeryChangeIsNotReadAgainForIt() {
        assertThat(region("XX")).isNull();
        assertThat(tables.loads).hasSize(1);
        assertThat(tables.misses).hasValue(1);
    }

    @Test
    void nullIsAMissThatNeedsNoReading() {
        tables.with(null, "nowhere");
        assertThat(region("FR")).isEqualTo("west");
        clock.addAndGet(5);
        assertThat(region(null)).isNull();
        assertThat(tables.loads).hasSize(1);
        assertThat(tables.misses).hasValue(1);
    }

    @Test
    void aFailureIsForAllAndTheNextTryReadsAgain() {
        tables.away = "away";
        assertThatThrownBy(() -> region("FR")).isInstanceOf(FailsForAllException.class)
                .hasMessage("lookup: the reference table ref can not be read: away");
        tables.away = null;
        assertThat(region("FR")).isEqualTo("west");
        clock.addAndGet(60);
        tables.away = "away";
        assertThatThrownBy(() -> region("FR")).as("no answer is given that is too old").isInstanceOf(FailsForAllException.class);
    }

    @Test
    void twoRowsOfOneKeyAreNoAnswer() {
        tables.with("FR", "north");

        assertThatThrownBy(() -> region("FR")).isInstanceOf(FailsForAllException.class)
                .hasMessage("lookup: the reference table ref has more than one row for code = FR; "
                        + "expected one. Look up in a view that has one, or name more columns in from and on");
    }

    @Test
    void aTableThatIsTooLargeIsRefused() {
        Image one = tables.rows.get(0);
        for (int i = 0; i < Lookup.MOST_ROWS; i++) {
            tables.rows.add(one);
        }

        assertThatThrownBy(() -> region("FR")).isInstanceOf(FailsForAllException.class)
                .hasMessage("lookup: the reference table ref has more than 1000000 rows, "
                        + "too many to be kept in memory. Look up in a smaller table or a view, or join in the warehouse");
    }

    @Test
    void numbersAreEqualWhateverTheirType() {
        ReferenceTablesInMemory numbers = new ReferenceTablesInMemory(schema("nr decimal(25,3), other uint64, region text"))
                .with(new BigDecimal("7.000"), new BigInteger("18446744073709551615"), "x");
        Lookup byTwo = lookup(numbers, List.of("a", "b"), List.of("nr", "other"));
        TableSchema schema = schema("a int64, b decimal(20,0) null");

        assertThat(byTwo.enrich(insert(image(schema, 7L, new BigDecimal("18446744073709551615")))).after().get("region")).isEqualTo("x");
        assertThat(byTwo.enrich(insert(image(schema, 8L, new BigDecimal("18446744073709551615")))).after().get("region")).isNull();
        assertThat(byTwo.enrich(insert(image(schema, 7L, null))).after().get("region")).isNull();
    }

    @Test
    void bytesAreComparedByTheirValues() {
        ReferenceTablesInMemory bytes = new ReferenceTablesInMemory(schema("code bytes(2), region text")).with(new byte[]{1, 2}, "x");

        assertThat(lookup(bytes, List.of("k"), List.of("code")).enrich(insert(image(schema("k bytes(16)"), (Object) new byte[]{1, 2})))
                .after().get("region")).isEqualTo("x");
    }

    @Test
    void columnsThatAreNeverEqualAreSaid() {
        Lookup wrong = lookup(tables, List.of("id"), List.of("code"));

        assertThatThrownBy(() -> wrong.enrich(insert(image(ROW, 1L, "FR"))))
                .hasMessage("lookup: column 'id' of store.customers is int64 and column 'code' of ref is string(2): "
                        + "they are never equal. Convert one of them, with set-column for instance");
    }

    @Test
    void aColumnThatTheRowHasAlreadyIsNotOverwritten() {
        assertThatThrownBy(() -> lookup.enrich(insert(image(schema("code string(2), region text"), "FR", "mine"))))
                .hasMessage("lookup: column 'region' is in store.customers already; "
                        + "take it under another name: take=region as other_name");
    }

    @Test
    void anEmptyTableStillSaysWhatTypesItHas() {
        tables.rows.clear();

        assertThat(lookup.enrich(insert(image(ROW, 1L, "FR"))).after().schema())
                .isEqualTo(schema("id int64, code string(2) null, region string(20) null", "id"));
    }
}
