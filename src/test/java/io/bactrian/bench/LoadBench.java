package io.bactrian.bench;

import com.mysql.cj.jdbc.JdbcStatement;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.infrastructure.wire.SchemaJson;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.PostgreSqlUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseUnderTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.postgresql.PGConnection;

/**
 * Changes already in one topic, nine columns, into a mirror; against LOAD DATA, or COPY, of the same rows in the same
 * run.
 */
public final class LoadBench {

    private static final int TRANSACTION = 2_048;

    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        try (Servers servers = Servers.start("bench-load"); Scenario scenario = new Scenario(servers)) {
            scenario.mirror("items");
            scenario.setting("bactrian.pipeline.NAME.consumers", args.length > 1 ? args[1] : "2");
            scenario.setting("bactrian.pipeline.NAME.batch-size", args.length > 2 ? args[2] : "4000");
            // No source: the changes are there already.
            java.nio.file.Files.delete(scenario.folder.resolve("capture/" + scenario.name + ".camel.yaml"));
            Bare bare = args.length > 3 && args[3].equals("postgres") ? new Copy(servers, scenario) : new LoadData(servers, scenario);
            produce(servers, scenario, rows);
            double load1 = bare.load(rows, "bare_before");
            long begin = System.nanoTime();
            Bactrian bactrian = scenario.start();
            while (bactrian.counters().values().stream().noneMatch(c -> c.changes.sum() > 0)) {
                Thread.onSpinWait();
            }
            long first = System.nanoTime();
            long firstCount = bactrian.counters().get(scenario.name).changes.sum();
            while (bactrian.counters().get(scenario.name).changes.sum() < rows) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
            double seconds = (System.nanoTime() - first) / 1e9;
            double rate = (rows - firstCount) / seconds;
            System.out.printf(Locale.ROOT, "start to first batch %.1f s; then %,d changes in %.1f s = %,.0f rows/s, %d batches%n",
                    (first - begin) / 1e9, rows - firstCount, seconds, rate,
                    bactrian.counters().get(scenario.name).batches.sum());
            System.out.println("rows in the mirror: " + bare.count());
            scenario.stop();
            double load2 = bare.load(rows, "bare_after");
            System.out.printf(Locale.ROOT, "%s: %,.0f and %,.0f rows/s; ratio %.2f%n", bare, load1, load2, rate / ((load1 + load2) / 2));
        }
    }

    private static final TableSchema SCHEMA = new TableSchema(List.of(
            new Column("id", ColumnType.of(Kind.UINT64), false), new Column("customer_id", ColumnType.of(Kind.UINT64), false),
            new Column("title", ColumnType.of(Kind.STRING, 200), false), new Column("price", ColumnType.decimal(10, 2), false),
            new Column("quantity", ColumnType.of(Kind.INT32), false), new Column("ordered_at", ColumnType.of(Kind.DATETIME, 6), false),
            new Column("status", ColumnType.of(Kind.STRING, 64), false), new Column("note", ColumnType.of(Kind.STRING, 500), true),
            new Column("updated_at", ColumnType.of(Kind.INSTANT, 6), false)), List.of("id"));

    private record Line(long id, long customer, String title, String price, int quantity, String ordered, String status, String note,
            String updated) {
        static Line of(int i) {
            return new Line(i, i * 7919L % 100_003, "The Long Title of Book Number " + i % 5_000, (i % 9_000) / 100 + "." + (10 + i % 90),
                    1 + i % 5,
                    "2026-11-" + (10 + i % 20) + "T1" + i % 10 + ":0" + i % 10 + ":01.000" + (100 + i % 900),
                    i % 3 == 0 ? "paid" : "shipped",
                    "please leave it with the neighbour at number " + i % 97 + ", the bell is broken",
                    "2026-11-20T12:13:14.000" + (100 + i % 900));
        }
    }

    private static void produce(Servers servers, Scenario scenario, int rows) throws Exception {
        String topic = scenario.name + "." + scenario.name + ".items";
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", servers.kafka.bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(4), Optional.of((short) 1)))).all().get();
        }
        properties.setProperty("transactional.id", "bench");
        properties.setProperty("compression.type", "lz4");
        properties.setProperty("linger.ms", "5");
        properties.setProperty("batch.size", "262144");
        properties.setProperty("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.setProperty("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        byte[] schema = SchemaJson.write(SCHEMA);
        long begin = System.nanoTime();
        long bytes = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            producer.initTransactions();
            for (int from = 0; from < rows; from += TRANSACTION) {
                producer.beginTransaction();
                for (int i = from; i < Math.min(rows, from + TRANSACTION); i++) {
                    Line line = Line.of(i);
                    String value = "{\"op\":\"c\",\"source\":\"" + scenario.name + "\",\"table\":\"" + scenario.name
                            + ".items\",\"ts_ms\":1790000000000,"
                            + "\"origin\":\"db8e4bf7-e5ae-11f1-b323-02fc00000001:" + i + " binlog.000002 " + i * 300L
                            + " 0\",\"after\":{\"id\":" + line.id + ",\"customer_id\":" + line.customer
                            + ",\"title\":\"" + line.title + "\",\"price\":\"" + line.price + "\",\"quantity\":" + line.quantity
                            + ",\"ordered_at\":\"" + line.ordered
                            + "\",\"status\":\"" + line.status + "\",\"note\":\"" + line.note + "\",\"updated_at\":\"" + line.updated
                            + "Z\"}}";
                    byte[] raw = value.getBytes(StandardCharsets.UTF_8);
                    bytes += raw.length;
                    producer.send(
                            new ProducerRecord<>(topic, null, null, ("{\"id\":" + line.id + "}").getBytes(StandardCharsets.UTF_8), raw,
                                    List.of(new RecordHeader(ChangeJson.SCHEMA_HEADER, schema))));
                }
                producer.commitTransaction();
            }
        }
        System.out.printf(Locale.ROOT, "%,d changes of %d bytes are in the topic (%.1f s)%n", rows, bytes / rows,
                (System.nanoTime() - begin) / 1e9);
    }

    /** The fastest way that the database itself has. */
    private interface Bare {
        double load(int rows, String table) throws Exception;

        String count();
    }

    private interface Piece {
        void load(byte[] bytes) throws Exception;
    }

    private static double pieces(int rows, Piece piece) throws Exception {
        StringBuilder text = new StringBuilder();
        long nanos = 0;
        int chunk = 100_000;
        for (int from = 0; from < rows; from += chunk) {
            text.setLength(0);
            for (int i = from; i < Math.min(rows, from + chunk); i++) {
                Line line = Line.of(i);
                text.append(line.id).append('\t').append(line.customer).append('\t').append(line.title).append('\t').append(line.price)
                        .append('\t').append(line.quantity).append('\t')
                        .append(line.ordered).append('\t').append(line.status).append('\t').append(line.note).append('\t')
                        .append(line.updated).append("\t1\t").append(i).append('\n');
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            long begin = System.nanoTime();
            piece.load(bytes);
            nanos += System.nanoTime() - begin;
        }
        return rows / (nanos / 1e9);
    }

    private record LoadData(Servers servers, Scenario scenario) implements Bare {
        @Override
        public double load(int rows, String table) throws Exception {
            try (Connection connection = DriverManager
                    .getConnection(servers.warehouse.jdbcUrl(scenario.name) + "&allowLoadLocalInfile=true", "root", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("create table " + table
                        + " (id bigint unsigned not null primary key, customer_id bigint unsigned, title "
                        + "varchar(200), price decimal(10,2), quantity int, "
                        + "ordered_at datetime(6), status varchar(64), note varchar(500), updated_at timestamp(6) "
                        + "null, bactrian_log int unsigned not null, bactrian_offset bigint not null)");
                return pieces(rows, bytes -> {
                    statement.unwrap(JdbcStatement.class).setLocalInfileInputStream(new ByteArrayInputStream(bytes));
                    statement.execute("load data local infile 'x' replace into table " + table
                            + " character set utf8mb4 fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n'");
                });
            }
        }

        @Override
        public String count() {
            return scenario.rows("select count(*) from NAME.items").get(0);
        }

        @Override
        public String toString() {
            return "LOAD DATA LOCAL REPLACE";
        }
    }

    /** Into a table of the same types and with the same key as the mirror's. */
    private record Copy(WarehouseUnderTest.Database database) implements Bare {
        Copy(Servers servers, Scenario scenario) {
            this(new PostgreSqlUnderTest().create(servers, "load"));
            scenario.setting("bactrian.warehouse.main.url", database.url());
            scenario.setting("bactrian.warehouse.main.user", database.user());
            scenario.setting("bactrian.warehouse.main.password", database.password());
        }

        @Override
        public double load(int rows, String table) throws Exception {
            try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table " + table
                        + " (id numeric not null primary key, customer_id numeric, title text, price numeric, quantity integer, "
                        + "ordered_at timestamp, status text, note text, updated_at timestamptz, bactrian_log bigint "
                        + "not null, bactrian_offset bigint not null)");
                return pieces(rows, bytes -> connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + table + " from stdin",
                        new ByteArrayInputStream(bytes)));
            }
        }

        @Override
        public String count() {
            return database.query("select count(*) from items").get(0);
        }

        @Override
        public String toString() {
            return "COPY";
        }
    }
}
