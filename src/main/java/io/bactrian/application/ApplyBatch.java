package io.bactrian.application;

import io.bactrian.application.RowRoutes.RouteStoppingException;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.application.Warehouse.TableFault;
import io.bactrian.domain.Change;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Turns the deliveries of one poll into rows and one batch of the warehouse.
 *
 * <p>Exactly once rests on this: the batch goes on only where the watermark of each partition is where it begins, and
 * moves it to where it ends. In a transactional warehouse the watermark is locked and moves together with the rows, so
 * whoever comes second, be it a zombie, the new owner after a rebalance or this one after a commit whose answer was
 * lost, finds it moved and applies nothing. In an idempotent one it moves after the rows, and whoever writes rows a
 * second time writes the same versions, which change nothing.
 */
public final class ApplyBatch {

    private static final int MOST_BEGUN_AGAIN = 100;
    /** Hardly any batch that gives way does so more often; one that does meets somebody who needs time to end. */
    private static final int GIVES_WAY_AT_ONCE = 5;
    /** With the pauses half a minute: so long Kafka may wait for the next poll of its member, and no longer. */
    private static final int MOST_GIVEN_WAY = 30;

    private final String pipeline;
    private final RowRoutes routes;
    private final ChangeReader reader;
    private final Warehouse warehouse;
    private final DeadLetters deadLetters;
    private final Counters counters;
    private final Liveness.Worker worker;
    private final Patience patience;

    /** Who waits before a batch that has given way again and again is begun once more. */
    public interface Patience {

        /**
         * @param why for whoever looks at the health meanwhile
         * @return whether to go on; else the batch fails with that reason
         */
        boolean pause(Duration pause, RuntimeException why);
    }

    /** Nobody waits: such a batch fails, and the caller tries it again when it likes. */
    public ApplyBatch(String pipeline, RowRoutes routes, ChangeReader reader, Warehouse warehouse, DeadLetters deadLetters,
            Counters counters) {
        this(pipeline, routes, reader, warehouse, deadLetters, counters, Liveness.nobodys(), (pause, why) -> false);
    }

    /** @param worker who does it: told of each change and each part of a transaction, so that one that hangs is seen */
    public ApplyBatch(String pipeline, RowRoutes routes, ChangeReader reader, Warehouse warehouse, DeadLetters deadLetters,
            Counters counters, Liveness.Worker worker, Patience patience) {
        this.pipeline = pipeline;
        this.routes = routes;
        this.reader = reader;
        this.warehouse = warehouse;
        this.deadLetters = deadLetters;
        this.counters = counters;
        this.worker = worker;
        this.patience = patience;
    }

    /** Offsets that a batch covers in one partition: it begins at the watermark and ends at the next one. */
    public record Span(long from, long next) {
    }

    /** What the routes made of a batch; applying it can be repeated without running them again. */
    public record Routed(List<Delivery> deliveries, Map<Partition, Span> spans, List<Row> rows, List<DeadLetter> letters,
            long filtered, long newestCommit) {

        private interface Writing {
            DeadLetter letter(Delivery delivery, String route, String reason, Exception cause);
        }

        /**
         * This batch after some of its rows were refused: without all rows of those changes and routes, with their dead
         * letters.
         */
        private Routed refused(List<Refusal> refusals, Writing writing) {
            if (refusals.isEmpty()) {
                return this;
            }
            Map<Position, Delivery> byPosition = new HashMap<>();
            deliveries.forEach(delivery -> byPosition.put(delivery.position(), delivery));
            Map<String, DeadLetter> all = new LinkedHashMap<>();
            letters.forEach(letter -> all.put(letter.id(), letter));
            Set<String> failed = new HashSet<>();
            for (Refusal refusal : refusals) {
                Row row = refusal.row();
                failed.add(DeadLetter.idOf(row.version(), row.route()));
                DeadLetter letter = writing.letter(byPosition.get(row.version()), row.route(), refusal.reason(), null);
                all.putIfAbsent(letter.id(), letter);
            }
            List<Row> stand = rows.stream().filter(row -> !failed.contains(DeadLetter.idOf(row.version(), row.route()))).toList();
            return new Routed(deliveries, spans, stand, List.copyOf(all.values()), filtered, newestCommit);
        }

        /** The part of this batch that comes before those offsets. */
        private Routed before(Map<Partition, Long> ends) {
            Map<Partition, Span> shorter = new TreeMap<>();
            spans.forEach((partition, span) -> {
                long next = ends.getOrDefault(partition, span.next());
                if (next > span.from()) {
                    shorter.put(partition, new Span(span.from(), next));
                }
            });
            Predicate<Position> stays = position -> position.offset() < ends.getOrDefault(Partition.of(position), Long.MAX_VALUE);
            List<Delivery> some = deliveries.stream().filter(delivery -> stays.test(delivery.position())).toList();
            List<Row> theirRows = rows.stream().filter(row -> stays.test(row.version())).toList();
            List<DeadLetter> theirLetters = letters.stream().filter(letter -> stays.test(letter.position())).toList();
            Set<Position> cameToSomething = new HashSet<>();
            theirRows.forEach(row -> cameToSomething.add(row.version()));
            theirLetters.forEach(letter -> cameToSomething.add(letter.position()));
            long nothing = some.stream().filter(delivery -> !cameToSomething.contains(delivery.position())).count();
            long newest = theirRows.stream().mapToLong(row -> row.at().toEpochMilli()).max().orElse(0);
            return new Routed(some, shorter, theirRows, theirLetters, nothing, newest);
        }
    }

    /**
     * @param rewind where the warehouse's watermark was not where the batch begins: read on from there; empty when
     * applied
     * @param held partitions of which only what comes before a change was applied, since a table does not take its row
     */
    public record Outcome(Map<Partition, Long> rewind, Map<Partition, Held> held) {
        public boolean applied() {
            return rewind.isEmpty();
        }
    }

    /**
     * @param from the first change that was not applied: its partition is to be read again from there, when the tables
     * are in order
     * @param faults why, by table
     */
    public record Held(long from, Map<String, String> faults) {
    }

    /**
     * Runs the row routes. What fails here fails alone and becomes a dead letter.
     *
     * @throws FailsForAllException when a route says that nothing is wrong with the change: nothing was applied, try
     * again
     * @throws RowRoutes.NoRouteException when no route reads one of the topics any more: nothing was applied, read on
     * without it
     */
    public Routed route(List<Delivery> deliveries, Map<Partition, Span> spans) {
        try (RowRoutes.Held held = routes.hold()) {
            return route(deliveries, spans, held);
        }
    }

    private Routed route(List<Delivery> deliveries, Map<Partition, Span> spans, RowRoutes.Held held) {
        List<Row> rows = new ArrayList<>(deliveries.size());
        List<DeadLetter> letters = new ArrayList<>();
        long filtered = 0;
        long newest = 0;
        // Deliveries of a topic come one after the other: its routes are looked for once for each run of them.
        String topic = null;
        List<RowRoute> itsRoutes = List.of();
        for (Delivery delivery : deliveries) {
            worker.step("routing", delivery.position());
            if (!delivery.position().topic().equals(topic)) {
                topic = delivery.position().topic();
                itsRoutes = held.of(pipeline, topic);
            }
            Change change;
            try {
                change = reader.read(delivery);
            } catch (UnreadableChangeException e) {
                letters.add(letter(delivery, DeadLetter.UNREADABLE, e.getMessage(), e));
                continue;
            }
            newest = Math.max(newest, change.committedAt().toEpochMilli());
            int before = rows.size() + letters.size();
            for (RowRoute route : itsRoutes) {
                if (route.wants(change)) {
                    try {
                        rows.addAll(route.process(change));
                    } catch (RouteStoppingException e) {
                        throw e;
                    } catch (Exception e) {
                        FailsForAllException forAll = FailsForAllException.in(e);
                        if (forAll != null) {
                            throw forAll;
                        }
                        letters.add(letter(delivery, route.id(), reasonOf(e), e));
                    }
                }
            }
            if (rows.size() + letters.size() == before) {
                filtered++;
            }
        }
        return new Routed(deliveries, spans, rows, letters, filtered, newest);
    }

    /**
     * Applies a routed batch. If a table does not take some of the rows, then of each partition what comes before the
     * first of them: what is applied is a batch like any other, from the watermarks on and without a hole.
     *
     * @throws RuntimeException when it failed for all: nothing was applied, or all of it and the answer was lost; try
     * again
     */
    public Outcome apply(Routed batch) {
        worker.step("preparing tables of the warehouse");
        Map<Partition, Held> held = held(warehouse.prepare(batch.rows()));
        if (held.isEmpty()) {
            return new Outcome(write(batch), held);
        }
        Map<Partition, Long> ends = new TreeMap<>();
        held.forEach((partition, why) -> ends.put(partition, why.from()));
        Routed before = batch.before(ends);
        return new Outcome(before.spans().isEmpty() ? Map.of() : write(before), held);
    }

    private static Map<Partition, Held> held(List<TableFault> faults) {
        Map<Partition, Held> held = new TreeMap<>();
        for (TableFault fault : faults) {
            fault.since().forEach((partition, offset) -> held.merge(partition, new Held(offset, Map.of(fault.table(), fault.reason())),
                    (one, other) -> {
                        Map<String, String> both = new TreeMap<>(other.faults());
                        both.putAll(one.faults());
                        return new Held(Math.min(one.from(), other.from()), both);
                    }));
        }
        return held;
    }

    /** @return where the warehouse is, if it is not where the batch begins; empty if the batch was applied */
    private Map<Partition, Long> write(Routed batch) {
        Routed rest = batch;
        int begunAgain = 0;
        int gaveWay = 0;
        GrowingPause pause = new GrowingPause(Duration.ofMillis(50), Duration.ofSeconds(2));
        while (true) {
            Routed tried = rest;
            worker.step("locking watermarks");
            try (Warehouse.Batch written = warehouse.begin(pipeline)) {
                Map<Partition, Long> marks = written.lock(tried.spans().keySet());
                if (tried.spans().entrySet().stream().anyMatch(span -> marks.get(span.getKey()) != span.getValue().from())) {
                    counters.rewinds.increment();
                    return rewind(tried, marks);
                }
                worker.step("writing rows");
                UnchangedValues.Completed completed = UnchangedValues.complete(tried.rows(), warehouse, written);
                if (!completed.refusals().isEmpty()) {
                    rest = tried.refused(completed.refusals(), this::letter);
                    continue;
                }
                List<Refusal> refusals = written.write(completed.rows());
                rest = tried.refused(refusals, this::letter);
                // What a route made of one change stands or falls together, else a replay would repeat the part that
                // stood.
                if (rest.rows().size() + refusals.size() == tried.rows().size()) {
                    finish(written, rest);
                    return Map.of();
                }
            } catch (Warehouse.GaveWayException e) {
                gaveWay++;
                if (gaveWay > MOST_GIVEN_WAY || gaveWay > GIVES_WAY_AT_ONCE && !waited(pause.next(), e)) {
                    throw e;
                }
                rest = tried;
            } catch (Warehouse.BeginAgainException e) {
                if (++begunAgain > MOST_BEGUN_AGAIN) {
                    throw e;
                }
                rest = tried;
            }
        }
    }

    private boolean waited(Duration pause, RuntimeException why) {
        worker.step("waiting to begin again a batch that gave way to another one");
        return patience.pause(pause, why);
    }

    private void finish(Warehouse.Batch written, Routed batch) {
        List<DeadLetter> letters = batch.letters();
        if (!letters.isEmpty()) {
            // Safe in Kafka before the watermark moves past them; should the commit fail, they are written again under
            // the same name.
            worker.step("keeping dead letters");
            deadLetters.keep(letters);
            written.letters().ifPresent(entries -> entries.open(letters));
        }
        // After the letters of this batch: a later change of the same key may be in it too.
        written.letters().ifPresent(entries -> entries.supersede(batch.deliveries(), batch.rows()));
        written.models().ifPresent(models -> {
            worker.step("refreshing models");
            models.refresh();
        });
        Map<Partition, Long> next = new TreeMap<>();
        batch.spans().forEach((partition, span) -> next.put(partition, span.next()));
        written.advance(next);
        worker.step("committing");
        written.commit();
        counters.batches.increment();
        counters.changes.add(batch.deliveries().size());
        counters.filtered.add(batch.filtered());
        counters.rows.add(batch.rows().size());
        counters.deadLetters.add(letters.size());
        countByTable(batch.deliveries());
        counters.newestCommit.accumulateAndGet(batch.newestCommit(), Math::max);
    }

    /** Likewise one look at the map for each run. */
    private void countByTable(List<Delivery> deliveries) {
        String topic = null;
        long run = 0;
        for (Delivery delivery : deliveries) {
            if (topic != null && !topic.equals(delivery.position().topic())) {
                counters.table(topic).add(run);
                run = 0;
            }
            topic = delivery.position().topic();
            run++;
        }
        if (topic != null) {
            counters.table(topic).add(run);
        }
    }

    /** All of the batch's partitions go where the warehouse says: those that agree go back to this batch's begin. */
    private static Map<Partition, Long> rewind(Routed batch, Map<Partition, Long> marks) {
        Map<Partition, Long> to = new TreeMap<>();
        batch.spans().keySet().forEach(partition -> to.put(partition, marks.get(partition)));
        return to;
    }

    private DeadLetter letter(Delivery delivery, String route, String reason, Exception cause) {
        return new DeadLetter(pipeline, delivery.position(), route, reason, traceOf(cause), Instant.now(),
                delivery.key(), delivery.value(), delivery.schema());
    }

    /** What the root cause says; or who caught it, repeated it and said what it was about. */
    static String reasonOf(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        // A chain of causes may be a ring.
        for (Throwable one = failure; one != null && chain.size() < 100; one = one.getCause()) {
            chain.add(0, one);
        }
        Throwable root = chain.get(0);
        for (Throwable outer : chain) {
            root = saysMore(outer, root) ? outer : root;
        }
        String said = root.getMessage() == null ? "" : ": " + root.getMessage().strip();
        return (root.getClass().getSimpleName() + said).replaceAll("\\s*\\R\\s*", " ");
    }

    private static boolean saysMore(Throwable outer, Throwable inner) {
        String message = outer.getMessage();
        // Camel's own only add which exchange it was, and one without words of its own has its cause's.
        return message != null && inner.getMessage() != null && message.contains(inner.getMessage()) && outer.getCause() != null
                && !message.equals(outer.getCause().toString()) && !outer.getClass().getName().startsWith("org.apache.camel.");
    }

    private static String traceOf(Exception cause) {
        if (cause == null) {
            return "";
        }
        StringWriter trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        // A header of a Kafka record: enough to find the line, small enough never to be the record's bulk.
        return trace.toString().substring(0, Math.min(trace.getBuffer().length(), 8_000));
    }
}
