package io.bactrian.domain;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProjectionTest {

    private static final TableSchema SCHEMA = schema("id int64, name string(20), email text null", "id");
    private static final Image ADA = image(SCHEMA, 1L, "Ada", "a@b");

    private static void assertRow(Projection projection, TableSchema schema, Object... values) {
        Image after = projection.apply(insert(ADA)).after();

        assertThat(after.schema()).isEqualTo(schema);
        assertThat(after.values()).containsExactly(values);
    }

    @Test
    void whatIsDroppedIsGoneAndTheOthersStay() {
        assertRow(Projection.dropping(List.of("name")), schema("id int64, email text null", "id"), 1L, "a@b");
        assertRow(Projection.dropping(List.of("id")), schema("name string(20), email text null"), "Ada", "a@b");
    }

    @Test
    void whatIsKeptStaysInTheOrderOfTheTable() {
        assertRow(Projection.keeping(List.of("email", "id")), schema("id int64, email text null", "id"), 1L, "a@b");
        assertRow(Projection.keeping(List.of("name")), schema("name string(20)"), "Ada");
    }

    @Test
    void whatIsRenamedKeepsTypePlaceAndKey() {
        assertRow(Projection.renaming(Map.of("id", "nr", "email", "mail")), schema("nr int64, name string(20), mail text null", "nr"), 1L,
                "Ada", "a@b");
    }

    @Test
    void twoColumnsMaySwapTheirNames() {
        assertRow(Projection.renaming(Map.of("name", "email", "email", "name")), schema("id int64, email string(20), name text null", "id"),
                1L, "Ada", "a@b");
    }

    @Test
    void bothImagesAreProjected() {
        Change change = Projection.dropping(List.of("email")).apply(update(ADA, image(SCHEMA, 1L, "Eve", "e@b")));

        assertThat(change.before().values()).containsExactly(1L, "Ada");
        assertThat(change.after().values()).containsExactly(1L, "Eve");
    }

    @Test
    void aValueThatWasNotSentStaysUnknown() {
        Image after = Projection.keeping(List.of("email")).apply(insert(image(SCHEMA, 1L, "Ada", Image.UNKNOWN))).after();

        assertThat(after.knows(0)).isFalse();
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithTheStepThatAsks() {
        assertMissing(Projection.dropping(List.of("nane")), "drop-columns", "nane");
        assertMissing(Projection.keeping(List.of("emial")), "keep-columns", "emial");
        assertMissing(Projection.renaming(Map.of("nr", "id")), "rename", "nr");
    }

    private static void assertMissing(Projection projection, String step, String column) {
        assertThatIllegalArgumentException().isThrownBy(() -> projection.apply(insert(ADA)))
                .withMessage(step + ": column '" + column + "' is not in store.customers, which has [id, name, email]");
    }

    @Test
    void notAllColumnsCanBeDropped() {
        assertThatIllegalArgumentException().isThrownBy(() -> Projection.dropping(List.of("id", "name", "email")).apply(insert(ADA)))
                .withMessage(
                        "drop-columns: nothing would be left of store.customers, which has [id, name, email]; leave at least one column");
    }

    @Test
    void twoNamesThatDifferInTheirCaseAloneAreOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> Projection.renaming(Map.of("email", "NAME")).apply(insert(ADA)))
                .withMessage("rename: 'name' and 'email' of store.customers would both be called 'NAME'; rename or drop one of them");
    }

    @Test
    void eachSchemaIsProjectedInItsOwnWayAndAlwaysToTheSameSchema() {
        Projection projection = Projection.dropping(List.of("name"));
        Image other = image(schema("name text, id int64"), "Eve", 2L);
        Image first = projection.apply(insert(ADA)).after();

        assertThat(projection.apply(insert(other)).after()).hasToString("{id=2}");
        assertThat(projection.apply(insert(ADA)).after()).hasToString("{id=1, email=a@b}");
        assertThat(projection.apply(insert(ADA)).after().schema()).isSameAs(first.schema());
    }
}
