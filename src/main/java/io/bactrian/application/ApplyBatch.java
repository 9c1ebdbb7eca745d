package io.bactrian.application;

import io.bactrian.application.RowRoutes.RouteStoppingException;
import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Change;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns the deliveries of one poll into rows and one warehouse transaction.
 *
 * <p>Exactly once rests on this: the transaction locks the watermark of each partition, goes on only where the watermark is
 * where this batch begins, and moves it to where the batch ends, together with the rows. So whoever comes second, be it a
 * zombie, the new owner after a rebalance or this one after a commit whose answer was lost, finds the watermark moved
 * and applies nothing.
 */
public final class ApplyBatch {

    private final String pipeline;
    private final RowRoutes routes;
    private final ChangeReader reader;
    private final Warehouse warehouse;
    private final DeadLetters deadLetters;
    private final Counters counters;

    public ApplyBatch(String pipeline, RowRoutes routes, ChangeReader reader, Warehouse warehouse, DeadLetters deadLetters, Counters counters) {
        this.pipeline = pipeline;
        this.routes = routes;
        this.reader = reader;
        this.warehouse = warehouse;
        this.deadLetters = deadLetters;
        this.counters = counters;
    }

    /** Offsets that a batch covers in one partition: it begins at the watermark and ends at the next one. */
    public record Span(long from, long next) {
    }

    /** What the routes made of a batch; applying it can be repeated without running them again. */
    public record Routed(List<Delivery> deliveries, Map<Partition, Span> spans, List<Row> rows, List<DeadLetter> letters,
            long filtered, long newestCommit) {
    }

    /**
     * @param rewind where the warehouse's watermark was not where the batch begins: read on from there; empty when applied
     */
    public record Outcome(Map<Partition, Long> rewind) {
        public boolean applied() {
            return rewind.isEmpty();
        }
    }

    /** Runs the row routes. What fails here fails alone and becomes a dead letter. */
    public Routed route(List<Delivery> deliveries, Map<Partition, Span> spans) {
        List<Row> rows = new ArrayList<>(deliveries.size());
        List<DeadLetter> letters = new ArrayList<>();
        long filtered = 0;
        long newest = 0;
        for (Delivery delivery : deliveries) {
            Change change;
            try {
                change = reader.read(delivery);
            } catch (UnreadableChangeException e) {
                letters.add(letter(delivery, DeadLetter.UNREADABLE, e.getMessage(), e));
                continue;
            }
            newest = Math.max(newest, change.committedAt().toEpochMilli());
            int before = rows.size() + letters.size();
            for (RowRoute route : routes.of(pipeline, delivery.position().topic())) {
                if (route.wants(change)) {
                    try {
                        rows.addAll(route.process(change));
                    } catch (RouteStoppingException e) {
                        throw e;
                    } catch (Exception e) {
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
     * Applies a routed batch.
     *
     * @throws RuntimeException when it failed for all: nothing was applied, or all of it and the answer was lost; try again
     */
    public Outcome apply(Routed batch) {
        warehouse.prepare(batch.rows());
        List<DeadLetter> letters = new ArrayList<>(batch.letters());
        try (Warehouse.Transaction transaction = warehouse.begin(pipeline)) {
            Map<Partition, Long> marks = transaction.lock(batch.spans().keySet());
            Map<Partition, Long> elsewhere = new TreeMap<>();
            batch.spans().forEach((partition, span) -> {
                long mark = marks.get(partition);
                if (mark != span.from()) {
                    elsewhere.put(partition, mark);
                }
            });
            if (!elsewhere.isEmpty()) {
                counters.rewinds.increment();
                return rewind(batch, marks);
            }
            List<Refusal> refusals = transaction.write(batch.rows());
            if (!refusals.isEmpty()) {
                letters.addAll(letters(batch, refusals));
            }
            if (!letters.isEmpty()) {
                // Safe in Kafka before the watermark moves past them; should the commit fail, they are written again under the same name.
                deadLetters.keep(letters);
                transaction.open(letters);
            }
            // After the letters of this batch: a later change of the same key may be in it too.
            transaction.supersede(batch.deliveries(), batch.rows());
            Map<Partition, Long> next = new TreeMap<>();
            batch.spans().forEach((partition, span) -> next.put(partition, span.next()));
            transaction.advance(next);
            transaction.commit();
            count(batch, letters.size(), refusals.size());
            return new Outcome(Map.of());
        }
    }

    /** All of the batch's partitions go where the warehouse says: those that agree go back to this batch's begin. */
    private static Outcome rewind(Routed batch, Map<Partition, Long> marks) {
        Map<Partition, Long> to = new TreeMap<>();
        batch.spans().keySet().forEach(partition -> to.put(partition, marks.get(partition)));
        return new Outcome(to);
    }

    private List<DeadLetter> letters(Routed batch, List<Refusal> refusals) {
        Map<Object, Delivery> byPosition = new TreeMap<>();
        batch.deliveries().forEach(delivery -> byPosition.put(delivery.position(), delivery));
        List<DeadLetter> letters = new ArrayList<>();
        for (Refusal refusal : refusals) {
            Delivery delivery = byPosition.get(refusal.row().version());
            letters.add(letter(delivery, refusal.row().route(), refusal.reason(), null));
        }
        return letters;
    }

    private void count(Routed batch, int letters, int refused) {
        counters.batches.increment();
        counters.changes.add(batch.deliveries().size());
        counters.filtered.add(batch.filtered());
        counters.rows.add(batch.rows().size() - (long) refused);
        counters.deadLetters.add(letters);
        counters.newestCommit.accumulateAndGet(batch.newestCommit(), Math::max);
    }

    private DeadLetter letter(Delivery delivery, String route, String reason, Exception cause) {
        return new DeadLetter(pipeline, delivery.position(), route, reason, traceOf(cause), Instant.now(),
                delivery.key(), delivery.value(), delivery.schema());
    }

    static String reasonOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String said = root.getMessage() == null ? "" : ": " + root.getMessage().strip();
        return (root.getClass().getSimpleName() + said).replaceAll("\\s*\\R\\s*", " ");
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
