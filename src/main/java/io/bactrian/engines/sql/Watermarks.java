package io.bactrian.engines.sql;

import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The watermarks of a pipeline, over one connection: a batch locks those of its partitions before it writes, and moves
 * them after it, which makes each change count once. Locking also teaches the number that stands for each partition in
 * what the batch writes.
 */
final class Watermarks implements LogNumbers {

    private static final int KEYS_A_STATEMENT = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final String pipeline;
    private final Map<Partition, Integer> logs = new HashMap<>();

    Watermarks(Connection connection, Dialect dialect, String pipeline) {
        this.connection = connection;
        this.dialect = dialect;
        this.pipeline = pipeline;
    }

    /** Those for which there is a start; a partition without one begins there. */
    Map<Partition, Long> from(Map<Partition, Long> starts) throws SQLException {
        Map<Partition, Long> marks = read();
        if (!marks.keySet().containsAll(starts.keySet())) {
            insertMissing(starts, marks);
            marks = read();
        }
        marks.keySet().retainAll(starts.keySet());
        return marks;
    }

    private void insertMissing(Map<Partition, Long> starts, Map<Partition, Long> marks) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into bactrian_watermarks (pipeline, topic, kafka_partition, next_offset) values (?,?,?,?)")) {
            // In one order, as the locks are taken: two instances that start together do not wait for each other.
            for (Map.Entry<Partition, Long> start : new TreeMap<>(starts).entrySet()) {
                if (!marks.containsKey(start.getKey())) {
                    insert.setString(1, pipeline);
                    insert.setString(2, start.getKey().topic());
                    insert.setInt(3, start.getKey().number());
                    insert.setLong(4, start.getValue());
                    try {
                        insert.execute();
                    } catch (SQLException e) {
                        // Another instance was faster.
                        if (!dialect.errors().isDuplicateKey(e)) {
                            throw e;
                        }
                    }
                }
            }
        }
    }

    private Map<Partition, Long> read() throws SQLException {
        Map<Partition, Long> marks = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select topic, kafka_partition, next_offset from bactrian_watermarks where pipeline=?")) {
            select.setString(1, pipeline);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    marks.put(new Partition(found.getString(1), found.getInt(2)), found.getLong(3));
                }
            }
        }
        return marks;
    }

    Map<Partition, Long> lock(Collection<Partition> partitions) throws SQLException {
        Map<Partition, Long> marks = new TreeMap<>();
        List<Partition> sorted = new ArrayList<>(new TreeSet<>(partitions));
        for (int from = 0; from < sorted.size(); from += KEYS_A_STATEMENT) {
            lock(sorted.subList(from, Math.min(sorted.size(), from + KEYS_A_STATEMENT)), marks);
        }
        for (Partition partition : sorted) {
            if (!marks.containsKey(partition)) {
                throw new SQLException("there is no watermark of pipeline " + pipeline + " for " + partition
                        + "; somebody has deleted it since it was read. Start again to begin that partition anew");
            }
        }
        return marks;
    }

    private void lock(List<Partition> partitions, Map<Partition, Long> marks) throws SQLException {
        String sql = dialect.locks().lockEach("topic, kafka_partition, next_offset, id", "bactrian_watermarks",
                List.of("pipeline", "topic", "kafka_partition"), partitions.size());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            for (Partition partition : partitions) {
                statement.setString(place++, pipeline);
                statement.setString(place++, partition.topic());
                statement.setInt(place++, partition.number());
            }
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    Partition partition = new Partition(found.getString(1), found.getInt(2));
                    marks.put(partition, found.getLong(3));
                    logs.put(partition, found.getInt(4));
                }
            }
        }
    }

    /** The numbers of the partitions that are locked. */
    Map<Partition, Integer> logs() {
        return Collections.unmodifiableMap(logs);
    }

    @Override
    public int log(Row row) {
        Partition partition = Partition.of(row.version());
        Integer log = logs.get(partition);
        if (log == null) {
            throw new IllegalStateException("row of " + row.version() + " in a transaction that has not locked " + partition);
        }
        return log;
    }

    void advance(Map<Partition, Long> next) throws SQLException {
        List<Map.Entry<Partition, Long>> all = new ArrayList<>(new TreeMap<>(next).entrySet());
        for (int from = 0; from < all.size(); from += KEYS_A_STATEMENT) {
            List<Map.Entry<Partition, Long>> some = all.subList(from, Math.min(all.size(), from + KEYS_A_STATEMENT));
            String sql = "update bactrian_watermarks set next_offset = case id " + "when ? then ? ".repeat(some.size())
                    + "end where " + Placeholders.in(List.of("id"), some.size());
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int place = 1;
                for (Map.Entry<Partition, Long> mark : some) {
                    statement.setInt(place++, logs.get(mark.getKey()));
                    statement.setLong(place++, mark.getValue());
                }
                for (Map.Entry<Partition, Long> mark : some) {
                    statement.setInt(place++, logs.get(mark.getKey()));
                }
                statement.executeUpdate();
            }
        }
    }
}
