package io.bactrian.application;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.application.LetterEntry.Cleared;
import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Change;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replays or discards dead letters. Each is settled in one batch of the warehouse that locks its entry, so that it
 * counts once however often and wherever this is called; the copy in Kafka is forgotten after that. Where the warehouse
 * keeps no entries that copy is all there is: it can be discarded, and not replayed.
 */
public final class SettleDeadLetters {

    private final RowRoutes routes;
    private final ChangeReader reader;
    private final Warehouse warehouse;
    private final DeadLetters deadLetters;

    public SettleDeadLetters(RowRoutes routes, ChangeReader reader, Warehouse warehouse, DeadLetters deadLetters) {
        this.routes = routes;
        this.reader = reader;
        this.warehouse = warehouse;
        this.deadLetters = deadLetters;
    }

    /** How it ended, for one dead letter. */
    public enum Ending {
        REPLAYED("replayed"), DISCARDED("discarded"), SUPERSEDED(
                "superseded: a newer change of the same key is in the warehouse, so nothing was overwritten"),
        SETTLED_BEFORE(
                "was settled before"),
        NOT_YET(
                "its batch is not in the warehouse yet; try again when the pipeline has caught up"),
        FAILED_AGAIN(
                "failed again; it stays"),
        NOT_REPLAYABLE(
                "cannot be replayed; it stays");

        private final String sentence;

        Ending(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }

        /** Whether the letter is still there, and open. */
        public boolean stays() {
            return this == NOT_YET || this == FAILED_AGAIN || this == NOT_REPLAYABLE;
        }
    }

    /** @param reason why it failed again or cannot be replayed; empty otherwise */
    public record Settled(DeadLetter letter, Ending ending, String reason) {
    }

    public Settled replay(DeadLetter letter) {
        if (warehouse.letters().isEmpty()) {
            return new Settled(letter, Ending.NOT_REPLAYABLE, "pipeline " + letter.pipeline() + " writes " + warehouse.name()
                    + ", where nobody knows whether a newer change of the row has passed since;"
                    + " its dead letters can be discarded, not replayed. Repair the route and change the row in the source once more");
        }
        List<Row> rows = new ArrayList<>();
        try (RowRoutes.Held held = routes.hold()) {
            Change change = reader.read(new Delivery(letter.position(), letter.failedAt(), letter.key(), letter.value(), letter.schema()));
            for (RowRoute route : routesOf(letter, held)) {
                if (route.wants(change)) {
                    rows.addAll(route.process(change));
                }
            }
        } catch (Exception e) {
            return new Settled(letter, Ending.FAILED_AGAIN, ApplyBatch.reasonOf(e));
        }
        List<Warehouse.TableFault> faults = warehouse.prepare(rows);
        if (!faults.isEmpty()) {
            return new Settled(letter, Ending.FAILED_AGAIN, faults.get(0).reason());
        }
        return settle(letter, (batch, entries, entry) -> {
            boolean superseded = entry.supersededBy() >= 0;
            List<Row> wanted = superseded ? rows.stream().filter(row -> countsStill(row.target().mode(), entry.cleared())).toList() : rows;
            UnchangedValues.Completed completed = UnchangedValues.complete(wanted, warehouse, batch);
            List<Refusal> refusals = completed.refusals().isEmpty() ? entries.writeUnlessNewer(completed.rows()) : completed.refusals();
            if (!refusals.isEmpty()) {
                return new Settled(letter, Ending.FAILED_AGAIN, refusals.get(0).reason());
            }
            batch.models().ifPresent(RefreshedModels::refresh);
            return new Settled(letter, superseded && wanted.size() < rows.size() ? Ending.SUPERSEDED : Ending.REPLAYED, "");
        });
    }

    /** Whether a row counts although a newer change of its key, or of all keys, is in the warehouse. */
    private static boolean countsStill(Mode mode, Cleared cleared) {
        return switch (mode) {
            // The newer row stands where this one would.
            case MIRROR, HISTORY -> false;
            // Each change is a row of its own, but a snapshot that began again has replaced them all.
            case APPEND -> cleared != Cleared.READ_AGAIN;
            // A sum needs every change, but for those that were taken out of it together.
            case ADD -> cleared == Cleared.NO;
        };
    }

    public Settled discard(DeadLetter letter) {
        if (warehouse.letters().isEmpty()) {
            deadLetters.forget(letter.pipeline(), letter.id());
            return new Settled(letter, Ending.DISCARDED, "");
        }
        return settle(letter, (batch, entries, entry) -> new Settled(letter, Ending.DISCARDED, ""));
    }

    private interface Way {
        Settled go(Warehouse.Batch batch, LetterEntries entries, LetterEntry entry);
    }

    private Settled settle(DeadLetter letter, Way way) {
        Settled settled;
        try (Warehouse.Batch batch = warehouse.begin(letter.pipeline())) {
            // The pump's batches of this partition wait meanwhile: nothing newer can slip in between looking and
            // writing.
            batch.lock(List.of(Partition.of(letter.position())));
            LetterEntries entries = batch.letters().orElseThrow();
            Optional<LetterEntry> entry = entries.claim(letter.id());
            if (entry.isEmpty()) {
                return new Settled(letter, Ending.NOT_YET, "");
            }
            settled = entry.get().isOpen() ? way.go(batch, entries, entry.get()) : new Settled(letter, Ending.SETTLED_BEFORE, "");
            if (settled.ending() == Ending.FAILED_AGAIN) {
                return settled;
            }
            if (settled.ending() != Ending.SETTLED_BEFORE) {
                entries.settle(letter.id(), settled.ending() == Ending.DISCARDED ? "discarded" : "replayed");
                batch.commit();
            }
        }
        deadLetters.forget(letter.pipeline(), letter.id());
        return settled;
    }

    private List<RowRoute> routesOf(DeadLetter letter, RowRoutes.Held held) {
        List<RowRoute> all = held.of(letter.pipeline(), letter.position().topic());
        if (letter.route().equals(DeadLetter.UNREADABLE)) {
            return all;
        }
        List<RowRoute> own = all.stream().filter(route -> route.id().equals(letter.route())).toList();
        if (own.isEmpty()) {
            throw new IllegalStateException(
                    "there is no route '" + letter.route() + "' in pipeline " + letter.pipeline() + " any more; the routes for "
                            + letter.position().topic() + " are " + all.stream().map(RowRoute::id).toList()
                            + ". Bring it back, or discard the dead letter");
        }
        return own;
    }
}
