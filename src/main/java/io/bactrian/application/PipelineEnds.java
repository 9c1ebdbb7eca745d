package io.bactrian.application;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * What the pipelines end in: a warehouse, or topics that other pipelines load. One batch is one transaction of one of
 * them.
 */
public final class PipelineEnds {

    private final Predicate<String> topics;
    /** Asked for each row; to look into the settings each time would cost more than the row. */
    private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

    /** @param topics whether the pipeline of that name ends in topics, now and as long as this object is used */
    public PipelineEnds(Predicate<String> topics) {
        this.topics = topics;
    }

    private boolean inTopics(String pipeline) {
        Boolean found = known.get(pipeline);
        return found != null ? found : known.computeIfAbsent(pipeline, topics::test);
    }

    /** What is wrong with a route of the pipeline that ends in that table. */
    public Optional<String> faultOfTable(String pipeline, String endpoint) {
        return !inTopics(pipeline)
                ? Optional.empty()
                : Optional.of(endpoint + ": pipeline " + pipeline + " ends in topics (bactrian.pipeline." + pipeline
                        + ".warehouse), and one batch can not be a transaction of both. Expected topic:…, or a "
                        + "pipeline of its own for this route");
    }

    /** What is wrong with a route of the pipeline that ends in that topic. */
    public Optional<String> faultOfTopic(String pipeline, String endpoint) {
        return inTopics(pipeline)
                ? Optional.empty()
                : Optional.of(endpoint + ": pipeline " + pipeline + " ends in a warehouse, and one batch can not be a transaction of both. "
                        + "If all of its routes end in topics, set bactrian.pipeline." + pipeline
                        + ".warehouse=topics; else put this one into a pipeline of its own");
    }

    /**
     * @throws FailsForAllException when a row for a table comes from a pipeline that ends in topics: not the change is
     * wrong
     */
    public void checkTable(String pipeline, String endpoint) {
        faultOfTable(pipeline, endpoint).ifPresent(fault -> {
            throw new FailsForAllException(fault);
        });
    }

    /**
     * @throws FailsForAllException when a row for a topic comes from a pipeline that ends in a warehouse: not the
     * change is wrong
     */
    public void checkTopic(String pipeline, String endpoint) {
        faultOfTopic(pipeline, endpoint).ifPresent(fault -> {
            throw new FailsForAllException(fault);
        });
    }
}
