package io.bactrian.live;

import io.bactrian.application.Capabilities;
import io.bactrian.application.Finding;
import io.bactrian.application.Findings;
import io.bactrian.application.PipelineEnds;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SourceCatalog;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.infrastructure.kafka.KafkaCheck;
import io.bactrian.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;

/** What {@code bactrian check} finds in the files of routes and models. Nothing is captured, pumped or written. */
public final class RouteFindings {

    /**
     * @param tables by source, those that routes name, as {@code database.table}
     * @param captures by source, the engine's properties as its capture's route gives them
     * @param pipelines of which there are routes
     * @param warehouseTables those that routes write
     * @param passedOn the topics in which pipelines pass on to others
     */
    public record Looked(List<Finding> findings, Map<String, Set<String>> tables, Map<String, Properties> captures, Set<String> pipelines,
            Set<String> warehouseTables, KafkaCheck.PassedOn passedOn) {
    }

    private final Settings settings;
    private final PipelineEnds ends;
    private final Function<String, Capabilities> warehouses;
    private final Path folder;
    private final Findings findings = new Findings("routes");

    private RouteFindings(Settings settings, PipelineEnds ends, Function<String, Capabilities> warehouses) {
        this.settings = settings;
        this.ends = ends;
        this.warehouses = warehouses;
        this.folder = Path.of(settings.text("bactrian.routes"));
    }

    public static Looked look(Settings settings) {
        return look(settings, PipelineCapabilities.ends(settings), warehouse -> PipelineCapabilities.ofWarehouse(settings, warehouse));
    }

    /** @param warehouses what each can do, by its name */
    static Looked look(Settings settings, PipelineEnds ends, Function<String, Capabilities> warehouses) {
        return new RouteFindings(settings, ends, warehouses).look();
    }

    private Looked look() {
        Map<String, Set<String>> tables = new TreeMap<>();
        Map<String, Properties> captures = new TreeMap<>();
        Set<String> pipelines = new TreeSet<>();
        Set<String> warehouseTables = new TreeSet<>();
        Map<String, Set<String>> passedOn = new TreeMap<>();
        Set<String> passedOnTo = new TreeSet<>();
        Set<String> endInTopics = new TreeSet<>();
        SourceCatalog sources = new SourceCatalog(settings.sourceOfDatabase());
        RouteFiles files = RouteFiles.read(folder);
        try (RowRouteContext context = new RowRouteContext(settings)) {
            context.leaveOutFiles();
            context.endIn(ends);
            context.bind("referenceTables", new Unasked());
            context.start(sources);
            CamelContext camel = context.camel();
            List<Path> rows = new ArrayList<>(files.rows());
            // What is for all pipelines first: a route may name it.
            rows.sort(Comparator.comparing(file -> !files.isShared(file)));
            rows.forEach(file -> load(camel, files, file));
            // A kamelet that a route uses is a definition too.
            long rowRoutes = definitions(camel).stream().filter(route -> route.getInput().getEndpointUri().startsWith("change:")).count();
            List<Path> readable = rows.stream().filter(file -> new UnnoticedFaults(files, List.of(file)).ofTexts().isEmpty()).toList();
            List<Path> checked = new ArrayList<>(files.kamelets());
            checked.addAll(readable);
            wrong(new UnnoticedFaults(files, checked).ofRoutes(camel));
            // Those of the capture would begin to read the source.
            camel.setAutoStartup(false);
            files.captures().forEach(file -> load(camel, files, file));
            captures.putAll(captures(camel));
            captured(captures.keySet());
            pipelines.addAll(context.routes().pipelines());
            if (pipelines.isEmpty()) {
                findings.warning("no route below " + folder + " begins with change:", "nothing is loaded",
                        "write one, or let `bactrian init` propose them: docs/writing-routes.md");
            } else {
                findings.ok(Findings.count(rowRoutes, "route") + " of " + (pipelines.size() == 1 ? "pipeline " : "the pipelines ")
                        + String.join(", ", pipelines));
            }
            for (String pipeline : pipelines) {
                for (String topic : context.routes().topics(pipeline)) {
                    sources.sourceOf(topic).ifPresentOrElse(
                            source -> tables.computeIfAbsent(source, name -> new TreeSet<>()).add(SourceCatalog.table(source, topic)),
                            () -> passedOn.computeIfAbsent(topic, name -> new TreeSet<>()).add(pipeline));
                }
            }
            pipelines.stream().filter(pipeline -> settings.text("bactrian.pipeline." + pipeline + ".warehouse").equals(Settings.TOPICS))
                    .forEach(endInTopics::add);
            passedOnTo.addAll(context.passedOnTo());
            warehouseTables.addAll(context.warehouseTables());
        } catch (Exception e) {
            findings.fault(CauseMessages.explain(e).getMessage(), "no route runs", "fix what the message names");
        }
        List<Finding> all = new ArrayList<>(findings.all());
        all.addAll(models());
        return new Looked(all, tables, captures, pipelines, warehouseTables, new KafkaCheck.PassedOn(passedOn, passedOnTo, endInTopics));
    }

    private static List<RouteDefinition> definitions(CamelContext camel) {
        return List.copyOf(camel.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions());
    }

    /** One by one: a start of all ends at the first that is wrong. */
    private void load(CamelContext camel, RouteFiles files, Path file) {
        UnnoticedFaults checks = new UnnoticedFaults(files, List.of(file));
        List<String> faults = checks.ofTexts();
        if (faults.isEmpty()) {
            List<RouteDefinition> before = definitions(camel);
            try {
                PluginHelper.getRoutesLoader(camel).loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
                List<RouteDefinition> after = definitions(camel);
                before.stream().filter(one -> after.stream().noneMatch(other -> other == one)).forEach(replaced -> findings.fault(
                        file + ": route id '" + replaced.getRouteId() + "' is another file's too", "no route runs",
                        "give the route an id of its own"));
            } catch (Exception e) {
                faults = checks.faults(camel).of(e);
            }
        }
        wrong(faults);
    }

    private void wrong(List<String> faults) {
        faults.forEach(fault -> findings.fault(fault, "no route runs while one is wrong", "fix the file; docs/writing-routes.md"));
    }

    private static Map<String, Properties> captures(CamelContext camel) {
        Map<String, Properties> captures = new TreeMap<>();
        camel.getEndpoints().forEach(endpoint -> {
            if (endpoint instanceof DebeziumEndpoint<?> debezium) {
                Properties properties = debezium.getConfiguration().createDebeziumConfiguration().asProperties();
                captures.put(properties.getProperty("topic.prefix", properties.getProperty("name")), properties);
            }
        });
        return captures;
    }

    private void captured(Set<String> captured) {
        for (String source : settings.sources()) {
            if (!captured.contains(source)) {
                findings.warning("no route below " + folder.resolve("capture") + " captures source " + source,
                        "nothing of it arrives, unless another process captures it",
                        "write " + folder.resolve("capture").resolve(source + ".camel.yaml") + ", or let `bactrian init` propose it");
            }
        }
        captured.stream().filter(name -> !settings.sources().contains(name)).forEach(name -> findings.fault(
                "a route below " + folder.resolve("capture") + " captures '" + name + "', which is no source that is set up",
                "its changes go to topics that no route reads",
                "set bactrian.source." + name + ".host and the settings beside it, or fix the route's topicPrefix"));
    }

    private List<Finding> models() {
        List<Finding> all = new ArrayList<>();
        for (String warehouse : settings.warehouses()) {
            String models = settings.text("bactrian.warehouse." + warehouse + ".models");
            if (!models.isEmpty()) {
                Findings own = new Findings("models");
                ModelFolder files = new ModelFolder(Path.of(models));
                ModelFolder.Contents contents = files.read();
                contents.faults().forEach(fault -> own.fault(fault, "this model is not kept", "fix the file; docs/models.md"));
                PipelineCapabilities.faultsOfModels(warehouses.apply(warehouse), files)
                        .forEach(fault -> own.fault(fault, "this model is not kept",
                                "do what the message says, or take bactrian.warehouse." + warehouse + ".models away"));
                own.ok(Findings.count(contents.models().size(), "model") + " of warehouse " + warehouse + " in " + models);
                all.addAll(own.all());
            }
        }
        return all;
    }

    private static final class Unasked implements ReferenceTables {
        @Override
        public Table load(String pipeline, String table, List<String> columns, int most) {
            throw new IllegalStateException("a check asks for no row of " + table);
        }

        @Override
        public void missed(String pipeline) {
            throw new IllegalStateException("a check has no change that could miss its row");
        }
    }
}
