package io.bactrian.engines.sql;

import io.bactrian.application.Delivery;
import io.bactrian.application.LetterEntry.Cleared;
import io.bactrian.application.LetterEntry;
import io.bactrian.domain.Change;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.ShortHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The entries of a pipeline's dead letters, written in the transaction of a batch: so that a letter is open if and only
 * if its batch is committed, and a replay counts once.
 */
final class DeadLetterEntries {

    private static final int KEYS_A_STATEMENT = 500;

    private final Connection connection;
    private final Dialect dialect;
    private final String pipeline;
    private final Watermarks watermarks;

    /** @param watermarks those that the batch has locked */
    DeadLetterEntries(Connection connection, Dialect dialect, String pipeline, Watermarks watermarks) {
        this.connection = connection;
        this.dialect = dialect;
        this.pipeline = pipeline;
        this.watermarks = watermarks;
    }

    /** How many are open, by pipeline, of all pipelines. */
    static Map<String, Long> countOpen(Connection connection, Dialect dialect) throws SQLException {
        Map<String, Long> open = new TreeMap<>();
        if (!dialect.catalogue().columns(connection, "bactrian_dead_letters").isEmpty()) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select pipeline, count(*) from bactrian_dead_letters where state='open' group by pipeline")) {
                while (rows.next()) {
                    open.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return open;
    }

    void open(List<DeadLetter> letters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into bactrian_dead_letters "
                + "(pipeline, id, log, kafka_offset, key_hash, state) values (?,?,?,?,?,'open')"
                + dialect.words().onDuplicate(List.of("pipeline", "id"), "state='open', settled_at=null"))) {
            for (DeadLetter letter : letters) {
                statement.setString(1, pipeline);
                statement.setString(2, letter.id());
                statement.setInt(3, watermarks.logs().get(Partition.of(letter.position())));
                statement.setLong(4, letter.position().offset());
                statement.setBytes(5, hash(letter.key()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    void supersede(List<Delivery> newer, List<Row> rows) throws SQLException {
        for (int log : logsWithOpenLetters()) {
            supersedeByKey(log, newer);
            for (Row row : rows) {
                if (row.meaning() == Row.Meaning.CLEAR && watermarks.log(row) == log) {
                    supersedeAll(log, row.change());
                }
            }
        }
    }

    private List<Integer> logsWithOpenLetters() throws SQLException {
        List<Integer> open = new ArrayList<>();
        Map<Partition, Integer> logs = watermarks.logs();
        if (logs.isEmpty()) {
            return open;
        }
        String sql = "select distinct log from bactrian_dead_letters where state='open' and log in ("
                + logs.values().stream().map(String::valueOf).collect(Collectors.joining(",")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql); ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                open.add(found.getInt(1));
            }
        }
        return open;
    }

    private void supersedeByKey(int log, List<Delivery> newer) throws SQLException {
        Map<String, Long> newest = new HashMap<>();
        for (Delivery delivery : newer) {
            if (delivery.key() != null && Integer.valueOf(log).equals(watermarks.logs().get(Partition.of(delivery.position())))) {
                newest.put(HexFormat.of().formatHex(hash(delivery.key())), delivery.position().offset());
            }
        }
        List<String> hashes = new ArrayList<>(newest.keySet());
        for (int from = 0; from < hashes.size(); from += KEYS_A_STATEMENT) {
            List<String> some = hashes.subList(from, Math.min(hashes.size(), from + KEYS_A_STATEMENT));
            Map<String, Long> superseded = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement("select id, kafka_offset, key_hash from bactrian_dead_letters "
                    + "where log=? and state='open' and " + Placeholders.in(List.of("key_hash"), some.size()))) {
                statement.setInt(1, log);
                for (int i = 0; i < some.size(); i++) {
                    statement.setBytes(2 + i, HexFormat.of().parseHex(some.get(i)));
                }
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        long by = newest.get(HexFormat.of().formatHex(found.getBytes(3)));
                        if (by > found.getLong(2)) {
                            superseded.put(found.getString(1), by);
                        }
                    }
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    "update bactrian_dead_letters set superseded_by=? where pipeline=? and id=?")) {
                for (Map.Entry<String, Long> letter : superseded.entrySet()) {
                    statement.setLong(1, letter.getValue());
                    statement.setString(2, pipeline);
                    statement.setString(3, letter.getKey());
                    statement.executeUpdate();
                }
            }
        }
    }

    private void supersedeAll(int log, Change clear) throws SQLException {
        // A sweep ends a re-read, which sums and lists of changes take nothing of: to them nothing came over the
        // partition.
        Cleared cleared = clear.snapshot() ? Cleared.READ_AGAIN : clear.operation() == Operation.SWEEP ? Cleared.NO : Cleared.TRUNCATED;
        try (PreparedStatement statement = connection.prepareStatement(
                "update bactrian_dead_letters set superseded_by=?, cleared=case when cleared=? or ?='no' then cleared else ? end "
                        + "where log=? and state='open' and kafka_offset<?")) {
            statement.setLong(1, clear.older());
            // A truncation after a snapshot that began again does not undo that everything was read once more.
            statement.setString(2, word(Cleared.READ_AGAIN));
            statement.setString(3, word(cleared));
            statement.setString(4, word(cleared));
            statement.setInt(5, log);
            statement.setLong(6, clear.older());
            statement.executeUpdate();
        }
    }

    private static String word(Cleared cleared) {
        return cleared.name().toLowerCase(Locale.ROOT);
    }

    Optional<LetterEntry> claim(String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.locks().alone(
                "select state, superseded_by, cleared from bactrian_dead_letters where pipeline=? and id=?"))) {
            statement.setString(1, pipeline);
            statement.setString(2, id);
            try (ResultSet found = statement.executeQuery()) {
                return found.next()
                        ? Optional.of(new LetterEntry(id, found.getString(1), found.getLong(2),
                                Cleared.valueOf(found.getString(3).toUpperCase(Locale.ROOT))))
                        : Optional.empty();
            }
        }
    }

    void settle(String id, String how) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update bactrian_dead_letters set state=?, settled_at=current_timestamp(6) where pipeline=? and id=?")) {
            statement.setString(1, how);
            statement.setString(2, pipeline);
            statement.setString(3, id);
            statement.executeUpdate();
        }
    }

    private static byte[] hash(byte[] key) {
        return key == null ? null : ShortHash.of(key);
    }
}
