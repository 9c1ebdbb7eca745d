package io.bactrian.cases;

import io.bactrian.application.ApplyBatch.Outcome;
import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.application.ApplyBatch;
import io.bactrian.application.Counters;
import io.bactrian.application.Delivery;
import io.bactrian.application.Health;
import io.bactrian.application.RowRoutes;
import io.bactrian.cases.GoldenCase.Event;
import io.bactrian.cases.GoldenCase.ExpectedLetter;
import io.bactrian.cases.GoldenCase.ExpectedTable;
import io.bactrian.cases.GoldenCase.FoundLetter;
import io.bactrian.cases.GoldenCase.Garbage;
import io.bactrian.cases.GoldenCase.Sql;
import io.bactrian.cases.GoldenCase.Step;
import io.bactrian.cases.GoldenCase.Transaction;
import io.bactrian.cases.GoldenCase.Truncation;
import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.OneLine;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.sql.WarehouseRows;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.engines.sql.models.Models;
import io.bactrian.local.CaseServer;
import io.bactrian.local.RowChange;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs cases: the changes that their SQL makes go through the pipeline's own routes into a real warehouse, as a batch
 * does in the pump. Each case is applied twice, in one batch and with a batch for each change: what is in the warehouse
 * must not depend on how the changes happened to arrive.
 */
final class CaseRunner {

    /** What a case begins with is committed now, each transaction a minute after the one before it. */
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    /** Some days before: a calendar of years would only take time. */
    private static final LocalDate CALENDAR_FROM = LocalDate.parse("2025-12-01");

    private final CaseServer server;
    private final CaseSources databases;
    private final RowRoutes routes;
    private final Map<String, String> sources;
    private final Set<String> routesTables;
    private final SqlWarehouse warehouse;
    private final ModelFolder models;
    private final Latest clock = new Latest();
    /** The tables of the bookkeeping and of the scripts, which all cases share; empty before the first. */
    private Set<String> standing = Set.of();

    /**
     * It is as late as the last change that was applied: a day has begun when something has happened on it or after it.
     */
    private static final class Latest extends Clock {

        private Instant now = BEGIN;

        private LocalDate today() {
            return LocalDate.ofInstant(now, ZoneOffset.UTC);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /**
     * @param sources by database
     * @param routesTables the warehouse tables, and topics, that the routes name
     */
    CaseRunner(CaseWarehouse written, CaseSources databases, RowRoutes routes, Map<String, String> sources, Set<String> routesTables) {
        this.warehouse = written.warehouse();
        this.models = written.models();
        this.server = written.server();
        this.databases = databases;
        this.routes = routes;
        this.sources = sources;
        this.routesTables = routesTables;
    }

    CaseResult run(CaseFile file, GoldenCase one) {
        CaseFeed feed = new CaseFeed(sources, passedOn());
        try (CaseSources.Session session = databases.begin(file.source())) {
            happen(one, session, feed);
        } catch (SqlFailure | IllegalArgumentException e) {
            return new CaseResult(one, e.getMessage().lines().toList());
        }
        List<List<Delivery>> changeByChange = feed.deliveries().stream().map(List::of).toList();
        // First one by one: then the models are there before what happens, and all of it refreshes them.
        List<String> apart = apply(file.pipeline(), one, feed, changeByChange, true);
        List<String> together = apply(file.pipeline(), one, feed, feed.deliveries().isEmpty() ? List.of() : List.of(feed.deliveries()),
                databases.altered());
        List<String> lines = new ArrayList<>();
        if (together.equals(apart)) {
            if (!together.isEmpty()) {
                add(lines, "in one batch and change by change", together);
            }
        } else {
            add(lines, "in one batch", together);
            add(lines, "change by change", apart);
        }
        return new CaseResult(one, lines);
    }

    /** The topics that routes read and no source has. */
    private Set<String> passedOn() {
        Set<String> topics = new TreeSet<>();
        routes.pipelines().forEach(pipeline -> topics.addAll(routes.topics(pipeline)));
        topics.removeIf(topic -> sources.values().stream().anyMatch(source -> topic.startsWith(source + ".")));
        return topics;
    }

    private static void add(List<String> lines, String way, List<String> differences) {
        lines.add(way + ":" + (differences.isEmpty() ? " as expected" : ""));
        differences.forEach(line -> lines.add("  " + line));
    }

    // ---- what happens in the source

    private void happen(GoldenCase one, CaseSources.Session session, CaseFeed feed) {
        session.at(BEGIN);
        one.given().forEach(session::execute);
        session.rows()
                .forEach((table, rows) -> rows.forEach(row -> feed.add(new RowChange(table, Operation.READ, null, row), BEGIN, true)));
        Instant last = BEGIN;
        for (Transaction transaction : one.when()) {
            Instant committed = transaction.at().orElse(last.plus(Duration.ofMinutes(1)));
            last = committed;
            session.at(committed);
            Step step = transaction.step();
            if (step instanceof Sql sql) {
                sql.statements().forEach(statement -> session.execute(statement).forEach(change -> feed.add(change, committed, false)));
            } else if (step instanceof Truncation truncation) {
                known(session, truncation.place(), truncation.table());
                session.truncate(truncation.table()).forEach(change -> feed.add(change, committed, false));
            } else if (step instanceof Garbage garbage) {
                known(session, garbage.place(), garbage.table());
                feed.addGarbage(garbage.table(), garbage.value(), committed);
            } else if (step instanceof Event event) {
                feed.add(change(session, event), committed, event.operation() == Operation.READ);
            }
        }
    }

    private static void known(CaseSources.Session session, CaseLocation place, String table) {
        if (!session.tables().contains(table)) {
            throw new IllegalArgumentException(place + ": there is no source table " + table + "; expected one of " + session.tables());
        }
    }

    private static RowChange change(CaseSources.Session session, Event event) {
        known(session, event.place(), event.table());
        TableSchema schema = session.schema(event.table());
        Image before = event.before() == null ? null : image(event, schema, event.before(), null);
        return new RowChange(event.table(), event.operation(), before,
                event.after() == null ? null : image(event, schema, event.after(), before));
    }

    /** @param otherwise where the columns come from that the case does not name; null for NULL */
    private static Image image(Event event, TableSchema schema, Map<String, Cell> cells, Image otherwise) {
        cells.forEach((column, cell) -> {
            if (schema.place(column) < 0) {
                throw new IllegalArgumentException(cell.place() + ": " + event.table() + " has no column '" + column + "'; it has "
                        + schema.columns().stream().map(Column::name).toList());
            }
        });
        Object[] values = new Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.column(i);
            Cell cell = cells.get(column.name());
            values[i] = cell != null ? cell.typed(event.table(), column) : otherwise == null ? null : otherwise.value(i);
        }
        return new Image(schema, values);
    }

    // ---- what becomes of it in the warehouse

    /** @param fresh the tables are made; without it those that the case has made before are emptied */
    private List<String> apply(String pipeline, GoldenCase one, CaseFeed feed, List<List<Delivery>> batches, boolean fresh) {
        clock.now = BEGIN;
        LocalDate began = null;
        KeptLetters letters = new KeptLetters();
        try {
            prepare(pipeline, fresh);
            ApplyBatch applyBatch = new ApplyBatch(pipeline, routes, feed, warehouse, letters, new Counters());
            warehouse.watermarks(pipeline, feed.starts());
            // The models that the case expects something of, and what those read: made as soon as their tables are
            // there, then refreshed by each batch.
            Models kept = models(one);
            for (List<Delivery> batch : batches) {
                batch.forEach(delivery -> clock.now = delivery.storedAt().isAfter(clock.now) ? delivery.storedAt() : clock.now);
                if (kept != null && !clock.today().equals(began)) {
                    kept.step();
                    began = clock.today();
                }
                Outcome outcome = applyBatch.apply(applyBatch.route(batch, spans(batch)));
                if (!outcome.applied()) {
                    throw new IllegalStateException(
                            "the watermarks are at " + outcome.rewind() + ", not where the batch begins; nobody else writes here");
                }
                if (kept != null && !kept.allMade()) {
                    kept.step();
                }
            }
            if (kept != null) {
                kept.step();
                List<String> wrong = wrongModels(kept);
                if (!wrong.isEmpty()) {
                    return wrong;
                }
            }
        } catch (RuntimeException | SQLException e) {
            // Nobody knows what it has left.
            standing = Set.of();
            return List.of("the batch fails as a whole, and would again at every try; the pipeline would stand still: "
                    + OneLine.of(String.valueOf(e.getMessage()).replace(server.warehouseUrl(), server.title())));
        }
        List<String> differences = new ArrayList<>(letters(one, letters.list(pipeline).stream()
                .map(letter -> new FoundLetter(feed.tableOf(letter.position()), letter.route(), letter.reason())).toList()));
        List<String> tables = server.warehouseTables();
        one.then().forEach(expected -> differences.addAll(compare(expected, tables)));
        return differences;
    }

    /**
     * Making tables takes most of a case's time: those that all cases share are made once, those of the case for its
     * first way alone.
     */
    private void prepare(String pipeline, boolean fresh) {
        if (standing.isEmpty()) {
            server.dropTables(Set.of());
            warehouse.forgetTables();
            warehouse.watermarks(pipeline, Map.of());
            standing = Set.copyOf(server.warehouseTables());
        } else if (fresh) {
            server.dropTables(standing);
            warehouse.forgetTargets();
            server.forgetBatches();
            server.forgetModels();
        } else {
            server.emptyTables(standing);
            server.forgetBatches();
            server.emptyCalendar();
        }
    }

    private Models models(GoldenCase one) {
        if (models == null) {
            return null;
        }
        Set<String> expected = one.then().stream().map(ExpectedTable::table).collect(Collectors.toSet());
        ModelFolder wanted = models.only(expected);
        return wanted.read().names().isEmpty()
                ? null
                : new Models(warehouse, wanted, CALENDAR_FROM, () -> routesTables, new Health(), clock);
    }

    private static List<String> wrongModels(Models kept) {
        List<String> wrong = new ArrayList<>(kept.troubles().values());
        kept.check(null).forEach(checked -> checked.differing().forEach(
                difference -> wrong.add("model " + checked.name()
                        + " is not what its SELECT gives, so its 'reads' do not name all that a change touches: " + difference)));
        return wrong;
    }

    private static Map<Partition, Span> spans(List<Delivery> batch) {
        Map<Partition, Span> spans = new TreeMap<>();
        batch.forEach(delivery -> spans.merge(Partition.of(delivery.position()),
                new Span(delivery.position().offset(), delivery.position().offset() + 1),
                (first, last) -> new Span(first.from(), last.next())));
        return spans;
    }

    private static List<String> letters(GoldenCase one, List<FoundLetter> found) {
        List<ExpectedLetter> expected = one.deadLetters();
        int[] partner = TableComparison.match(expected.size(), found.size(), (left, right) -> expected.get(left).matches(found.get(right)));
        List<String> lines = new ArrayList<>();
        Set<Integer> extra = new LinkedHashSet<>();
        for (int i = 0; i < found.size(); i++) {
            extra.add(i);
        }
        Arrays.stream(partner).forEach(extra::remove);
        extra.forEach(index -> lines.add("dead letter that was not expected: " + found.get(index)));
        for (int i = 0; i < partner.length; i++) {
            if (partner[i] < 0) {
                lines.add("dead letter that is missing (line " + expected.get(i).place().line() + "): " + expected.get(i));
            }
        }
        return lines;
    }

    private List<String> compare(ExpectedTable expected, List<String> tables) {
        if (!tables.contains(expected.table())) {
            // A table is made for its first row: that a route could have written it is enough to say that it has none.
            if (expected.rows().isEmpty() && routesTables.contains(expected.table())) {
                return List.of();
            }
            List<String> there = tables.stream().filter(table -> !standing.contains(table)).toList();
            return List.of(expected.place() + ": the warehouse has no table " + expected.table() + "; "
                    + (there.isEmpty() ? "it has none at all, no change became a row" : "it has " + there));
        }
        try {
            WarehouseRows there = WarehouseRows.of(warehouse, expected.table(), expected.where().orElse(""));
            return TableComparison.differences(expected, there.schema(), there.rows());
        } catch (SQLException e) {
            if (expected.where().isEmpty()) {
                throw server.failure(e);
            }
            return List.of(expected.place() + ": '" + expected.where().get() + "' is no condition for rows of " + expected.table() + ": "
                    + server.message(e));
        }
    }
}
