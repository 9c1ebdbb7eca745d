package io.bactrian.infrastructure.kafka;

import io.bactrian.application.Health;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The topics of a pump of which some partitions wait for a person, while the others go on. Each is a part of its own
 * for whoever looks at the health. For the pump's thread only.
 */
final class WaitingTopics {

    private final String part;
    private final Health health;
    private Map<String, String> reasons = new TreeMap<>();

    /** @param part the pump, as the health calls it */
    WaitingTopics(String part, Health health) {
        this.part = part;
        this.health = health;
    }

    private String part(String topic) {
        return part + " topic " + topic;
    }

    /** @param now all that wait, and why */
    void report(Map<String, String> now) {
        now.forEach((topic, reason) -> health.down(part(topic), reason));
        reasons.keySet().stream().filter(topic -> !now.containsKey(topic)).forEach(topic -> {
            health.up(part(topic));
            health.gone(part(topic));
        });
        reasons = new TreeMap<>(now);
    }

    Set<String> topics() {
        return reasons.keySet();
    }

    /** The pump ends, or has none of the topic's partitions any more. */
    void drop(String topic) {
        if (reasons.remove(topic) != null) {
            health.gone(part(topic));
        }
    }

    void clear() {
        Set.copyOf(reasons.keySet()).forEach(this::drop);
    }
}
