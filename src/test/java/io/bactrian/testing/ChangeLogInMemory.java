package io.bactrian.testing;

import io.bactrian.application.ChangeLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A change log that is a list of batches. */
public final class ChangeLogInMemory implements ChangeLog {

    public final List<CapturedBatch> batches = new ArrayList<>();
    private final Map<String, String> offsets = new LinkedHashMap<>();

    @Override
    public Map<String, String> offsets() {
        return Map.copyOf(offsets);
    }

    @Override
    public Map<Integer, Long> ends(String topic) {
        return Map.of(0,
                batches.stream().flatMap(batch -> batch.changes().stream()).filter(change -> change.topic().equals(topic)).count());
    }

    @Override
    public Tables tables() {
        return new Tables(Map.of(), List.of(), Optional.empty());
    }

    @Override
    public RereadFeed rereads() {
        return new RereadFeed() {
            @Override
            public Tables next() {
                return tables();
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }

    @Override
    public void write(CapturedBatch batch) {
        batches.add(batch);
        offsets.putAll(batch.offsets());
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
