package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.engines.postgresql.PostgresProgress;
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
 * Gives a starting engine the offsets that the last Kafka transaction holds. The engine makes one by its class name, so
 * the offsets come to it through the engine's properties. What the engine wants to store is kept in memory only: the
 * offsets that count are already in Kafka, with the changes they follow. PostgreSQL's connector looks here for how much
 * of the log the server may remove.
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
    public synchronized Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
        Map<ByteBuffer, ByteBuffer> found = new HashMap<>();
        for (ByteBuffer key : keys) {
            byte[] offset = offsets.get(partition(key));
            found.put(key, offset == null ? null : ByteBuffer.wrap(offset));
        }
        return CompletableFuture.completedFuture(found);
    }

    /**
     * Within the first transaction after a snapshot PostgreSQL's connector knows no end of one, and would tell the
     * server a position in the middle: one beyond that from which {@link PostgresProgress} goes on.
     */
    private static boolean saysWhereATransactionEnds(ByteBuffer offset) {
        JsonNode json = json(offset);
        return !json.has("lsn_proc") || json.has(PostgresProgress.COMMIT);
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
            if (value != null && saysWhereATransactionEnds(value)) {
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
