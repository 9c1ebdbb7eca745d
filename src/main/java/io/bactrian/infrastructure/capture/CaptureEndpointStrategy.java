package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import java.util.function.Predicate;
import org.apache.camel.Endpoint;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.spi.EndpointStrategy;

/**
 * Puts the batch consumer behind every {@code debezium-*} endpoint, whose URI and options stay as Camel documents them.
 * Camel's own consumer routes one change at a time, logs what a route throws and goes on: the change is lost.
 * docs/decisions/002-capture-consumer.md
 */
public final class CaptureEndpointStrategy implements EndpointStrategy {

    private final ChangeLog.Opener changeLogs;
    private final Captures captures;
    private final Predicate<String> isRead;
    private final Health health;
    private final Liveness liveness;
    private final String bootstrapServers;

    /** @param isRead whether a route reads a topic; tables that nobody reads are not read again, nor reported */
    public CaptureEndpointStrategy(ChangeLog.Opener changeLogs, Captures captures, Predicate<String> isRead, Health health,
            Liveness liveness,
            String bootstrapServers) {
        this.changeLogs = changeLogs;
        this.captures = captures;
        this.isRead = isRead;
        this.health = health;
        this.liveness = liveness;
        this.bootstrapServers = bootstrapServers;
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        return endpoint instanceof DebeziumEndpoint<?> debezium
                ? new CaptureEndpoint(debezium, changeLogs, captures, isRead, health, liveness, bootstrapServers)
                : endpoint;
    }
}
