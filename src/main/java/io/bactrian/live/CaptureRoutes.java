package io.bactrian.live;

import io.bactrian.application.SourceCatalog;
import io.bactrian.settings.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.camel.Route;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The routes that capture. Two of one source must not run at once, so an edit cannot start new ones beside the old:
 * those of the edited file stop, after the batch under way, and the new ones go on from its Kafka transaction. Others
 * go on.
 */
public final class CaptureRoutes implements AutoCloseable {

    private final Function<String, RowRouteContext> contexts;
    private final SourceCatalog sources;
    private final RowRouteContext running;

    /** @param contexts makes one of the given name, with all that captures need */
    public CaptureRoutes(Function<String, RowRouteContext> contexts, SourceCatalog sources) {
        this.contexts = contexts;
        this.sources = sources;
        this.running = contexts.apply("bactrian");
    }

    void start(RouteFiles files) {
        running.start(sources, files);
    }

    /** @throws ConfigurationException when they would not start */
    void tryOut(RouteFiles files) {
        try (RowRouteContext context = contexts.apply("bactrian-capture-trial")) {
            context.onlyTry();
            context.start(sources, files);
        }
    }

    /**
     * @param after tried out
     * @throws Exception when they did not start after all; those from before run again
     */
    void replace(RouteFiles before, RouteFiles after) throws Exception {
        List<Path> edited = after.changedSince(before).stream().filter(after::isCapture).toList();
        try {
            replace(edited, after);
        } catch (Exception e) {
            replace(edited, before);
            throw e;
        }
    }

    private void replace(List<Path> edited, RouteFiles by) throws Exception {
        for (Path file : edited) {
            for (Route route : List.copyOf(running.camel().getRoutes())) {
                if (isOf(route, file)) {
                    running.camel().getRouteController().stopRoute(route.getRouteId());
                    running.camel().removeRoute(route.getRouteId());
                }
            }
        }
        for (Path file : edited) {
            if (by.texts().containsKey(file)) {
                PluginHelper.getRoutesLoader(running.camel()).loadRoutes(ResourceHelper.fromString("file:" + file, by.texts().get(file)));
            }
        }
    }

    private static boolean isOf(Route route, Path file) {
        return route.getSourceResource() != null
                && Path.of(route.getSourceResource().getLocation().replaceFirst("^\\w+:", "")).equals(file);
    }

    @Override
    public void close() {
        running.close();
    }
}
