package io.bactrian.cases;

import io.bactrian.application.ChangeReader;
import io.bactrian.application.Delivery;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.local.RowChange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The changes of a case as a pipeline would get them from Kafka: each has its place in a topic, and stays in its key's
 * partition.
 */
final class CaseFeed implements ChangeReader {

    /** Two, so that the keys of a table are spread, as they are in Kafka. */
    static final int PARTITIONS = 2;

    private static final ChangeJson RECORDS = new ChangeJson();

    /** By database. */
    private final Map<String, String> sources;
    private final Set<String> passedOn;
    private final List<Delivery> deliveries = new ArrayList<>();
    private final Map<Position, Change> changes = new HashMap<>();
    private final Map<Partition, Long> next = new HashMap<>();

    /** @param passedOn topics that other pipelines write: a table of that name stands for each */
    CaseFeed(Map<String, String> sources, Set<String> passedOn) {
        this.sources = sources;
        this.passedOn = passedOn;
    }

    /** A change of a database that no source captures never reaches Kafka. */
    void add(RowChange change, Instant committedAt, boolean snapshot) {
        String source = source(change.table());
        if (source == null) {
            return;
        }
        if (change.operation() == Operation.TRUNCATE) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                add(source, change, null, partition, committedAt, snapshot);
            }
            return;
        }
        Image row = change.after() != null ? change.after() : change.before();
        List<String> key = row.schema().key();
        byte[] text = key.isEmpty() ? null : row.keyOf(key).toString().getBytes(StandardCharsets.UTF_8);
        add(source, change, text, text == null ? 0 : Math.floorMod(new String(text, StandardCharsets.UTF_8).hashCode(), PARTITIONS),
                committedAt, snapshot);
    }

    /** Null for a database that no source captures. What is passed on has its first source's name. */
    private String source(String table) {
        return passedOn.contains(table)
                ? sources.values().stream().findFirst().orElse("test")
                : sources.get(table.substring(0, table.indexOf('.')));
    }

    private void add(String source, RowChange change, byte[] key, int partition, Instant committedAt, boolean snapshot) {
        Position position = position(source, change.table(), partition);
        deliveries.add(new Delivery(position, committedAt, key, new byte[0], null));
        changes.put(position, new Change(source, change.table(), change.operation(), change.before(), change.after(), position,
                "case:" + deliveries.size(), committedAt, snapshot));
    }

    void addGarbage(String table, String value, Instant at) {
        String source = source(table);
        if (source != null) {
            deliveries.add(new Delivery(position(source, table, 0), at, null, value.getBytes(StandardCharsets.UTF_8), null));
        }
    }

    private Position position(String source, String table, int partition) {
        Partition place = new Partition(passedOn.contains(table) ? table : SourceCatalog.topic(source, table), partition);
        return new Position(place.topic(), partition, next.merge(place, 1L, Long::sum) - 1);
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    /** Where each partition begins. */
    Map<Partition, Long> starts() {
        Map<Partition, Long> starts = new LinkedHashMap<>();
        new TreeSet<>(next.keySet()).forEach(partition -> starts.put(partition, 0L));
        return starts;
    }

    String tableOf(Position position) {
        if (passedOn.contains(position.topic())) {
            return position.topic();
        }
        String source = position.topic().substring(0, position.topic().indexOf('.'));
        return SourceCatalog.table(source, position.topic());
    }

    @Override
    public Change read(Delivery delivery) {
        Change change = changes.get(delivery.position());
        return change != null ? change : RECORDS.read(delivery);
    }
}
