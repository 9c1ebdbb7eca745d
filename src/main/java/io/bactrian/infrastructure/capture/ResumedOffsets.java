package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.bactrian.engines.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * Gives a starting engine the offsets that the last Kafka transaction holds. The engine makes one by its class name, so
 * the offsets come to it through the engine's properties. What the engine wants to store is kept in memory only: the
 * offsets that count are already in Kafka, with the changes they follow. PostgreSQL's connector looks here for how much
 * of the log the server may remove.
 */
public final class ResumedOffsets implements OffsetBackingStore {

    static final String PROPERTY = "bactrian.offsets";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper SORTED = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final Map<JsonNode, byte[]> offsets = new HashMap<>();

    static String property(Map<String, String> offsets) {
        try {
            return JSON.writeValueAsString(offsets);
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
    }

    /** As Kafka has them: one offset is the same text each time. */
    static Map<String, String> texts(Map<Map<String, ?>, Map<String, ?>> offsets) {
        Map<String, String> texts = new LinkedHashMap<>();
        offsets.forEach((partition, offset) -> texts.put(text(partition), text(offset)));
        return texts;
    }

    private static String text(Map<String, ?> map) {
        try {
            return SORTED.writeValueAsString(map);
        } catch (IOException e) {
            throw new UncheckedIOException("an offset could not be written as JSON: " + map, e);
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
    public synchronized Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        for (ByteBuffer key : keys) {
            byte[] offset = offsets.get(partition(key));
            found.put(key, offset == null ? null : ByteBuffer.wrap(offset));
        }
        return CompletableFuture.completedFuture(found);
    }

    /** Only from there the source's log can be read on. */
    private static boolean isResumable(ByteBuffer offset) {
        Map<String, Object> values = JSON.convertValue(json(offset), new TypeReference<>() {
        });
        return Engines.sources().stream().allMatch(engine -> engine.source().orElseThrow().isResumable(values));
    }

    private static JsonNode partition(ByteBuffer key) {
        return json(key).get(1);
    }

    private static JsonNode json(ByteBuffer buffer) {
        try {
            return JSON.readTree(bytes(buffer));
        } catch (IOException e) {
            throw new UncheckedIOException("the engine keeps offsets that are not JSON", e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public synchronized Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
        values.forEach((key, value) -> {
            if (value != null && isResumable(value)) {
                offsets.put(partition(key), bytes(value));
            }
        });
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
