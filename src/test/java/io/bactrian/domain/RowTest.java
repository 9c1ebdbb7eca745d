package io.bactrian.domain;

import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Row.Meaning;
import io.bactrian.testing.Given;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowTest {

    private final Target target = new Target("customers", Mode.MIRROR, List.of("id"), false);
    private final Image ada = image(schema("id int64, name text", "id"), 1L, "Ada");

    @Test
    void isAsOldAsItsChange() {
        Row row = new Row(target, Meaning.WRITE, ada, insert(ada), "r");

        assertThat(row.version()).isEqualTo(at(2));
        assertThat(row.at()).isEqualTo(Given.COMMITTED);
        assertThat(row.key()).isEqualTo(1L);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "DELETE"})
    void aRowThatIsWrittenOrDeletedNeedsValues(Meaning meaning) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Row(target, meaning, null, insert(ada), "r"))
                .withMessage("a row that means " + meaning + " needs values");
    }

    @Test
    void aClearingHasNoValues() {
        assertThat(new Row(target, Meaning.CLEAR, null, truncate(), "r").image()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> new Row(target, Meaning.CLEAR, ada, truncate(), "r"))
                .withMessage("a row that means CLEAR has no values");
    }

    @Test
    void aMirrorWithoutAKeyIsABag() {
        assertThat(new Target("t", Mode.MIRROR, List.of(), false).bag()).isTrue();
        assertThat(new Target("t", Mode.MIRROR, List.of("id"), false).bag()).isFalse();
        assertThat(new Target("t", Mode.APPEND, List.of(), false).bag()).isFalse();
    }

    @Test
    void aHistoryAndNothingElseHasTracking() {
        Tracking tracking = new Tracking("surrogate_key", List.of("name"));

        assertThat(Target.history("t", List.of("id"), tracking)).isEqualTo(new Target("t", Mode.HISTORY, List.of("id"), false, tracking));
        assertThatIllegalArgumentException().isThrownBy(() -> new Target("t", Mode.HISTORY, List.of("id"), false))
                .withMessage("warehouse table t: mode HISTORY needs tracking");
        assertThatIllegalArgumentException().isThrownBy(() -> new Target("t", Mode.MIRROR, List.of("id"), false, tracking))
                .withMessage("warehouse table t: mode MIRROR has no tracking");
    }

    @Test
    void onlyAMirrorMarksDeletes() {
        assertThat(new Target("t", Mode.MIRROR, List.of("id"), true).keepDeleted()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new Target("t", Mode.APPEND, List.of(), true))
                .withMessage("warehouse table t: deletes=mark needs mode=mirror");
    }

    @Test
    void aTargetIsNotChangedByWhoMadeIt() {
        List<String> key = new ArrayList<>(List.of("id"));
        Target one = new Target("t", Mode.MIRROR, key, false);
        key.add("name");

        assertThat(one.key()).containsExactly("id");
        assertThatThrownBy(() -> one.key().add("x")).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @EnumSource
    void anOperationIsReadFromItsLetter(Operation operation) {
        assertThat(Operation.of(String.valueOf(operation.letter()))).isEqualTo(operation);
        assertThat(operation.word()).isEqualTo(operation.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void anotherLetterIsNoOperation() {
        for (String letter : List.of("", "x", "C", "create", "uu")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Operation.of(letter))
                    .withMessage("'" + letter + "' is no operation; expected r, c, u, d, t or g");
        }
    }
}
