package io.bactrian.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.engines.CaptureProgress;
import io.debezium.DebeziumException;
import io.debezium.data.Envelope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class PostgresProgressTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> PARTITION = Map.of("server", "shop");
    private static final Schema SOURCE = SchemaBuilder.struct().name("io.debezium.connector.postgresql.Source")
            .field("txId", Schema.OPTIONAL_INT64_SCHEMA).field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("snapshot", SchemaBuilder.string().optional().build()).build();
    private static final Schema ROW = SchemaBuilder.struct().optional().name("row").field("id", Schema.INT64_SCHEMA).build();
    private static final Envelope ENVELOPE = Envelope.defineSchema().withName("shop.store.t.Envelope").withRecord(ROW).withSource(SOURCE)
            .build();

    /** @param id tells it from all others */
    private record Logged(int id, long transaction, long lsn, long commitBefore) {

        SourceRecord record() {
            Map<String, Object> offset = new HashMap<>(
                    Map.of("lsn", lsn, "txId", transaction, "lsn_proc", lsn, "messageType", "INSERT", "ts_usec", 1L));
            if (commitBefore > 0) {
                offset.put("lsn_commit", commitBefore);
            }
            Struct value = ENVELOPE.create(new Struct(ROW).put("id", (long) id),
                    new Struct(SOURCE).put("txId", transaction).put("lsn", lsn), Instant.EPOCH);
            return new SourceRecord(PARTITION, offset, "shop.store.t", null, null, ENVELOPE.schema(), value);
        }
    }

    private static SourceRecord heartbeat(long commit) {
        return new SourceRecord(PARTITION, Map.of("lsn", commit + 1, "lsn_proc", commit, "lsn_commit", commit, "ts_usec", 1L), "heartbeat",
                null, null, null, null);
    }

    private static Map<String, String> texts(CaptureProgress progress) {
        Map<String, String> texts = new LinkedHashMap<>();
        progress.offsets().forEach((partition, offset) -> {
            try {
                texts.put(JSON.writeValueAsString(partition), JSON.writeValueAsString(offset));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        });
        return texts;
    }

    /** Transactions of several rows, many of which share an LSN, as rows of a COPY do. */
    private static List<Logged> log(Random random, int transactions) {
        List<Logged> log = new ArrayList<>();
        long lsn = 100;
        long commit = 0;
        for (int transaction = 1; transaction <= transactions; transaction++) {
            int rows = random.nextInt(6);
            for (int row = 0; row < rows; row++) {
                lsn += random.nextInt(3) == 0 ? 1 : 0;
                log.add(new Logged(log.size(), 700 + transaction, lsn, commit));
            }
            lsn += 10;
            commit = lsn;
            lsn += 1;
        }
        return log;
    }

    /** What the server sends to one who asks from there: whole transactions that end after it. */
    private static List<Logged> from(List<Logged> log, Map<String, String> offsets) {
        long commit = offsets.values().stream().mapToLong(PostgresProgress::lsn).max().orElse(0);
        return log.stream().filter(logged -> logged.commitBefore() >= commit || commit == 50).toList();
    }

    /** An idle source says nothing after its snapshot: it must not be read from the beginning once more. */
    @Example
    void aSnapshotThatHasEndedIsPast() {
        assertThat(new PostgresProgress(Map.of()).isPastSnapshot()).isFalse();
        assertThat(new PostgresProgress(Map.of("{}", "{\"lsn\":50,\"snapshot\":\"INITIAL\"}")).isPastSnapshot()).isFalse();
        assertThat(new PostgresProgress(Map.of("{}", "{\"lsn\":50,\"snapshot\":\"INITIAL\",\"last_snapshot_record\":true}"))
                .isPastSnapshot()).isTrue();
        assertThat(new PostgresProgress(Map.of("{}", "{\"lsn\":70,\"lsn_commit\":70}")).isPastSnapshot()).isTrue();
    }

    @Property(tries = 500)
    void whereverABatchEndsEachChangeIsTakenOnce(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int transactions) {
        Random random = new Random(seed);
        List<Logged> log = log(random, transactions);
        // A snapshot has ended at LSN 50.
        Map<String, String> kept = Map.of("{\"server\":\"shop\"}",
                "{\"lsn\":50,\"snapshot\":\"INITIAL\",\"last_snapshot_record\":true,\"snapshot_completed\":true}");
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < log.size()) {
            PostgresProgress progress = new PostgresProgress(kept);
            List<Integer> batch = new ArrayList<>();
            for (Logged logged : from(log, kept)) {
                if (random.nextInt(4) == 0 && logged.commitBefore() > 0) {
                    progress.isNew(heartbeat(logged.commitBefore()));
                }
                if (progress.isNew(logged.record())) {
                    batch.add(logged.id());
                }
                if (random.nextInt(3) == 0) {
                    // A Kafka transaction: changes and offsets stand together.
                    taken.addAll(batch);
                    batch.clear();
                    kept = texts(progress);
                }
                if (random.nextInt(6) == 0) {
                    break;
                }
            }
        }
        assertThat(taken).containsExactlyElementsOf(log.stream().map(Logged::id).toList());
    }

    @Test
    void anotherTransactionThanTheOneUnderWayIsAnErrorNotALoss() {
        PostgresProgress progress = new PostgresProgress(Map.of("{\"server\":\"shop\"}",
                "{\"lsn\":90,\"lsn_commit\":90,\"lsn_proc\":90,\"bactrian_tx\":701,\"bactrian_lsn\":95,\"bactrian_count\":2}"));

        assertThatThrownBy(() -> progress.isNew(new Logged(1, 702, 99, 98).record())).isInstanceOf(DebeziumException.class)
                .hasMessageContaining("txId=702").hasMessageContaining("expected was transaction 701")
                .hasMessageContaining("bactrian reread --everything");
    }

    @Test
    void theOffsetsHoldNothingThatDebeziumWouldTakeForAPlaceWithinATransaction() {
        PostgresProgress progress = new PostgresProgress(Map.of());
        progress.isNew(new Logged(1, 701, 95, 90).record());
        progress.isNew(new Logged(2, 702, 99, 98).record());

        assertThat(progress.offsets().get(PARTITION))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("lsn", 98L).containsEntry("lsn_proc", 98L).containsEntry("lsn_commit", 98L)
                .containsEntry("bactrian_tx", 702L).containsEntry("bactrian_lsn", 99L).containsEntry("bactrian_count", 1L);
    }
}
