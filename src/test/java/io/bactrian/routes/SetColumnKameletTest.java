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

class SetColumnKameletTest {

    private static final TableSchema SCHEMA = schema("id int64, placed_at datetime(6) null, total decimal(12,2) null", "id");
    private static final Image ONE = image(SCHEMA, 1L, "2026-11-21T13:14:15.5", new java.math.BigDecimal("10.50"));
    private static final Image TWO = image(SCHEMA, 1L, "2026-11-22T09:08:07", null);
    private static final Image NONE = image(SCHEMA, 1L, null, null);

    private final KameletScene scene = new KameletScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private void set(String name, String value, String type) {
        scene.route("- to:\n    uri: kamelet:set-column\n    parameters:\n      name: " + name + "\n      value: \"" + value + "\"\n"
                + (type == null ? "" : "      type: " + type + "\n"));
    }

    private TableSchema written(Change change) throws Exception {
        return scene.process(change).get(0).image().schema();
    }

    @Test
    void computesAColumnOfEachImageFromItsOwnValues() throws Exception {
        scene.route("- to: kamelet:set-column?name=minute&type=datetime&value=${body[placed_at].substring(0,16)}:00");

        assertThat(scene.rows(insert(ONE)))
                .containsExactly("WRITE id=1 placed_at=2026-11-21T13:14:15.5 total=10.50 minute=2026-11-21T13:14:00");
        assertThat(scene.rows(update(ONE, TWO)))
                .containsExactly("WRITE id=1 placed_at=2026-11-22T09:08:07 total=null minute=2026-11-22T09:08:00");
        assertThat(scene.rows(delete(TWO)))
                .containsExactly("DELETE id=1 placed_at=2026-11-22T09:08:07 total=null minute=2026-11-22T09:08:00");
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
        assertThat(written(insert(ONE)))
                .isEqualTo(schema("id int64, placed_at datetime(6) null, total decimal(12,2) null, minute datetime null", "id"))
                .isSameAs(written(read(TWO)));
    }

    @Test
    void aColumnThatIsThereKeepsItsTypeAndItsPlace() throws Exception {
        set("total", "7", null);

        assertThat(scene.rows(insert(TWO))).containsExactly("WRITE id=1 placed_at=2026-11-22T09:08:07 total=7.00");
        assertThat(written(insert(TWO))).isEqualTo(SCHEMA);
    }

    @Test
    void aNewColumnWithoutATypeIsText() throws Exception {
        set("label", "order ${body[id]}", null);

        assertThat(scene.rows(insert(NONE))).containsExactly("WRITE id=1 placed_at=null total=null label=order 1");
        assertThat(written(insert(NONE)))
                .isEqualTo(schema("id int64, placed_at datetime(6) null, total decimal(12,2) null, label text null", "id"));
    }

    @Test
    void nullStaysNull() throws Exception {
        set("day", "${body[placed_at]}", "date");

        assertThat(scene.rows(insert(ONE))).containsExactly("WRITE id=1 placed_at=2026-11-21T13:14:15.5 total=10.50 day=2026-11-21");
        assertThat(scene.rows(insert(NONE))).containsExactly("WRITE id=1 placed_at=null total=null day=null");
    }

    @Test
    void theChangeIsTheVariable() throws Exception {
        set("committed", "${variable.change.committedAt}", "instant(3)");

        assertThat(scene.rows(insert(NONE))).containsExactly("WRITE id=1 placed_at=null total=null committed=2026-11-21T13:14:15.678Z");
    }

    @Test
    void theChangesWordsAreTexts() throws Exception {
        set("what", "${variable.change.operation} of ${variable.change.table}", "string(40)");

        assertThat(scene.rows(delete(NONE))).containsExactly("DELETE id=1 placed_at=null total=null what=DELETE of store.customers");
    }

    @Test
    void theBodyIsTheChangeAgainAfterwards() throws Exception {
        scene.route("- to: kamelet:set-column?name=a&value=${body[id]}&type=int64",
                "- to: kamelet:set-column?name=b&value=${body[a]}2&type=int64");

        assertThat(scene.rows(update(NONE, NONE))).containsExactly("WRITE id=1 placed_at=null total=null a=1 b=12");
    }

    @Test
    void aValueThatDoesNotFitFailsTheChange() {
        set("id", "${body[placed_at]}", "int32");

        assertThatThrownBy(() -> scene.rows(insert(ONE)))
                .hasMessage("set-column: '2026-11-21T13:14:15.5' cannot be int32 in column 'id' of store.customers: it is no number");
    }

    @Test
    void aColumnThatTheExpressionNamesAndTheRowLacksFailsTheChange() {
        set("day", "${body[place_at]}", "date");

        assertThatThrownBy(() -> scene.rows(insert(ONE)))
                .hasMessage(
                        "set-column: value ${body[place_at]}: column 'place_at' is not in store.customers, which has "
                                + "[id, placed_at, total]");
    }

    @Test
    void whatFailsLeavesTheChangeAsTheBody() throws Exception {
        scene.load("""
                - route:
                    id: r
                    from:
                      uri: change:store.customers?pipeline=p
                      steps:
                        - doTry:
                            steps:
                              - to: kamelet:set-column?name=id&value=x
                            doCatch:
                              - exception: [java.lang.IllegalArgumentException]
                                steps:
                                  - to: warehouse:failures
                """);

        assertThat(scene.rows(insert(ONE))).containsExactly("WRITE id=1 placed_at=2026-11-21T13:14:15.5 total=10.50");
    }

    @Test
    void whatIsWrittenWrongIsSaidWhenTheRouteStarts() {
        assertThatThrownBy(() -> set("day", "x", "datum"))
                .hasStackTraceContaining("set-column: type of column 'day': 'datum' is no column type");
        assertThatThrownBy(() -> set("day", "x", "decimal")).hasStackTraceContaining(
                "set-column: type of column 'day': 'decimal' does not say how much it holds; expected for instance decimal(12,2)");
        assertThatThrownBy(() -> set("day", "${body[id}", "date")).hasStackTraceContaining("body[id");
        assertThat(List.copyOf(scene.routes.pipelines())).isEmpty();
    }
}
