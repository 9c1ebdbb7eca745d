package io.bactrian.live;

import io.bactrian.application.PipelineEnds;
import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.capture.ResumedOffsets;
import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.routes.MaskStep;
import io.bactrian.routes.RouteTable;
import io.bactrian.routes.TopicEndpoint;
import io.bactrian.routes.WarehouseEndpoint;
import io.bactrian.routes.WriteChanges;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.ManagementStatisticsLevel;
import org.apache.camel.builder.DefaultErrorHandlerBuilder;
import org.apache.camel.main.Main;

/**
 * A Camel context for the routes of a folder. {@code bactrian run} runs them in it, an edit is tried in it and
 * {@code bactrian test} tests them in it, so that what passed is what runs: a bean, a kamelet or a placeholder that
 * routes can use is made known here and nowhere else.
 */
public final class RowRouteContext implements AutoCloseable {

    /** Which of the folder's routes. */
    public enum Part {
        /** Those of all pipelines, and what they share. */
        ROWS,
        /** Those of {@code capture/}. */
        CAPTURE
    }

    private final Main camel = new Main();
    private final RouteTable routes;
    private final Settings settings;
    private final Path folder;
    private final Part part;
    private boolean withFiles = true;
    private PipelineEnds ends;

    /** @param settings the placeholders of the routes; a bean that reaches a database finds there which */
    public RowRouteContext(Settings settings) {
        this(settings, Part.ROWS, "bactrian", pipeline -> {
        });
    }

    /**
     * @param name of the Camel context, in JMX
     * @param handled told the pipeline of each change whose failure a route handled itself
     */
    public RowRouteContext(Settings settings, Part part, String name, Consumer<String> handled) {
        this.settings = settings;
        this.part = part;
        this.folder = Path.of(settings.text("bactrian.routes"));
        this.routes = new RouteTable(handled);
        this.ends = PipelineCapabilities.ends(settings);
        camel.configure().withName(name);
    }

    /**
     * @throws ConfigurationException when there is no folder of routes, or a route is wrong: every fault, with its
     * location
     */
    public void start(SourceCatalog sources) {
        start(sources, RouteFiles.read(folder));
    }

    /** @param files what is in the folder now */
    public void start(SourceCatalog sources, RouteFiles files) {
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException(List.of("bactrian.routes is '" + folder + "' (" + folder.toAbsolutePath()
                    + "), which is no folder; expected the folder that holds a folder of *.camel.yaml files for each pipeline"));
        }
        if (!withFiles) {
            configure(sources, "false");
            try {
                camel.start();
            } catch (Exception e) {
                throw CauseMessages.explain(e);
            }
            return;
        }
        List<Path> wanted = new ArrayList<>(files.kamelets());
        wanted.addAll(part == Part.ROWS ? files.rows() : files.captures());
        UnnoticedFaults checks = new UnnoticedFaults(files, wanted);
        reject(checks.ofTexts(), null);
        // Camel fails on a pattern for a folder that does not exist, and an instance that captures nothing may have no
        // capture/.
        configure(sources, part == Part.ROWS
                ? "file:" + folder + "/*.camel.yaml,file:" + folder + "/*/*.camel.yaml"
                : files.captures().isEmpty() ? "false" : "file:" + folder + "/capture/*.camel.yaml");
        try {
            camel.start();
        } catch (Exception e) {
            reject(checks.faults(camel()).of(e), e);
        }
        try {
            reject(checks.ofRoutes(camel()), null);
        } catch (ConfigurationException e) {
            throw e;
        } catch (Exception e) {
            throw CauseMessages.explain(e);
        }
    }

    private static void reject(List<String> faults, Exception cause) {
        if (!faults.isEmpty()) {
            ConfigurationException rejection = new ConfigurationException(faults);
            rejection.initCause(cause);
            throw rejection;
        }
    }

    private void configure(SourceCatalog sources, String pattern) {
        camel.configure().withAutoConfigurationEnabled(true)
                .withRoutesIncludePattern(pattern)
                // An MBean for each step of each route would be thousands that nobody reads.
                .withJmxManagementMBeansLevel(ManagementMBeansLevel.RoutesOnly)
                .withJmxManagementStatisticsLevel(ManagementStatisticsLevel.RoutesOnly)
                .withShutdownTimeout(60);
        if (part == Part.ROWS) {
            camel.configure().withRoutesExcludePattern("file:" + folder + "/capture/*.camel.yaml");
        }
        camel.setPropertyPlaceholderLocations("false");
        // Before the settings, which may name another location for the kamelets of several folders of routes.
        // Those that are shipped are in the jar; one of the same name beside the routes counts more.
        camel.addInitialProperty("camel.component.kamelet.location", "file:" + folder + "/kamelets,classpath:kamelets");
        settings.all().forEach(camel::addInitialProperty);
        // Camel asks for the file of its default offset storage before anybody could say that Kafka has the offsets.
        for (Engine engine : Engines.sources()) {
            camel.addInitialProperty("camel.component." + engine.source().orElseThrow().component() + ".offset-storage",
                    ResumedOffsets.class.getName());
        }
        camel.bind("routeTable", routes);
        camel.bind("sourceCatalog", sources);
        camel.bind("pipelineEnds", ends);
        camel.bind("changeLog", new WriteChanges());
        // One line for each dead letter would be one too many for a bad hour: the letter holds it all.
        DefaultErrorHandlerBuilder errors = new DefaultErrorHandlerBuilder();
        errors.getRedeliveryPolicy().setLogExhausted("false");
        errors.getRedeliveryPolicy().setLogStackTrace("false");
        camel.bind("errors", errors);
        camel.bind("ownErrorsFirst", new OwnErrorsFirst(this::camel));
        bindSteps();
    }

    /** The beans that routes and kamelets name. */
    private void bindSteps() {
        camel.bind("mask", new MaskStep(settings.text("bactrian.mask.key")));
    }

    /** Before the start, to try routes that must not run beside those that do. */
    public void onlyTry() {
        camel.configure().withAutoStartupExcludePattern("*").withJmxEnabled(false);
    }

    /** Before the start: somebody else brings the routes, one by one. */
    public void leaveOutFiles() {
        withFiles = false;
    }

    /** Before the start: what the pipelines end in, other than the settings say. */
    void endIn(PipelineEnds others) {
        ends = others;
    }

    /** Before the start, for what only one of the two uses. */
    public void bind(String name, Object bean) {
        camel.bind(name, bean);
    }

    public RouteTable routes() {
        return routes;
    }

    public CamelContext camel() {
        return camel.getCamelContext();
    }

    /** The warehouse tables that the routes name; one that a route only computes (toD) is not among them. */
    public Set<String> warehouseTables() {
        Set<String> tables = new TreeSet<>();
        camel().getEndpoints().forEach(endpoint -> {
            if (endpoint instanceof WarehouseEndpoint warehouse) {
                tables.add(warehouse.getTable());
            }
        });
        return tables;
    }

    /** The topics that the routes name as their end. */
    public Set<String> passedOnTo() {
        Set<String> topics = new TreeSet<>();
        camel().getEndpoints().forEach(endpoint -> {
            if (endpoint instanceof TopicEndpoint topic) {
                topics.add(topic.getTopic());
            }
        });
        return topics;
    }

    @Override
    public void close() {
        camel.stop();
    }
}
