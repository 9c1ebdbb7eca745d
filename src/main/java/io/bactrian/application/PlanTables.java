package io.bactrian.application;

import io.bactrian.application.MadeRows.Made;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.TablePlans.TablePlan;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells what warehouses would do to their tables for what sources hold now. The first rows of each source's table go
 * through the pipeline's own routes, as if a snapshot had just read them, so what a route renames, leaves out or
 * derives is told by its own steps. Nothing is written.
 */
public final class PlanTables {

    private static final int ROWS_LOOKED_AT = 1_000;

    private final RowRoutes routes;
    private final Predicate<String> endsInTopics;
    private final Function<String, Warehouse> warehouses;
    private final Function<String, SourceTables> sources;
    /** What was told already: two routes may write one table, which is made once. */
    private final Set<String> made = new TreeSet<>();
    private final Set<String> told = new TreeSet<>();

    /**
     * @param endsInTopics the pipelines that write no warehouse, but pass on to others
     * @param warehouses by pipeline, what it writes
     * @param sources by their names
     */
    public PlanTables(RowRoutes routes, Predicate<String> endsInTopics, Function<String, Warehouse> warehouses,
            Function<String, SourceTables> sources) {
        this.routes = routes;
        this.endsInTopics = endsInTopics;
        this.warehouses = warehouses;
        this.sources = sources;
    }

    /**
     * What follows of one route for the tables of warehouses.
     *
     * @param untold why the tables that it writes, or some of them, are not known; empty if they are
     * @param rejected how many of the rows that were looked at it fails on, and why the first of them
     */
    public record RoutePlan(String pipeline, String route, String source, List<PlannedTarget> targets, String untold, String rejected) {
    }

    /**
     * @param pipeline the one that writes the table
     * @param schema of the rows that are written
     * @param remark what the statements alone do not say; may be empty
     */
    public record PlannedTarget(String pipeline, Target target, TableSchema schema, TablePlan plan, String remark) {
    }

    private record Shape(String pipeline, Target target, TableSchema schema) {
    }

    /**
     * @param source the name of the source
     * @param topic of one of its tables, {@code shop.store.customers}
     */
    public List<RoutePlan> plan(String pipeline, String source, String topic) {
        String table = SourceCatalog.table(source, topic);
        List<RoutePlan> plans = new ArrayList<>();
        try (RowRoutes.Held held = routes.hold()) {
            MadeRows rows = new MadeRows(routes, held, endsInTopics);
            for (RowRoute route : held.of(pipeline, topic)) {
                plans.add(new Look(rows, pipeline, route, source, table).plan());
            }
        }
        return plans;
    }

    /** A look at the rows of one table through one route. */
    private final class Look {
        private final MadeRows rows;
        private final String pipeline;
        private final RowRoute route;
        private final String source;
        private final String table;
        private final Set<Shape> shapes = new LinkedHashSet<>();
        private long looked;
        private long failures;
        private String failure = "";

        Look(MadeRows rows, String pipeline, RowRoute route, String source, String table) {
            this.rows = rows;
            this.pipeline = pipeline;
            this.route = route;
            this.source = source;
            this.table = table;
        }

        RoutePlan plan() {
            SourceTables tables = sources.apply(source);
            try (SourceTables.Rows all = tables.scan(table)) {
                while (all.hasNext() && looked < ROWS_LOOKED_AT) {
                    look(all.next());
                }
            } catch (IllegalStateException e) {
                return new RoutePlan(pipeline, route.id(), table, List.of(), e.getMessage(), "");
            }
            String untold = "";
            String rejected = failures == 0 ? "" : failures + " of " + Findings.count(looked, "row") + " looked at: " + failure;
            if (looked == 0) {
                // Most routes make of a row without values what they make of any other.
                TableSchema schema = tables.schema(table);
                look(new Image(schema, new Object[schema.size()]));
                untold = !shapes.isEmpty()
                        ? ""
                        : "the source's table has no row yet"
                                + (failures == 0
                                        ? ", and of one without values it makes nothing"
                                        : ", and of one without values: " + failure);
                rejected = "";
            } else if (shapes.isEmpty()) {
                untold = "it makes nothing of what was looked at (" + Findings.count(looked, "row") + ")";
            }
            return new RoutePlan(pipeline, route.id(), table, shapes.stream().map(this::planned).toList(), untold, rejected);
        }

        private void look(Image image) {
            Change change = new Change(source, table, Operation.READ, null, image, new Position(source + "." + table, 0, looked++), "plan",
                    Instant.now(), true);
            if (!route.wants(change)) {
                return;
            }
            try {
                for (Made one : rows.of(pipeline, route, change)) {
                    if (one.row().image() != null) {
                        shapes.add(new Shape(one.pipeline(), one.row().target(), one.row().image().schema()));
                    }
                }
            } catch (IllegalStateException e) {
                failures++;
                failure = failure.isEmpty() ? e.getMessage() : failure;
            }
        }

        private PlannedTarget planned(Shape shape) {
            Warehouse warehouse = warehouses.apply(shape.pipeline());
            TablePlan plan = warehouse.plans().map(plans -> plans.plan(shape.target(), shape.schema(), table))
                    .orElseGet(() -> new TablePlan(shape.target().table(), false, List.of(), List.of(), ""));
            String place = warehouse.name() + " " + plan.table();
            if (plan.isNew() && !made.add(place)) {
                return planned(shape, new TablePlan(plan.table(), true, List.of(), List.of(), ""),
                        "is made above; columns that it lacks then are added when the first such row comes");
            }
            List<String> statements = plan.statements().stream().filter(sql -> told.add(place + " " + sql)).toList();
            String remark = statements.size() < plan.statements().size()
                    ? "is changed above"
                    : shape.schema().declared() ? "" : "types are told from values, so another row may have others";
            return planned(shape, new TablePlan(plan.table(), plan.isNew(), statements, plan.losses(), plan.fault()), remark);
        }

        private PlannedTarget planned(Shape shape, TablePlan plan, String remark) {
            return new PlannedTarget(shape.pipeline(), shape.target(), shape.schema(), plan, remark);
        }
    }
}
