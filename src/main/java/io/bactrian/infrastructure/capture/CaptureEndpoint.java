package io.bactrian.infrastructure.capture;

import io.bactrian.application.Captures;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.engines.Engines;
import io.bactrian.engines.SourceLog;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.debezium.DebeziumEndpoint;
import org.apache.camel.support.DefaultEndpoint;

/** A {@code debezium-*} endpoint as configured, with the consumer that loses nothing. */
final class CaptureEndpoint extends DefaultEndpoint {

    private final DebeziumEndpoint<?> configured;
    private final ChangeLog.Opener changeLogs;
    private final Captures captures;
    private final Predicate<String> isRead;
    private final Health health;
    private final Liveness liveness;
    private final String bootstrapServers;

    CaptureEndpoint(DebeziumEndpoint<?> configured, ChangeLog.Opener changeLogs, Captures captures, Predicate<String> isRead, Health health,
            Liveness liveness,
            String bootstrapServers) {
        super(configured.getEndpointUri(), configured.getComponent());
        this.configured = configured;
        this.changeLogs = changeLogs;
        this.captures = captures;
        this.isRead = isRead;
        this.health = health;
        this.liveness = liveness;
        this.bootstrapServers = bootstrapServers;
    }

    @Override
    public Producer createProducer() throws Exception {
        return configured.createProducer();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Properties given = configured.getConfiguration().createDebeziumConfiguration().asProperties();
        SourceLog kind = Engines.log(given);
        Properties properties = CaptureProperties.of(given, kind, bootstrapServers);
        CaptureConsumer consumer = new CaptureConsumer(this, processor, properties, kind, changeLogs, captures, isRead, health, liveness);
        configureConsumer(consumer);
        return consumer;
    }
}
