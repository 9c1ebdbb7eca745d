package io.bactrian.application;

import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.testing.Given;
import io.bactrian.testing.WarehouseToRead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked of the warehouse, and what becomes of its answers. */
class UnchangedValuesOfTheWarehouseTest {

    private static final TableSchema SCHEMA = schema("id int64, small int64 null, large text null", "id");
    private static final Target MIRROR = new Target("t", Mode.MIRROR, List.of("id"), false);
    private static final Target MARKED = new Target("t", Mode.MIRROR, List.of("id"), true);
    private static final Target HISTORY = Target.history("t", List.of("id"), new Tracking("surrogate_key", List.of()));

    private final WarehouseToRead warehouse = new WarehouseToRead().with("t", image(1, 5L, "stored"), image(2, 5L, "other"));
    private long offset;

    private static Image image(long id, Object small, Object large) {
        return new Image(SCHEMA, new Object[]{id, small, large});
    }

    private Row write(Target target, long id, Object small, Object large) {
        Image image = image(id, small, large);
        return new Row(target, Meaning.WRITE, image, Given.change(Operation.UPDATE, image, image, at(offset++)), "route");
    }

    private Row delete(Target target, long id) {
        Image image = image(id, Image.UNKNOWN, Image.UNKNOWN);
        return new Row(target, Meaning.DELETE, image, Given.change(Operation.DELETE, image, null, at(offset++)), "route");
    }

    private Row clear(String table) {
        return new Row(new Target(table, Mode.MIRROR, List.of(), false), Meaning.CLEAR, null,
                Given.change(Operation.TRUNCATE, null, null, at(offset++)), "route");
    }

    private UnchangedValues.Completed complete(Row... rows) {
        return UnchangedValues.complete(List.of(rows), warehouse.warehouse(), warehouse.batch());
    }

    private List<String> completed(Row... rows) {
        UnchangedValues.Completed completed = complete(rows);
        assertThat(completed.refusals()).isEmpty();
        return completed.rows().stream().map(row -> String.valueOf(row.image())).toList();
    }

    @Test
    void whatTheBatchDoesNotKnowTheWarehouseKnows() {
        assertThat(completed(write(MIRROR, 1, 6L, Image.UNKNOWN), write(MIRROR, 2, Image.UNKNOWN, "new")))
                .containsExactly("{id=1, small=6, large=stored}", "{id=2, small=5, large=new}");
        assertThat(completed(write(HISTORY, 1, 6L, Image.UNKNOWN))).containsExactly("{id=1, small=6, large=stored}");
    }

    @Test
    void theBatchKnowsBetterThanTheWarehouse() {
        assertThat(completed(write(MIRROR, 1, 6L, "newer"), write(MIRROR, 1, 7L, Image.UNKNOWN)))
                .containsExactly("{id=1, small=6, large=newer}", "{id=1, small=7, large=newer}");
    }

    @Test
    void oneTableKnowsNothingOfAnother() {
        Target other = new Target("u", Mode.MIRROR, List.of("id"), false);

        assertThat(complete(write(MIRROR, 1, 6L, "newer"), write(other, 1, 7L, Image.UNKNOWN)).refusals()).singleElement()
                .satisfies(refusal -> assertThat(refusal.reason()).endsWith("; nor is the row in u, where it would be"));
    }

    @Test
    void onlyRowsThatWantSomethingAreAskedFor() {
        completed(write(MIRROR, 1, 6L, Image.UNKNOWN), write(MIRROR, 3, 6L, "whole"), write(MIRROR, 2, 6L, Image.UNKNOWN));

        assertThat(warehouse.reads).containsExactly(2);
        completed(write(MIRROR, 3, 6L, "whole"));
        assertThat(warehouse.reads).containsExactly(2);
    }

    @Test
    void manyRowsAreAskedForFiveHundredAtOnce() {
        List<Row> rows = new ArrayList<>();
        for (long id = 1; id <= 1_000; id++) {
            warehouse.with("t", image(id, 0L, "large " + id));
            rows.add(write(MIRROR, id, 1L, Image.UNKNOWN));
        }
        UnchangedValues.Completed completed = UnchangedValues.complete(rows, warehouse.warehouse(), warehouse.batch());

        assertThat(warehouse.reads).containsExactly(500, 500);
        assertThat(completed.refusals()).isEmpty();
        assertThat(completed.rows()).extracting(Row::image)
                .allSatisfy(image -> assertThat(image.get("large")).isEqualTo("large " + image.get("id")));
    }

    @Test
    void nobodyIsAskedWhereTheRowsAreNotKeptAsTheyWere() {
        for (Target target : List.of(new Target("t", Mode.MIRROR, List.of(), false), new Target("t", Mode.APPEND, List.of(), false),
                new Target("t", Mode.ADD, List.of("id"), false))) {
            assertThat(complete(write(target, 1, 6L, Image.UNKNOWN)).refusals()).singleElement()
                    .satisfies(refusal -> assertThat(refusal.reason()).contains("column 'large'").doesNotContain("nor is the row"));
        }
        assertThat(warehouse.reads).isEmpty();
    }

    @Test
    void aDeleteNeedsTheValuesWhereTheDeletedRowIsKept() {
        assertThat(completed(delete(MARKED, 1))).containsExactly("{id=1, small=5, large=stored}");
        assertThat(completed(delete(HISTORY, 1), delete(MIRROR, 1)))
                .containsExactly("{id=1, small=(not sent), large=(not sent)}", "{id=1, small=(not sent), large=(not sent)}");
        assertThat(warehouse.reads).containsExactly(1);
    }

    @Test
    void aRowThatTheBatchHasDeletedIsNotFoundInTheWarehouse() {
        assertThat(complete(delete(MIRROR, 1), write(MIRROR, 1, 6L, Image.UNKNOWN)).refusals()).hasSize(1);
    }

    @Test
    void aTruncationForgetsTheRowsOfItsTableAndOfNoOther() {
        assertThat(complete(write(MIRROR, 7, 0L, "first"), clear("t"), write(MIRROR, 7, 1L, Image.UNKNOWN)).refusals()).hasSize(1);
        assertThat(completed(write(MIRROR, 7, 0L, "first"), clear("u"), write(MIRROR, 7, 1L, Image.UNKNOWN)))
                .containsExactly("{id=7, small=0, large=first}", "null", "{id=7, small=1, large=first}");
    }

    /**
     * The row that was inserted after the truncation may have failed; the update after it must not bring an older one
     * back.
     */
    @Test
    void whatTheWarehouseHasFromBeforeATruncationIsNoAnswerAfterIt() {
        assertThat(complete(clear("t"), write(MIRROR, 1, 6L, Image.UNKNOWN)).refusals()).extracting(refusal -> refusal.row().key())
                .containsExactly(1L);
        assertThat(completed(write(MIRROR, 1, 6L, Image.UNKNOWN), clear("t"))).containsExactly("{id=1, small=6, large=stored}", "null");
        assertThat(completed(clear("u"), write(MIRROR, 1, 6L, Image.UNKNOWN))).containsExactly("null", "{id=1, small=6, large=stored}");
    }

    @Test
    void aTruncationOfAnotherPartitionClearsNothingHere() {
        Row elsewhere = new Row(new Target("t", Mode.MIRROR, List.of(), false), Meaning.CLEAR, null,
                Given.change(Operation.TRUNCATE, null, null, new Position(Given.TOPIC, 1, 0)), "route");

        assertThat(completed(elsewhere, write(MIRROR, 1, 6L, Image.UNKNOWN))).containsExactly("null", "{id=1, small=6, large=stored}");
    }

    @Test
    void whoPassesOnAsksNobody() {
        warehouse.passesOn = true;

        assertThat(completed(write(MIRROR, 1, 6L, Image.UNKNOWN))).containsExactly("{id=1, small=6, large=(not sent)}");
        assertThat(warehouse.reads).isEmpty();
    }
}
