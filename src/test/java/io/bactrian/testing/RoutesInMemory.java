package io.bactrian.testing;

import io.bactrian.application.RowRoutes;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Routes that a test writes in Java; one pipeline, all of them for every topic. */
public final class RoutesInMemory implements RowRoutes {

    /** What a route does with a change. */
    public interface Steps {
        List<Row> process(Change change) throws Exception;
    }

    private final TreeMap<String, RowRoute> routes = new TreeMap<>();

    public RoutesInMemory with(String id, Steps steps) {
        return with(id, change -> true, steps);
    }

    public RoutesInMemory with(String id, Predicate<Change> wanted, Steps steps) {
        routes.put(id, new RowRoute() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public boolean wants(Change change) {
                return wanted.test(change);
            }

            @Override
            public List<Row> process(Change change) throws Exception {
                return steps.process(change);
            }
        });
        return this;
    }

    /** A route that mirrors by the source's key, and moves a row whose key changes. */
    public RoutesInMemory mirroring(String id, String table) {
        return with(id, change -> {
            if (change.operation() == Operation.TRUNCATE) {
                return List.of(new Row(new Target(table, Mode.MIRROR, List.of(), false), Row.Meaning.CLEAR, null, change, id));
            }
            Target target = new Target(table, Mode.MIRROR, change.row().schema().key(), false);
            List<Row> rows = new ArrayList<>();
            if (change.operation() == Operation.DELETE
                    || change.operation() == Operation.UPDATE
                            && !change.before().keyOf(target.key()).equals(change.after().keyOf(target.key()))) {
                rows.add(new Row(target, Row.Meaning.DELETE, change.before(), change, id));
            }
            if (change.after() != null) {
                rows.add(new Row(target, Row.Meaning.WRITE, change.after(), change, id));
            }
            return rows;
        });
    }

    public RoutesInMemory appending(String id, String table) {
        return with(id, change -> List.of(appended(table, change.row(), change, id)));
    }

    public static Row appended(String table, Image image, Change change, String route) {
        return new Row(new Target(table, Mode.APPEND, List.of(), false), image == null ? Row.Meaning.CLEAR : Row.Meaning.WRITE, image,
                change, route);
    }

    @Override
    public Set<String> pipelines() {
        return Set.of("bookstore");
    }

    @Override
    public Set<String> topics(String pipeline) {
        return Set.of(Given.TOPIC);
    }

    @Override
    public List<RowRoute> of(String pipeline, String topic) {
        return List.copyOf(routes.values());
    }
}
