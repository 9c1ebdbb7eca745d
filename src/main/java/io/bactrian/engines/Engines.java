package io.bactrian.engines;

import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The engines that are installed: the one place that knows which there are. */
public final class Engines {

    private static final List<Engine> ALL = ServiceLoader.load(Engine.class).stream().map(ServiceLoader.Provider::get).toList();

    private Engines() {
    }

    public static List<Engine> all() {
        return ALL;
    }

    public static List<Engine> sources() {
        return ALL.stream().filter(engine -> engine.source().isPresent()).toList();
    }

    public static List<Engine> warehouses() {
        return ALL.stream().filter(engine -> engine.warehouse().isPresent()).toList();
    }

    /** By the name that settings give it; empty if no such engine can be captured. */
    public static Optional<SourceEngine> source(String name) {
        return sources().stream().filter(engine -> engine.name().equals(name)).findFirst().flatMap(Engine::source);
    }

    /** The engine that a warehouse's URL leads to; empty if it leads to none. */
    public static Optional<Engine> warehouse(String url) {
        return warehouses().stream().filter(engine -> engine.warehouse().orElseThrow().location(url).isPresent()).findFirst();
    }

    /** The log that a Debezium engine with those properties reads. */
    public static SourceLog log(Properties debezium) {
        String connector = debezium.getProperty("connector.class", "");
        return sources().stream().map(engine -> engine.source().orElseThrow()).filter(source -> source.connector().equals(connector))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no engine captures with the connector '" + connector
                        + "'; expected one of " + sources().stream().map(engine -> engine.source().orElseThrow().connector()).toList()
                        + ". Begin the capture's route with one of "
                        + sources().stream().map(engine -> engine.source().orElseThrow().component()).toList()))
                .log(debezium);
    }

    /** Their names, for a sentence about what is expected: {@code mysql or postgres}. */
    public static String names(List<Engine> engines) {
        return engines.stream().map(Engine::name).collect(Collectors.joining(" or "));
    }
}
