package io.bactrian.infrastructure.observe;

import io.bactrian.application.Captures;
import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.application.StatusReport.Lag;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport.Table;
import io.bactrian.application.StatusReport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What captures and pipelines do, as meters: in JMX and for Prometheus. The hot path only adds to plain counters; a
 * meter reads them, or the last report, when it is asked.
 */
public final class Meters implements AutoCloseable {

    private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry registry = new CompositeMeterRegistry(Clock.SYSTEM,
            List.of(new JmxMeterRegistry(JmxConfig.DEFAULT, Clock.SYSTEM), prometheus));
    private final Captures captures;
    private final Supplier<Map<String, Counters>> pipelines;
    private final Set<String> known = new HashSet<>();
    /** Of parts, servers and tables, which come and go. */
    private final Map<String, Gauge> passing = new HashMap<>();
    private volatile StatusReport report;

    public Meters(Captures captures, Supplier<Map<String, Counters>> pipelines, Health health) {
        this.captures = captures;
        this.pipelines = pipelines;
        Gauge.builder("bactrian.parts.down", health, h -> h.parts().values().stream().filter(state -> !state.up()).count())
                .description("parts that are DOWN").register(registry);
    }

    /** Takes a newer report; what has come since the one before (a table, a pipeline) gets its meters. */
    public synchronized void follow(StatusReport now) {
        report = now;
        captures.all().forEach((source, capture) -> {
            if (known.add("capture " + source)) {
                counter("bactrian.capture.changes", "changes written to Kafka", "source", source, capture, c -> c.changes);
                counter("bactrian.capture.batches", "Kafka transactions", "source", source, capture, c -> c.batches);
                counter("bactrian.capture.restarts", "engine failures after which the capture started again", "source", source, capture,
                        c -> c.restarts);
                Gauge.builder("bactrian.capture.silence", capture,
                        c -> c.heard.get() == 0 ? Double.NaN : (System.currentTimeMillis() - c.heard.get()) / 1e3)
                        .baseUnit("seconds").description("time since the source's log gave a sign of life").tag("source", source)
                        .register(registry);
            }
        });
        pipelines.get().forEach((pipeline, counters) -> {
            if (known.add("pipeline " + pipeline)) {
                bind(pipeline, counters);
            }
            counters.tables.forEach((topic, changes) -> {
                if (known.add("changes of " + pipeline + " " + topic)) {
                    FunctionCounter.builder("bactrian.table.changes", changes, LongAdder::sum).description("changes of a table applied")
                            .tag("pipeline", pipeline).tag("table", topic).register(registry);
                }
            });
        });
        Set<String> seen = new HashSet<>();
        for (Pipeline pipeline : now.pipelines()) {
            for (Table table : pipeline.tables()) {
                String topic = table.topic();
                passing(seen, "bactrian.table.lag.changes", "changes of a table that wait in Kafka",
                        Tags.of("pipeline", pipeline.pipeline(), "table", topic),
                        last -> tables(last, pipeline.pipeline()).filter(t -> t.topic().equals(topic)).findFirst()
                                .map(t -> changes(t.lag())).orElse(Double.NaN));
            }
        }
        for (Part part : now.parts()) {
            passing(seen, "bactrian.part.up", "1 while the part is UP", Tags.of("part", part.name()),
                    last -> last.parts().stream().filter(p -> p.name().equals(part.name())).findFirst().map(p -> p.up() ? 1.0 : 0.0)
                            .orElse(Double.NaN));
        }
        for (Server server : now.servers()) {
            passing(seen, "bactrian.server.answers", "1 while the server answers", Tags.of("server", server.name()),
                    last -> last.servers().stream().filter(s -> s.name().equals(server.name())).findFirst()
                            .map(s -> s.answers() ? 1.0 : 0.0).orElse(Double.NaN));
        }
        passing.entrySet().removeIf(one -> {
            boolean gone = !seen.contains(one.getKey());
            if (gone) {
                registry.remove(one.getValue());
            }
            return gone;
        });
    }

    private void passing(Set<String> seen, String name, String description, Tags tags, ToDoubleFunction<StatusReport> value) {
        seen.add(name + tags);
        passing.computeIfAbsent(name + tags, key -> register(name, description, tags, value));
    }

    private void bind(String pipeline, Counters counters) {
        counter("bactrian.pipeline.changes", "changes applied", "pipeline", pipeline, counters, c -> c.changes);
        counter("bactrian.pipeline.rows", "rows handed to the warehouse", "pipeline", pipeline, counters, c -> c.rows);
        counter("bactrian.pipeline.filtered", "changes that no route made a row of", "pipeline", pipeline, counters, c -> c.filtered);
        counter("bactrian.pipeline.handled", "changes whose failure a route handled itself", "pipeline", pipeline, counters,
                c -> c.handled);
        counter("bactrian.pipeline.dead.letters", "dead letters", "pipeline", pipeline, counters, c -> c.deadLetters);
        counter("bactrian.pipeline.batches", "warehouse transactions", "pipeline", pipeline, counters, c -> c.batches);
        counter("bactrian.pipeline.retries", "tries that failed for all and were repeated", "pipeline", pipeline, counters, c -> c.retries);
        counter("bactrian.pipeline.lookup.misses", "rows looked up in a reference table in vain", "pipeline", pipeline, counters,
                c -> c.lookupMisses);
        counter("bactrian.pipeline.rewinds", "batches found applied or begun elsewhere", "pipeline", pipeline, counters, c -> c.rewinds);
        Tags tags = Tags.of("pipeline", pipeline);
        register("bactrian.pipeline.lag.changes", "changes that wait in Kafka", tags, last -> of(last, pipeline, p -> changes(p.lag())));
        register("bactrian.pipeline.lag.seconds", "time that the oldest of them has waited", tags,
                last -> of(last, pipeline,
                        p -> p.lag().asOf() == null || p.lag().seconds() == null ? Double.NaN : p.lag().seconds() + age(last, p)));
        register("bactrian.pipeline.dead.letters.open", "dead letters that nobody has settled", tags,
                last -> of(last, pipeline, p -> p.deadLetters().open() == null ? Double.NaN : p.deadLetters().open().doubleValue()));
    }

    /** While changes wait they get older also between two reports. */
    private static double age(StatusReport report, Pipeline pipeline) {
        return pipeline.lag().changes() == 0 ? 0 : Duration.between(report.at(), Instant.now()).toMillis() / 1e3;
    }

    private static double changes(Lag lag) {
        return lag.asOf() == null || lag.unknownPartitions() > 0 ? Double.NaN : lag.changes();
    }

    private static double of(StatusReport report, String pipeline, ToDoubleFunction<Pipeline> value) {
        return report.pipelines().stream().filter(p -> p.pipeline().equals(pipeline)).findFirst().map(value::applyAsDouble)
                .orElse(Double.NaN);
    }

    private static Stream<Table> tables(StatusReport report, String pipeline) {
        return report.pipelines().stream().filter(p -> p.pipeline().equals(pipeline)).flatMap(p -> p.tables().stream());
    }

    private Gauge register(String name, String description, Tags tags, ToDoubleFunction<StatusReport> value) {
        return Gauge.builder(name, () -> value.applyAsDouble(report)).description(description).tags(tags).register(registry);
    }

    private <T> void counter(String name, String description, String tag, String value, T counters, Function<T, LongAdder> which) {
        if (registry.find(name).tag(tag, value).functionCounter() != null) {
            return;
        }
        FunctionCounter.builder(name, counters, c -> which.apply(c).sum()).description(description).tag(tag, value).register(registry);
    }

    /** For Prometheus, as of now. */
    public String scrape() {
        return prometheus.scrape();
    }

    @Override
    public void close() {
        registry.getRegistries().forEach(one -> one.close());
        registry.close();
    }
}
