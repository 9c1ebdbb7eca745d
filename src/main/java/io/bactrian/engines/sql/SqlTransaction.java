package io.bactrian.engines.sql;

import io.bactrian.application.Delivery;
import io.bactrian.application.LetterEntries;
import io.bactrian.application.LetterEntry.Cleared;
import io.bactrian.application.LetterEntry;
import io.bactrian.application.RefreshedModels;
import io.bactrian.application.RowsByKey;
import io.bactrian.application.Warehouse;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.ShortHash;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.models.ModelRefresh;
import io.bactrian.engines.sql.modes.AddWriter;
import io.bactrian.engines.sql.modes.AppendWriter;
import io.bactrian.engines.sql.modes.BagWriter;
import io.bactrian.engines.sql.modes.HistoryWriter;
import io.bactrian.engines.sql.modes.MirrorWriter;
import io.bactrian.engines.sql.modes.TargetStatements;
import io.bactrian.engines.sql.modes.TargetWriter;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction on one connection of a {@link SqlWarehouse}. */
public final class SqlTransaction implements LogNumbers, Warehouse.Batch, RowsByKey, LetterEntries, RefreshedModels {

    private static final Logger LOG = LoggerFactory.getLogger(SqlTransaction.class);
    private static final int KEYS_A_STATEMENT = 500;

    private final SqlWarehouse warehouse;
    private final Dialect dialect;
    private final Connection connection;
    private final String pipeline;
    private final Map<Partition, Integer> logs = new HashMap<>();
    private boolean failed;
    private boolean committed;
    /** Null until rows are written. */
    private ModelRefresh models;
    private ModelRefresh.ModelFault modelFault;

    SqlTransaction(SqlWarehouse warehouse, Dialect dialect, Connection connection, String pipeline) {
        this.warehouse = warehouse;
        this.dialect = dialect;
        this.connection = connection;
        this.pipeline = pipeline;
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T doing(String what, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            if (dialect.errors().gaveWay(e)) {
                // Two that lock the same rows in another order: everyday business of a database, and no reason to call
                // it down.
                throw new Warehouse.GaveWayException(warehouse.failure(what, e).getMessage(), e);
            }
            failed = true;
            if (e instanceof ModelRefresh.ModelFault fault) {
                modelFault = fault;
                throw new Warehouse.BeginAgainException(warehouse.failure(what, e).getMessage(), e);
            }
            throw warehouse.failure(what, e);
        }
    }

    @Override
    public Optional<RowsByKey> rows() {
        return Optional.of(this);
    }

    @Override
    public Optional<LetterEntries> letters() {
        return Optional.of(this);
    }

    @Override
    public Optional<RefreshedModels> models() {
        return Optional.of(this);
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        // Asked for first: in PostgreSQL a statement that fails would take the whole transaction with it.
        return doing("read " + target.table(),
                () -> warehouse.known(connection, target) == null ? Map.of() : warehouse.read(connection, target, keys));
    }

    @Override
    public Map<Partition, Long> lock(Collection<Partition> partitions) {
        return doing("lock watermarks", () -> {
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
        });
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

    @Override
    public int log(Row row) {
        Partition partition = Partition.of(row.version());
        Integer log = logs.get(partition);
        if (log == null) {
            throw new IllegalStateException("row of " + row.version() + " in a transaction that has not locked " + partition);
        }
        return log;
    }

    @Override
    public List<Warehouse.Refusal> write(List<Row> rows) {
        return doing("write rows", () -> {
            List<Run> runs = runs(rows);
            Savepoint before = connection.setSavepoint();
            try {
                return write(runs, false);
            } catch (TargetStatements.RefusedInHasteException e) {
                // Hardly any batch has a row that is refused. One that has is written twice, so that all others need no
                // savepoints.
                connection.rollback(before);
                models = null;
                return write(runs, true);
            }
        });
    }

    private List<Warehouse.Refusal> write(List<Run> runs, boolean careful) throws SQLException {
        List<Warehouse.Refusal> refusals = new ArrayList<>();
        for (Run run : runs) {
            TargetTable table = warehouse.known(connection, run.target);
            // No table and nothing to write to it: clears and deletes of what never was.
            if (table != null) {
                watch(run);
                writer(run.target, table, careful).write(run.rows, refusals);
            }
        }
        return refusals;
    }

    /** Tells the models which rows of a table are about to be written. */
    private void watch(Run run) throws SQLException {
        if (models == null) {
            models = new ModelRefresh(connection, dialect, warehouse.models().lock(connection));
        }
        Target target = run.target;
        if (!models.watches(target.table())) {
            return;
        }
        List<String> names = lookupColumns(target);
        Set<List<Object>> lookups = new LinkedHashSet<>();
        // A sum gets its parts from all partitions, and so does a row that another key tells apart than the source's.
        boolean shared = target.mode() == Mode.ADD;
        TableSchema last = null;
        for (Row row : run.rows) {
            TableSchema source = row.change().row() == null ? last : row.change().row().schema();
            if (source != last) {
                shared |= !target.key().isEmpty() && !target.key().containsAll(source.key());
                last = source;
            }
            if (row.meaning() == Row.Meaning.CLEAR) {
                if (holdsRowsOf(row, target)) {
                    models.everythingIn(target.table());
                    return;
                }
            } else {
                lookups.add(lookup(row, target));
            }
        }
        models.before(target.table(), names, lookups, shared);
    }

    /** The columns by which the rows that a write concerns are found before and after it. */
    private static List<String> lookupColumns(Target target) {
        return target.mode() == Mode.APPEND
                ? List.of(OwnColumns.LOG, OwnColumns.OFFSET)
                : target.bag() ? List.of(OwnColumns.HASH) : target.key();
    }

    private List<Object> lookup(Row row, Target target) {
        if (target.mode() == Mode.APPEND) {
            return List.of((long) log(row), row.version().offset());
        }
        if (target.bag()) {
            return List.of(ByteBuffer.wrap(TargetStatements.hash(row.image())));
        }
        TableSchema schema = row.image().schema();
        List<Object> values = new ArrayList<>(target.key().size());
        for (String column : target.key()) {
            int place = schema.place(column);
            Object value = dialect.values().parameter(row.image().value(place), schema.column(place).type());
            values.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
        }
        return values;
    }

    private boolean holdsRowsOf(Row clear, Target target) throws SQLException {
        boolean own = dialect.catalogue().columns(connection, target.table()).contains(OwnColumns.LOG);
        try (PreparedStatement statement = connection.prepareStatement("select 1 from " + dialect.words().quote(target.table())
                + (own ? " where " + OwnColumns.LOG + "=" + log(clear) : "") + " limit 1");
                ResultSet found = statement.executeQuery()) {
            return found.next();
        }
    }

    @Override
    public void refresh() {
        if (models != null) {
            doing("refresh the models", () -> {
                models.refresh();
                return null;
            });
        }
    }

    private TargetWriter writer(Target target, TargetTable table, boolean careful) {
        TargetStatements statements = new TargetStatements(connection, dialect, target, table, this, careful);
        return switch (target.mode()) {
            case MIRROR -> target.bag() ? new BagWriter(statements) : new MirrorWriter(statements);
            case HISTORY -> new HistoryWriter(statements);
            case APPEND -> new AppendWriter(statements);
            case ADD -> new AddWriter(statements);
        };
    }

    @Override
    public List<Warehouse.Refusal> writeUnlessNewer(List<Row> rows) {
        return doing("write replayed rows", () -> {
            List<Warehouse.Refusal> refusals = new ArrayList<>();
            for (Run run : runs(rows)) {
                TargetTable table = warehouse.known(connection, run.target);
                if (table != null) {
                    watch(run);
                    writer(run.target, table, true).writeUnlessNewer(run.rows, refusals);
                }
            }
            return refusals;
        });
    }

    /** Rows of one table that one writer can take together; a CLEAR knows no key and goes with its neighbours. */
    private static final class Run {
        private Target target;
        private boolean onlyClears = true;
        private final List<Row> rows = new ArrayList<>();

        private boolean takes(Row row) {
            return onlyClears || row.meaning() == Row.Meaning.CLEAR || row.target() == target || row.target().equals(target);
        }

        private void add(Row row) {
            if (target == null || onlyClears && row.meaning() != Row.Meaning.CLEAR) {
                target = row.target();
            }
            onlyClears &= row.meaning() == Row.Meaning.CLEAR;
            rows.add(row);
        }
    }

    /** Tables do not depend on each other's order; within a table the runs stay in order. */
    private static List<Run> runs(List<Row> rows) {
        List<Run> runs = new ArrayList<>();
        Map<String, Run> current = new HashMap<>();
        for (Row row : rows) {
            Run run = current.get(row.target().table());
            if (run == null || !run.takes(row)) {
                run = new Run();
                runs.add(run);
                current.put(row.target().table(), run);
            }
            run.add(row);
        }
        return runs;
    }

    @Override
    public void advance(Map<Partition, Long> next) {
        doing("move watermarks", () -> {
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
            return null;
        });
    }

    @Override
    public void open(List<DeadLetter> letters) {
        doing("note dead letters", () -> {
            try (PreparedStatement statement = connection.prepareStatement("insert into bactrian_dead_letters "
                    + "(pipeline, id, log, kafka_offset, key_hash, state) values (?,?,?,?,?,'open')"
                    + dialect.words().onDuplicate(List.of("pipeline", "id"), "state='open', settled_at=null"))) {
                for (DeadLetter letter : letters) {
                    statement.setString(1, pipeline);
                    statement.setString(2, letter.id());
                    statement.setInt(3, logs.get(Partition.of(letter.position())));
                    statement.setLong(4, letter.position().offset());
                    statement.setBytes(5, hash(letter.key()));
                    statement.addBatch();
                }
                statement.executeBatch();
            }
            return null;
        });
    }

    @Override
    public void supersede(List<Delivery> newer, List<Row> rows) {
        doing("note superseded dead letters", () -> {
            for (int log : logsWithOpenLetters()) {
                supersedeByKey(log, newer);
                for (Row row : rows) {
                    if (row.meaning() == Row.Meaning.CLEAR && log(row) == log) {
                        supersedeAll(log, row.version().offset(), row.change().snapshot() ? Cleared.READ_AGAIN : Cleared.TRUNCATED);
                    }
                }
            }
            return null;
        });
    }

    private List<Integer> logsWithOpenLetters() throws SQLException {
        List<Integer> open = new ArrayList<>();
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
            if (delivery.key() != null && Integer.valueOf(log).equals(logs.get(Partition.of(delivery.position())))) {
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

    private void supersedeAll(int log, long offset, Cleared cleared) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update bactrian_dead_letters set superseded_by=?, cleared=case when cleared=? then cleared else ? end "
                        + "where log=? and state='open' and kafka_offset<?")) {
            statement.setLong(1, offset);
            // A truncation after a snapshot that began again does not undo that everything was read once more.
            statement.setString(2, word(Cleared.READ_AGAIN));
            statement.setString(3, word(cleared));
            statement.setInt(4, log);
            statement.setLong(5, offset);
            statement.executeUpdate();
        }
    }

    private static String word(Cleared cleared) {
        return cleared.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Optional<LetterEntry> claim(String id) {
        return doing("claim a dead letter", () -> {
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
        });
    }

    @Override
    public void settle(String id, String how) {
        doing("settle a dead letter", () -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "update bactrian_dead_letters set state=?, settled_at=current_timestamp(6) where pipeline=? and id=?")) {
                statement.setString(1, how);
                statement.setString(2, pipeline);
                statement.setString(3, id);
                statement.executeUpdate();
            }
            return null;
        });
    }

    @Override
    public void commit() {
        doing("commit", () -> {
            connection.commit();
            committed = true;
            return null;
        });
    }

    @Override
    public void close() {
        if (failed) {
            // The failure may be about a table that somebody changed: look again before the next try.
            warehouse.forgetTables();
        }
        try (connection) {
            if (!committed) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // The server rolls back what a lost connection left; the failure that led here is on its way to the caller.
            LOG.debug("warehouse {}: rolling back", warehouse.name(), e);
        }
        if (modelFault != null) {
            // One model stops nobody: the next try goes on without it, and it is made anew when that is possible again.
            warehouse.suspend(modelFault);
        }
    }

    static byte[] hash(byte[] key) {
        return key == null ? null : ShortHash.of(key);
    }
}
