package io.bactrian.infrastructure.kafka;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How many dead letters wait in Kafka of pipelines whose warehouse does not know it, since they end in topics. Reads on
 * from where it was, for who asks every few seconds; for one thread.
 */
public final class WaitingLetters {

    private final KafkaSettings settings;
    private final Supplier<Set<String>> pipelines;
    private final Map<String, Set<String>> waiting = new TreeMap<>();
    private final Map<String, Long> readTo = new HashMap<>();

    public WaitingLetters(KafkaSettings settings, Supplier<Set<String>> pipelines) {
        this.settings = settings;
        this.pipelines = pipelines;
    }

    /** By pipeline; one without any is absent. */
    public Map<String, Long> count() {
        Map<String, Long> counts = new TreeMap<>();
        for (String pipeline : pipelines.get()) {
            Set<String> ids = waiting.computeIfAbsent(pipeline, name -> new HashSet<>());
            readTo.put(pipeline,
                    TableTopic.readOn(settings, KafkaSettings.deadLetterTopic(pipeline), readTo.getOrDefault(pipeline, 0L), record -> {
                        String id = new String(record.key(), StandardCharsets.UTF_8);
                        if (record.value() == null) {
                            ids.remove(id);
                        } else {
                            ids.add(id);
                        }
                    }));
            if (!ids.isEmpty()) {
                counts.put(pipeline, (long) ids.size());
            }
        }
        return counts;
    }
}
