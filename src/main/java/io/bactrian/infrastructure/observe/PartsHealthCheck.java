package io.bactrian.infrastructure.observe;

import io.bactrian.application.Health;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Bactrian's parts in Camel's health: DOWN while any of them is, with each one's reason. */
public final class PartsHealthCheck extends AbstractHealthCheck {

    private final Health health;

    public PartsHealthCheck(Health health) {
        super("bactrian", "parts");
        this.health = health;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.up();
        health.parts().forEach((part, state) -> {
            builder.detail(part, state.up() ? "up" : "DOWN since " + state.since() + ": " + state.reason());
            if (!state.up()) {
                builder.down();
                builder.message(part + ": " + state.reason());
            }
        });
    }
}
