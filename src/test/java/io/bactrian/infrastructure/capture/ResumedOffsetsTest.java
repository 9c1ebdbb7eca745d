package io.bactrian.infrastructure.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.junit.jupiter.api.Test;

class ResumedOffsetsTest {

    private static final String PARTITION = "{\"server\":\"shop\"}";
    private static final String OFFSET = "{\"file\":\"binlog.000003\",\"pos\":815,\"ts_sec\":1795353255}";

    @Test
    void theEngineGetsTheOffsetOfItsPartitionWhateverItIsCalled() throws Exception {
        ResumedOffsets offsets = resumed(Map.of(PARTITION, OFFSET, "{\"server\":\"office\"}", "{\"pos\":1}"));

        assertThat(offset(offsets, "[\"shop\",{\"server\":\"shop\"}]")).isEqualTo(OFFSET);
        assertThat(offset(offsets, "[\"renamed\", {\"server\" : \"shop\"}]")).isEqualTo(OFFSET);
        assertThat(offset(offsets, "[\"shop\",{\"server\":\"office\"}]")).isEqualTo("{\"pos\":1}");
    }

    @Test
    void theOrderOfAPartitionsPartsDoesNotMatter() throws Exception {
        ResumedOffsets offsets = resumed(Map.of("{\"a\":\"1\",\"b\":2}", OFFSET));

        assertThat(offset(offsets, "[\"shop\",{\"b\":2,\"a\":\"1\"}]")).isEqualTo(OFFSET);
    }

    @Test
    void anUnknownPartitionHasNoOffset() throws Exception {
        ResumedOffsets offsets = resumed(Map.of(PARTITION, OFFSET));

        assertThat(offset(offsets, "[\"shop\",{\"server\":\"other\"}]")).isNull();
        assertThat(offset(offsets, "[\"shop\"]")).isNull();
        assertThat(offset(resumed(Map.of()), "[\"shop\",{\"server\":\"shop\"}]")).isNull();
    }

    @Test
    void severalAreAskedForAtOnceAndTheirKeysStayUnread() throws Exception {
        ResumedOffsets offsets = resumed(Map.of(PARTITION, OFFSET));
        ByteBuffer known = ByteBuffer.wrap("[\"shop\",{\"server\":\"shop\"}]".getBytes(UTF_8));
        ByteBuffer unknown = ByteBuffer.wrap("[\"shop\",{}]".getBytes(UTF_8));
        Map<ByteBuffer, ByteBuffer> found = offsets.get(List.of(known, unknown)).get();

        assertThat(found).hasSize(2).containsEntry(unknown, null);
        assertThat(UTF_8.decode(found.get(known)).toString()).isEqualTo(OFFSET);
        assertThat(known.remaining()).isPositive();
    }

    @Test
    void whatTheEngineStoresItFindsAgainWhileItRuns() throws Exception {
        ResumedOffsets offsets = resumed(Map.of(PARTITION, OFFSET));
        AtomicInteger called = new AtomicInteger();
        ByteBuffer key = ByteBuffer.wrap("[\"shop\",{\"server\":\"shop\"}]".getBytes(UTF_8));
        offsets.set(Map.of(key, ByteBuffer.wrap("{}".getBytes(UTF_8))), (failure, result) -> {
            assertThat(failure).isNull();
            called.incrementAndGet();
        }).get();
        offsets.set(Map.of(), null).get();

        assertThat(called).hasValue(1);
        // PostgreSQL's connector reads from here what it tells the server to remove.
        assertThat(offset(offsets, "[\"shop\",{\"server\":\"shop\"}]")).isEqualTo("{}");
        assertThat(offsets.connectorPartitions("shop")).isEmpty();
    }

    @Test
    void ofPostgreSqlOnlyTheEndsOfTransactionsAreStored() throws Exception {
        ResumedOffsets offsets = resumed(Map.of());
        ByteBuffer key = ByteBuffer.wrap("[\"shop\",{\"server\":\"shop\"}]".getBytes(UTF_8));
        offsets.set(Map.of(key, ByteBuffer.wrap("{\"lsn_proc\":7,\"lsn\":8}".getBytes(UTF_8))), null).get();
        assertThat(offset(offsets, "[\"shop\",{\"server\":\"shop\"}]")).isNull();
        offsets.set(Map.of(key, ByteBuffer.wrap("{\"lsn_proc\":9,\"lsn_commit\":9,\"lsn\":9}".getBytes(UTF_8))), null).get();
        assertThat(offset(offsets, "[\"shop\",{\"server\":\"shop\"}]")).contains("\"lsn_commit\":9");
    }

    @Test
    void offsetsThatAreNoJsonStopTheCaptureInsteadOfBeginningAnew() {
        assertThatThrownBy(() -> configured("{\"{\":\"x\"}")).isInstanceOf(UncheckedIOException.class)
                .hasMessage("the offsets in Kafka are not JSON");
        assertThatThrownBy(() -> configured("x")).isInstanceOf(UncheckedIOException.class);
    }

    private static ResumedOffsets resumed(Map<String, String> offsets) {
        return configured(ResumedOffsets.property(offsets));
    }

    private static ResumedOffsets configured(String property) {
        Map<String, String> worker = new HashMap<>();
        worker.put("bootstrap.servers", "none:9092");
        worker.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        worker.put("offset.storage.file.filename", "none");
        worker.put(ResumedOffsets.PROPERTY, property);
        ResumedOffsets offsets = new ResumedOffsets();
        offsets.configure(new StandaloneConfig(worker));
        offsets.start();
        return offsets;
    }

    private static String offset(ResumedOffsets offsets, String key) throws InterruptedException, ExecutionException {
        ByteBuffer found = offsets.get(List.of(ByteBuffer.wrap(key.getBytes(UTF_8)))).get().values().iterator().next();
        return found == null ? null : UTF_8.decode(found).toString();
    }
}
