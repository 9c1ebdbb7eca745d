package io.bactrian.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * Lets an onException of a route's own file stand before one of a shared route configuration for the same class. Camel
 * 4.17 puts the shared ones behind the route's own, and of two for one class the last counts: a route could not have
 * its own way.
 */
final class OwnErrorsFirst extends ModelLifecycleStrategySupport {

    private final Supplier<CamelContext> camel;

    OwnErrorsFirst(Supplier<CamelContext> camel) {
        this.camel = camel;
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        Set<Object> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        ((ModelCamelContext) camel.get()).getRouteConfigurationDefinitions()
                .forEach(configuration -> shared.addAll(configuration.getOnExceptions()));
        List<ProcessorDefinition<?>> ordered = new ArrayList<>();
        List<ProcessorDefinition<?>> own = new ArrayList<>();
        for (ProcessorDefinition<?> output : route.getOutputs()) {
            (output instanceof OnExceptionDefinition && shared.contains(output) ? ordered : own).add(output);
        }
        ordered.addAll(own);
        route.getOutputs().clear();
        route.getOutputs().addAll(ordered);
    }
}
