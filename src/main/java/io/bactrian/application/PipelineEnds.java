package io.bactrian.application;

import io.bactrian.application.Capabilities.End;
import io.bactrian.domain.Mode;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What the pipelines end in, and whether a route asks more of it than it can do. A pipeline ends in one warehouse, or
 * in topics that other pipelines load, since one batch is written to one of them.
 */
public final class PipelineEnds {

    private final Function<String, Capabilities> capabilities;
    /** Asked for each row; to look into the settings each time would cost more than the row. */
    private final ConcurrentMap<String, Capabilities> known = new ConcurrentHashMap<>();

    /** @param capabilities of what the pipeline of that name ends in, now and as long as this object is used */
    public PipelineEnds(Function<String, Capabilities> capabilities) {
        this.capabilities = capabilities;
    }

    private Capabilities of(String pipeline) {
        Capabilities found = known.get(pipeline);
        return found != null ? found : known.computeIfAbsent(pipeline, capabilities);
    }

    /** What is wrong with a route of the pipeline that ends in that table, kept in whatever way. */
    public Optional<String> faultOfTable(String pipeline, String endpoint) {
        return of(pipeline).end() == End.TABLES
                ? Optional.empty()
                : Optional.of(endpoint + ": pipeline " + pipeline + " ends in topics (bactrian.pipeline." + pipeline
                        + ".warehouse), and one batch cannot be a transaction of both. Expected topic:…, or a "
                        + "pipeline of its own for this route");
    }

    /** What is wrong with a route of the pipeline that ends in that table and keeps it so. */
    public Optional<String> faultOfTable(String pipeline, String endpoint, Mode mode) {
        Optional<String> fault = faultOfTable(pipeline, endpoint);
        return fault.isPresent() ? fault : of(pipeline).faultOfMode(mode).map(said -> endpoint + ": " + said);
    }

    /** What is wrong with a route of the pipeline that ends in that topic. */
    public Optional<String> faultOfTopic(String pipeline, String endpoint) {
        return of(pipeline).end() == End.TOPICS
                ? Optional.empty()
                : Optional.of(endpoint + ": pipeline " + pipeline + " ends in a warehouse, and one batch cannot be a transaction of both. "
                        + "If all of its routes end in topics, set bactrian.pipeline." + pipeline
                        + ".warehouse=topics; else put this one into a pipeline of its own");
    }

    /** What is wrong with a route of the pipeline that looks something up. */
    public Optional<String> faultOfLookup(String pipeline, String endpoint) {
        Capabilities its = of(pipeline);
        return its.lookups()
                ? Optional.empty()
                : Optional.of(endpoint + ": pipeline " + pipeline + " ends in " + its.name()
                        + ", where no table can be looked into. Look it up in the pipeline that loads a warehouse with tables, "
                        + "or join in a view");
    }

    /**
     * For tables that only a change tells; those that a route's text names have been looked at when it was loaded.
     *
     * @throws FailsForAllException if a row for a table comes from a pipeline whose end cannot keep it so: not the
     * change is wrong
     */
    public void checkTable(String pipeline, String endpoint, Mode mode) {
        faultOfTable(pipeline, endpoint, mode).ifPresent(fault -> {
            throw new FailsForAllException(fault);
        });
    }

    /**
     * @throws FailsForAllException if a row for a topic comes from a pipeline that ends in a warehouse: not the change
     * is wrong
     */
    public void checkTopic(String pipeline, String endpoint) {
        faultOfTopic(pipeline, endpoint).ifPresent(fault -> {
            throw new FailsForAllException(fault);
        });
    }
}
