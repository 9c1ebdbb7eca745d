package io.bactrian.infrastructure.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.application.ChangeLog;
import io.bactrian.application.Reread;
import io.bactrian.application.Rereads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The re-reads of a source, and how its tables were last, in a compacted topic of its own: one source's open
 * transaction hides nothing of another's. A request and the progress of a table have keys of their own, so that whoever
 * asks and the capture never overwrite each other.
 */
public final class RereadTopic implements Rereads {

    private static final Logger LOG = LoggerFactory.getLogger(RereadTopic.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ASKED = "asked";
    private static final String PROGRESS = "progress";
    private static final String SHAPE = "shape";

    private final KafkaSettings settings;

    public RereadTopic(KafkaSettings settings) {
        this.settings = settings;
    }

    static String name(String source) {
        return "bactrian.rereads." + source;
    }

    static List<ProducerRecord<byte[], byte[]>> records(String source, ChangeLog.Notes notes) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        notes.forgotten().forEach(table -> records.add(record(source, table, ASKED, null)));
        notes.asked().forEach(asked -> records.add(record(source, asked.table(), ASKED, asked)));
        notes.shapes().forEach((table, shape) -> records.add(record(source, table, SHAPE, shape)));
        notes.progress().forEach(progress -> records.add(record(source, progress.table(), PROGRESS, progress)));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> record(String source, String table, String what, Object value) {
        try {
            return new ProducerRecord<>(name(source), 0, JSON.writeValueAsBytes(List.of(table, what)),
                    value == null ? null : JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new KafkaException("a note about " + table + " could not be written as JSON", e);
        }
    }

    /**
     * @throws IllegalStateException while the table is being read for the first time: sums and appended tables need
     * that one, and take nothing of a re-read
     */
    @Override
    public void ask(Reread.Asked reread) {
        if (of(reread.source()).stream().anyMatch(
                one -> one.asked().table().equals(reread.table()) && one.asked().first() && one.isOpen())) {
            throw new IllegalStateException(
                    "table " + reread.table() + " is being read for the first time. It was not asked for again. When "
                            + "`bactrian status` no longer shows it, ask again");
        }
        write(reread, reread);
    }

    @Override
    public void forget(Reread.Asked reread) {
        write(reread, null);
    }

    private void write(Reread.Asked reread, Reread.Asked value) {
        try (Topics topics = new Topics(settings)) {
            topics.ensureTable(name(reread.source()));
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer())) {
            producer.send(record(reread.source(), reread.table(), ASKED, value)).get();
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka (" + settings.bootstrapServers() + "): the re-read of " + reread.table()
                    + " could not be asked for: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for the re-read of " + reread.table(), e);
        }
    }

    @Override
    public List<Reread> of(String source) {
        ChangeLog.Tables tables = tables(settings, source);
        List<Reread> all = new ArrayList<>(tables.rereads());
        tables.everything().ifPresent(all::add);
        return all;
    }

    /** What is noted of the source's tables now; nothing, if it was never captured. */
    public ChangeLog.Tables noted(String source) {
        return tables(settings, source);
    }

    static ChangeLog.Tables tables(KafkaSettings settings, String source) {
        Known known = new Known();
        TableTopic.read(settings, name(source), known::add);
        return known.tables();
    }

    /** What the records of the topic say, taken together. */
    private static final class Known {
        private final Map<String, String> shapes = new TreeMap<>();
        private final Map<String, Reread.Asked> asked = new TreeMap<>();
        private final Map<String, Reread.Progress> progress = new TreeMap<>();

        void add(ConsumerRecord<byte[], byte[]> record) {
            try {
                JsonNode key = JSON.readTree(record.key());
                String table = key.path(0).asText();
                if (record.value() == null) {
                    (key.path(1).asText().equals(ASKED) ? asked : shapes).remove(table);
                } else if (key.path(1).asText().equals(ASKED)) {
                    asked.put(table, JSON.readValue(record.value(), Reread.Asked.class));
                } else if (key.path(1).asText().equals(SHAPE)) {
                    shapes.put(table, JSON.readValue(record.value(), String.class));
                } else if (key.path(1).asText().equals(PROGRESS)) {
                    progress.put(table, JSON.readValue(record.value(), Reread.Progress.class));
                }
            } catch (IOException e) {
                throw new KafkaException("topic " + record.topic() + "-0@" + record.offset() + " is no note of a re-read: '"
                        + (record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8))
                        + "'; only Bactrian may write there", e);
            }
        }

        ChangeLog.Tables tables() {
            List<Reread> all = new ArrayList<>();
            asked.keySet().stream().filter(table -> !table.equals(Reread.EVERYTHING)).forEach(table -> all.add(reread(table)));
            return new ChangeLog.Tables(Map.copyOf(shapes), all,
                    asked.containsKey(Reread.EVERYTHING) ? Optional.of(reread(Reread.EVERYTHING)) : Optional.empty());
        }

        private Reread reread(String table) {
            Reread.Progress far = progress.get(table);
            return new Reread(asked.get(table), far != null && far.id().equals(asked.get(table).id()) ? far : null);
        }
    }

    /** Follows the topic: an idle one costs a question every few seconds. */
    static final class Feed implements ChangeLog.RereadFeed {

        private static final Duration NEWS = Duration.ofSeconds(1);

        private final TopicPartition partition;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Known known = new Known();
        private boolean caughtUp;

        Feed(KafkaSettings settings, String source) {
            Properties properties = settings.consumer();
            properties.setProperty("fetch.max.wait.ms", "5000");
            partition = new TopicPartition(name(source), 0);
            consumer = new KafkaConsumer<>(properties);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }

        @Override
        public ChangeLog.Tables next() {
            try {
                // At first all that is there: half of it would show requests whose end comes later.
                long end = caughtUp ? 0 : consumer.endOffsets(List.of(partition)).get(partition);
                do {
                    consumer.poll(NEWS).forEach(known::add);
                } while (consumer.position(partition) < end);
                caughtUp = true;
            } catch (WakeupException e) {
                LOG.debug("{}: woken", partition);
            }
            return known.tables();
        }

        @Override
        public void close() {
            consumer.close(Duration.ZERO);
        }
    }
}
