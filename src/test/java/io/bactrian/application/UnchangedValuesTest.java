package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.Given;
import io.bactrian.testing.WarehouseInMemory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnchangedValuesTest {

    private static final TableSchema SCHEMA = new TableSchema(List.of(new Column("id", ColumnType.of(ColumnType.Kind.INT64), false),
            new Column("small", ColumnType.of(ColumnType.Kind.INT64), true),
            new Column("large", ColumnType.of(ColumnType.Kind.TEXT), true)), List.of("id"));
    private static final Target MIRROR = new Target("t", Mode.MIRROR, List.of("id"), false);

    private final WarehouseInMemory warehouse = new WarehouseInMemory();
    private long offset;

    private static Image image(Object... values) {
        return new Image(SCHEMA, values);
    }

    private Row row(Target target, Row.Meaning meaning, Image image) {
        Position position = new Position("shop.store.t", 0, offset++);
        Change change = new Change("shop", "store.t", meaning == Row.Meaning.DELETE ? Operation.DELETE : Operation.INSERT,
                meaning == Row.Meaning.DELETE ? image : null,
                meaning == Row.Meaning.DELETE ? null : image, position, "", Given.COMMITTED, false);
        return new Row(target, meaning, image, change, "route");
    }

    private Row write(Object... values) {
        return row(MIRROR, Row.Meaning.WRITE, image(values));
    }

    private List<Image> completed(Row... rows) {
        UnchangedValues.Completed completed = UnchangedValues.complete(List.of(rows), warehouse, warehouse.begin("p"));
        assertThat(completed.refusals()).isEmpty();
        return completed.rows().stream().map(Row::image).toList();
    }

    @Test
    void theLastRowOfTheKeyInTheBatchKnowsWhatDidNotChange() {
        assertThat(completed(write(1L, 0L, "first"), write(2L, 0L, "other"), write(1L, 1L, Image.UNKNOWN), write(1L, 2L, null),
                write(1L, 3L, Image.UNKNOWN)))
                .containsExactly(image(1L, 0L, "first"), image(2L, 0L, "other"), image(1L, 1L, "first"), image(1L, 2L, null),
                        image(1L, 3L, null));
    }

    @Test
    void aRowThatNobodyKnowsIsRefusedAndNeverHalfWritten() {
        UnchangedValues.Completed completed = UnchangedValues.complete(List.of(write(1L, 0L, "first"), write(2L, 1L, Image.UNKNOWN)),
                warehouse, warehouse.begin("p"));

        assertThat(completed.refusals()).hasSize(1).allSatisfy(refusal -> {
            assertThat(refusal.row().key()).isEqualTo(2L);
            assertThat(refusal.reason()).contains("column 'large'").contains("REPLICA IDENTITY FULL").contains("nor is the row in t");
        });
    }

    @Test
    void aDeletedRowIsNoAnswerAndADeleteNeedsItsKeyAlone() {
        UnchangedValues.Completed completed = UnchangedValues
                .complete(List.of(write(1L, 0L, "first"), row(MIRROR, Row.Meaning.DELETE, image(1L, Image.UNKNOWN, Image.UNKNOWN)),
                        write(1L, 1L, Image.UNKNOWN)), warehouse, warehouse.begin("p"));

        assertThat(completed.refusals()).extracting(refusal -> refusal.row().version().offset()).containsExactly(2L);
    }

    @Test
    void whereNothingKeepsTheRowAsItWasAValueThatWasNotSentIsRefused() {
        List<Target> targets = List.of(new Target("bag", Mode.MIRROR, List.of(), false), new Target("log", Mode.APPEND, List.of(), false),
                new Target("sums", Mode.ADD, List.of("id"), false));

        assertThat(targets.stream()
                .flatMap(target -> Stream.of(Row.Meaning.WRITE, Row.Meaning.DELETE)
                        .map(meaning -> row(target, meaning, image(1L, 1L, Image.UNKNOWN)))))
                .allSatisfy(
                        row -> assertThat(UnchangedValues.complete(List.of(row), warehouse, warehouse.begin("p")).refusals()).hasSize(1));
    }
}
