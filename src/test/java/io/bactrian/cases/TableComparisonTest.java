package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.cases.GoldenCase.ExpectedRow;
import io.bactrian.cases.GoldenCase.ExpectedTable;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableComparisonTest {

    private static final CaseLocation PLACE = new CaseLocation(Path.of("c.yaml"), 7);
    private static final TableSchema SCHEMA = Given
            .schema("id int64, city string(99) null, total decimal(10,2) null, bactrian_offset int64", "id");
    private static final Image LYON = row(1, "Lyon", "2.50");
    private static final Image PARIS = row(2, "Paris", "3.00");

    @Test
    void equalRowsInAnyOrderAreNoDifference() {
        assertThat(differences(List.of(LYON, PARIS), "id: 2, city: Paris, total: 3", "id: 1, total: 2.5")).isEmpty();
        assertThat(differences(List.of())).isEmpty();
    }

    @Test
    void aCellThatDiffersIsShownInTheRowOfItsKey() {
        assertThat(differences(List.of(LYON, PARIS), "id: 2, city: Paris, total: 3", "id: 1, city: Rome, total: 2")).containsExactly(
                "t (line 7): 1 row as expected, 1 differs; in a cell: expected != found",
                "           id  city          total",
                "  differs  1   Rome != Lyon  2 != 2.50");
    }

    @Test
    void missingAndExtraRowsAreNamed() {
        assertThat(differences(List.of(LYON, PARIS), "id: 3, city: Rome", "id: 1, total: null")).containsExactly(
                "t (line 7): 0 rows as expected, 1 differs, 1 missing, 1 extra; in a cell: expected != found",
                "           id  city   total",
                "  missing  3   Rome",
                "  differs  1          null != 2.50",
                "  extra    2   Paris  3.00");
    }

    @Test
    void whereNoRowIsExpectedTheTablesOwnColumnsAreShown() {
        assertThat(differences(List.of(LYON))).containsExactly(
                "t (line 7): 0 rows as expected, 1 extra",
                "         id  city  total",
                "  extra  1   Lyon  2.50");
    }

    @Test
    void eachRowIsExpectedAsOftenAsItIsThere() {
        assertThat(differences(List.of(LYON), "city: Lyon", "city: Lyon")).containsExactly("t (line 7): 1 row as expected, 1 missing",
                "           city", "  missing  Lyon");
        assertThat(differences(List.of(LYON, row(3, "Lyon", null)), "city: Lyon", "city: Lyon")).isEmpty();
    }

    @Test
    void aRowThatFitsMoreThanOneDoesNotTakeTheOnlyOneOfAnother() {
        assertThat(differences(List.of(LYON, PARIS), "city: (any)", "city: Lyon")).isEmpty();
        assertThat(differences(List.of(PARIS, LYON), "city: (any)", "city: Paris")).isEmpty();
    }

    @Test
    void aRowWithoutItsKeyIsShownBesideTheOneThatIsMostLikeIt() {
        assertThat(differences(List.of(LYON, PARIS), "city: Paris, total: 4", "city: Lyon, total: 2.5")).containsExactly(
                "t (line 7): 1 row as expected, 1 differs; in a cell: expected != found",
                "           city   total",
                "  differs  Paris  4 != 3.00");
    }

    @Test
    void aColumnThatTheTableDoesNotHaveIsSaidOnce() {
        assertThat(differences(List.of(LYON), "id: 1, town: Lyon", "id: 2, town: Paris"))
                .containsExactly("c.yaml:7: t has no column 'town'; it has [id, city, total, bactrian_offset]");
    }

    @Test
    void longValuesAreCutToWhereTheyDiffer() {
        String begin = "x".repeat(80);

        assertThat(differences(List.of(row(1, begin + "found" + "y".repeat(80), null)), "id: 1, city: " + begin + "expected").get(2))
                .isEqualTo(
                        "  differs  1   ...xxxxxxxxexpected != ...xxxxxxxxfound" + "y".repeat(35) + "...");
        assertThat(TableComparison.cut("z".repeat(49), 0)).isEqualTo("z".repeat(48) + "...");
        assertThat(TableComparison.cut("z".repeat(48), 0)).isEqualTo("z".repeat(48));
    }

    /** @param rows such as {@code "id: 1, city: Lyon"} */
    private static List<String> differences(List<Image> found, String... rows) {
        List<ExpectedRow> expected = new ArrayList<>();
        for (String row : rows) {
            Map<String, Cell> cells = new LinkedHashMap<>();
            for (String cell : row.split(", ")) {
                String[] parts = cell.split(": ");
                cells.put(parts[0], new Cell(PLACE, parts[1].equals("null") ? null : parts[1]));
            }
            expected.add(new ExpectedRow(PLACE, cells));
        }
        return TableComparison.differences(new ExpectedTable(PLACE, "t", Optional.empty(), expected), SCHEMA, found);
    }

    private static Image row(long id, String city, String total) {
        return Given.image(SCHEMA, id, city, total == null ? null : new BigDecimal(total), 0L);
    }
}
