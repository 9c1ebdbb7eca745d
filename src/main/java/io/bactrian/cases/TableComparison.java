package io.bactrian.cases;

import io.bactrian.cases.GoldenCase.ExpectedRow;
import io.bactrian.cases.GoldenCase.ExpectedTable;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A warehouse table and what a case expects of it: exactly these rows, in any order, in the columns that each row
 * names.
 */
final class TableComparison {

    /** As much of a value as a line has room for. */
    private static final int WIDTH = 48;
    private static final int BEFORE_DIFFERENCE = 8;

    private final ExpectedTable expected;
    private final TableSchema schema;
    private final List<Image> found;

    private TableComparison(ExpectedTable expected, TableSchema schema, List<Image> found) {
        this.expected = expected;
        this.schema = schema;
        this.found = found;
    }

    /** In lines for people; none when all is as expected. */
    static List<String> differences(ExpectedTable expected, TableSchema schema, List<Image> found) {
        return new TableComparison(expected, schema, found).differences();
    }

    private List<String> differences() {
        List<String> unknown = unknownColumns();
        if (!unknown.isEmpty()) {
            return unknown;
        }
        List<ExpectedRow> rows = expected.rows();
        int[] partner = match(rows.size(), found.size(),
                (row, image) -> equalCells(rows.get(row), found.get(image)) == rows.get(row).cells().size());
        int asExpected = (int) Arrays.stream(partner).filter(image -> image >= 0).count();
        if (asExpected == rows.size() && asExpected == found.size()) {
            return List.of();
        }
        boolean[] equal = new boolean[rows.size()];
        for (int i = 0; i < equal.length; i++) {
            equal[i] = partner[i] >= 0;
        }
        pairTheRest(rows, partner);
        return table(rows, partner, equal, asExpected);
    }

    private List<String> unknownColumns() {
        List<String> lines = new ArrayList<>();
        Set<String> said = new LinkedHashSet<>();
        for (ExpectedRow row : expected.rows()) {
            for (Map.Entry<String, Cell> cell : row.cells().entrySet()) {
                if (schema.place(cell.getKey()) < 0 && said.add(cell.getKey())) {
                    lines.add(cell.getValue().place() + ": " + expected.table() + " has no column '" + cell.getKey() + "'; it has "
                            + schema.columns().stream().map(Column::name).toList());
                }
            }
        }
        return lines;
    }

    interface Fits {
        boolean test(int left, int right);
    }

    /**
     * A partner for as many as possible: a row that names few columns may fit several, and must not take the only one
     * that another fits.
     *
     * @return for each on the left its partner on the right, or -1
     */
    static int[] match(int lefts, int rights, Fits fits) {
        int[] partner = new int[lefts];
        int[] taken = new int[rights];
        Arrays.fill(partner, -1);
        Arrays.fill(taken, -1);
        for (int left = 0; left < lefts; left++) {
            find(left, new boolean[rights], partner, taken, fits);
        }
        return partner;
    }

    private static boolean find(int left, boolean[] seen, int[] partner, int[] taken, Fits fits) {
        for (int right = 0; right < taken.length; right++) {
            if (!seen[right] && fits.test(left, right)) {
                seen[right] = true;
                if (taken[right] < 0 || find(taken[right], seen, partner, taken, fits)) {
                    taken[right] = left;
                    partner[left] = right;
                    return true;
                }
            }
        }
        return false;
    }

    private int equalCells(ExpectedRow row, Image image) {
        int equal = 0;
        for (Map.Entry<String, Cell> cell : row.cells().entrySet()) {
            equal += matches(cell.getKey(), cell.getValue(), image) ? 1 : 0;
        }
        return equal;
    }

    private boolean matches(String column, Cell cell, Image image) {
        return cell.matches(image.get(column), schema.column(schema.place(column)).type());
    }

    /**
     * Of those without a partner, the ones that are alike are shown as one row with cells that differ: first those of
     * one key.
     */
    private void pairTheRest(List<ExpectedRow> rows, int[] partner) {
        Set<Integer> free = new LinkedHashSet<>();
        for (int i = 0; i < found.size(); i++) {
            free.add(i);
        }
        Arrays.stream(partner).forEach(free::remove);
        while (true) {
            int bestRow = -1;
            int bestImage = -1;
            int most = 0;
            for (int row = 0; row < partner.length; row++) {
                for (int image : free) {
                    int likeness = partner[row] >= 0 ? 0 : likeness(rows.get(row), found.get(image));
                    if (likeness > most) {
                        most = likeness;
                        bestRow = row;
                        bestImage = image;
                    }
                }
            }
            if (bestRow < 0) {
                return;
            }
            partner[bestRow] = bestImage;
            free.remove(bestImage);
        }
    }

    private int likeness(ExpectedRow row, Image image) {
        boolean sameKey = !schema.key().isEmpty() && schema.key().stream().allMatch(column -> row.cells().containsKey(column)
                && matches(column, row.cells().get(column), image));
        int equal = equalCells(row, image);
        return sameKey ? schema.size() + equal : equal * 2 >= row.cells().size() ? equal : 0;
    }

    // ---- in words

    private List<String> table(List<ExpectedRow> rows, int[] partner, boolean[] equal, int asExpected) {
        List<String> columns = columns();
        List<List<String>> lines = new ArrayList<>();
        lines.add(new ArrayList<>(columns));
        lines.get(0).add(0, "");
        Set<Integer> extra = new LinkedHashSet<>();
        for (int i = 0; i < found.size(); i++) {
            extra.add(i);
        }
        int differ = 0;
        int missing = 0;
        for (int row = 0; row < partner.length; row++) {
            extra.remove(partner[row]);
            if (equal[row]) {
                continue;
            }
            Image image = partner[row] < 0 ? null : found.get(partner[row]);
            differ += image == null ? 0 : 1;
            missing += image == null ? 1 : 0;
            List<String> line = new ArrayList<>(List.of(image == null ? "missing" : "differs"));
            for (String column : columns) {
                line.add(cell(rows.get(row).cells().get(column), column, image));
            }
            lines.add(line);
        }
        for (int image : extra) {
            List<String> line = new ArrayList<>(List.of("extra"));
            columns.forEach(column -> line.add(cut(Cell.shown(found.get(image).get(column)), 0)));
            lines.add(line);
        }
        List<String> all = new ArrayList<>();
        all.add(expected + " (line " + expected.place().line() + "): " + counts(asExpected, differ, missing, extra.size())
                + (differ > 0 ? "; in a cell: expected != found" : ""));
        all.addAll(aligned(lines));
        return all;
    }

    private static String counts(int asExpected, int differ, int missing, int extra) {
        StringJoiner counts = new StringJoiner(", ");
        counts.add(asExpected + (asExpected == 1 ? " row" : " rows") + " as expected");
        if (differ > 0) {
            counts.add(differ + (differ == 1 ? " differs" : " differ"));
        }
        if (missing > 0) {
            counts.add(missing + " missing");
        }
        if (extra > 0) {
            counts.add(extra + " extra");
        }
        return counts.toString();
    }

    /** Those that the case names; where it expects no row at all, the table's own. */
    private List<String> columns() {
        Set<String> columns = new LinkedHashSet<>();
        expected.rows().forEach(row -> columns.addAll(row.cells().keySet()));
        if (columns.isEmpty()) {
            schema.columns().stream().map(Column::name).filter(name -> !name.startsWith("bactrian_")).forEach(columns::add);
        }
        return new ArrayList<>(columns);
    }

    private String cell(Cell cell, String column, Image image) {
        if (cell == null) {
            return "";
        }
        if (image == null || matches(column, cell, image)) {
            return cut(image == null ? cell.shown() : Cell.shown(image.get(column)), 0);
        }
        String wanted = cell.shown();
        String there = Cell.shown(image.get(column));
        int common = 0;
        while (common < Math.min(wanted.length(), there.length()) && wanted.charAt(common) == there.charAt(common)) {
            common++;
        }
        return cut(wanted, common) + " != " + cut(there, common);
    }

    /** @param concerns where it must be seen */
    static String cut(String text, int concerns) {
        if (text.length() <= WIDTH) {
            return text;
        }
        int from = concerns + BEFORE_DIFFERENCE < WIDTH ? 0 : concerns - BEFORE_DIFFERENCE;
        int to = Math.min(text.length(), from + WIDTH);
        return (from > 0 ? "..." : "") + text.substring(from, to) + (to < text.length() ? "..." : "");
    }

    static List<String> aligned(List<List<String>> lines) {
        int[] widths = new int[lines.get(0).size()];
        lines.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        List<String> aligned = new ArrayList<>();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append("  ").append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length()));
            }
            aligned.add(text.toString().stripTrailing());
        }
        return aligned;
    }
}
