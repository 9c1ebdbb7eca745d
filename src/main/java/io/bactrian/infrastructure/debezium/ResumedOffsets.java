package io.bactrian.infrastructure.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * Gives a starting engine the offsets that the last Kafka transaction holds. The engine makes one by its class name, so the
 * offsets come to it through the engine's properties. What the engine wants to store is not stored: the offsets that
 * count are already in Kafka, with the changes they follow.
 */
public final class ResumedOffsets implements OffsetBackingStore {

    static final String PROPERTY = "bactrian.offsets";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<JsonNode, byte[]> offsets = new HashMap<>();

    static String property(Map<String, String> offsets) {
        try {
            return JSON.writeValueAsString(offsets);
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
    }

    @Override
    public void configure(WorkerConfig config) {
        try {
            JsonNode all = JSON.readTree((String) config.originals().get(PROPERTY));
            for (Map.Entry<String, JsonNode> entry : all.properties()) {
                offsets.put(JSON.readTree(entry.getKey()), entry.getValue().asText().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the offsets in Kafka are not JSON", e);
        }
    }

    /** Keys are {@code ["engine",{partition}]}; the engine's name may be another one after a route was renamed. */
    @Override
    public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        for (ByteBuffer key : keys) {
            try {
                byte[] bytes = new byte[key.remaining()];
                key.duplicate().get(bytes);
                byte[] offset = offsets.get(JSON.readTree(bytes).get(1));
                found.put(key, offset == null ? null : ByteBuffer.wrap(offset));
            } catch (IOException e) {
                throw new UncheckedIOException("the engine asks for an offset by a key that is not JSON", e);
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
        if (callback != null) {
            callback.onCompletion(null, null);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<Map<String, Object>> connectorPartitions(String connectorName) {
        return Set.of();
    }

    @Override
    public void start() {
    }

    @Override
    public void stop() {
    }
}
