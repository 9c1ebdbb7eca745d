package io.bactrian.domain;

import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.Given.change;
import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.bactrian.domain.ColumnType.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeTest {

    private final TableSchema schema = schema("id int64, name string(20)", "id");
    private final Image ada = image(schema, 1L, "Ada");
    private final Image eve = image(schema, 1L, "Eve");

    @ParameterizedTest
    @CsvSource({
        "READ,     false, true,  true", "READ,     true,  true,  false", "READ,     false, false, false", "READ,     true,  false, false",
        "INSERT,   false, true,  true", "INSERT,   true,  true,  false", "INSERT,   false, false, false", "INSERT,   true,  false, false",
        "UPDATE,   true,  true,  true", "UPDATE,   false, true,  false", "UPDATE,   true,  false, false", "UPDATE,   false, false, false",
        "DELETE,   true,  false, true", "DELETE,   true,  true,  false", "DELETE,   false, true,  false", "DELETE,   false, false, false",
        "TRUNCATE, false, false, true", "TRUNCATE, true,  false, false", "TRUNCATE, false, true,  false", "TRUNCATE, true,  true,  false"})
    void eachOperationHasItsImagesAndNoOthers(Operation operation, boolean before, boolean after, boolean whole) {
        if (whole) {
            assertThat(change(operation, before ? ada : null, after ? eve : null, at(1)).operation()).isEqualTo(operation);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> change(operation, before ? ada : null, after ? eve : null, at(1)))
                    .withMessage("the " + operation.word() + " of store.customers (shop.store.customers-0@1) has "
                            + (before ? "a" : "no") + " row before and " + (after ? "a" : "no") + " row after");
        }
    }

    @Test
    void needsAnOperationAndAPosition() {
        assertThatNullPointerException().isThrownBy(() -> change(null, null, ada, at(1))).withMessage("operation");
        assertThatNullPointerException().isThrownBy(() -> change(Operation.READ, null, ada, null)).withMessage("position");
    }

    @Test
    void itsRowIsTheOneAfterOrForADeleteTheOneBefore() {
        assertThat(insert(ada).row()).isSameAs(ada);
        assertThat(update(ada, eve).row()).isSameAs(eve);
        assertThat(delete(ada).row()).isSameAs(ada);
        assertThat(truncate().row()).isNull();
    }

    @Test
    void whatRewritesImagesRewritesBoth() {
        Change upper = update(ada, eve).mapImages(
                image -> image.with(new Column("name", ColumnType.of(Kind.TEXT), false), ((String) image.get("name")).toUpperCase()));

        assertThat(upper.before().get("name")).isEqualTo("ADA");
        assertThat(upper.after().get("name")).isEqualTo("EVE");
        assertThat(upper.position()).isEqualTo(at(3));
    }

    @Test
    void anImageThatIsNotThereIsNotRewritten() {
        assertThat(truncate().mapImages(image -> ada)).isEqualTo(truncate());
        assertThat(delete(ada).mapImages(image -> eve)).isEqualTo(delete(eve));
    }

    @Test
    void saysWhatAndWhere() {
        assertThat(update(ada, eve)).hasToString("update of store.customers (shop.store.customers-0@3)");
    }
}
