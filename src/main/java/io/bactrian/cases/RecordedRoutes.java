package io.bactrian.cases;

import io.bactrian.application.RowRoutes;
import io.bactrian.domain.Change;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The routes as they are, and a note of which of them a change went through. */
final class RecordedRoutes implements RowRoutes {

    private final RowRoutes routes;
    private final Set<String> used = new TreeSet<>();

    RecordedRoutes(RowRoutes routes) {
        this.routes = routes;
    }

    @Override
    public Set<String> pipelines() {
        return routes.pipelines();
    }

    @Override
    public Set<String> topics(String pipeline) {
        return routes.topics(pipeline);
    }

    @Override
    public List<RowRoute> of(String pipeline, String topic) {
        return routes.of(pipeline, topic).stream().<RowRoute>map(Recorded::new).toList();
    }

    /** Those of a pipeline that no change went through. */
    Set<String> unused(String pipeline) {
        Set<String> unused = new TreeSet<>();
        routes.topics(pipeline).forEach(topic -> routes.of(pipeline, topic).forEach(route -> unused.add(route.id())));
        unused.removeAll(used);
        return unused;
    }

    /** What is passed on stands in a table, and only a topic's records have a key: a truncation has none. */
    private static Row withoutKey(Row row) {
        return row.target().mode() == Mode.APPEND && !row.target().key().isEmpty()
                ? new Row(new Target(row.target().table(), Mode.APPEND, List.of(), false), row.meaning(), row.image(), row.change(),
                        row.route())
                : row;
    }

    private final class Recorded implements RowRoute {

        private final RowRoute route;

        private Recorded(RowRoute route) {
            this.route = route;
        }

        @Override
        public String id() {
            return route.id();
        }

        @Override
        public boolean wants(Change change) {
            return route.wants(change);
        }

        @Override
        public List<Row> process(Change change) throws Exception {
            used.add(route.id());
            return route.process(change).stream().map(RecordedRoutes::withoutKey).toList();
        }
    }
}
