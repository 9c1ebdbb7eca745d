package io.bactrian.testing;

import io.bactrian.application.ApplyBatch;
import io.bactrian.application.Counters;
import io.bactrian.application.Delivery;
import io.bactrian.application.Health;
import io.bactrian.application.RowRoutes;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.engines.sql.models.Models;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A real warehouse database with models, and batches that a test makes up: everything from the applying of a batch on,
 * without capture and Kafka. Each table is mirrored under its own name.
 */
public final class WarehouseRun implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String RUN = Long.toString(System.currentTimeMillis() % 100_000_000L, 36) + Servers.FORK;
    private static final String PIPELINE = "run";
    /** Long enough that a model that was refused stays so for a look, and short enough to be waited for. */
    private static final Duration RETRY = Duration.ofMillis(500);

    public final Servers servers;
    public final String name = "w" + RUN + "n" + NUMBER.incrementAndGet();
    public final Path folder = Path.of("target", "scenarios", name, "models");
    public final WarehouseUnderTest.Database database;
    public final SqlWarehouse warehouse;
    public final Models models;
    public final Health health = new Health();
    public final DeadLettersInMemory deadLetters = new DeadLettersInMemory();
    public final Counters counters = new Counters();
    private final Map<String, TableSchema> tables;
    private final Map<Position, Change> changes = new ConcurrentHashMap<>();
    private final Map<Partition, AtomicLong> ends = new ConcurrentHashMap<>();
    private final ApplyBatch applyBatch;
    /** How often the last batch was tried. */
    public volatile int tries;

    public WarehouseRun(Servers servers, Map<String, TableSchema> tables) {
        this(servers, new MySqlUnderTest(), tables);
    }

    public WarehouseRun(Servers servers, WarehouseUnderTest kind, Map<String, TableSchema> tables) {
        this.servers = servers;
        this.tables = tables;
        database = kind.create(servers, name);
        warehouse = another();
        write(Path.of("none"), null);
        models = models(warehouse, folder, health, Clock.systemUTC());
        applyBatch = new ApplyBatch(PIPELINE, new Mirrors(), delivery -> changes.get(delivery.position()), warehouse, deadLetters,
                counters);
    }

    /** Another keeper of the models, with a folder, a connection pool and a clock of its own. */
    public Models models(SqlWarehouse own, Path ownFolder, Health ownHealth, Clock clock) {
        return new Models(own, new ModelFolder(ownFolder), LocalDate.of(2026, 1, 1), tables::keySet, ownHealth, clock,
                RETRY);
    }

    /** The warehouse as another process sees it. */
    public SqlWarehouse another() {
        return SqlWarehouse.open("main", database.url(), database.user(), database.password(), 16,
                SqlEngine.of(database.url()).orElseThrow().dialect());
    }

    /** Each topic is a table's, and each table has one route that mirrors it. */
    private final class Mirrors implements RowRoutes {
        @Override
        public Set<String> pipelines() {
            return Set.of(PIPELINE);
        }

        @Override
        public Set<String> topics(String pipeline) {
            return tables.keySet();
        }

        @Override
        public List<RowRoute> of(String pipeline, String topic) {
            return new RoutesInMemory().mirroring("mirror-" + topic, topic).of(pipeline, topic);
        }
    }

    /** Writes, or with null deletes, a model's file. */
    public WarehouseRun model(String model, String text) {
        write(Path.of(model + ".sql"), text);
        return this;
    }

    private void write(Path file, String text) {
        try {
            Files.createDirectories(folder);
            if (text == null) {
                Files.deleteIfExists(folder.resolve(file));
            } else {
                Files.writeString(folder.resolve(file), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Image image(String table, Object... values) {
        return new Image(tables.get(table), values);
    }

    /** A change of a table whose position is given when it is applied. */
    public Change change(String table, Operation operation, Image before, Image after) {
        return new Change("shop", table, operation, before, after, new Position(table, 0, 0), "", Given.COMMITTED, false);
    }

    public Change insert(String table, Object... values) {
        return change(table, Operation.INSERT, null, image(table, values));
    }

    public Change delete(String table, Object... values) {
        return change(table, Operation.DELETE, image(table, values), null);
    }

    public Change update(String table, Object[] before, Object[] after) {
        return change(table, Operation.UPDATE, image(table, before), image(table, after));
    }

    public Change truncate(String table) {
        return change(table, Operation.TRUNCATE, null, null);
    }

    /** Applies some changes as one batch, all in that partition of their topics; tries again as a pump does. */
    public void apply(int partition, Change... some) {
        apply(partition, List.of(some));
    }

    public void apply(int partition, List<Change> some) {
        List<Delivery> deliveries = new ArrayList<>();
        Map<Partition, Long> from = new HashMap<>();
        for (Change change : some) {
            Partition at = new Partition(change.table(), partition);
            AtomicLong end = ends.computeIfAbsent(at, p -> new AtomicLong());
            from.putIfAbsent(at, end.get());
            Position position = new Position(change.table(), partition, end.getAndIncrement());
            changes.put(position, new Change(change.source(), change.table(), change.operation(), change.before(), change.after(), position,
                    change.origin(), change.committedAt(), change.snapshot()));
            deliveries.add(new Delivery(position, Instant.EPOCH, null, null, null));
        }
        Map<Partition, ApplyBatch.Span> spans = new HashMap<>();
        from.forEach((at, begin) -> spans.put(at, new ApplyBatch.Span(begin, ends.get(at).get())));
        Map<Partition, Long> starts = new HashMap<>();
        from.forEach((at, begin) -> starts.put(at, 0L));
        warehouse.watermarks(PIPELINE, starts);
        ApplyBatch.Routed routed = applyBatch.route(deliveries, spans);
        RuntimeException last = null;
        for (tries = 1; tries <= 50; tries++) {
            try {
                ApplyBatch.Outcome outcome = applyBatch.apply(routed);
                if (!outcome.applied() || !outcome.held().isEmpty()) {
                    throw new IllegalStateException("the warehouse was elsewhere, or does not take all rows: " + outcome);
                }
                return;
            } catch (RuntimeException e) {
                last = e;
            }
        }
        throw last;
    }

    /**
     * Writes rows as they are, whatever their targets' modes, in one transaction; the rows' changes need positions of
     * one partition.
     */
    public void write(Row... rows) {
        Partition partition = Partition.of(rows[0].version());
        warehouse.watermarks(PIPELINE, Map.of(partition, 0L));
        if (!warehouse.prepare(List.of(rows)).isEmpty()) {
            throw new IllegalStateException("a table of the warehouse does not take the rows: " + warehouse.prepare(List.of(rows)));
        }
        try (SqlTransaction transaction = warehouse.begin(PIPELINE)) {
            transaction.lock(Set.of(partition));
            if (!transaction.write(List.of(rows)).isEmpty()) {
                throw new IllegalStateException("the warehouse refuses a row");
            }
            transaction.refresh();
            transaction.commit();
        }
    }

    /** Rows of the warehouse; values joined by {@code |}. */
    public List<String> rows(String sql) {
        return database.query(sql.replace("NAME.", "").replace("NAME", name));
    }

    /** Everything of one table, in the order of its columns. */
    public List<String> table(String table) {
        return rows("select * from NAME." + table + " order by 1, 2");
    }

    public void sql(String... statements) {
        database.execute(statements);
    }

    /** What differs between the models and their SELECTs run in full. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
        models.check(null).forEach(checked -> checked.differing().forEach(one -> differences.add(checked.name() + " " + one)));
        return differences;
    }

    @Override
    public void close() {
        models.close();
        warehouse.close();
    }
}
