package io.bactrian.testing;

import static org.awaitility.Awaitility.await;

import io.bactrian.engines.KeptModels;
import io.bactrian.settings.Stages;
import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.main.Bactrian;
import io.bactrian.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The shipped bookstore, its routes and some that append, with Bactrian as a process that can be killed. */
public final class BookstoreRun implements AutoCloseable {

    /**
     * Tables of which every change is kept too: a mirror looks right even when a change is applied twice, these do not.
     */
    public static final List<String> APPENDED = List.of("store.orders", "store.order_items", "shipping.shipment_events");

    public final Servers servers;
    public final WarehouseUnderTest.Database warehouse;
    public final Bookstore bookstore;
    private final Path folder;
    private final Map<String, String> settings = new TreeMap<>();
    private final PackagedRun program;

    public BookstoreRun(Servers servers, String name, long rows) {
        this(servers, new MySqlUnderTest(), name, rows);
    }

    public BookstoreRun(Servers servers, WarehouseUnderTest kind, String name, long rows) {
        this.servers = servers;
        this.warehouse = kind.create(servers, "warehouse");
        this.folder = Path.of("target", "scenarios", name).toAbsolutePath();
        this.bookstore = Bookstore.open(servers.source.jdbcUrl(""), servers.source.user(), servers.source.password(), 7);
        bookstore.createTables();
        bookstore.seed(rows);
        settings.put("bactrian.kafka.bootstrap-servers", servers.kafka.bootstrapServers());
        settings.put("bactrian.source.shop.host", "127.0.0.1");
        settings.put("bactrian.source.shop.port", Integer.toString(servers.source.port()));
        settings.put("bactrian.source.shop.user", Servers.USER);
        settings.put("bactrian.source.shop.password", Servers.PASSWORD);
        settings.put("bactrian.source.shop.databases", "store,shipping");
        settings.put("bactrian.warehouse.main.url", warehouse.url());
        settings.put("bactrian.warehouse.main.user", warehouse.user());
        settings.put("bactrian.warehouse.main.password", warehouse.password());
        settings.put("bactrian.warehouse.main.scripts", Path.of("sql/warehouse").toAbsolutePath().toString());
        settings.put("bactrian.warehouse.main.models", Path.of("sql/models").toAbsolutePath().toString());
        settings.put("bactrian.routes", folder.resolve("routes").toString());
        settings.put("bactrian.http.port", "0");
        settings.put("bactrian.mask.key", "0123456789abcdef-test");
        writeFolder();
        this.program = new PackagedRun(folder, settings, "-Xmx512m", "-XX:TieredStopAtLevel=1");
    }

    private void writeFolder() {
        try (Stream<Path> shipped = Files.walk(Path.of("routes"))) {
            for (Path file : shipped.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
            }
            for (String table : APPENDED) {
                String name = table.replace('.', '_') + "_log";
                Files.writeString(folder.resolve("routes/bookstore/" + name + ".camel.yaml"),
                        "- route:\n    id: bookstore-" + name.replace('_', '-')
                                + "\n    from:\n      uri: change:" + table + "\n      steps:\n        - to: warehouse:" + name
                                + "?mode=append\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To run it in this process instead. */
    public Settings settings() {
        return settings(Map.of());
    }

    public Settings settings(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(more);
        return Settings.load(Path.of("no-such.properties"), Map.of(), all);
    }

    public PackagedRun program() {
        return program;
    }

    /** With the writers stopped: waits until source and warehouse are equal; returns the differences that stay. */
    public List<String> differencesAfter(Duration patience) {
        try (Bactrian reader = Bactrian.start(settings(), Stages.ROUTES_ONLY)) {
            List<String> last = new ArrayList<>();
            try {
                await().atMost(patience).pollInterval(Duration.ofSeconds(1)).until(() -> {
                    last.clear();
                    last.addAll(differences(reader));
                    return last.isEmpty();
                });
            } catch (org.awaitility.core.ConditionTimeoutException e) {
                return last;
            }
            return last;
        }
    }

    private List<String> differences(Bactrian reader) {
        List<String> differences = new ArrayList<>();
        for (String table : Bookstore.TABLES) {
            List<Verdict> verdicts = reader.verification("shop").verify("bookstore", "shop." + table);
            if (verdicts.isEmpty() && bookstore.rows().get(table) > 0) {
                differences.add(table + " was not compared");
            }
            verdicts.stream().filter(verdict -> !verdict.equal()).forEach(verdict -> differences.add(verdict.toString()));
        }
        for (String table : APPENDED) {
            differences.addAll(appendedDifferences(table));
        }
        if (differences.isEmpty()) {
            // Made of the same batches as the mirrors: before those are equal, the tables may not even be there.
            differences.addAll(derivedDifferences(reader));
        }
        return differences;
    }

    /** Models against their SELECTs, histories against their law, sums against the source. */
    public List<String> derivedDifferences(Bactrian reader) {
        List<String> differences = new ArrayList<>();
        for (KeptModels models : reader.models().values()) {
            models.list().stream().filter(model -> !model.trouble().isEmpty())
                    .forEach(model -> differences.add("model " + model.name() + ": " + model.trouble()));
            models.check(null).stream().filter(checked -> checked.differences() > 0)
                    .forEach(checked -> differences.add(checked.toString()));
        }
        differences.addAll(reader.historyViolations());
        // A sum that was added to twice, or not at all, shows here and nowhere else.
        List<String> sold = Servers.query(servers.source,
                "select date_format(placed_at, '%Y-%m-%d %H:%i'), count(*), sum(total) from store.orders group by 1 order by 1");
        List<String> sums = warehouse
                .query("select substr(replace(cast(minute as char(19)), 'T', ' '), 1, 16), orders, cast(amount as decimal(20,2))"
                        + " from sales_per_minute where orders <> 0 order by 1");
        if (!sold.equals(sums)) {
            sold.stream().filter(line -> !sums.contains(line)).limit(5).forEach(line -> differences.add("sales_per_minute lacks " + line));
            sums.stream().filter(line -> !sold.contains(line)).limit(5).forEach(line -> differences.add("sales_per_minute has " + line));
        }
        return differences;
    }

    /**
     * Every committed record of the topic is one row, no more and no less; and no change of the source is in the topic
     * twice.
     */
    private List<String> appendedDifferences(String table) {
        List<String> differences = new ArrayList<>();
        String log = table.replace('.', '_') + "_log";
        Map<String, Integer> origins = new HashMap<>();
        long expected = 0;
        long sinceSnapshot = 0;
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.read(servers.kafka.bootstrapServers(), "shop." + table)) {
            String value = TopicReader.text(record.value());
            if (value.contains("\"op\":\"t\"")) {
                continue;
            }
            expected++;
            if (value.startsWith("{\"op\":\"r\"")) {
                sinceSnapshot++;
                continue;
            }
            String origin = value.replaceAll("^.*?\"origin\":\"([^\"]*)\".*$", "$1") + " " + TopicReader.text(record.key()) + " "
                    + value.substring(0, 10);
            origins.merge(origin, 1, Integer::sum);
        }
        origins.forEach((origin, times) -> {
            if (times > 1) {
                differences.add(table + ": the change " + origin + " is in the topic " + times + " times");
            }
        });
        if (warehouse.has(log)) {
            long distinct = Long.parseLong(
                    warehouse.query("select count(*) from (select distinct bactrian_log, bactrian_offset from " + log + ") d").get(0));
            long rows = Long.parseLong(warehouse.query("select count(*) from " + log).get(0));
            long changes = Long.parseLong(warehouse.query("select count(*) from " + log + " where bactrian_operation <> 'read'").get(0));
            if (rows != distinct) {
                differences.add(log + " has " + rows + " rows of " + distinct + " changes: some were applied twice");
            }
            if (changes != expected - sinceSnapshot) {
                differences.add(log + " has " + changes + " changes, the topic " + (expected - sinceSnapshot));
            }
        } else if (expected > 0) {
            differences.add(log + " is not there");
        }
        return differences;
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
        bookstore.close();
    }
}
