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

class LookupKameletTest {

    private static final TableSchema SCHEMA = schema("id int64, country string(2) null", "id");
    private static final Image FRENCH = image(SCHEMA, 1L, "FR");
    private static final Image UNKNOWN = image(SCHEMA, 1L, "XX");
    private static final Image NOWHERE = image(SCHEMA, 1L, null);

    private final io.bactrian.testing.ReferenceTablesInMemory tables = new io.bactrian.testing.ReferenceTablesInMemory(
            schema("code string(2), region string(20) null, euro int8 null")).with("FR", "west", 1L).with("DE", "middle", 1L);
    private final KameletScene scene = new KameletScene(tables);

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void addsColumnsOfAReferenceTableToBothImages() throws Exception {
        scene.route("- to: kamelet:lookup?table=ref_countries&from=country&on=code&take=region as customer_region, euro");

        assertThat(scene.rows(insert(FRENCH))).containsExactly("WRITE id=1 country=FR customer_region=west euro=1");
        assertThat(scene.rows(update(NOWHERE, FRENCH))).containsExactly("WRITE id=1 country=FR customer_region=west euro=1");
        assertThat(scene.rows(delete(FRENCH))).containsExactly("DELETE id=1 country=FR customer_region=west euro=1");
        assertThat(scene.rows(insert(NOWHERE))).containsExactly("WRITE id=1 country=null customer_region=null euro=null");
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
        assertThat(scene.process(read(FRENCH)).get(0).image().schema())
                .isEqualTo(schema("id int64, country string(2) null, customer_region string(20) null, euro int8 null", "id"));
        assertThat(tables.loads).as("once for all, from the pipeline's warehouse")
                .containsExactly("p ref_countries [code, region, euro] 1000001");
    }

    @Test
    void columnsOfTheSameNameNeedNoOn() throws Exception {
        scene.route("- to: kamelet:rename?columns=country=code", "- to: kamelet:lookup?table=ref_countries&from=code&take=euro");

        assertThat(scene.rows(insert(FRENCH))).containsExactly("WRITE id=1 code=FR euro=1");
    }

    @Test
    void aMissMayFailTheChangeButNeverBecauseOfTheRowBefore() throws Exception {
        scene.route("- to: kamelet:lookup?table=ref_countries&from=country&on=code&take=region&on-miss=fail");

        assertThatThrownBy(() -> scene.rows(insert(UNKNOWN)))
                .hasMessage("lookup: country = 'XX' of store.customers is not in the reference table ref_countries (code). "
                        + "Add it there and replay the dead letter, or use on-miss=null");
        assertThatThrownBy(() -> scene.rows(insert(NOWHERE))).hasMessageStartingWith("lookup: country = NULL of store.customers is not in");
        assertThat(scene.rows(update(UNKNOWN, FRENCH))).containsExactly("WRITE id=1 country=FR region=west");
        assertThat(scene.rows(delete(UNKNOWN))).containsExactly("DELETE id=1 country=XX region=null");
    }

    @Test
    void aWarehouseThatIsAwayIsNoFaultOfTheChange() {
        scene.route("- to: kamelet:lookup?table=ref_countries&from=country&on=code&take=region");
        tables.away = "warehouse main is away";

        assertThatThrownBy(() -> scene.rows(insert(FRENCH))).isInstanceOf(io.bactrian.application.FailsForAllException.class)
                .hasMessage("lookup: the reference table ref_countries cannot be read: warehouse main is away");
    }

    @Test
    void whatIsWrittenWrongIsSaidWhenTheRouteStarts() {
        assertThatThrownBy(() -> scene.route("- to: kamelet:lookup?table=t&from=a&take=b&on-miss=skip"))
                .hasStackTraceContaining("lookup: on-miss is 'skip'; expected null or fail");
        assertThatThrownBy(() -> scene.route("- to: kamelet:lookup?table=t&from=a&take=b&refresh=soon"))
                .hasStackTraceContaining("lookup: refresh is 'soon'; expected a time such as 60s or 5m");
        assertThatThrownBy(() -> scene.route("- to: kamelet:lookup?table=t&from=a&take=b like c")).hasStackTraceContaining(
                "lookup: take is 'b like c'; expected columns, separated by commas, such as region or region as customer_region");
        assertThatThrownBy(() -> scene.route("- to: kamelet:lookup?table=t&from=a,b&on=c&take=d"))
                .hasStackTraceContaining("lookup: from names [a, b] and on names [c]; expected one column of t for each column of the row");
        assertThat(List.copyOf(scene.routes.pipelines())).isEmpty();
    }

    @Test
    void columnsThatAreNotThereOrThereAlreadyFailTheChange() {
        scene.route("- to: kamelet:lookup?table=ref_countries&from=land&on=code&take=region");
        Change change = insert(FRENCH);

        assertThatThrownBy(() -> scene.rows(change)).hasMessage("lookup: column 'land' is not in store.customers, which has [id, country]");
    }
}
