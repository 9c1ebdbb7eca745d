package io.bactrian.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowChangeTest {

    private static final TableSchema KEYED = Given.schema("id int64, name string(20) null, photo bytes(8) null", "id");
    private static final TableSchema BAG = Given.schema("id int64, name string(20) null, photo bytes(8) null");

    @Test
    void deletesComeFirstThenUpdatesThenInserts() {
        assertThat(between(KEYED, List.of(row(KEYED, 1, "a"), row(KEYED, 2, "b"), row(KEYED, 3, "c")),
                List.of(row(KEYED, 0, "z"), row(KEYED, 1, "A"), row(KEYED, 3, "c"))))
                .containsExactly("delete 2 b -> ", "update 1 a -> 1 A", "insert  -> 0 z");
    }

    @Test
    void aChangedKeyIsADeleteAndAnInsert() {
        assertThat(between(KEYED, List.of(row(KEYED, 1, "a")), List.of(row(KEYED, 2, "a")))).containsExactly("delete 1 a -> ",
                "insert  -> 2 a");
    }

    @Test
    void bytesAreComparedByTheirValues() {
        Image before = Given.image(KEYED, 1L, "a", new byte[]{1});

        assertThat(RowChange.between("t", List.of(before), List.of(Given.image(KEYED, 1L, "a", new byte[]{1})))).isEmpty();
        assertThat(RowChange.between("t", List.of(before), List.of(Given.image(KEYED, 1L, "a", new byte[]{2})))).hasSize(1);
    }

    @Test
    void rowsOfATableWithoutAKeyAreCounted() {
        assertThat(between(BAG, List.of(row(BAG, 1, "a"), row(BAG, 1, "a"), row(BAG, 2, null)),
                List.of(row(BAG, 1, "a"), row(BAG, 2, null), row(BAG, 2, null))))
                .containsExactly("delete 1 a -> ", "insert  -> 2 null");
    }

    @Test
    void whatStaysAsItIsIsNoChange() {
        assertThat(between(KEYED, List.of(row(KEYED, 1, "a")), List.of(row(KEYED, 1, "a")))).isEmpty();
        assertThat(between(KEYED, List.of(), List.of())).isEmpty();
    }

    @Test
    void aLogMayHaveNothingButTheKeyOfTheRowBefore() {
        List<RowChange> changes = RowChange
                .between("t", List.of(row(KEYED, 1, "a"), row(KEYED, 2, "b")), List.of(row(KEYED, 1, "A"), row(KEYED, 3, "c"))).stream()
                .map(RowChange::knowingTheKeyBefore).toList();

        assertThat(changes).extracting(RowChange::operation).containsExactly(Operation.DELETE, Operation.UPDATE, Operation.INSERT);
        assertThat(changes.get(0).before().get("id")).isEqualTo(2L);
        assertThat(changes.get(0).before().knows(KEYED.place("name"))).isFalse();
        assertThat(changes.get(1).before().knows(KEYED.place("name"))).isFalse();
        assertThat(changes.get(1).after().get("name")).isEqualTo("A");
        assertThat(changes.get(2).before()).isNull();
    }

    private static List<String> between(TableSchema schema, List<Image> before, List<Image> after) {
        return RowChange.between("t", before, after).stream()
                .map(change -> change.operation().word() + " " + shown(change.before()) + " -> " + shown(change.after())).toList();
    }

    private static String shown(Image image) {
        return image == null ? "" : image.get("id") + " " + image.get("name");
    }

    private static Image row(TableSchema schema, long id, String name) {
        return Given.image(schema, id, name, null);
    }
}
