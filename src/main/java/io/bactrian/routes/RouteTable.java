package io.bactrian.routes;

import io.bactrian.application.RowRoutes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The {@code change:} routes that run now: they enter themselves when they start and leave when they stop. */
public final class RouteTable implements RowRoutes {

    record Entry(String pipeline, String topic, RowRoute route) {
    }

    private final Consumer<String> handled;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Map<String, List<RowRoute>> byTopic = new ConcurrentHashMap<>();

    public RouteTable() {
        this(pipeline -> {
        });
    }

    /** @param handled told the pipeline of each change whose failure a route handled itself */
    public RouteTable(Consumer<String> handled) {
        this.handled = handled;
    }

    void handled(String pipeline) {
        handled.accept(pipeline);
    }

    synchronized void enter(Entry entry) {
        entries.add(entry);
        byTopic.clear();
    }

    synchronized void leave(Entry entry) {
        entries.remove(entry);
        byTopic.clear();
    }

    /** What one route reads. */
    public record Reads(String route, String pipeline, String topic) {
    }

    public List<Reads> reads() {
        return entries.stream().map(e -> new Reads(e.route().id(), e.pipeline(), e.topic())).sorted(Comparator.comparing(Reads::route))
                .toList();
    }

    @Override
    public Set<String> pipelines() {
        return entries.stream().map(Entry::pipeline).collect(Collectors.toSet());
    }

    @Override
    public Set<String> topics(String pipeline) {
        return entries.stream().filter(e -> e.pipeline().equals(pipeline)).map(Entry::topic).collect(Collectors.toSet());
    }

    @Override
    public List<RowRoute> of(String pipeline, String topic) {
        // Asked for every change: found by one lookup while the routes stay as they are.
        return byTopic.computeIfAbsent(pipeline + " " + topic, name -> {
            List<RowRoute> found = new ArrayList<>();
            for (Entry entry : entries) {
                if (entry.pipeline().equals(pipeline) && entry.topic().equals(topic)) {
                    found.add(entry.route());
                }
            }
            found.sort(Comparator.comparing(RowRoute::id));
            return found;
        });
    }
}
