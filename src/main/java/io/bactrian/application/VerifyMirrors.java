package io.bactrian.application;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Compares mirrors, and the open versions of histories, with their sources, row by row and value by value, while both
 * stand still. The source is read past the capture, each of its rows goes through the pipeline's own routes, as if a
 * snapshot had just read it, and what they make of it must be what the warehouse holds, no less and no more.
 */
public final class VerifyMirrors {

    private static final int ROWS_AT_ONCE = 500;
    private static final int NAMED = 10;

    private final RowRoutes routes;
    private final Function<String, StoredRows> warehouses;
    private final Predicate<String> endsInTopics;
    private final SourceTables source;

    /**
     * @param warehouses by pipeline, the rows of what it writes
     * @param endsInTopics the pipelines that write no warehouse, but pass on to others
     */
    public VerifyMirrors(RowRoutes routes, Function<String, StoredRows> warehouses, Predicate<String> endsInTopics, SourceTables source) {
        this.routes = routes;
        this.warehouses = warehouses;
        this.endsInTopics = endsInTopics;
        this.source = source;
    }

    /** @param examples the first few differences, in words */
    public record Verdict(String sourceTable, String warehouseTable, long sourceRows, long warehouseRows, long differences,
            List<String> examples) {
        public boolean equal() {
            return differences == 0;
        }
    }

    /**
     * Of a pipeline that passes on, what the pipelines after it have loaded in the end is compared with the source.
     *
     * @param topic of a source's table, {@code shop.store.customers}
     */
    public List<Verdict> verify(String pipeline, String topic) {
        String sourceName = topic.substring(0, topic.indexOf('.'));
        String table = SourceCatalog.table(sourceName, topic);
        List<Verdict> verdicts = new ArrayList<>();
        try (RowRoutes.Held held = routes.hold()) {
            MadeRows made = new MadeRows(routes, held, endsInTopics);
            for (RowRoute route : held.of(pipeline, topic)) {
                verdicts.addAll(new Comparison(made, pipeline, route, sourceName, table).run());
            }
        }
        return verdicts;
    }

    private final class Comparison {
        private final MadeRows made;
        private final String pipeline;
        private final RowRoute route;
        private final String sourceName;
        private final String table;
        private final Map<WrittenTable, Tally> tallies = new TreeMap<>();
        private boolean sourceIsEmpty;

        Comparison(MadeRows made, String pipeline, RowRoute route, String sourceName, String table) {
            this.made = made;
            this.pipeline = pipeline;
            this.route = route;
            this.sourceName = sourceName;
            this.table = table;
        }

        List<Verdict> run() {
            read(rows -> {
                Map<WrittenTable, List<Row>> byTarget = new LinkedHashMap<>();
                rows.forEach(made -> byTarget.computeIfAbsent(made.place(), t -> new ArrayList<>()).add(made.row()));
                byTarget.forEach((place, some) -> tallies.computeIfAbsent(place, t -> new Tally(place, some.get(0))).compare(some));
            });
            tallies.values().forEach(tally -> {
                tally.warehouseRows = tally.warehouse.count(tally.target);
                if (tally.target.bag()) {
                    tally.weigh();
                } else if (tally.warehouseRows != tally.found) {
                    nameExtraRows(tally);
                }
            });
            return sourceIsEmpty
                    ? ofAnEmptySource()
                    : tallies.values().stream()
                            .map(t -> new Verdict(table, t.target.table(), t.expected, t.warehouseRows, t.differences, t.examples))
                            .toList();
        }

        /** Without a row nothing tells the target but a truncation, which means the same: then it is empty too. */
        private List<Verdict> ofAnEmptySource() {
            Change change = new Change(sourceName, table, Operation.TRUNCATE, null, null, new Position(sourceName + "." + table, 0, 0),
                    "verify", Instant.now(), false);
            if (!route.wants(change)) {
                return List.of();
            }
            return made(change).stream().filter(made -> hasItsRows(made.row().target()) && made.row().meaning() == Row.Meaning.CLEAR)
                    .map(made -> {
                        long rows = warehouses.apply(made.place().pipeline()).count(made.row().target());
                        return new Verdict(table, made.place().table(), 0, rows, rows,
                                rows == 0 ? List.of() : List.of(rows + " rows are in the warehouse and none in the source"));
                    }).toList();
        }

        /** Only when the counts say that there are some: this holds all keys in memory. */
        private void nameExtraRows(Tally tally) {
            Set<Object> keys = new HashSet<>();
            read(rows -> rows.stream().filter(made -> made.place().equals(tally.place)).forEach(made -> keys.add(made.row().key())));
            try (StoredRows.Rows all = tally.warehouse.scan(tally.target, tally.like)) {
                while (all.hasNext()) {
                    Object key = all.next().keyOf(tally.target.key());
                    if (!keys.remove(key)) {
                        tally.differs("row " + key + " is in the warehouse and not in the source");
                    }
                }
            }
        }

        private void read(Consumer<List<Made>> each) {
            long number = 0;
            try (SourceTables.Rows all = source.scan(table)) {
                List<Made> rows = new ArrayList<>();
                while (all.hasNext()) {
                    Change change = new Change(sourceName, table, Operation.READ, null, all.next(),
                            new Position(sourceName + "." + table, 0, number++),
                            "verify", Instant.now(), true);
                    if (route.wants(change)) {
                        rows.addAll(comparedRows(change));
                    }
                    if (rows.size() >= ROWS_AT_ONCE) {
                        each.accept(rows);
                        rows = new ArrayList<>();
                    }
                }
                each.accept(rows);
                sourceIsEmpty = number == 0;
            }
        }

        private List<Made> comparedRows(Change change) {
            return made(change).stream().filter(made -> hasItsRows(made.row().target())).toList();
        }

        private List<Made> made(Change change) {
            return made.of(pipeline, route, change).stream()
                    .map(one -> new Made(new WrittenTable(one.pipeline(), one.row().target().table()), one.row())).toList();
        }
    }

    /** Whether each row of the source has one that is equal to it. */
    private static boolean hasItsRows(Target target) {
        return switch (target.mode()) {
            case MIRROR, HISTORY -> true;
            case APPEND, ADD -> false;
        };
    }

    /** Where rows of a source's table end. */
    private record WrittenTable(String pipeline, String table) implements Comparable<WrittenTable> {
        @Override
        public int compareTo(WrittenTable other) {
            return Comparator.comparing(WrittenTable::table).thenComparing(WrittenTable::pipeline).compare(this, other);
        }
    }

    private record Made(WrittenTable place, Row row) {
    }

    private final class Tally {
        private final WrittenTable place;
        private final StoredRows warehouse;
        private final Target target;
        private final Image like;
        private long expected;
        private long found;
        private long warehouseRows;
        private long differences;
        /**
         * For a table without a key: how many more of these equal rows the source has than the warehouse. In memory,
         * whole.
         */
        private final Map<Object, Integer> balances = new HashMap<>();
        private final List<String> examples = new ArrayList<>();

        Tally(WrittenTable place, Row row) {
            this.place = place;
            this.warehouse = warehouses.apply(place.pipeline());
            this.target = row.target();
            this.like = row.image();
        }

        void compare(List<Row> rows) {
            if (target.bag()) {
                expected += rows.size();
                rows.forEach(row -> balances.merge(values(row.image()), 1, Integer::sum));
                return;
            }
            Map<Object, Image> there = warehouse.read(target, rows.stream().map(Row::image).toList());
            for (Row row : rows) {
                expected++;
                Object key = row.key();
                Image image = there.get(key);
                if (image == null) {
                    differs("row " + key + " of the source is not in the warehouse");
                } else {
                    found++;
                    String difference = difference(row.image(), image);
                    if (difference != null) {
                        differs("row " + key + ": " + difference);
                    }
                }
            }
        }

        void weigh() {
            try (StoredRows.Rows all = warehouse.scan(target, like)) {
                while (all.hasNext()) {
                    balances.merge(values(all.next()), -1, Integer::sum);
                }
            }
            balances.forEach((row, balance) -> {
                if (balance != 0) {
                    differs("row " + row + ": the source has " + (balance > 0 ? balance + " more" : -balance + " fewer")
                            + " of it than the warehouse");
                }
            });
        }

        private static Object values(Image image) {
            return image.canonical().keyOf(image.schema().columns().stream().map(Column::name).toList());
        }

        void differs(String what) {
            differences++;
            if (examples.size() < NAMED) {
                examples.add(what);
            }
        }
    }

    private static String difference(Image expected, Image found) {
        for (int i = 0; i < expected.size(); i++) {
            if (!Image.sameValue(expected.schema().column(i).type(), expected.value(i), found.value(i))) {
                return expected.schema().column(i).name() + " is " + shown(found.value(i)) + " in the warehouse, expected "
                        + shown(expected.value(i));
            }
        }
        return null;
    }

    private static String shown(Object value) {
        return value instanceof byte[] bytes
                ? "0x" + java.util.HexFormat.of().formatHex(bytes)
                : value instanceof String text ? "'" + text + "'" : String.valueOf(value);
    }
}
