package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Reread.Asked;
import io.bactrian.engines.SchemaEvent.Kind;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.TableShape.ShapeColumn;
import io.bactrian.engines.TableShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaChangesTest {

    private static final TableShape BEFORE = shape("id");
    private final List<CapturedChange> changes = new ArrayList<>();
    private final SchemaChanges.Consequences to = new SchemaChanges.Consequences();
    private SchemaChanges schemas = new SchemaChanges("shop", Map.of());

    private static TableShape shape(String... columns) {
        return new TableShape(List.of(columns).stream()
                .map(name -> new ShapeColumn(name, "int32", false, !name.startsWith("full"), name.startsWith("full"), List.of())).toList(),
                List.of("id"));
    }

    private static SchemaEvent event(String table, Kind kind, TableShape shape, boolean moves) {
        return new SchemaEvent("store." + table, kind, shape, "the statement", moves);
    }

    private void known(String... tables) {
        for (String table : tables) {
            schemas.learn(List.of(event(table, Kind.CREATED, BEFORE, false)), new SchemaChanges.Consequences());
        }
    }

    private void follow(SchemaEvent... events) {
        schemas.take(List.of(events), "here", changes, to);
        schemas.conclude(changes, to);
    }

    private List<String> asked() {
        return to.asked.stream().map(Asked::table).toList();
    }

    @Test
    void aStatementThatLeavesRowsAloneIsOnlyRemembered() {
        known("t");
        follow(event("t", Kind.ALTERED, shape("id", "a"), false));
        assertThat(to.asked).isEmpty();
        assertThat(to.altered).containsExactly("shop.store.t");
        assertThat(to.shapes.get("store.t")).contains("\"a\"");
        schemas = new SchemaChanges("shop", to.shapes);
        follow(event("t", Kind.ALTERED, shape("id", "a", "full"), false));
        assertThat(to.asked).singleElement().satisfies(asked -> {
            assertThat(asked.table()).isEqualTo("store.t");
            assertThat(asked.source()).isEqualTo("shop");
            assertThat(asked.byPerson()).isFalse();
            assertThat(asked.reason()).isEqualTo("column full was added with a value in every row: the statement");
        });
        assertThat(changes).isEmpty();
    }

    @Test
    void ofATableThatNobodyHasHeardOfAnAlterationMayHaveDoneAnything() {
        follow(event("t", Kind.ALTERED, BEFORE, false));
        assertThat(to.asked).singleElement()
                .satisfies(asked -> assertThat(asked.reason()).startsWith("how the table was before is not known"));
    }

    @Test
    void aNewTableNeedsNoReadingAndOneThatReplacesAnotherDoes() {
        follow(event("t", Kind.CREATED, BEFORE, false));
        assertThat(to.asked).isEmpty();
        follow(event("t", Kind.CREATED, shape("id", "full"), false));
        assertThat(asked()).containsExactly("store.t");
    }

    @Test
    void aDroppedTablesRowsAreGoneInEveryPartition() {
        known("t");
        follow(event("t", Kind.DROPPED, null, true));
        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.topic()).isEqualTo("shop.store.t");
            assertThat(change.everyPartition()).isTrue();
            assertThat(new String(change.value(), StandardCharsets.UTF_8)).contains("\"op\":\"t\"", "\"table\":\"store.t\"");
        });
        assertThat(to.shapes).containsEntry("store.t", null);
        follow(event("t", Kind.CREATED, BEFORE, false));
        assertThat(to.asked).isEmpty();
    }

    @Test
    void ofATableThatWasNeverCapturedNothingIsGone() {
        follow(event("t", Kind.DROPPED, null, true));
        assertThat(changes).isEmpty();
    }

    @Test
    void aDroppedDatabaseDropsItsTablesAndNoOthers() {
        known("t", "u");
        schemas.learn(List.of(new SchemaEvent("stores.t", Kind.CREATED, BEFORE, "", false)), to);
        follow(new SchemaEvent("store.", Kind.DROPPED, null, "drop database store", true));
        assertThat(changes).extracting(CapturedChange::topic).containsExactly("shop.store.t", "shop.store.u");
    }

    @Test
    void aRenamedTableIsReportedAndItsRowsStay() {
        known("t");
        follow(event("t", Kind.RENAMED, null, true), event("u", Kind.ALTERED, BEFORE, true));
        assertThat(changes).isEmpty();
        assertThat(asked()).containsExactly("store.t", "store.u");
        assertThat(to.notes).singleElement().satisfies(failed -> {
            assertThat(failed.id()).isEqualTo(to.asked.get(0).id());
            assertThat(failed.fault()).startsWith("table store.t has another name since: the statement. Its rows in the warehouse stay");
        });
    }

    @Test
    void tablesThatSwapTheirNamesAreReadAgainAndNeitherIsGone() {
        known("a", "b");
        schemas.take(List.of(event("a", Kind.RENAMED, null, true)), "here", changes, to);
        schemas.take(List.of(event("b", Kind.RENAMED, null, true), event("a", Kind.ALTERED, BEFORE, true)), "here", changes, to);
        schemas.take(List.of(event("tmp", Kind.RENAMED, null, true), event("b", Kind.ALTERED, BEFORE, true)), "here", changes, to);
        schemas.conclude(changes, to);
        assertThat(asked()).containsExactlyInAnyOrder("store.a", "store.b");
        assertThat(to.notes).isEmpty();
        assertThat(changes).isEmpty();
    }

    @Test
    void whatIsAtAnotherPositionIsAnotherStatement() {
        known("t");
        schemas.take(List.of(event("t", Kind.DROPPED, null, true)), "here", changes, to);
        schemas.take(List.of(event("t", Kind.CREATED, BEFORE, false)), "there", changes, to);
        schemas.conclude(changes, to);
        assertThat(changes).hasSize(1);
        assertThat(to.asked).isEmpty();
        assertThat(to.shapes.get("store.t")).isNotNull();
    }

    @Test
    void aLongStatementIsCut() {
        known("t");
        follow(new SchemaEvent("store.t", Kind.ALTERED, BEFORE, "x".repeat(5_000), true));
        assertThat(to.asked.get(0).reason()).hasSizeLessThan(400).endsWith("…");
    }
}
