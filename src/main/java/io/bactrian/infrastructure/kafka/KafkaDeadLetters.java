package io.bactrian.infrastructure.kafka;

import io.bactrian.application.DeadLetters;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Position;
import io.bactrian.infrastructure.wire.ChangeJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Dead letters in a compacted topic for each pipeline: the original bytes under the letter's id, what is known about
 * them in headers. A letter that was settled is deleted by a record without a value.
 */
public final class KafkaDeadLetters implements DeadLetters, AutoCloseable {

    private static final String PREFIX = "bactrian.";
    private static final String POSITION = PREFIX + "position";
    private static final String ROUTE = PREFIX + "route";
    private static final String REASON = PREFIX + "reason";
    private static final String DETAIL = PREFIX + "detail";
    private static final String FAILED_AT = PREFIX + "failed-at";
    private static final String KEY = PREFIX + "key";
    /** The original had no value; here a record without one would be a deletion. */
    private static final String NO_VALUE = PREFIX + "no-value";

    private final KafkaSettings settings;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaDeadLetters(KafkaSettings settings) {
        this.settings = settings;
        this.topics = new Topics(settings);
        this.producer = new KafkaProducer<>(settings.producer());
    }

    @Override
    public void keep(List<DeadLetter> letters) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(letters.size());
        for (DeadLetter letter : letters) {
            String topic = KafkaSettings.deadLetterTopic(letter.pipeline());
            topics.ensureTable(topic);
            byte[] value = letter.value() == null ? new byte[0] : letter.value();
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, bytes(letter.id()), value);
            Headers headers = record.headers();
            headers.add(POSITION, bytes(letter.position().toString()));
            headers.add(ROUTE, bytes(letter.route()));
            headers.add(REASON, bytes(letter.reason()));
            headers.add(DETAIL, bytes(letter.detail()));
            headers.add(FAILED_AT, bytes(letter.failedAt().toString()));
            if (letter.key() != null) {
                headers.add(KEY, letter.key());
            }
            if (letter.schema() != null) {
                headers.add(ChangeJson.SCHEMA_HEADER, letter.schema());
            }
            if (letter.value() == null) {
                headers.add(NO_VALUE, new byte[0]);
            }
            sent.add(producer.send(record));
        }
        await("keep " + letters.size() + " dead letters", sent);
    }

    private void await(String doing, List<Future<RecordMetadata>> sent) {
        producer.flush();
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka (" + settings.bootstrapServers() + "): could not " + doing + ": " + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting to " + doing, e);
        }
    }

    @Override
    public List<DeadLetter> list(String pipeline) {
        Map<String, DeadLetter> letters = new LinkedHashMap<>();
        TableTopic.read(settings, KafkaSettings.deadLetterTopic(pipeline), record -> {
            String id = new String(record.key(), StandardCharsets.UTF_8);
            letters.remove(id);
            if (record.value() != null) {
                letters.put(id, letter(pipeline, record));
            }
        });
        return List.copyOf(letters.values());
    }

    private static DeadLetter letter(String pipeline, ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        return new DeadLetter(pipeline, Position.parse(text(headers, POSITION)), text(headers, ROUTE), text(headers, REASON),
                text(headers, DETAIL), Instant.parse(text(headers, FAILED_AT)), raw(headers, KEY),
                headers.lastHeader(NO_VALUE) != null ? null : record.value(), raw(headers, ChangeJson.SCHEMA_HEADER));
    }

    private static byte[] raw(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : header.value();
    }

    private static String text(Headers headers, String name) {
        byte[] value = raw(headers, name);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public void forget(String pipeline, String id) {
        await("forget a dead letter", List.of(producer.send(
                new ProducerRecord<>(KafkaSettings.deadLetterTopic(pipeline), 0, bytes(id), null))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        topics.close();
    }
}
