package io.bactrian.routes;

import io.bactrian.application.RowRoutes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The {@code change:} routes that run now: they enter themselves when they start and leave when they stop. */
public final class RouteTable implements RowRoutes {

    record Entry(String pipeline, String topic, RowRoute route) {
    }

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Map<String, List<RowRoute>> byTopic = new ConcurrentHashMap<>();

    synchronized void enter(Entry entry) {
        entries.add(entry);
        byTopic.clear();
    }

    synchronized void leave(Entry entry) {
        entries.remove(entry);
        byTopic.clear();
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
