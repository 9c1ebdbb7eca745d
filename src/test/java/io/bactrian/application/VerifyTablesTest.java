package io.bactrian.application;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.Given;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.ScannedRows;
import io.bactrian.testing.WarehouseToRead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Comparisons of tables of all sorts: without a key, of bytes and documents, several of one source. */
class VerifyTablesTest {

    private static final TableSchema SCHEMA = schema("id int64, doc json null, photo blob null", "id");
    private static final Target BAG = new Target("bag", Mode.MIRROR, List.of(), false);

    private final WarehouseToRead warehouse = new WarehouseToRead();
    private final RoutesInMemory routes = new RoutesInMemory();
    private final List<Image> source = new ArrayList<>();
    private int scans;

    private static Image row(long id, String doc) {
        return image(SCHEMA, id, doc, null);
    }

    private static Target mirror(String table) {
        return new Target(table, Mode.MIRROR, List.of("id"), false);
    }

    private static Row to(Target target, Change change) {
        return new Row(target, change.row() == null ? Meaning.CLEAR : Meaning.WRITE, change.row(), change, "r");
    }

    private List<Verdict> verify() {
        return new VerifyMirrors(routes, pipeline -> warehouse, pipeline -> false, ScannedRows.source(table -> {
            scans++;
            return ScannedRows.of(source);
        })).verify("bookstore", Given.TOPIC);
    }

    @Test
    void equalBagsAreEqualWhateverTheirOrderAndTheBlanksOfTheirDocuments() {
        routes.with("r", change -> List.of(to(BAG, change)));
        source.addAll(List.of(row(1, "[1]"), row(1, "[1]"), row(2, null)));
        warehouse.with("bag", row(2, null), row(1, "[ 1 ]"), row(1, "[1.0]"));

        assertThat(verify()).containsExactly(new Verdict("store.customers", "bag", 3, 3, 0, List.of()));
    }

    @Test
    void ofABagItIsSaidHowManyEqualRowsAreTooManyOrTooFew() {
        routes.with("r", change -> List.of(to(BAG, change)));
        source.addAll(List.of(row(1, null), row(1, null), row(1, null), row(2, null)));
        warehouse.with("bag", row(1, null), row(2, null), row(2, null));

        Verdict verdict = verify().get(0);
        assertThat(verdict.sourceRows()).isEqualTo(4);
        assertThat(verdict.warehouseRows()).isEqualTo(3);
        assertThat(verdict.differences()).isEqualTo(2);
        assertThat(verdict.equal()).isFalse();
        assertThat(verdict.examples()).containsExactlyInAnyOrder(
                "row [1, null, null]: the source has 2 more of it than the warehouse",
                "row [2, null, null]: the source has 1 fewer of it than the warehouse");
    }

    @Test
    void bytesAreShownAsHexadecimalDigitsAndDocumentsAreComparedAsDocuments() {
        routes.with("r", change -> List.of(to(mirror("t"), change)));
        source.addAll(List.of(image(SCHEMA, 1L, "[1]", new byte[]{1, (byte) 0xab}), image(SCHEMA, 2L, "[1]", new byte[]{7})));
        warehouse.with("t", image(SCHEMA, 1L, "[ 1 ]", new byte[]{2}), image(SCHEMA, 2L, "[2]", new byte[]{7}));

        assertThat(verify().get(0).examples()).containsExactly("row 1: photo is 0x02 in the warehouse, expected 0x01ab",
                "row 2: doc is '[2]' in the warehouse, expected '[1]'");
    }

    @Test
    void eachTableOfARouteHasAVerdictAndAnotherTablesRowsDoNotCountInIt() {
        routes.with("r", change -> change.row().get("id").equals(1L)
                ? List.of(to(mirror("b"), change), to(mirror("a"), change))
                : List.of(to(mirror("a"), change)));
        source.addAll(List.of(row(1, null), row(2, null)));
        warehouse.with("a", row(1, null), row(2, null)).with("b", row(1, null), row(2, null));

        assertThat(verify()).containsExactly(new Verdict("store.customers", "a", 2, 2, 0, List.of()),
                new Verdict("store.customers", "b", 1, 2, 1, List.of("row 2 is in the warehouse and not in the source")));
    }

    @Test
    void theRouteSeesRowsAsASnapshotReadsThemAndOnlyThoseThatItWants() {
        List<Change> seen = new ArrayList<>();
        routes.with("r", change -> change.position().offset() != 1, change -> {
            seen.add(change);
            return List.of(to(mirror("t"), change));
        });
        source.addAll(List.of(row(1, null), row(2, null), row(3, null)));
        warehouse.with("t", row(1, null), row(3, null));

        assertThat(verify()).containsExactly(new Verdict("store.customers", "t", 2, 2, 0, List.of()));
        assertThat(seen).extracting(change -> change.position().toString()).containsExactly("shop.store.customers-0@0",
                "shop.store.customers-0@2");
        assertThat(seen).allSatisfy(change -> {
            assertThat(change.operation()).isEqualTo(Operation.READ);
            assertThat(change.snapshot()).isTrue();
            assertThat(change.source()).isEqualTo("shop");
        });
    }

    @Test
    void rowsAreReadFromTheWarehouseFiveHundredAtOnce() {
        routes.with("r", change -> List.of(to(mirror("t"), change)));
        for (long id = 1; id <= 1_200; id++) {
            source.add(row(id, null));
            warehouse.with("t", row(id, null));
        }

        assertThat(verify().get(0).equal()).isTrue();
        assertThat(warehouse.reads).containsExactly(500, 500, 200);
        assertThat(scans).as("nothing is too many, so nobody looks for it").isEqualTo(1);
    }

    @Test
    void ofAnEmptySourceOnlyTablesThatHaveItsRowsAreCompared() {
        routes.with("a", change -> List.of(to(mirror("t"), change), to(new Target("log", Mode.APPEND, List.of(), false), change)))
                .with("b", change -> change.operation() != Operation.TRUNCATE, change -> List.of(to(mirror("unwanted"), change)));
        warehouse.with("t", row(1, null)).with("log", row(1, null)).with("unwanted", row(1, null));

        assertThat(verify()).containsExactly(
                new Verdict("store.customers", "t", 0, 1, 1, List.of("1 rows are in the warehouse and none in the source")));
    }
}
