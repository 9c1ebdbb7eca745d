package io.bactrian.infrastructure.capture;

import static io.bactrian.testing.Given.schema;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Delivery;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.engines.mysql.MySqlLog;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.debezium.data.Bits;
import io.debezium.data.Envelope;
import io.debezium.data.Json;
import io.debezium.data.geometry.Geometry;
import io.debezium.time.Date;
import io.debezium.time.MicroTime;
import io.debezium.time.MicroTimestamp;
import io.debezium.time.Timestamp;
import io.debezium.time.Year;
import io.debezium.time.ZonedTimestamp;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class ChangeEncoderTest {

    private static final Schema SOURCE = SchemaBuilder.struct().name("io.debezium.connector.mysql.Source")
            .field("db", Schema.STRING_SCHEMA).field("table", Schema.STRING_SCHEMA).field("ts_ms", Schema.INT64_SCHEMA)
            .field("snapshot", SchemaBuilder.string().optional().defaultValue("false").build()).field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
            .field("file", Schema.STRING_SCHEMA).field("pos", Schema.INT64_SCHEMA).field("row", Schema.INT32_SCHEMA).build();
    private static final Schema KEY = SchemaBuilder.struct().name("shop.store.customers.Key")
            .field("id", column(SchemaBuilder.int64(), "INT UNSIGNED", 0, 0).build()).build();
    private static final Schema ROW = SchemaBuilder.struct().optional().name("shop.store.customers.Value")
            .field("id", column(SchemaBuilder.int64(), "INT UNSIGNED", 0, 0).build())
            .field("name", column(SchemaBuilder.string(), "VARCHAR", 20, 0).build())
            .field("email", column(SchemaBuilder.string(), "VARCHAR", 254, 0).optional().defaultValue("none@example.org").build()).build();
    private static final Envelope ENVELOPE = envelope(ROW);
    private static final Instant READ_AT = Instant.ofEpochMilli(1_795_353_999_999L);

    private final ChangeEncoder encoder = new ChangeEncoder("shop", new MySqlLog(new Properties()));
    private final ChangeJson reader = new ChangeJson();

    @Test
    void anInsertIsWrittenWithItsKeySchemaAndTopic() {
        CapturedChange captured = encoder.encode(record(ENVELOPE.create(row(1, "Ada", "a@b"), source("false"), READ_AT)));

        assertThat(captured.topic()).isEqualTo("shop.store.customers");
        assertThat(new String(captured.key(), UTF_8)).isEqualTo("{\"id\":1}");
        assertThat(new String(captured.schema(), UTF_8))
                .isEqualTo(
                        "{\"columns\":[[\"id\",\"uint32\"],[\"name\",\"string(20)\"],"
                                + "[\"email\",\"string(254)\",\"null\"]],\"key\":[\"id\"]}");
        assertThat(new String(captured.value(), UTF_8))
                .isEqualTo("{\"op\":\"c\",\"source\":\"shop\",\"table\":\"store.customers\",\"ts_ms\":1795353255678,"
                        + "\"origin\":\"binlog.000003 815 2\",\"after\":{\"id\":1,\"name\":\"Ada\",\"email\":\"a@b\"}}");
        assertThat(captured.committedAt()).isEqualTo(1_795_353_255_678L);
        assertThat(captured.everyPartition()).isFalse();
    }

    @Test
    void everyOperationIsReadBackAsItHappened() {
        Image ada = image(1, "Ada", null);
        Image eve = image(2, "Eve", "e@v");

        assertChange(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT), Operation.INSERT, null, ada, false);
        assertChange(ENVELOPE.read(row(1, "Ada", null), source("first"), READ_AT), Operation.READ, null, ada, true);
        assertChange(ENVELOPE.update(row(1, "Ada", null), row(2, "Eve", "e@v"), source(null), READ_AT), Operation.UPDATE, ada, eve, false);
        assertChange(ENVELOPE.delete(row(2, "Eve", "e@v"), source("false"), READ_AT), Operation.DELETE, eve, null, false);
        assertChange(ENVELOPE.truncate(source("false"), READ_AT), Operation.TRUNCATE, null, null, false);
    }

    @Test
    void aNullIsNoDefault() {
        Change change = read(encoder.encode(record(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT))));

        assertThat(change.after()).containsEntry("email", null);
    }

    @Test
    void aTruncationGoesToEveryPartition() {
        assertThat(encoder.encode(
                new SourceRecord(Map.of(), Map.of(), "t", null, null, ENVELOPE.schema(), ENVELOPE.truncate(source("false"), READ_AT))))
                .satisfies(captured -> assertThat(captured.everyPartition()).isTrue())
                .satisfies(captured -> assertThat(captured.key()).isNull());
    }

    @Test
    void rowsAfterATruncationHaveTheirKey() {
        encoder.encode(new SourceRecord(Map.of(), Map.of(), "t", null, null, ENVELOPE.schema(),
                ENVELOPE.truncate(source("false"), READ_AT)));
        CapturedChange captured = encoder.encode(record(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT)));

        assertThat(read(captured).after().schema().key()).containsExactly("id");
    }

    @Test
    void aTableWithoutAKeyHasNone() {
        SourceRecord record = new SourceRecord(Map.of(), Map.of(), "t", null, null, ENVELOPE.schema(),
                ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT));
        CapturedChange captured = encoder.encode(record);

        assertThat(captured.key()).isNull();
        assertThat(read(captured).after().schema().key()).isEmpty();
    }

    @Test
    void anAlteredTableGetsItsNewSchemaFromTheFirstChangeOn() {
        Schema wider = SchemaBuilder.struct().optional().name("shop.store.customers.Value")
                .field("id", column(SchemaBuilder.int64(), "INT UNSIGNED", 0, 0).build())
                .field("age", column(SchemaBuilder.int16(), "TINYINT", 0, 0).optional().build()).build();
        Envelope altered = envelope(wider);
        encoder.encode(record(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT)));
        CapturedChange captured = encoder
                .encode(new SourceRecord(Map.of(), Map.of(), "t", KEY, new Struct(KEY).put("id", 1L), altered.schema(),
                        altered.create(new Struct(wider).put("id", 1L).put("age", (short) 36), source("false"), READ_AT)));

        assertThat(read(captured).after()).containsEntry("age", 36L).hasSize(2);
    }

    @Test
    void onlyAnEnvelopeIsAChange() {
        Schema heartbeat = SchemaBuilder.struct().name("io.debezium.connector.common.Heartbeat").field("ts_ms", Schema.INT64_SCHEMA)
                .build();

        assertThat(ChangeEncoder.isChange(record(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT)))).isTrue();
        assertThat(ChangeEncoder.isChange(new SourceRecord(Map.of(), Map.of(), "t", heartbeat, new Struct(heartbeat).put("ts_ms", 1L))))
                .isFalse();
        assertThat(ChangeEncoder.isChange(new SourceRecord(Map.of(), Map.of(), "t", ENVELOPE.schema(), null))).isFalse();
    }

    @Test
    void aSnapshotIsToldByItsMarker() {
        for (String marker : List.of("true", "first", "first_in_data_collection", "last", "incremental")) {
            assertThat(ChangeEncoder.snapshotMarker(record(ENVELOPE.read(row(1, "Ada", null), source(marker), READ_AT)))).isEqualTo(marker);
        }
        assertThat(ChangeEncoder.snapshotMarker(record(ENVELOPE.create(row(1, "Ada", null), source("false"), READ_AT)))).isNull();
        assertThat(ChangeEncoder.snapshotMarker(record(ENVELOPE.create(row(1, "Ada", null), source(null), READ_AT)))).isNull();
    }

    @Test
    void theOriginIsTheSourcesOwnPosition() {
        Struct origin = source("false").put("gtid", "3e11fa47-71ca-11e1-9e33-c80aa9429562:23");

        assertThat(read(encoder.encode(record(ENVELOPE.create(row(1, "Ada", null), origin, READ_AT)))).origin())
                .isEqualTo("3e11fa47-71ca-11e1-9e33-c80aa9429562:23 binlog.000003 815 2");
    }

    /** A column of a source, with what Debezium gives for a value of it and what Bactrian must keep of it. */
    private record Sample(String type, int length, int scale, SchemaBuilder schema, Function<Random, Object[]> values) {
    }

    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        samples.add(new Sample("TINYINT", 0, 0, SchemaBuilder.int16(), random -> same((short) (random.nextInt(256) - 128))));
        samples.add(new Sample("TINYINT UNSIGNED", 0, 0, SchemaBuilder.int16(), random -> same((short) random.nextInt(256))));
        samples.add(new Sample("SMALLINT", 0, 0, SchemaBuilder.int16(), random -> same((short) random.nextInt())));
        samples.add(new Sample("MEDIUMINT", 0, 0, SchemaBuilder.int32(), random -> same(random.nextInt(1 << 24) - (1 << 23))));
        samples.add(new Sample("INT", 0, 0, SchemaBuilder.int32(), random -> same(random.nextInt())));
        samples.add(new Sample("INT UNSIGNED", 0, 0, SchemaBuilder.int64(), random -> same(random.nextInt() & 0xffff_ffffL)));
        samples.add(new Sample("BIGINT", 0, 0, SchemaBuilder.int64(), random -> same(extreme(random))));
        samples.add(new Sample("BIGINT UNSIGNED", 0, 0, Decimal.builder(0),
                random -> unsigned(new BigInteger(1 + random.nextInt(64), random), BigDecimal::new)));
        samples.add(new Sample("DECIMAL", 30, 10, Decimal.builder(10), random -> {
            BigDecimal value = new BigDecimal(new BigInteger(90, random), 10);
            return random.nextBoolean() ? new Object[]{value, value} : new Object[]{value.negate(), value.negate()};
        }));
        samples.add(new Sample("FLOAT", 0, 0, SchemaBuilder.float32(), random -> {
            float value = Float.intBitsToFloat(random.nextInt());
            return Float.isFinite(value) ? new Object[]{value, value} : new Object[]{0.1f, 0.1f};
        }));
        samples.add(new Sample("DOUBLE", 0, 0, SchemaBuilder.float64(), random -> {
            double value = Double.longBitsToDouble(random.nextLong());
            return Double.isFinite(value) ? new Object[]{value, value} : new Object[]{-0.0, -0.0};
        }));
        samples.add(new Sample("VARCHAR", 40, 0, SchemaBuilder.string(), random -> text(random)));
        samples.add(new Sample("LONGTEXT", 0, 0, SchemaBuilder.string(), random -> text(random)));
        samples.add(new Sample("JSON", 0, 0, Json.builder(),
                random -> new Object[]{"{\"a\": [1, \"\\u00e9\\\"\"]}", "{\"a\": [1, \"\\u00e9\\\"\"]}"}));
        samples.add(new Sample("VARBINARY", 40, 0, SchemaBuilder.bytes(), random -> {
            byte[] bytes = bytes(random, random.nextInt(40));
            return new Object[]{ByteBuffer.wrap(bytes), bytes};
        }));
        samples.add(new Sample("LONGBLOB", 0, 0, SchemaBuilder.bytes(), random -> {
            byte[] bytes = bytes(random, random.nextInt(400));
            return new Object[]{bytes, bytes};
        }));
        samples.add(new Sample("BIT", 1, 0, SchemaBuilder.bool(),
                random -> random.nextBoolean() ? new Object[]{true, 1L} : new Object[]{false, 0L}));
        samples.add(new Sample("BIT", 64, 0, Bits.builder(64), random -> {
            byte[] lowestFirst = bytes(random, 8);
            byte[] highestFirst = lowestFirst.clone();
            for (int i = 0; i < 8; i++) {
                highestFirst[7 - i] = lowestFirst[i];
            }
            return unsigned(new BigInteger(1, highestFirst), number -> lowestFirst);
        }));
        samples.add(new Sample("DATE", 0, 0, Date.builder(), random -> {
            LocalDate date = LocalDate.of(1000 + random.nextInt(9000), 1 + random.nextInt(12), 1 + random.nextInt(28));
            return new Object[]{(int) date.toEpochDay(), date.toString()};
        }));
        samples.add(new Sample("TIME", 6, 0, MicroTime.builder(), random -> {
            int hours = random.nextInt(838);
            boolean negative = random.nextBoolean();
            long micros = ((hours * 60L + 7) * 60 + 9) * 1_000_000 + 120_000;
            return new Object[]{negative ? -micros : micros, (negative ? "-" : "") + (hours < 10 ? "0" : "") + hours + ":07:09.12"};
        }));
        samples.add(new Sample("DATETIME", 3, 0, Timestamp.builder(), random -> {
            LocalDateTime time = moment(random).withNano(random.nextInt(1_000) * 1_000_000);
            return new Object[]{time.toInstant(ZoneOffset.UTC).toEpochMilli(), written(time)};
        }));
        samples.add(new Sample("DATETIME", 6, 0, MicroTimestamp.builder(), random -> {
            LocalDateTime time = moment(random);
            return new Object[]{time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000, written(time)};
        }));
        samples.add(new Sample("TIMESTAMP", 6, 0, ZonedTimestamp.builder(), random -> {
            LocalDateTime time = moment(random);
            return new Object[]{ZonedTimestamp.toIsoString(time.atOffset(ZoneOffset.UTC), ZoneOffset.UTC, null, 6), written(time) + "Z"};
        }));
        samples.add(new Sample("YEAR", 4, 0, Year.builder(), random -> same(1901 + random.nextInt(255))));
        samples.add(new Sample("POLYGON", 0, 0, Geometry.builder(), random -> {
            byte[] shape = bytes(random, 30);
            byte[] expected = ByteBuffer.allocate(34).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(4326).put(shape).array();
            return new Object[]{Map.of("wkb", shape, "srid", 4326), expected};
        }));
        return samples;
    }

    @Property(tries = 500)
    void valuesOfAllKindsAreReadBackAsTheyWere(@ForAll long seed) {
        Random random = new Random(seed);
        List<Sample> samples = new ArrayList<>(samples());
        Collections.shuffle(samples, random);
        SchemaBuilder builder = SchemaBuilder.struct().optional().name("shop.store.everything.Value");
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            builder.field("c" + i, column(sample.schema(), sample.type(), sample.length(), sample.scale()).optional().build());
        }
        Schema rows = builder.build();
        Envelope envelope = envelope(rows);
        Object[][] expected = new Object[2][samples.size()];
        Struct before = fill(rows, samples, random, expected[0]);
        Struct after = fill(rows, samples, random, expected[1]);
        Schema keys = SchemaBuilder.struct().field("c0", rows.field("c0").schema()).field("c1", rows.field("c1").schema()).build();
        Struct key = new Struct(keys).put("c0", after.get("c0")).put("c1", after.get("c1"));
        CapturedChange captured = encoder.encode(new SourceRecord(Map.of(), Map.of(), "t", keys, key, envelope.schema(),
                envelope.update(before, after, source("false"), READ_AT)));

        Change change = read(captured);
        assertThat(change.before().values()).containsExactly(expected[0]);
        assertThat(change.after().values()).containsExactly(expected[1]);
        assertThat(change.after().schema().key()).containsExactly("c0", "c1");
        assertThat(change.after().schema()).isEqualTo(change.before().schema());
        // The key is written in the same way as the row: equal keys are equal bytes.
        Struct other = new Struct(keys).put("c0", after.get("c0")).put("c1", after.get("c1"));
        assertThat(encoder.encode(
                new SourceRecord(Map.of(), Map.of(), "t", keys, other, envelope.schema(), envelope.delete(after, source("false"), READ_AT)))
                .key())
                .isEqualTo(captured.key());
    }

    private static Struct fill(Schema rows, List<Sample> samples, Random random, Object[] expected) {
        Struct row = new Struct(rows);
        for (int i = 0; i < samples.size(); i++) {
            if (random.nextInt(5) > 0) {
                Object[] value = samples.get(i).values().apply(random);
                row.put("c" + i, value[0] instanceof Map<?, ?> parts
                        ? new Struct(rows.field("c" + i).schema()).put("wkb", parts.get("wkb")).put("srid", parts.get("srid"))
                        : value[0]);
                expected[i] = value[1];
            }
        }
        return row;
    }

    private static SchemaBuilder column(SchemaBuilder builder, String type, int length, int scale) {
        builder.parameter("__debezium.source.column.type", type);
        if (length > 0) {
            builder.parameter("__debezium.source.column.length", Integer.toString(length));
        }
        return scale > 0 ? builder.parameter("__debezium.source.column.scale", Integer.toString(scale)) : builder;
    }

    private static Envelope envelope(Schema row) {
        return Envelope.defineSchema().withName("shop.store.customers.Envelope").withRecord(row).withSource(SOURCE).build();
    }

    private static Object[] same(Number number) {
        return new Object[]{number, number.longValue()};
    }

    private static Object[] unsigned(BigInteger number, Function<BigInteger, Object> connect) {
        return new Object[]{connect.apply(number), number.bitLength() < 64 ? (Object) number.longValue() : number};
    }

    private static long extreme(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            default -> random.nextLong();
        };
    }

    private static Object[] text(Random random) {
        String[] pieces = {"a", "é", "€", "🐪", "\"", "\\", "\n", "\t", "\0", "'", " ", "\u2028", "{}", "null"};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return new Object[]{text.toString(), text.toString()};
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static LocalDateTime moment(Random random) {
        return LocalDateTime.of(1970 + random.nextInt(68), 1 + random.nextInt(12), 1 + random.nextInt(28), random.nextInt(24),
                random.nextInt(60), random.nextInt(60),
                random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000) * 1_000);
    }

    private static String written(LocalDateTime time) {
        String text = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").format(time);
        return text.replaceAll("\\.?0*$", "").length() < 19 ? text.substring(0, 19) : text.replaceAll("\\.?0*$", "");
    }

    private static Struct row(long id, String name, String email) {
        return new Struct(ROW).put("id", id).put("name", name).put("email", email);
    }

    private static Image image(long id, String name, String email) {
        return new Image(schema("id uint32, name string(20), email string(254) null", "id"), new Object[]{id, name, email});
    }

    private static Struct source(String snapshot) {
        return new Struct(SOURCE).put("db", "store").put("table", "customers").put("ts_ms", 1_795_353_255_678L).put("snapshot", snapshot)
                .put("file", "binlog.000003").put("pos", 815L).put("row", 2);
    }

    private static SourceRecord record(Struct value) {
        return new SourceRecord(Map.of(), Map.of(), "t", KEY, new Struct(KEY).put("id", 1L), ENVELOPE.schema(), value);
    }

    private void assertChange(Struct value, Operation operation, Image before, Image after, boolean snapshot) {
        assertThat(read(encoder.encode(record(value)))).isEqualTo(new Change("shop", "store.customers", operation, before, after,
                new Position("shop.store.customers", 0, 9), "binlog.000003 815 2", Instant.ofEpochMilli(1_795_353_255_678L), snapshot));
    }

    private Change read(CapturedChange captured) {
        return reader.read(new Delivery(new Position(captured.topic(), 0, 9), Instant.ofEpochMilli(captured.committedAt()), captured.key(),
                captured.value(), captured.schema()));
    }
}
