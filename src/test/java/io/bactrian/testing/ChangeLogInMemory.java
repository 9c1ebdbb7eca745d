package io.bactrian.testing;

import io.bactrian.application.ChangeLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A change log that is a list of batches. */
public final class ChangeLogInMemory implements ChangeLog {

    public final List<CapturedBatch> batches = new ArrayList<>();
    private final Map<String, String> offsets = new LinkedHashMap<>();

    @Override
    public Map<String, String> offsets() {
        return Map.copyOf(offsets);
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
