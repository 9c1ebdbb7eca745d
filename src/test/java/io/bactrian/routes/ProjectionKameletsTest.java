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

/** The kamelets {@code drop-columns}, {@code keep-columns} and {@code rename}. */
class ProjectionKameletsTest {

    private static final TableSchema SCHEMA = schema("id int64, name string(20) null, note text null", "id");
    private static final Image ADA = image(SCHEMA, 1L, "Ada", "first");
    private static final Image EVE = image(SCHEMA, 2L, null, null);

    private final KameletScene scene = new KameletScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void dropsColumnsOfBothImages() throws Exception {
        scene.route("- to: kamelet:drop-columns?columns=note");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 name=Ada");
        assertThat(scene.rows(update(ADA, EVE))).containsExactly("DELETE id=1 name=Ada", "WRITE id=2 name=null");
        assertThat(scene.rows(delete(EVE))).containsExactly("DELETE id=2 name=null");
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
        assertThat(scene.process(read(ADA)).get(0).target().key()).containsExactly("id");
        assertThat(scene.process(read(ADA)).get(0).image().schema()).isEqualTo(schema("id int64, name string(20) null", "id"));
    }

    @Test
    void aKeyThatLosesAColumnIsNoKeyAnyMoreSoThatTheMirrorIsABagOfRows() throws Exception {
        scene.route("- to: kamelet:drop-columns?columns=id");

        assertThat(scene.rows(update(ADA, EVE))).containsExactly("DELETE name=Ada note=first", "WRITE name=null note=null");
        assertThat(scene.process(insert(ADA)).get(0).target().bag()).isTrue();
    }

    @Test
    void keepsNothingButTheNamedColumns() throws Exception {
        scene.route("- to: kamelet:keep-columns?columns=note, id");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 note=first");
        assertThat(scene.rows(update(ADA, EVE))).containsExactly("DELETE id=1 note=first", "WRITE id=2 note=null");
        assertThat(scene.rows(delete(ADA))).containsExactly("DELETE id=1 note=first");
        assertThat(scene.process(read(ADA)).get(0).target().key()).containsExactly("id");
    }

    @Test
    void renamesColumnsAndTheKeyWithThem() throws Exception {
        scene.route("- to: kamelet:rename?columns=id=customer_id, name=note, note=name");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE customer_id=1 note=Ada name=first");
        assertThat(scene.rows(update(ADA, EVE))).containsExactly("DELETE customer_id=1 note=Ada name=first",
                "WRITE customer_id=2 note=null name=null");
        assertThat(scene.rows(delete(ADA))).containsExactly("DELETE customer_id=1 note=Ada name=first");
        assertThat(scene.process(insert(ADA)).get(0).image().schema())
                .isEqualTo(schema("customer_id int64, note string(20) null, name text null", "customer_id"));
    }

    @Test
    void columnsThatAreNotThereFailTheChange() {
        for (String kamelet : List.of("drop-columns?columns=nmae", "keep-columns?columns=id,nmae", "rename?columns=nmae=name")) {
            try (KameletScene one = new KameletScene()) {
                one.route("- to: kamelet:" + kamelet);
                assertThatThrownBy(() -> one.rows(insert(ADA)))
                        .hasMessage(
                                kamelet.replaceAll("\\?.*", "") + ": column 'nmae' is not in store.customers, which has [id, name, note]");
            }
        }
    }

    @Test
    void twoColumnsOfOneNameFailTheChange() {
        scene.route("- to: kamelet:rename?columns=note=Name");

        assertThatThrownBy(() -> scene.rows(insert(ADA)))
                .hasMessage("rename: 'name' and 'note' of store.customers would both be called 'Name'; rename or drop one of them");
    }

    @Test
    void pairsThatAreNoneAreSaidWhenTheRouteStarts() {
        for (String columns : List.of("id", "id=", "=id", "id=a=b", "id=a,id=b")) {
            assertThatThrownBy(() -> scene.route("- to:\n    uri: kamelet:rename\n    parameters:\n      columns: " + columns))
                    .hasStackTraceContaining("rename: columns is '" + columns
                            + "'; expected pairs of an old and a new name, each old name once, such as "
                            + "columns=id=customer_id,name=full_name");
        }
    }

    @Test
    void allRowsOfATableShareOneSchema() throws Exception {
        scene.route("- to: kamelet:drop-columns?columns=note", "- to: kamelet:rename?columns=id=nr",
                "- to: kamelet:keep-columns?columns=nr");
        Change other = insert(image(schema("id int64, name string(20) null, note text null", "id"), 3L, null, null));

        assertThat(scene.process(insert(ADA)).get(0).image().schema()).isSameAs(scene.process(delete(EVE)).get(0).image().schema())
                .isSameAs(scene.process(other).get(0).image().schema());
    }
}
