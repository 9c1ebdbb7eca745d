package io.bactrian.routes;

import io.bactrian.application.Capabilities;
import io.bactrian.application.PipelineEnds;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Change;
import io.bactrian.domain.Row;
import io.bactrian.testing.Given;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A row route in YAML with the kamelets as they are shipped, and what it makes of changes. */
final class KameletScene implements AutoCloseable {

    static final String MASK_KEY = "0123456789abcdef";

    final RouteTable routes = new RouteTable();
    final CamelContext camel = new DefaultCamelContext();

    KameletScene() {
        this(null);
    }

    KameletScene(ReferenceTables tables) {
        camel.getRegistry().bind("routeTable", routes);
        camel.getRegistry().bind("pipelineEnds", new PipelineEnds(pipeline -> Capabilities.everything("warehouse main")));
        camel.getRegistry().bind("sourceCatalog", new SourceCatalog(Map.of("store", "shop")));
        camel.getRegistry().bind("mask", new MaskStep(MASK_KEY));
        if (tables != null) {
            camel.getRegistry().bind("referenceTables", tables);
        }
        camel.getComponent("kamelet", KameletComponent.class).setLocation("file:routes/kamelets");
        camel.start();
    }

    /** The route {@code change:store.customers -> steps -> warehouse:t}. */
    KameletScene route(String... steps) {
        StringBuilder yaml = new StringBuilder(
                "- route:\n    id: r\n    from:\n      uri: change:store.customers?pipeline=p\n      steps:\n");
        for (String step : steps) {
            yaml.append(step.indent(8));
        }
        return load(yaml + "        - to: warehouse:t\n");
    }

    KameletScene load(String yaml) {
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("p/r.camel.yaml", yaml));
            return this;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    List<Row> process(Change change) throws Exception {
        RowRoute route = routes.of("p", Given.TOPIC).get(0);
        return List.copyOf(route.process(change));
    }

    /** What the route makes of a change: each row's meaning and values. */
    List<String> rows(Change change) throws Exception {
        return process(change).stream().map(KameletScene::shown).toList();
    }

    private static String shown(Row row) {
        return row.meaning() + (row.image() == null
                ? ""
                : row.image().entrySet().stream()
                        .map(e -> e.getKey() + "="
                                + (e.getValue() instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : e.getValue()))
                        .collect(Collectors.joining(" ", " ", "")));
    }

    @Override
    public void close() {
        camel.stop();
    }
}
