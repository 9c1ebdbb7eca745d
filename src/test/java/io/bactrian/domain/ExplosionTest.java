package io.bactrian.domain;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.read;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A row of each element of an array; here an array is a text such as {@code tag:a qty:2;tag:b}. */
class ExplosionTest {

    private static final TableSchema ORDERS = schema("shop int64, name text, id int64, items text null", "id", "shop");
    private static final TableSchema NUMBERED = schema("id int64, shop int64, nr int32, qty string(9) null, tag string(9) null", "id",
            "shop", "nr");
    private static final TableSchema TAGGED = schema("id int64, shop int64, nr int32, tag string(9) null", "id", "shop", "nr");

    private final Explosion explosion = new Explosion("items", "nr", "string(9)", ExplosionTest::elements);

    private static List<Map<String, Object>> elements(Object value) {
        if (value.equals("wrong")) {
            throw new IllegalArgumentException("it is no array");
        }
        return Arrays.stream(value.toString().split(";")).map(ExplosionTest::element).toList();
    }

    private static Map<String, Object> element(String text) {
        Map<String, Object> fields = new TreeMap<>();
        for (String field : text.split(" ")) {
            fields.put(field.split(":")[0], field.split(":")[1]);
        }
        return fields;
    }

    private static Image order(long id, String items) {
        return image(ORDERS, 7L, "n", id, items);
    }

    private static Image tagged(long id, long number, String tag) {
        return image(TAGGED, id, 7L, number, tag);
    }

    @Test
    void aRowHasTheKeyThePlaceAndTheFieldsInTheOrderOfTheirNames() {
        Change change = insert(order(1, "tag:a qty:2;tag:b"));

        assertThat(explosion.apply(change)).containsExactly(
                change.as(Operation.INSERT, null, image(NUMBERED, 1L, 7L, 1L, "2", "a")),
                change.as(Operation.INSERT, null, image(NUMBERED, 1L, 7L, 2L, null, "b")));
        assertThat(explosion.apply(change).get(0).after().schema()).isEqualTo(NUMBERED);
    }

    @Test
    void whatASnapshotReadsIsReadAndNotInserted() {
        assertThat(explosion.apply(read(order(1, "tag:a")))).extracting(Change::operation).containsExactly(Operation.READ);
    }

    @Test
    void anUpdateUpdatesThePlacesThatBothHaveAndDeletesAndInsertsTheOthers() {
        Change shorter = update(order(1, "tag:a;tag:b"), order(1, "tag:c"));
        Change longer = update(order(1, "tag:a"), order(1, "tag:a;tag:b"));

        assertThat(explosion.apply(shorter)).containsExactly(
                shorter.as(Operation.UPDATE, tagged(1, 1, "a"), tagged(1, 1, "c")),
                shorter.as(Operation.DELETE, tagged(1, 2, "b"), null));
        assertThat(explosion.apply(longer)).containsExactly(
                longer.as(Operation.UPDATE, tagged(1, 1, "a"), tagged(1, 1, "a")),
                longer.as(Operation.INSERT, null, tagged(1, 2, "b")));
    }

    @Test
    void aFieldThatAnElementHasLostBecomesNull() {
        Change change = update(order(1, "tag:a qty:2"), order(1, "tag:a"));

        assertThat(explosion.apply(change)).containsExactly(
                change.as(Operation.UPDATE, image(NUMBERED, 1L, 7L, 1L, "2", "a"), image(NUMBERED, 1L, 7L, 1L, null, "a")));
    }

    @Test
    void aRowWhoseKeyChangesTakesItsElementsWithIt() {
        Change change = update(order(1, "tag:a"), order(2, "tag:a"));

        assertThat(explosion.apply(change)).containsExactly(change.as(Operation.DELETE, tagged(1, 1, "a"), null),
                change.as(Operation.INSERT, null, tagged(2, 1, "a")));
    }

    @Test
    void aDeleteDeletesAllElements() {
        Change change = delete(order(1, "tag:a;tag:b"));

        assertThat(explosion.apply(change)).containsExactly(change.as(Operation.DELETE, tagged(1, 1, "a"), null),
                change.as(Operation.DELETE, tagged(1, 2, "b"), null));
    }

    @Test
    void nullHasNoElementsAndATruncationStaysOne() {
        assertThat(explosion.apply(insert(order(1, null)))).isEmpty();
        assertThat(explosion.apply(truncate())).containsExactly(truncate());
    }

    @Test
    void rowsOfTheSameColumnsShareOneSchema() {
        assertThat(explosion.apply(insert(order(1, "tag:a"))).get(0).after().schema())
                .isSameAs(explosion.apply(insert(order(2, "tag:b"))).get(0).after().schema());
    }

    @Test
    void whatCanNotBeReadNamesTheColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> explosion.apply(insert(order(1, "wrong"))))
                .withMessage("explode: column 'items' of store.customers: it is no array");
    }

    @Test
    void anElementThatDoesNotFitIsNamedWithItsPlace() {
        assertThatIllegalArgumentException().isThrownBy(() -> explosion.apply(insert(order(1, "tag:a;tag:0123456789"))))
                .withMessage("explode: '0123456789' cannot be string(9) in column 'tag' of element 2 of column 'items' of "
                        + "store.customers: it has 10 characters, string(9) holds 9");
    }

    @Test
    void aTypeThatIsNoneIsNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Explosion("items", "nr", "string", ExplosionTest::elements))
                .withMessage("explode: type: 'string' does not say how much it holds; expected for instance string(255)");
    }

    @Test
    void aTableWithoutAKeyOrWithoutTheColumnCanNotBeExploded() {
        assertThatIllegalArgumentException().isThrownBy(() -> explosion.apply(insert(image(schema("items text"), "tag:a"))))
                .withMessageStartingWith("explode: store.customers has no primary key");
        assertThatIllegalArgumentException().isThrownBy(() -> explosion.apply(insert(image(schema("id int64", "id"), 1L))))
                .withMessage("explode: column 'items' is not in store.customers, which has [id]");
    }

    @Test
    void twoColumnsOfOneNameAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> explosion.apply(insert(order(1, "tag:a nr:5"))))
                .withMessageStartingWith("explode: the rows made of column 'items' of store.customers would have two columns 'nr'; "
                        + "the key's columns are [id, shop], the position is in 'nr' (number), and the elements have [nr, tag].");
    }
}
