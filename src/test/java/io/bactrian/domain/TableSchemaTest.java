package io.bactrian.domain;

import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.ColumnType.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableSchemaTest {

    private final TableSchema customers = schema("id uint64, name string(20), email string(254) null", "id");

    @Test
    void findsAColumnByItsName() {
        assertThat(customers.place("id")).isZero();
        assertThat(customers.place("email")).isEqualTo(2);
        assertThat(customers.place("phone")).isEqualTo(-1);
        assertThat(customers.place("ID")).isEqualTo(-1);
        assertThat(customers.column(1)).isEqualTo(new Column("name", ColumnType.of(Kind.STRING, 20), false));
        assertThat(customers.size()).isEqualTo(3);
    }

    @Test
    void aColumnThatOccursTwiceIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> schema("id int64, name text, id int64"))
                .withMessage("column 'id' occurs twice");
    }

    @Test
    void aKeyOfAColumnThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> schema("id int64", "nr"))
                .withMessage("key column 'nr' is none of the columns [id]");
    }

    @Test
    void aReplacedColumnKeepsItsPlace() {
        TableSchema masked = customers.with(new Column("name", ColumnType.of(Kind.STRING, 64), true));

        assertThat(masked).isEqualTo(schema("id uint64, name string(64) null, email string(254) null", "id"));
        assertThat(customers.column(1).type().length()).isEqualTo(20);
    }

    @Test
    void aNewColumnComesLast() {
        assertThat(customers.with(new Column("age", ColumnType.of(Kind.INT8), false)))
                .isEqualTo(schema("id uint64, name string(20), email string(254) null, age int8", "id"));
    }

    @Test
    void aKeyThatLosesAColumnIsNoKeyAnyMore() {
        assertThat(customers.without(List.of("email"))).isEqualTo(schema("id uint64, name string(20)", "id"));
        assertThat(customers.without(List.of("id", "email"))).isEqualTo(schema("name string(20)"));
        assertThat(schema("a int8, b int8, c int8", "a", "b").without(List.of("b")).key()).isEmpty();
    }

    @Test
    void leavingOutAColumnThatIsNotThereChangesNothing() {
        assertThat(customers.without(List.of("phone"))).isEqualTo(customers);
    }

    @Test
    void theSameQuestionHasTheSameInstanceAsItsAnswer() {
        Column hashed = new Column("email", ColumnType.of(Kind.STRING, 64), true);

        assertThat(customers.with(hashed)).isSameAs(customers.with(new Column("email", ColumnType.of(Kind.STRING, 64), true)));
        assertThat(customers.without(List.of("email"))).isSameAs(customers.without(new ArrayList<>(List.of("email"))));
    }

    @Test
    void equalsOneOfTheSameColumnsAndKey() {
        TableSchema same = schema("id uint64, name string(20), email string(254) null", "id");

        assertThat(same).isEqualTo(customers).hasSameHashCodeAs(customers);
        assertThat(schema("id uint64, name string(20), email string(254) null")).isNotEqualTo(customers);
        assertThat(schema("id uint64, name string(20), email string(254)", "id")).isNotEqualTo(customers);
        assertThat(schema("name string(20), id uint64, email string(254) null", "id")).isNotEqualTo(customers);
    }

    @Test
    void isNotChangedByWhoMadeIt() {
        List<Column> columns = new ArrayList<>(List.of(new Column("id", ColumnType.of(Kind.INT8), false)));
        List<String> key = new ArrayList<>(List.of("id"));
        TableSchema schema = new TableSchema(columns, key);
        columns.clear();
        key.clear();

        assertThat(schema).isEqualTo(schema("id int8", "id"));
        assertThatThrownBy(() -> schema.columns().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> schema.key().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void differsFromOthersInItsHashAndSaysWhatItHolds() {
        assertThat(customers).doesNotHaveSameHashCodeAs(schema("id uint64", "id"));
        assertThat(schema("id uint64, name text null", "id"))
                .hasToString("[Column[name=id, type=uint64, nullable=false], Column[name=name, type=text, nullable=true]] key [id]");
    }

    @Test
    void withoutItsKeyItHasTheSameColumns() {
        assertThat(customers.keyless()).isEqualTo(schema("id uint64, name string(20), email string(254) null"));
        assertThat(customers.keyless()).isSameAs(customers.keyless());
        assertThat(customers.keyless().keyless()).isSameAs(customers.keyless());
        assertThat(customers.without(List.of())).isSameAs(customers);
    }
}
