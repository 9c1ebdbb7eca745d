package io.bactrian.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.TableShape.ShapeColumn;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableShapeTest {

    private static final ShapeColumn ID = column("id", "int32");

    private static ShapeColumn column(String name, String type) {
        return new ShapeColumn(name, type, false, true, false, List.of());
    }

    private static ShapeColumn oneOf(String... members) {
        return new ShapeColumn("e", "string(64)", false, true, false, List.of(members));
    }

    private static TableShape table(ShapeColumn... columns) {
        return new TableShape(List.of(columns), List.of("id"));
    }

    private static Optional<String> why(ShapeColumn before, ShapeColumn after) {
        return table(ID, after).whyRowsDiffer(table(ID, before));
    }

    @Test
    void rowsStayWhatTheyWereWhenNothingOrOnlyTheOrderChanged() {
        assertThat(table(ID, column("a", "json"), column("b", "date")).whyRowsDiffer(table(ID, column("b", "date"), column("a", "json"))))
                .isEmpty();
    }

    @Test
    void aColumnThatIsNullInEveryRowNeedsNoReading() {
        assertThat(table(ID, column("a", "int8")).whyRowsDiffer(table(ID))).isEmpty();
    }

    @Test
    void aColumnThatIsFilledDoes() {
        assertThat(table(ID, new ShapeColumn("a", "int8", false, false, true, List.of())).whyRowsDiffer(table(ID)))
                .contains("column a was added with a value in every row");
    }

    @Test
    void aColumnThatIsGoneNeedsNoReading() {
        assertThat(table(ID).whyRowsDiffer(table(ID, column("a", "int8")))).isEmpty();
    }

    @Test
    void oneThatWentWhileAnotherCameMayHaveBeenRenamed() {
        assertThat(why(column("a", "int8"), column("b", "int8"))).contains("columns [a] went and [b] came, perhaps by renaming");
    }

    @Test
    void anotherKeyMeansReading() {
        assertThat(new TableShape(List.of(ID), List.of()).whyRowsDiffer(table(ID))).contains("the primary key is [] now and was [id]");
    }

    @Test
    void nullsThatAreNoLongerAllowedMayHaveBecomeSomethingElse() {
        ShapeColumn strict = new ShapeColumn("a", "int8", false, false, true, List.of());
        assertThat(why(column("a", "int8"), strict)).contains("column a no longer takes NULL, so what was NULL may be something else");
        assertThat(why(strict, column("a", "int8"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int8 | int64", "int32 | uint32", "string(10) | string(20)", "string(10) | text", "bytes(3) | blob", "datetime | datetime(6)",
        "decimal(10,2) | decimal(12,4)", "time | time(3)"})
    void widerTypesKeepTheirValues(String before, String after) {
        if (!before.equals("int32")) {
            assertThat(why(column("a", before), column("a", after))).isEmpty();
        }
        assertThat(why(column("a", after), column("a", before))).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int32 | string(20)", "int32 | decimal(20,0)", "float | double", "datetime | instant", "date | datetime", "string(10) | int32",
        "json | text", "int32 | uint32"})
    void otherTypesMayHaveOtherValues(String before, String after) {
        assertThat(why(column("a", before), column("a", after)))
                .contains("column a was " + before + " and is " + after + ", so its values may be others");
    }

    @Test
    void paddedBytesHaveOtherValuesWhenTheyAreLonger() {
        ShapeColumn three = new ShapeColumn("a", "bytes(3)", true, true, false, List.of());
        ShapeColumn four = new ShapeColumn("a", "bytes(4)", true, true, false, List.of());
        assertThat(why(three, four)).isPresent();
        assertThat(why(three, three)).isEmpty();
        assertThat(why(three, column("a", "bytes(3)"))).isPresent();
    }

    @Test
    void anEnumerationKeepsItsValuesIfNewOnesComeBehindThem() {
        assertThat(why(oneOf("a", "b"), oneOf("a", "b", "c"))).isEmpty();
        assertThat(why(oneOf("a", "b"), oneOf("a"))).contains("column e was one of [a, b] and is one of [a], so its values may be others");
        assertThat(why(oneOf("a", "b"), oneOf("b", "a", "c"))).isPresent();
        assertThat(why(oneOf("a", "b"), column("e", "string(64)"))).isPresent();
    }

    @Test
    void allReasonsAreNamed() {
        assertThat(table(ID, column("b", "int8")).whyRowsDiffer(new TableShape(List.of(column("id", "string(3)"), column("a", "date")),
                List.of()))).contains("column id was string(3) and is int32, so its values may be others; columns [a] went and [b] came, "
                        + "perhaps by renaming; the primary key is [id] now and was []");
    }
}
