package io.bactrian.routes;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.read;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplodeKameletTest {

    private static final TableSchema SCHEMA = schema("id int64, name string(20) null, tags json null", "id");

    private final KameletScene scene = new KameletScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private static Image tags(long id, String json) {
        return image(SCHEMA, id, "n", json);
    }

    @Test
    void aRowOfEachElementComesStaysAndGoes() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&as=tag");

        assertThat(scene.rows(insert(tags(1, "[\"a\",\"b\"]")))).containsExactly("WRITE id=1 place=1 tag=a", "WRITE id=1 place=2 tag=b");
        assertThat(scene.rows(read(tags(1, "[\"a\"]")))).containsExactly("WRITE id=1 place=1 tag=a");
        assertThat(scene.rows(update(tags(1, "[\"a\",\"b\",\"c\"]"), tags(1, "[\"x\",null]")))).containsExactly("WRITE id=1 place=1 tag=x",
                "WRITE id=1 place=2 tag=null",
                "DELETE id=1 place=3 tag=c");
        assertThat(scene.rows(update(tags(1, null), tags(1, "[true, 1.50, {\"k\": [1]}]")))).containsExactly("WRITE id=1 place=1 tag=true",
                "WRITE id=1 place=2 tag=1.50", "WRITE id=1 place=3 tag={\"k\":[1]}");
        assertThat(scene.rows(update(tags(1, "[\"a\"]"), tags(2, "[\"a\"]")))).containsExactly("DELETE id=1 place=1 tag=a",
                "WRITE id=2 place=1 tag=a");
        assertThat(scene.rows(delete(tags(1, "[\"a\",\"b\"]")))).containsExactly("DELETE id=1 place=1 tag=a", "DELETE id=1 place=2 tag=b");
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
        assertThat(scene.rows(insert(tags(1, null)))).isEmpty();
        assertThat(scene.rows(insert(tags(1, "null")))).isEmpty();
        assertThat(scene.rows(update(tags(1, "[]"), tags(1, "[]")))).isEmpty();
        assertThat(scene.process(insert(tags(1, "[\"a\"]")))).allSatisfy(row -> {
            assertThat(row.target().key()).containsExactly("id", "place");
            assertThat(row.image().schema()).isEqualTo(schema("id int64, place int32, tag string(255) null", "id", "place"));
        });
    }

    @Test
    void elementsMayBeSplitIntoChangesOfTheirOwn() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&as=tag&number=nr",
                "- split:\n    simple: ${body}\n    steps:\n      - to: kamelet:only-if?condition=tag != 'b'\n      - to: warehouse:tags",
                "- stop: {}");

        assertThat(scene.rows(update(tags(1, "[\"a\",\"b\",\"c\"]"), tags(1, "[\"b\",\"b\"]")))).containsExactly("DELETE id=1 nr=1 tag=a",
                "DELETE id=1 nr=3 tag=c");
    }

    @Test
    void theFieldsOfObjectsBecomeColumns() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&type=decimal(8,2)");

        assertThat(scene.rows(insert(tags(1, "[{\"qty\":2,\"price\":9.5},{\"price\":1},null]")))).containsExactly(
                "WRITE id=1 place=1 price=9.50 qty=2.00",
                "WRITE id=1 place=2 price=1.00 qty=null", "WRITE id=1 place=3 price=null qty=null");
        assertThat(scene.rows(update(tags(1, "[{\"qty\":2,\"price\":1}]"), tags(1, "[{\"qty\":2}]")))).as("a field that is gone is NULL")
                .containsExactly("WRITE id=1 place=1 price=null qty=2.00");
    }

    @Test
    void elementsMayStayJson() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&as=tag&type=json");

        assertThat(scene.rows(insert(tags(1, "[\"a\",{\"b\": 1}]")))).containsExactly("WRITE id=1 place=1 tag=\"a\"",
                "WRITE id=1 place=2 tag={\"b\":1}");
    }

    @Test
    void noDigitIsLost() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&as=tag");

        assertThat(scene.rows(insert(tags(1, "[12345678901234567890.123456789012345678]"))))
                .containsExactly("WRITE id=1 place=1 tag=12345678901234567890.123456789012345678");
    }

    @Test
    void whatIsNoArrayFailsTheChange() {
        scene.route("- to: kamelet:explode?column=tags");

        assertThatThrownBy(() -> scene.rows(insert(tags(1, "{\"a\":1}"))))
                .hasMessage("explode: column 'tags' of store.customers: it holds an object; expected a JSON array");
        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[1"))))
                .hasMessageStartingWith("explode: column 'tags' of store.customers: it is no JSON (")
                .hasMessageEndingWith("; expected a JSON array");
        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[]]"))))
                .hasMessageStartingWith("explode: column 'tags' of store.customers: it is no JSON (");
        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[{},7]"))))
                .hasMessage("explode: column 'tags' of store.customers: its element 2 is a number; expected an object, "
                        + "whose fields become columns. Give the elements one column with as=<name>");
    }

    @Test
    void anElementThatDoesNotFitFailsTheChange() {
        scene.route("- to: kamelet:explode?column=tags&as=tag&type=int8");

        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[1,\"two\"]"))))
                .hasMessage(
                        "explode: 'two' cannot be int8 in column 'tag' of element 2 of column 'tags' of store.customers: it is no number");
    }

    @Test
    void aStepThatFailsForOneElementFailsTheWholeChange() {
        scene.route("- to: kamelet:explode?column=tags&as=tag",
                "- split:\n    simple: ${body}\n    steps:\n      - to: "
                        + "kamelet:set-column?name=n&value=${body[tag]}&type=int64\n      - to: warehouse:tags",
                "- stop: {}");

        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[1,\"two\",3]"))))
                .hasStackTraceContaining("set-column: 'two' cannot be int64");
    }

    @Test
    void namesThatWouldBeOneAreSaid() {
        scene.route("- to: kamelet:explode?column=tags&as=id");

        assertThatThrownBy(() -> scene.rows(insert(tags(1, "[1]"))))
                .hasMessage("explode: the rows made of column 'tags' of store.customers would have two columns 'id'; "
                        + "the key's columns are [id], the position is in 'place' (number), and the elements have [id]. "
                        + "Give the position's column another name, keep the elements whole with as=, "
                        + "or rename the key's column before");
    }

    @Test
    void aTableWithoutAKeyCanNotBeExploded() {
        scene.route("- to: kamelet:explode?column=tags");
        TableSchema keyless = schema("tags json null");

        assertThatThrownBy(() -> scene.rows(insert(image(keyless, "[]"))))
                .hasMessage("explode: store.customers has no primary key, so nobody could tell whose elements are whose."
                        + " Explode a table that has one, before a step that drops it");
        assertThatThrownBy(() -> scene.rows(insert(image(schema("id int64", "id"), 1L))))
                .hasMessage("explode: column 'tags' is not in store.customers, which has [id]");
    }

    @Test
    void whatIsWrittenWrongIsSaidWhenTheRouteStarts() {
        assertThatThrownBy(() -> scene.route("- to: kamelet:explode?column=tags&type=varchar"))
                .hasStackTraceContaining("explode: type: 'varchar' is no column type");
        assertThat(List.copyOf(scene.routes.pipelines())).isEmpty();
    }

    @Test
    void positionsAndTimesAreThoseOfTheChange() throws Exception {
        scene.route("- to: kamelet:explode?column=tags&as=tag");
        Change change = update(tags(1, "[1,2]"), tags(1, "[1]"));

        assertThat(scene.process(change)).hasSize(2).allSatisfy(row -> {
            assertThat(row.version()).isEqualTo(change.position());
            assertThat(row.at()).isEqualTo(change.committedAt());
        });
    }
}
