package io.bactrian.infrastructure.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Change;
import io.bactrian.domain.OneLine;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.engines.SchemaEvent;
import io.bactrian.engines.TableShape;
import io.bactrian.infrastructure.wire.ChangeWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What follows from the statements that change tables. A dropped table's rows are gone: a truncation says so. Where
 * rows that were there may be others now, the table is read again. A table whose name is gone by renaming is reported,
 * and its rows stay: nobody but a person knows what its routes are to read now. For one life of an engine.
 */
final class SchemaChanges {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 300;

    private final String source;
    /** How each table was when the log told of it last; what is noted is noted with the offsets. */
    private final Map<String, TableShape> shapes = new LinkedHashMap<>();
    private final Map<String, String> fingerprints = new HashMap<>();
    private final List<SchemaEvent> statement = new ArrayList<>();
    private Object position;

    /** @param shapes as they were noted last, by table, as JSON */
    SchemaChanges(String source, Map<String, String> shapes) {
        this.source = source;
        shapes.forEach((table, json) -> this.shapes.put(table, read(table, json)));
    }

    /** What the statements of a batch come to. */
    static final class Consequences {
        final Set<String> forgotten = new HashSet<>();
        final List<Asked> asked = new ArrayList<>();
        final List<Progress> notes = new ArrayList<>();
        /** By table; null for one that is gone. */
        final Map<String, String> shapes = new LinkedHashMap<>();
        /** Topics whose rows have other columns from here on. */
        final Set<String> altered = new HashSet<>();

        boolean isEmpty() {
            return forgotten.isEmpty() && asked.isEmpty() && notes.isEmpty() && shapes.isEmpty();
        }
    }

    /** Whether nothing is known of any table: the capture has never run, or an earlier version of it has. */
    boolean isNew() {
        return shapes.isEmpty();
    }

    /** How each table was when the log told of it last. */
    Map<String, TableShape> shapes() {
        return Map.copyOf(shapes);
    }

    /**
     * What the source's catalogue has, where the log does not tell of a change, or told before anybody listened: a
     * table that is new here is read, one that is another now is read again.
     *
     * @param tables those that the capture takes, each with its fingerprint
     * @param isGone asked for a table that the capture took and takes no longer
     * @param shape asked for a table that is new, or has another fingerprint than when it was looked at last
     */
    void compare(Map<String, String> tables, Function<String, TableShape> shape, Predicate<String> isGone, Consequences to) {
        boolean first = isNew();
        tables.forEach((table, fingerprint) -> {
            TableShape before = shapes.get(table);
            if (before != null && fingerprint.equals(fingerprints.put(table, fingerprint))) {
                return;
            }
            if (before != null && fingerprint.isEmpty()) {
                return;
            }
            TableShape now = shape.apply(table);
            if (before == null && !first) {
                to.asked.add(asked(table, "the capture takes it from now on, and what it holds was never read"));
            } else if (before != null) {
                now.whyRowsDiffer(before).ifPresent(reason -> to.asked.add(asked(table, reason)));
            }
            if (!now.equals(before)) {
                to.altered.add(SourceCatalog.topic(source, table));
                remember(table, now, to);
            }
        });
        if (!tables.isEmpty()) {
            List.copyOf(shapes.keySet()).stream().filter(table -> !tables.containsKey(table) && isGone.test(table))
                    .forEach(table -> fail(table, "table " + table + " is no longer among those that the capture of " + source
                            + " takes: it was dropped or renamed, or taken out of the publication or of the lists of its route. "
                            + "Its rows in the warehouse stay as they were. If that is right, run bactrian reread --forget " + table, to));
        }
    }

    /** Nothing is read; it is reported until a person has acted. */
    private void fail(String table, String fault, Consequences to) {
        Asked asked = asked(table, fault);
        to.asked.add(asked);
        to.notes.add(new Progress(source, table, asked.id(), State.FAILED, null, 0, 0, Map.of(), asked.at(), asked.at(), fault, null));
        forget(table, to);
    }

    /** A snapshot tells how a table is: that changes nothing. */
    void learn(List<SchemaEvent> events, Consequences to) {
        for (SchemaEvent event : events) {
            if (event.shape() != null) {
                remember(event.table(), event.shape(), to);
            }
        }
    }

    /**
     * A statement, or a part of one: a swap of tables comes as several events at one position of the log, and only
     * together they say which names are gone.
     */
    void take(List<SchemaEvent> events, Object at, List<CapturedChange> changes, Consequences to) {
        if (position != null && !position.equals(at)) {
            conclude(changes, to);
        }
        position = at;
        statement.addAll(events);
    }

    /** Another record follows, or the batch ends. */
    void conclude(List<CapturedChange> changes, Consequences to) {
        Map<String, SchemaEvent> last = new LinkedHashMap<>();
        Set<String> renamed = new HashSet<>();
        for (SchemaEvent event : statement) {
            if (event.table().endsWith(".")) {
                List.copyOf(shapes.keySet()).stream().filter(table -> table.startsWith(event.table()))
                        .forEach(table -> last.put(table, new SchemaEvent(table, SchemaEvent.Kind.DROPPED, null, event.statement(), true)));
            } else {
                last.put(event.table(), event);
                if (event.kind() == SchemaEvent.Kind.RENAMED) {
                    renamed.add(event.table());
                }
            }
        }
        last.values().forEach(event -> follow(event, renamed.contains(event.table()), changes, to));
        statement.clear();
        position = null;
    }

    private void follow(SchemaEvent event, boolean swapped, List<CapturedChange> changes, Consequences to) {
        String table = event.table();
        TableShape before = shapes.get(table);
        to.altered.add(SourceCatalog.topic(source, table));
        switch (event.kind()) {
            case DROPPED -> {
                if (before != null) {
                    changes.add(truncation(table));
                    to.forgotten.add(table);
                }
                forget(table, to);
            }
            case RENAMED -> {
                if (before != null) {
                    fail(table, "table " + table + " has another name since: " + shown(event.statement())
                            + ". Its rows in the warehouse stay as they were then. Let its routes read the new name, and run "
                            + "bactrian reread for that one; then run bactrian reread --forget " + table, to);
                }
            }
            case CREATED, ALTERED -> {
                why(event, before, swapped).ifPresent(reason -> to.asked.add(asked(table, reason + ": " + shown(event.statement()))));
                if (event.shape() != null) {
                    remember(table, event.shape(), to);
                }
            }
        }
    }

    private static Optional<String> why(SchemaEvent event, TableShape before, boolean swapped) {
        if (event.kind() == SchemaEvent.Kind.CREATED && before == null) {
            // Its rows come as changes.
            return Optional.empty();
        }
        if (event.movesRows() || swapped) {
            return Optional.of("rows came or went with the whole table, or a part of it");
        }
        return event.shape().whyRowsDiffer(before == null ? TableShape.unknown() : before);
    }

    private Asked asked(String table, String reason) {
        return new Asked(source, table, UUID.randomUUID().toString(), reason, "", 0, System.currentTimeMillis(), false);
    }

    private static String shown(String statement) {
        String line = OneLine.of(statement);
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    private CapturedChange truncation(String table) {
        Instant now = Instant.now();
        String topic = SourceCatalog.topic(source, table);
        byte[] value = ChangeWriter.value(
                new Change(source, table, Operation.TRUNCATE, null, null, new Position(topic, 0, 0), "dropped", now, false), table);
        return new CapturedChange(topic, null, value, new byte[0], now.toEpochMilli(), true);
    }

    private void remember(String table, TableShape shape, Consequences to) {
        shapes.put(table, shape);
        to.shapes.put(table, write(table, shape));
    }

    private void forget(String table, Consequences to) {
        shapes.remove(table);
        to.shapes.put(table, null);
    }

    private static String write(String table, TableShape shape) {
        try {
            return JSON.writeValueAsString(shape);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the columns of " + table + " could not be written as JSON", e);
        }
    }

    private static TableShape read(String table, String json) {
        try {
            return JSON.readValue(json, TableShape.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("what is noted in Kafka of the columns of " + table + " is not readable: " + json, e);
        }
    }
}
