package io.bactrian.live;

import io.bactrian.application.PipelineEnds;
import io.bactrian.live.YamlText.Scalar;
import io.bactrian.routes.RouteTable;
import io.bactrian.routes.WarehouseEndpoint;
import io.bactrian.settings.Nearest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Faults that Camel does not notice: it would start with a file that has no route, with an option that a kamelet does
 * not have, with a route configuration that does not exist, or with redelivery that holds up a pipeline without end.
 */
final class UnnoticedFaults {

    /** Redelivery may hold up one change, and with it the pipeline, for at most this time. */
    private static final Duration MAX_REDELIVERY = Duration.ofMinutes(1);

    private final RouteFiles files;
    private final Map<Path, YamlText> texts = new TreeMap<>();

    /** @param wanted the files that are loaded */
    UnnoticedFaults(RouteFiles files, List<Path> wanted) {
        this.files = files;
        wanted.forEach(file -> texts.put(file, YamlText.of(file, files.texts().get(file))));
    }

    Iterable<YamlText> texts() {
        return texts.values();
    }

    LocatedFaults faults(CamelContext camel) {
        return new LocatedFaults(files, texts.values(), camel);
    }

    /** In the files, before Camel reads them. */
    List<String> ofTexts() {
        List<String> faults = new ArrayList<>();
        texts.forEach((file, yaml) -> {
            if (!yaml.fault().isEmpty()) {
                faults.add(yaml.fault());
            } else if (yaml.root() == null) {
                faults.add(file
                        + ":1:1: the file is empty; expected a list that begins with '- route:'. "
                        + "Delete the file if its route is to be removed");
            } else if (!files.isKamelet(file)) {
                items(file, yaml, faults);
            }
        });
        return faults;
    }

    private void items(Path file, YamlText yaml, List<String> faults) {
        if (!(yaml.root() instanceof SequenceNode sequence)) {
            faults.add(yaml.locationOf(yaml.root()) + "the file is no list; expected '- route:', with the dash. Perhaps it is missing?");
            return;
        }
        for (Node item : sequence.getValue()) {
            if (!(item instanceof MappingNode mapping) || mapping.getValue().isEmpty()
                    || !(mapping.getValue().get(0).getKeyNode() instanceof ScalarNode key)) {
                faults.add(yaml.locationOf(item) + "expected an item such as '- route:'");
            } else if (!YamlWords.top().contains(key.getValue())) {
                faults.add(yaml.locationOf(key) + "'" + key.getValue() + "' is nothing that a file of routes may begin with"
                        + Nearest.guess(key.getValue(), YamlWords.top()));
            } else if (files.isShared(file) && !Set.of("routeConfiguration", "beans").contains(key.getValue())) {
                faults.add(yaml.locationOf(key) + "'" + key.getValue()
                        + "' is in a file for all pipelines, which may hold routeConfiguration and beans; routes "
                        + "belong into the folder of a pipeline, such as "
                        + files.folder().resolve("<pipeline>").resolve(file.getFileName()));
            }
        }
    }

    /** In the routes that Camel has made of the files. */
    List<String> ofRoutes(CamelContext camel) throws Exception {
        List<String> faults = new ArrayList<>();
        kamelets(camel, faults);
        ModelCamelContext model = (ModelCamelContext) camel;
        LocatedFaults where = faults(camel);
        for (RouteDefinition route : model.getRouteDefinitions()) {
            configurations(model, route, where, faults);
            ends(camel, route, where, faults);
            route.getOutputs().forEach(output -> redelivery(camel, output, where, route.getRouteId(), faults));
        }
        for (RouteConfigurationDefinition configuration : model.getRouteConfigurationDefinitions()) {
            configuration.getOnExceptions().forEach(one -> redelivery(camel, one, where, "", faults));
        }
        directs(camel, where, faults);
        return faults.stream().distinct().toList();
    }

    /** Also those that no route uses yet: a fault is reported when the kamelet is edited, not when somebody uses it. */
    private void kamelets(CamelContext camel, List<String> faults) throws Exception {
        ModelCamelContext model = (ModelCamelContext) camel;
        for (Path file : texts.keySet()) {
            String name = file.getFileName().toString().replace(RouteFiles.KAMELETS, "");
            if (files.isKamelet(file) && model.getRouteTemplateDefinition(name) == null) {
                try {
                    PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file, files.texts().get(file)));
                } catch (Exception e) {
                    faults.addAll(faults(camel).of(e));
                    continue;
                }
                if (model.getRouteTemplateDefinition(name) == null) {
                    faults.add(
                            file + ":1:1: there is no kamelet '" + name + "' in it; expected metadata.name to be what the file is called");
                }
            }
        }
        Set<String> common = camel.getCamelContextExtension().getEndpointUriFactory("kamelet").propertyNames();
        for (Endpoint endpoint : camel.getEndpoints()) {
            String uri = endpoint.getEndpointUri();
            String name = uri.replaceFirst("^kamelet:(//)?", "").replaceFirst("[/?].*", "");
            RouteTemplateDefinition template = uri.startsWith("kamelet:") ? model.getRouteTemplateDefinition(name) : null;
            if (template != null) {
                List<String> known = template.getTemplateParameters() == null
                        ? List.of()
                        : template.getTemplateParameters().stream().map(RouteTemplateParameterDefinition::getName).toList();
                for (String option : URISupport.parseQuery(URISupport.extractQuery(uri)).keySet()) {
                    // Camel takes on-miss and onMiss for the same.
                    if (known.stream().noneMatch(one -> StringHelper.dashToCamelCase(one).equals(StringHelper.dashToCamelCase(option)))
                            && !common.contains(option)) {
                        faults.add(faults(camel).optionLocation("kamelet", option, "") + "'" + option + "' is no option of kamelet " + name
                                + (Nearest.guess(option, known).equals(".") ? "; its options are " + known : Nearest.guess(option, known)));
                    }
                }
            }
        }
    }

    private static void configurations(ModelCamelContext model, RouteDefinition route, LocatedFaults where, List<String> faults) {
        if (route.getRouteConfigurationId() == null) {
            return;
        }
        List<String> known = model.getRouteConfigurationDefinitions().stream().map(RouteConfigurationDefinition::getId)
                .filter(id -> id != null && !id.isEmpty()).sorted().toList();
        for (String id : route.getRouteConfigurationId().split(",")) {
            if (!id.contains("*") && known.stream().noneMatch(id.strip()::equals)) {
                faults.add(where.location(route.getRouteId(), s -> "routeConfigurationId".equals(s.key()))
                        + "there is no route configuration '" + id.strip() + "'; those with an id are " + known);
            }
        }
    }

    /** While a change is redelivered, its pipeline waits: that must end, and soon. */
    private static void redelivery(CamelContext camel, Object definition, LocatedFaults where, String route, List<String> faults) {
        RedeliveryPolicyDefinition policy = definition instanceof OnExceptionDefinition one ? one.getRedeliveryPolicyType() : null;
        if (policy == null || policy.getMaximumRedeliveries() == null) {
            return;
        }
        int times = CamelContextHelper.parseInteger(camel, policy.getMaximumRedeliveries());
        double pause = policy.getRedeliveryDelay() == null
                ? 1000
                : CamelContextHelper.parseDuration(camel, policy.getRedeliveryDelay()).toMillis();
        double longest = policy.getMaximumRedeliveryDelay() == null
                ? 60_000
                : CamelContextHelper.parseDuration(camel, policy.getMaximumRedeliveryDelay()).toMillis();
        double factor = "true".equals(policy.getUseExponentialBackOff())
                ? policy.getBackOffMultiplier() == null ? 2 : Double.parseDouble(policy.getBackOffMultiplier())
                : 1;
        double all = 0;
        for (int i = 0; i < times && all <= MAX_REDELIVERY.toMillis(); i++) {
            all += Math.min(pause, longest);
            pause *= factor;
        }
        if (times < 0 || all > MAX_REDELIVERY.toMillis()) {
            faults.add(where.location(route, s -> "maximumRedeliveries".equals(s.key())) + "maximumRedeliveries: " + times
                    + (times < 0 ? " has no end" : ", with its pauses, may take more than a minute")
                    + "; the pipeline waits for each change meanwhile, so expected at most a minute in all");
        }
    }

    /**
     * A batch is written to a warehouse or to topics: a route that ends in the other kind, or asks of its end what that
     * cannot do, would stop its pipeline at the first change.
     */
    private static void ends(CamelContext camel, RouteDefinition route, LocatedFaults where, List<String> faults) {
        RouteTable running = camel.getRegistry().findSingleByType(RouteTable.class);
        PipelineEnds ends = camel.getRegistry().findSingleByType(PipelineEnds.class);
        if (running == null || ends == null) {
            return;
        }
        running.reads().stream().filter(reads -> reads.route().equals(route.getRouteId())).findFirst().ifPresent(reads -> {
            for (ToDefinition to : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
                String uri = to.getEndpointUri();
                Optional<String> fault = fault(camel, ends, reads.pipeline(), uri);
                fault.ifPresent(said -> faults.add(
                        where.location(route.getRouteId(), s -> s.text().equals(uri) || s.text().startsWith(uri.replaceFirst("\\?.*", "")))
                                + said));
            }
        });
    }

    private static Optional<String> fault(CamelContext camel, PipelineEnds ends, String pipeline, String uri) {
        if (uri.startsWith("topic:")) {
            return ends.faultOfTopic(pipeline, uri);
        }
        if (uri.matches("kamelet:(//)?lookup([/?].*)?")) {
            return ends.faultOfLookup(pipeline, uri.replaceFirst("\\?.*", ""));
        }
        if (!uri.startsWith("warehouse:")) {
            return Optional.empty();
        }
        try {
            return ends.faultOfTable(pipeline, uri, camel.getEndpoint(uri, WarehouseEndpoint.class).modeOf());
        } catch (RuntimeException e) {
            // What is wrong with the URI itself has been reported when the route was made of it.
            return ends.faultOfTable(pipeline, uri);
        }
    }

    /** A direct: that no route begins with would make each change wait half a minute, and then fail. */
    private static void directs(CamelContext camel, LocatedFaults where, List<String> faults) {
        Set<Endpoint> begun = new HashSet<>();
        camel.getRoutes().forEach(route -> begun.add(route.getEndpoint()));
        for (Endpoint endpoint : camel.getEndpoints()) {
            if (endpoint instanceof DirectEndpoint direct && !begun.contains(endpoint)) {
                String name = endpoint.getEndpointUri().replaceFirst("^direct:(//)?", "").replaceFirst("\\?.*", "");
                List<String> names = begun.stream().filter(DirectEndpoint.class::isInstance)
                        .map(one -> one.getEndpointUri().replaceFirst("^direct:(//)?", "")).sorted().toList();
                faults.add(where.location("", (Scalar s) -> s.text().replaceFirst("\\?.*", "").equals("direct:" + name))
                        + "no route begins with direct:" + name
                        + (names.isEmpty() ? "." : Nearest.guess(name, names)));
            }
        }
    }
}
