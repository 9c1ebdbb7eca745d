package io.bactrian.bench;

import io.bactrian.main.Bactrian;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.TopicReader;
import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.source.SourceRecord;

/** A snapshot into Kafka, against the bare Debezium engine with an empty handler, in the same run, by turns. */
public final class CaptureBench {

    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        try (Servers servers = Servers.start("bench-capture")) {
            double bare = 0;
            double ours = 0;
            for (int round = 0; round < rounds; round++) {
                try (Scenario scenario = new Scenario(servers)) {
                    fill(scenario, rows);
                    // By turns who goes first: the second finds a warm JVM and warm pages.
                    if (round % 2 == 0) {
                        bare += bare(servers, scenario, rows);
                        ours += ours(servers, scenario, rows);
                    } else {
                        ours += ours(servers, scenario, rows);
                        bare += bare(servers, scenario, rows);
                    }
                }
            }
            System.out.printf(Locale.ROOT, "mean of %d: bare engine %,.0f rows/s, into Kafka %,.0f rows/s, ratio %.2f%n", rounds,
                    bare / rounds, ours / rounds, ours / bare);
        }
    }

    private static void fill(Scenario scenario, int rows) {
        scenario.source(
                "create table items (id bigint unsigned not null primary key, customer_id bigint unsigned not null, "
                        + "title varchar(200) not null, price decimal(10,2) not null, "
                        + "quantity int not null, ordered_at datetime(6) not null, status varchar(64) not null, note "
                        + "varchar(500), updated_at timestamp(6) not null)",
                "set session cte_max_recursion_depth = " + (rows + 1),
                "insert into items with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < " + rows
                        + ") select i, i * 7919 % 100003, concat('The Long Title of Book Number ', i % 5000), "
                        + "i % 9000 / 100, 1 + i % 5, '2026-11-10 10:00:01.000100' + interval i second, if(i % 3, 'shipped', 'paid'), "
                        + "concat('please leave it with the neighbour at number ', i % 97, ', the bell is broken'), "
                        + "'2026-11-20 12:13:14.000100' from n");
        System.out.println(
                "rows in the source: " + Servers.query(scenario.servers.source, "select count(*) from " + scenario.name + ".items").get(0));
    }

    private static double bare(Servers servers, Scenario scenario, int rows) throws Exception {
        Path offsets = Files.createTempFile("bench", ".offsets");
        Properties properties = new Properties();
        properties.setProperty("name", "bare");
        properties.setProperty("connector.class", "io.debezium.connector.mysql.MySqlConnector");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        properties.setProperty("offset.storage.file.filename", offsets.toString());
        properties.setProperty("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
        properties.setProperty("topic.prefix", "bare");
        properties.setProperty("database.hostname", "127.0.0.1");
        properties.setProperty("database.port", Integer.toString(servers.source.port()));
        properties.setProperty("database.user", Servers.USER);
        properties.setProperty("database.password", Servers.PASSWORD);
        properties.setProperty("database.server.id", "7777");
        properties.setProperty("database.include.list", scenario.name);
        properties.setProperty("max.batch.size", "2048");
        properties.setProperty("max.queue.size", "8192");
        AtomicLong count = new AtomicLong();
        long[] begin = new long[1];
        long[] end = new long[1];
        CountDownLatch done = new CountDownLatch(1);
        DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class).using(properties)
                .notifying((List<ChangeEvent<SourceRecord, SourceRecord>> events,
                        DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer) -> {
                    if (count.get() == 0) {
                        begin[0] = System.nanoTime();
                    }
                    for (ChangeEvent<SourceRecord, SourceRecord> event : events) {
                        committer.markProcessed(event);
                    }
                    committer.markBatchFinished();
                    if (count.addAndGet(events.size()) >= rows && done.getCount() > 0) {
                        end[0] = System.nanoTime();
                        done.countDown();
                    }
                }).build();
        Thread thread = new Thread(engine, "bare");
        thread.start();
        done.await();
        engine.close();
        thread.join();
        double rate = rows / ((end[0] - begin[0]) / 1e9);
        System.out.printf(Locale.ROOT, "bare engine: %,.0f rows/s%n", rate);
        return rate;
    }

    private static double ours(Servers servers, Scenario scenario, int rows) {
        Bactrian bactrian = scenario.start();
        var capture = bactrian.captures().of(scenario.name);
        while (capture.changes.sum() == 0) {
            LockSupport.parkNanos(1_000_000);
        }
        long begin = System.nanoTime();
        long first = capture.changes.sum();
        while (capture.changes.sum() < rows) {
            LockSupport.parkNanos(1_000_000);
        }
        double rate = (rows - first) / ((System.nanoTime() - begin) / 1e9);
        System.out.printf(Locale.ROOT, "into Kafka: %,.0f rows/s, %d batches; records in the topic: %,d%n", rate, capture.batches.sum(),
                rows <= 300_000
                        ? TopicReader.count(servers.kafka.bootstrapServers(), scenario.name + "." + scenario.name + ".items")
                        : rows);
        scenario.stop();
        return rate;
    }
}
