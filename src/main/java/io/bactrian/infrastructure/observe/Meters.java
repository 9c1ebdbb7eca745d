package io.bactrian.infrastructure.observe;

import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.infrastructure.debezium.Captures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** What captures and pipelines count, as meters. The hot path only adds to plain counters; a meter reads them when asked. */
public final class Meters {

    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Safe to repeat: what came with an edit of the routes is added. */
    public void bind(Captures captures, Map<String, Counters> pipelines, Health health) {
        captures.all().forEach((source, capture) -> {
            counter("bactrian.capture.changes", "changes written to Kafka", "source", source, capture, c -> c.changes);
            counter("bactrian.capture.batches", "Kafka transactions", "source", source, capture, c -> c.batches);
            counter("bactrian.capture.restarts", "engine failures after which the capture started again", "source", source, capture, c -> c.restarts);
        });
        pipelines.forEach((pipeline, counters) -> {
            counter("bactrian.pipeline.changes", "changes applied", "pipeline", pipeline, counters, c -> c.changes);
            counter("bactrian.pipeline.rows", "rows handed to the warehouse", "pipeline", pipeline, counters, c -> c.rows);
            counter("bactrian.pipeline.filtered", "changes that no route made a row of", "pipeline", pipeline, counters, c -> c.filtered);
            counter("bactrian.pipeline.handled", "changes whose failure a route handled itself", "pipeline", pipeline, counters, c -> c.handled);
            counter("bactrian.pipeline.dead.letters", "dead letters", "pipeline", pipeline, counters, c -> c.deadLetters);
            counter("bactrian.pipeline.batches", "warehouse transactions", "pipeline", pipeline, counters, c -> c.batches);
            counter("bactrian.pipeline.retries", "tries that failed for all and were repeated", "pipeline", pipeline, counters, c -> c.retries);
            counter("bactrian.pipeline.lookup.misses", "rows looked up in a reference table in vain", "pipeline", pipeline, counters, c -> c.lookupMisses);
            counter("bactrian.pipeline.rewinds", "batches found applied or begun elsewhere", "pipeline", pipeline, counters, c -> c.rewinds);
        });
        if (registry.find("bactrian.parts.down").gauge() != null) {
            return;
        }
        Gauge.builder("bactrian.parts.down", health, h -> h.parts().values().stream().filter(state -> !state.up()).count())
                .description("parts that are DOWN").register(registry);
    }

    private <T> void counter(String name, String description, String tag, String value, T counters, Function<T, LongAdder> which) {
        if (registry.find(name).tag(tag, value).functionCounter() != null) {
            return;
        }
        FunctionCounter.builder(name, counters, c -> which.apply(c).sum()).description(description).tag(tag, value).register(registry);
    }
}
