package io.bactrian.application;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.domain.Change;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What routes make of a change in the end: where a pipeline passes on, what the pipelines after it make. Nothing is
 * written, to no topic either.
 */
final class MadeRows {

    private static final int MOST_PASSED_ON = 10;

    private final RowRoutes routes;
    private final RowRoutes.Held held;
    private final Predicate<String> endsInTopics;

    MadeRows(RowRoutes routes, RowRoutes.Held held, Predicate<String> endsInTopics) {
        this.routes = routes;
        this.held = held;
        this.endsInTopics = endsInTopics;
    }

    /** @param pipeline the one that writes the row */
    record Made(String pipeline, Row row) {
    }

    /** @throws IllegalStateException if a route fails, or passes on in a ring */
    List<Made> of(String pipeline, RowRoute route, Change change) {
        List<Made> all = new ArrayList<>();
        make(new Begin(route, change.table()), pipeline, route, change, MOST_PASSED_ON, all);
        return all;
    }

    private record Begin(RowRoute route, String table) {
    }

    private void make(Begin begin, String by, RowRoute its, Change change, int passes, List<Made> all) {
        for (Row row : process(begin, its, change)) {
            if (!endsInTopics.test(by)) {
                all.add(new Made(by, row));
            } else if (passes == 0) {
                throw new IllegalStateException("what route " + begin.route().id() + " makes of " + begin.table()
                        + " is passed on more than " + MOST_PASSED_ON + " times, at last by pipeline " + by
                        + "; expected no ring of pipelines");
            } else {
                passOn(begin, row, passes, all);
            }
        }
    }

    private void passOn(Begin begin, Row row, int passes, List<Made> all) {
        String topic = row.target().table();
        Change was = row.change();
        Change change = new Change(was.source(), topic, was.operation(), was.before(), was.after(),
                new Position(topic, was.position().partition(), was.position().offset()), was.origin(), was.committedAt(), was.snapshot());
        for (String reader : new TreeSet<>(routes.pipelines())) {
            if (routes.topics(reader).contains(topic)) {
                for (RowRoute its : held.of(reader, topic)) {
                    if (its.wants(change)) {
                        make(begin, reader, its, change, passes - 1, all);
                    }
                }
            }
        }
    }

    private static List<Row> process(Begin begin, RowRoute route, Change change) {
        try {
            return route.process(change);
        } catch (Exception e) {
            throw new IllegalStateException(
                    "route " + route.id() + " fails on a row of " + begin.table() + ": " + ApplyBatch.reasonOf(e), e);
        }
    }
}
