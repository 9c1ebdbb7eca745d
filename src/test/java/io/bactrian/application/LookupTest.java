package io.bactrian.application;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Lookup.OnMiss;
import io.bactrian.application.Lookup.Question;
import io.bactrian.application.Lookup.Taken;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.ReferenceTablesInMemory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
                .hasMessage("lookup: the reference table ref cannot be read: away");
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
        assertThatThrownBy(() -> lookup.enrich(insert(image(schema("region text, code string(2)"), "mine", "FR"))))
                .hasMessageStartingWith("lookup: column 'region' is in store.customers already; ");
    }

    @Test
    void anEmptyTableStillSaysWhatTypesItHas() {
        tables.rows.clear();

        assertThat(lookup.enrich(insert(image(ROW, 1L, "FR"))).after().schema())
                .isEqualTo(schema("id int64, code string(2) null, region string(20) null", "id"));
    }

    private Lookup failing(ReferenceTablesInMemory reference, List<String> from, List<String> on) {
        return new Lookup(reference, "p",
                new Question("ref", from, on, List.of(new Taken("region", "area")), Duration.ofNanos(60), OnMiss.FAIL), clock::get);
    }

    @Test
    void asManyColumnsOfTheRowAsOfTheTable() {
        assertThatThrownBy(() -> lookup(tables, List.of("id", "code"), List.of("code"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lookup: from names [id, code] and on names [code]; expected one column of ref for each column of the row");
    }

    @Test
    void onlyTheColumnsThatAreNeededAreReadAndEachOnce() {
        ReferenceTablesInMemory wide = new ReferenceTablesInMemory(schema("note text, region text, code string(2)")).with("n", "west",
                "FR");
        Lookup twice = new Lookup(wide, "p", new Question("ref", List.of("code"), List.of("code"),
                List.of(new Taken("region", "area"), new Taken("code", "its_code")), Duration.ofNanos(60), OnMiss.NULL), clock::get);

        assertThat(twice.enrich(insert(image(ROW, 1L, "FR"))).after()).hasToString("{id=1, code=FR, area=west, its_code=FR}");
        assertThat(wide.loads).containsExactly("p ref [code, region] 1000001");
    }

    @Test
    void bothImagesAreEnriched() {
        tables.with("DE", "middle");
        Change change = lookup.enrich(update(image(ROW, 1L, "FR"), image(ROW, 1L, "DE")));

        assertThat(change.before()).hasToString("{id=1, code=FR, region=west}");
        assertThat(change.after()).hasToString("{id=1, code=DE, region=middle}");
    }

    @Test
    void whereAMissFailsTheRowThatIsMissedIsNamed() {
        Lookup failing = failing(tables, List.of("code"), List.of("code"));

        assertThat(failing.enrich(insert(image(ROW, 1L, "FR"))).after()).hasToString("{id=1, code=FR, area=west}");
        assertThatThrownBy(() -> failing.enrich(insert(image(ROW, 1L, "XX")))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lookup: code = 'XX' of store.customers is not in the reference table ref (code). "
                        + "Add it there and replay the dead letter, or use on-miss=null");
        assertThatThrownBy(() -> failing.enrich(insert(image(ROW, 1L, null))))
                .hasMessageStartingWith("lookup: code = NULL of store.customers is not in the reference table ref (code).");
    }

    @Test
    void bytesThatAreMissedAreNotShown() {
        ReferenceTablesInMemory two = new ReferenceTablesInMemory(schema("a bytes(2), b int64, region text"));
        Image row = image(schema("x bytes(2), y int64"), new byte[]{1}, 7L);

        assertThatThrownBy(() -> failing(two, List.of("x", "y"), List.of("a", "b")).enrich(insert(row)))
                .hasMessageStartingWith("lookup: x = (bytes), y = '7' of store.customers is not in the reference table ref (a, b).");
    }

    @Test
    void theRowBeforeAChangeMayBeGoneFromTheTable() {
        Change change = failing(tables, List.of("code"), List.of("code")).enrich(update(image(ROW, 1L, "XX"), image(ROW, 1L, "FR")));

        assertThat(change.before()).hasToString("{id=1, code=XX, area=null}");
        assertThat(change.after()).hasToString("{id=1, code=FR, area=west}");
    }

    @Test
    void anotherThreadReadsTheTableAgainWhenItIsDue() throws Exception {
        assertThat(region("FR")).isEqualTo("west");
        clock.addAndGet(60);

        assertThat(CompletableFuture.supplyAsync(() -> region("FR")).get(30, TimeUnit.SECONDS)).isEqualTo("west");
        assertThat(tables.loads).hasSize(2);
    }

    @Test
    void aTableOfAsManyRowsAsAreAllowedIsRead() {
        Image one = tables.rows.get(0);
        while (tables.rows.size() < Lookup.MOST_ROWS) {
            tables.rows.add(one);
        }

        assertThatThrownBy(() -> region("FR")).hasMessageContaining("has more than one row for code = FR");
    }

    @Test
    void aNumberIsFoundWhateverClassItHas() {
        List<Object> keys = List.of(7L, new BigDecimal("7.0"), 7.0, 7f, new BigInteger("7"));
        for (Object there : keys) {
            Lookup byNumber = lookup(new ReferenceTablesInMemory(schema("nr double, region text")).with(there, "x"), List.of("k"),
                    List.of("nr"));
            for (Object here : keys) {
                assertThat(byNumber.enrich(insert(image(schema("k decimal(9,2)"), here))).after().get("region")).isEqualTo("x");
            }
            assertThat(byNumber.enrich(insert(image(schema("k decimal(9,2)"), new BigDecimal("7.01")))).after().get("region")).isNull();
        }
    }

    @Test
    void aNumberBeyondSixtyFourBitsIsNotTakenForAnother() {
        BigInteger large = BigInteger.ONE.shiftLeft(63);
        Lookup byNumber = lookup(new ReferenceTablesInMemory(schema("nr uint64, region text")).with(Long.MIN_VALUE, "x"), List.of("k"),
                List.of("nr"));

        assertThat(byNumber.enrich(insert(image(schema("k decimal(30,0)"), new BigDecimal(large)))).after().get("region")).isNull();
    }

    @Test
    void aColumnOfTheRowThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> lookup(tables, List.of("kode"), List.of("code")).enrich(insert(image(ROW, 1L, "FR"))))
                .hasMessage("lookup: column 'kode' is not in store.customers, which has [id, code]");
    }
}
