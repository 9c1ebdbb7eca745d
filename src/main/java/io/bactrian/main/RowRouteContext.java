package io.bactrian.main;

import io.bactrian.application.PipelineEnds;
import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.debezium.ResumedOffsets;
import io.bactrian.routes.MaskStep;
import io.bactrian.routes.RouteTable;
import io.bactrian.routes.WarehouseEndpoint;
import io.bactrian.routes.WriteChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.ManagementStatisticsLevel;
import org.apache.camel.builder.DefaultErrorHandlerBuilder;
import org.apache.camel.main.Main;

/**
 * The Camel context that row routes run in. {@link Bactrian} runs them in it and {@code bactrian test} tests them in it, so
 * that what passed a test is what runs: a bean, a kamelet or a placeholder that row routes can use is made known here and
 * nowhere else.
 */
final class RowRouteContext implements AutoCloseable {

    private final Main camel = new Main();
    private final RouteTable routes = new RouteTable();
    private final Settings settings;
    private final Path folder;

    /** @param settings the placeholders of the routes; a bean that reaches a database finds there which */
    RowRouteContext(Settings settings) {
        this.settings = settings;
        this.folder = Path.of(settings.text("bactrian.routes"));
    }

    /**
     * @throws ConfigurationException when there is no folder of routes
     * @throws Exception when a route is wrong
     */
    void start(SourceCatalog sources) throws Exception {
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException(List.of("bactrian.routes is '" + folder + "' (" + folder.toAbsolutePath()
                    + "), which is no folder; expected the folder that holds a folder of *.camel.yaml files for each pipeline"));
        }
        camel.configure().withName("bactrian").withAutoConfigurationEnabled(true)
                .withRoutesIncludePattern("file:" + folder + "/*/*.camel.yaml")
                .withJmxManagementStatisticsLevel(ManagementStatisticsLevel.RoutesOnly)
                .withShutdownTimeout(60);
        camel.setPropertyPlaceholderLocations("false");
        // Before the settings, which may name another place for the kamelets of several folders of routes.
        camel.addInitialProperty("camel.component.kamelet.location", "file:" + folder + "/kamelets");
        settings.all().forEach(camel::addInitialProperty);
        // Camel asks for the file of its default offset storage before anybody could say that Kafka has the offsets.
        camel.addInitialProperty("camel.component.debezium-mysql.offset-storage", ResumedOffsets.class.getName());
        camel.bind("routeTable", routes);
        camel.bind("sourceCatalog", sources);
        camel.bind("pipelineEnds", new PipelineEnds(pipeline -> settings.text("bactrian.pipeline." + pipeline + ".warehouse").equals(Bactrian.TOPICS)));
        camel.bind("changeLog", new WriteChanges());
        // One line for each dead letter would be one too many for a bad hour: the letter holds it all.
        DefaultErrorHandlerBuilder errors = new DefaultErrorHandlerBuilder();
        errors.getRedeliveryPolicy().setLogExhausted("false");
        errors.getRedeliveryPolicy().setLogStackTrace("false");
        camel.bind("errors", errors);
        bindSteps();
        camel.start();
    }

    /** The beans that routes and kamelets name. */
    private void bindSteps() {
        camel.bind("mask", new MaskStep(settings.text("bactrian.mask.key")));
    }

    /** Before the start: without the routes of {@code capture/}, nothing reads the sources' logs. */
    void leaveOutCapture() {
        camel.configure().withRoutesExcludePattern("file:" + folder + "/capture/*.camel.yaml");
    }

    /** Before the start, for what only one of the two uses. */
    void bind(String name, Object bean) {
        camel.bind(name, bean);
    }

    RouteTable routes() {
        return routes;
    }

    CamelContext camel() {
        return camel.getCamelContext();
    }

    /** The warehouse tables that the routes name; one that a route only computes (toD) is not among them. */
    Set<String> warehouseTables() {
        Set<String> tables = new TreeSet<>();
        camel().getEndpoints().forEach(endpoint -> {
            if (endpoint instanceof WarehouseEndpoint warehouse) {
                tables.add(warehouse.getTable());
            }
        });
        return tables;
    }

    @Override
    public void close() {
        camel.stop();
    }
}
