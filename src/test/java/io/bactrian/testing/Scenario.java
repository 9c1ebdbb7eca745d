package io.bactrian.testing;

import static org.awaitility.Awaitility.await;

import io.bactrian.settings.Stages;
import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.domain.DeadLetter;
import io.bactrian.main.Bactrian;
import io.bactrian.servers.EmbeddedServer;
import io.bactrian.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One test's own source database, warehouse database, topics, pipeline and routes on shared servers; Bactrian runs in
 * this JVM. Names are new for each scenario, so that none sees another's.
 */
public final class Scenario implements AutoCloseable {

    /** How long anything may take before a test gives up; far more than it takes on a slow machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("bactrian.test.patience", 120));

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String RUN = Long.toString(System.currentTimeMillis() % 100_000_000L, 36) + Servers.FORK;

    public final Servers servers;
    /** Source, database, pipeline and warehouse database all have this name. */
    public final String name;
    public final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final SourceUnderTest.Database source;
    private Bactrian bactrian;

    public Scenario(Servers servers) {
        this(servers, new MySqlSourceUnderTest());
    }

    /** In PostgreSQL the source's database and its only schema have the scenario's name. */
    public Scenario(Servers servers, SourceUnderTest kind) {
        this.servers = servers;
        this.name = "t" + RUN + "n" + NUMBER.incrementAndGet();
        this.folder = Path.of("target", "scenarios", name);
        this.source = kind.create(servers, name);
        Servers.execute(servers.warehouse, "create database " + name);
        settings.put("bactrian.kafka.bootstrap-servers", servers.kafka.bootstrapServers());
        settings.put("bactrian.kafka.partitions", "3");
        settings.put("bactrian.source." + name + ".host", "127.0.0.1");
        settings.put("bactrian.source." + name + ".user", Servers.USER);
        settings.put("bactrian.source." + name + ".password", Servers.PASSWORD);
        source.settings().forEach((key, value) -> settings.put("bactrian.source." + name + "." + key, value));
        settings.put("bactrian.warehouse.main.url", servers.warehouse.jdbcUrl(name));
        settings.put("bactrian.warehouse.main.user", Servers.USER);
        settings.put("bactrian.warehouse.main.password", Servers.PASSWORD);
        settings.put("bactrian.routes", folder.toString());
        settings.put("bactrian.http.port", "0");
        settings.put("bactrian.mask.key", "0123456789abcdef-test");
        // What a source's user may publish it must have made before the capture starts.
        source("create table bactrian_last (id serial primary key, v int)");
        capture("- to: bean:changeLog");
    }

    /** The capture's route, with those steps. */
    public Scenario capture(String... steps) {
        StringBuilder text = new StringBuilder("""
                - route:
                    id: NAME-capture
                    from:
                      uri: COMPONENT:NAME
                      parameters:
                        topicPrefix: NAME
                        databaseHostname: "{{bactrian.source.NAME.host}}"
                        databasePort: "{{bactrian.source.NAME.port}}"
                        databaseUser: "{{bactrian.source.NAME.user}}"
                        databasePassword: "RAW({{bactrian.source.NAME.password}})"
                """.replace("COMPONENT", source.component()));
        source.parameters().forEach(parameter -> text.append(parameter.indent(8)));
        text.append("pollIntervalMs: 20".indent(8)).append("steps:".indent(6));
        for (String step : steps) {
            text.append(step.indent(8));
        }
        write("capture/" + name + ".camel.yaml", text.toString().replace("NAME", name));
        return this;
    }

    public Scenario setting(String key, String value) {
        settings.put(key.replace("NAME", name), value);
        return this;
    }

    /** Statements on the source; {@code NAME} stands for the scenario's database. */
    public Scenario source(String... statements) {
        source.execute(Stream.of(statements).map(statement -> statement.replace("NAME", name)).toArray(String[]::new));
        return this;
    }

    public Connection connectToSource() throws SQLException {
        return source.connect();
    }

    /** The source's server, to be killed and started again. */
    public EmbeddedServer sourceServer() {
        return source.server();
    }

    /** Ends the connection from which the capture reads the source's log. */
    public void cutLog() {
        source.cutLog();
    }

    /**
     * As many rows as that, in one statement, after the last that there are; the table has an id that counts and the
     * text {@code v}.
     */
    public Scenario insert(String table, int rows) {
        return source("insert into " + table + " (v) values "
                + IntStream.range(0, rows).mapToObj(i -> "('row " + i + "')").collect(Collectors.joining(",")));
    }

    /** Statements on the warehouse. */
    public Scenario warehouse(String... statements) {
        String[] own = new String[statements.length + 1];
        own[0] = "use " + name;
        for (int i = 0; i < statements.length; i++) {
            own[i + 1] = statements[i].replace("NAME", name);
        }
        Servers.execute(servers.warehouse, own);
        return this;
    }

    /** Waits until everything that the source has committed is in Kafka. */
    public void drainCapture() {
        drainCapture(PATIENCE);
    }

    private void drainCapture(Duration patience) {
        boolean isFromLog;
        do {
            // A row of its own table, written last: when it has been captured, everything before it has.
            source("insert into bactrian_last (v) values (0)");
            String key = "{\"id\":" + sourceRows("select max(id) from NAME.bactrian_last").get(0) + "}";
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            await().atMost(patience).pollInterval(Duration.ofMillis(100)).ignoreExceptions().until(() -> found
                    .addAll(records("bactrian_last").stream().filter(record -> key.equals(TopicReader.text(record.key()))).toList()));
            // A snapshot that has read it may not be over yet.
            isFromLog = found.stream().anyMatch(record -> !TopicReader.text(record.value()).contains("\"snapshot\":true"));
        } while (!isFromLog);
    }

    /** What a table that appends holds, as partition@offset, in order. */
    public List<String> appended(String table) {
        return rows("select concat(w.kafka_partition, '@', l.bactrian_offset) from NAME." + table
                + " l join NAME.bactrian_watermarks w on w.id = l.bactrian_log order by w.kafka_partition, l.bactrian_offset");
    }

    /** What a table's topic holds, as partition@offset, in order. */
    public List<String> inTopic(String table) {
        return records(table).stream()
                .sorted(Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                        .thenComparingLong(ConsumerRecord::offset))
                .map(record -> record.partition() + "@" + record.offset()).toList();
    }

    /** Rows of the warehouse; {@code NAME} stands for its database. */
    public List<String> rows(String sql) {
        return Servers.query(servers.warehouse, sql.replace("NAME", name));
    }

    /** A route {@code change:NAME.table -> warehouse:table}, with the given steps between. */
    public Scenario mirror(String table, String... stepsBefore) {
        return route(table, "warehouse:" + table + "?mode=mirror", stepsBefore);
    }

    public Scenario route(String table, String to, String... stepsBefore) {
        StringBuilder steps = new StringBuilder();
        for (String step : stepsBefore) {
            steps.append(step.indent(8));
        }
        String id = name + "-" + to.replaceAll("^\\w+:", "").replaceAll("\\W+", "-");
        write(name + "/" + id + ".camel.yaml",
                "- route:\n    id: " + id + "\n    from:\n      uri: change:" + name + "." + table + "\n      steps:\n"
                        + steps + "        - to: " + to + "\n");
        return this;
    }

    public void write(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    public Bactrian start() {
        return start(Stages.ALL);
    }

    public Bactrian start(Stages stages) {
        bactrian = Bactrian.start(Settings.load(Path.of("no-such.properties"), Map.of(), settings), stages);
        return bactrian;
    }

    /** One more Bactrian of this scenario beside the first; the caller closes it. */
    public Bactrian startAnother() {
        // In one JVM two engines of one source would fight for the name of Debezium's MBeans, a minute long.
        return startApart("another", List.of("capture", name),
                text -> text.replace("pollIntervalMs: 20", "pollIntervalMs: 20\n        customMetricTags: instance=another"));
    }

    /** One more Bactrian that does not capture: pumps of the scenario's pipeline only. The caller closes it. */
    public Bactrian startPumps() {
        return startApart("pumps", List.of(name), text -> text);
    }

    /** A Bactrian that only captures, whatever routes the scenario is given later. The caller closes it. */
    public Bactrian startCapture() {
        return startApart("capture", List.of("capture"), text -> text);
    }

    private Bactrian startApart(String what, List<String> folders, UnaryOperator<String> change) {
        Path copy = folder.resolveSibling(name + "-" + what);
        for (String one : folders) {
            if (Files.isDirectory(folder.resolve(one))) {
                try (Stream<Path> routes = Files.list(folder.resolve(one))) {
                    Files.createDirectories(copy.resolve(one));
                    for (Path route : routes.toList()) {
                        Files.writeString(copy.resolve(one).resolve(route.getFileName()), change.apply(Files.readString(route)));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.put("bactrian.routes", copy.toString());
        return Bactrian.start(Settings.load(Path.of("no-such.properties"), Map.of(), own), Stages.ALL);
    }

    public Bactrian bactrian() {
        return bactrian;
    }

    public void stop() {
        if (bactrian != null) {
            bactrian.close();
            bactrian = null;
        }
    }

    /** Waits until everything that the source has committed is in the warehouse. */
    public void drain() {
        drain(PATIENCE);
    }

    public void drain(Duration patience) {
        drainCapture(patience);
        await().atMost(patience).pollInterval(Duration.ofMillis(100)).ignoreExceptions().until(() -> bactrian.pumps().drained(name));
    }

    /** Records of the table's topic that a reader of committed ones finds. */
    public long captured(String table) {
        return TopicReader.count(servers.kafka.bootstrapServers(), topic(table));
    }

    public List<ConsumerRecord<byte[], byte[]>> records(String table) {
        return TopicReader.read(servers.kafka.bootstrapServers(), topic(table));
    }

    public String topic(String table) {
        return name + "." + name + "." + table;
    }

    /**
     * What a query that both servers understand finds in the source; {@code NAME} stands for the database on either.
     */
    public List<String> sourceRows(String sql) {
        return source.query(sql.replace("NAME", name));
    }

    public List<DeadLetter> deadLetters() {
        return bactrian.deadLetters().list(name);
    }

    /** Every difference between source and warehouse, of all mirrored tables; empty when they are equal. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (String topic : bactrian.routes().topics(name)) {
            for (Verdict verdict : bactrian.verification(name).verify(name, topic)) {
                if (!verdict.equal()) {
                    differences.add(verdict.toString());
                }
            }
        }
        return differences;
    }

    @Override
    public void close() {
        stop();
        source.close();
    }
}
