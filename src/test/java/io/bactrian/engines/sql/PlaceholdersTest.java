package io.bactrian.engines.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {

    @Test
    void rowsOfAnInsertHaveBrackets() {
        assertThat(Placeholders.rows(1, 1)).isEqualTo("(?)");
        assertThat(Placeholders.rows(3, 2)).isEqualTo("(?,?,?),(?,?,?)");
    }

    @Test
    void keysHaveBracketsIfTheyHaveSeveralColumns() {
        assertThat(Placeholders.keys(1, 3)).isEqualTo("?,?,?");
        assertThat(Placeholders.keys(2, 2)).isEqualTo("(?,?),(?,?)");
    }

    @Test
    void aConditionNamesOneColumnOrSeveral() {
        assertThat(Placeholders.in(List.of("`a`"), 2)).isEqualTo("`a` in (?,?)");
        assertThat(Placeholders.in(List.of("`a`", "`b`"), 1)).isEqualTo("(`a`,`b`) in ((?,?))");
    }
}
