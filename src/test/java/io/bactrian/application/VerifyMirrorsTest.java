package io.bactrian.application;

import static io.bactrian.testing.Deliveries.SCHEMA;
import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.Given.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.testing.Given;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.ScannedRows;
import io.bactrian.testing.WarehouseInMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifyMirrorsTest {

    private final WarehouseInMemory warehouse = new WarehouseInMemory();
    private final RoutesInMemory routes = new RoutesInMemory().mirroring("mirror", "customers");
    private final List<Image> source = new ArrayList<>();
    private final VerifyMirrors verification = new VerifyMirrors(routes, pipeline -> warehouse, pipeline -> false,
            ScannedRows.source(table -> {
                assertThat(table).isEqualTo(Given.TABLE);
                return ScannedRows.of(source);
            }));

    @BeforeEach
    void bothHaveTwelveHundredRows() throws Exception {
        warehouse.mark(new Partition(Given.TOPIC, 0), 0);
        for (long id = 1; id <= 1_200; id++) {
            source.add(row(id, "name " + id));
            inWarehouse(row(id, "name " + id));
        }
    }

    @Test
    void equalTablesAreEqual() {
        assertThat(verify()).isEqualTo(new Verdict("store.customers", "customers", 1_200, 1_200, 0, List.of()));
        assertThat(verify().equal()).isTrue();
    }

    @Test
    void aRowThatIsMissingIsNamed() {
        source.add(row(5_000, "new"));

        assertThat(verify()).isEqualTo(
                new Verdict("store.customers", "customers", 1_201, 1_200, 1, List.of("row 5000 of the source is not in the warehouse")));
    }

    @Test
    void aRowThatIsTooManyIsNamed() {
        source.remove(6);

        assertThat(verify()).isEqualTo(
                new Verdict("store.customers", "customers", 1_199, 1_200, 1, List.of("row 7 is in the warehouse and not in the source")));
    }

    @Test
    void aRowThatIsMissingDoesNotMakeUpForOneThatIsTooMany() {
        source.set(6, row(5_000, "new"));

        assertThat(verify().differences()).isEqualTo(2);
        assertThat(verify().examples()).containsExactlyInAnyOrder("row 5000 of the source is not in the warehouse",
                "row 7 is in the warehouse and not in the source");
    }

    @Test
    void aValueThatDiffersIsNamedWithBoth() {
        source.set(0, row(1, "other"));
        source.set(1, row(2, null));

        assertThat(verify().examples()).containsExactly("row 1: name is 'name 1' in the warehouse, expected 'other'",
                "row 2: name is 'name 2' in the warehouse, expected null");
    }

    @Test
    void onlyTheFirstFewAreNamedButAllAreCounted() {
        source.replaceAll(row -> row((Long) row.get("id"), "other"));

        assertThat(verify().differences()).isEqualTo(1_200);
        assertThat(verify().examples()).hasSize(10);
    }

    @Test
    void aWarehouseWithRowsOfAnEmptySourceIsNotEqual() {
        source.clear();

        assertThat(verify()).isEqualTo(new Verdict("store.customers", "customers", 0, 1_200, 1_200,
                List.of("1200 rows are in the warehouse and none in the source")));
    }

    @Test
    void twoEmptyTablesAreEqual() {
        source.clear();
        warehouse.truncate("customers");

        assertThat(verify()).isEqualTo(new Verdict("store.customers", "customers", 0, 0, 0, List.of()));
    }

    @Test
    void aRouteThatFailsOnARowIsNamed() {
        routes.with("failing", change -> {
            throw new IllegalStateException("no");
        });

        assertThatThrownBy(this::verify).hasMessage("route failing fails on a row of store.customers: IllegalStateException: no");
    }

    @Test
    void whatIsAppendedIsNotCompared() {
        routes.appending("log", "customers_log");

        assertThat(verification.verify("bookstore", Given.TOPIC)).extracting(Verdict::warehouseTable).containsExactly("customers");
    }

    @Test
    void whatIsPassedOnIsComparedWhereItEnds() {
        VerifyMirrors endToEnd = new VerifyMirrors(passingOn(), pipeline -> {
            assertThat(pipeline).isEqualTo("bookstore");
            return warehouse;
        }, pipeline -> pipeline.equals("curate"), ScannedRows.source(table -> ScannedRows.of(source)));

        assertThat(endToEnd.verify("curate", Given.TOPIC))
                .containsExactly(new Verdict("store.customers", "customers", 1_200, 1_200, 0, List.of()));
        source.set(0, row(1, "other"));
        source.remove(6);
        assertThat(endToEnd.verify("curate", Given.TOPIC)).containsExactly(new Verdict("store.customers", "customers", 1_199, 1_200, 2,
                List.of("row 1: name is 'name 1' in the warehouse, expected 'other'", "row 7 is in the warehouse and not in the source")));
        source.clear();
        assertThat(endToEnd.verify("curate", Given.TOPIC)).extracting(Verdict::differences).containsExactly(1_200L);
    }

    @Test
    void pipelinesThatPassOnInARingAreNamed() {
        VerifyMirrors ring = new VerifyMirrors(passingOn(), pipeline -> warehouse, pipeline -> true,
                ScannedRows.source(table -> ScannedRows.of(source)));

        assertThatThrownBy(() -> ring.verify("bookstore", Given.TOPIC))
                .hasMessageContaining("is passed on more than 10 times, at last by pipeline bookstore; expected no ring of pipelines");
    }

    /** Pipeline curate passes on to a topic, which bookstore loads, or in a ring passes on once more. */
    private RowRoutes passingOn() {
        RowRoute passOn = new RoutesInMemory()
                .with("pass-on", change -> List.of(RoutesInMemory.appended("customers", change.row(), change, "pass-on"))).of("curate", "")
                .get(0);
        return new RowRoutes() {
            @Override
            public Set<String> pipelines() {
                return Set.of("bookstore", "curate", "other");
            }

            @Override
            public Set<String> topics(String pipeline) {
                return pipeline.equals("other") ? Set.of("unread") : Set.of(pipeline.equals("curate") ? Given.TOPIC : "customers");
            }

            @Override
            public List<RowRoute> of(String pipeline, String topic) {
                return pipeline.equals("curate") ? List.of(passOn) : routes.of(pipeline, topic);
            }
        };
    }

    private Verdict verify() {
        return verification.verify("bookstore", Given.TOPIC).get(0);
    }

    private static Image row(long id, String name) {
        return image(SCHEMA, id, name);
    }

    private void inWarehouse(Image image) throws Exception {
        Change change = Given.change(Operation.READ, null, image, at(1));
        List<Row> rows = routes.of("bookstore", Given.TOPIC).get(0).process(change);
        try (Warehouse.Batch transaction = warehouse.begin("bookstore")) {
            transaction.lock(List.of(new Partition(Given.TOPIC, 0)));
            transaction.write(rows);
            transaction.commit();
        }
    }
}
