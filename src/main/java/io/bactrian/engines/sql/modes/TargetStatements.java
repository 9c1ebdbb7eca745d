package io.bactrian.engines.sql.modes;

import io.bactrian.domain.Column;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row;
import io.bactrian.domain.ShortHash;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.BulkWriting;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.RowLocks;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.LogNumbers;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.TargetTable;
import io.bactrian.engines.sql.WarehouseColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the writers of one table share: its lines, its statements, and halving until the refused row stands alone. */
public final class TargetStatements {

    private static final int KEYS_A_STATEMENT = 500;
    private static final Object[] NOTHING = {};

    final Connection connection;
    final SqlWords words;
    final SqlValues values;
    final BulkWriting writing;
    final Catalogue catalogue;
    final SqlErrors errors;
    final RowLocks locks;
    final Target target;
    final TargetTable table;
    private final LogNumbers logs;
    private final boolean careful;
    private final Map<TableSchema, List<WarehouseColumn>> columns = new IdentityHashMap<>();

    /** @param careful whether each statement can be undone alone, which costs the server two more */
    public TargetStatements(Connection connection, Dialect dialect, Target target, TargetTable table, LogNumbers logs,
            boolean careful) {
        this.connection = connection;
        this.words = dialect.words();
        this.values = dialect.values();
        this.writing = dialect.writing();
        this.catalogue = dialect.catalogue();
        this.errors = dialect.errors();
        this.locks = dialect.locks();
        this.target = target;
        this.table = table;
        this.logs = logs;
        this.careful = careful;
    }

    int log(Row row) {
        return logs.log(row);
    }

    /**
     * The key's values, such that two that are one to the database are equal, be they a change's or read from a table.
     */
    List<Object> key(Image image) {
        List<Object> key = new ArrayList<>(target.key().size());
        for (String column : target.key()) {
            Object value = image.get(column);
            if (value instanceof BigDecimal decimal) {
                key.add(decimal.stripTrailingZeros());
            } else if (value instanceof BigInteger integer && integer.bitLength() < 64) {
                key.add(integer.longValueExact());
            } else {
                key.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
            }
        }
        return key;
    }

    List<WarehouseColumn> keyColumns(TableSchema schema) {
        return target.key().stream().map(name -> new WarehouseColumn(name, schema.column(schema.place(name)).type())).toList();
    }

    /** The condition that finds rows by that many keys. */
    String keyIn(int count) {
        return Placeholders.in(target.key().stream().map(words::quote).toList(), count);
    }

    /** Sets the parameters of one key. @return the position after them */
    int setKey(PreparedStatement statement, int position, Image image) throws SQLException {
        int next = position;
        for (String column : target.key()) {
            int at = image.schema().place(column);
            statement.setObject(next++, values.parameter(image.value(at), image.schema().column(at).type()));
        }
        return next;
    }

    /** Statements on some of the rows; all of them are undone when it throws. */
    interface Piece<T> {
        void write(List<T> some) throws SQLException;
    }

    /** What to do with the one that was refused. */
    interface Refused<T> {
        void refused(T one, String reason) throws SQLException;
    }

    /** The database refuses a row, and nobody has made sure that the statement can be undone alone. */
    public static final class RefusedInHasteException extends SQLException {
        RefusedInHasteException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }

    /**
     * Writes all, or, where the database refuses a row, halves until the guilty ones stand alone. The rows must not
     * depend on each other's order.
     *
     * @throws RefusedInHasteException for the first refused row, when the writing is not careful
     */
    <T> void halving(List<T> all, Piece<T> piece, Refused<T> refused) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        if (!careful) {
            try {
                piece.write(all);
                return;
            } catch (SQLException e) {
                throw errors.refusesRow(e) ? new RefusedInHasteException(e) : e;
            }
        }
        Savepoint before = connection.setSavepoint();
        try {
            piece.write(all);
            connection.releaseSavepoint(before);
            return;
        } catch (SQLException e) {
            if (!errors.refusesRow(e)) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (all.size() == 1) {
                refused.refused(all.get(0), "warehouse table " + table.name() + " refuses the row: " + errors.reason(e));
                return;
            }
        }
        int half = all.size() / 2;
        halving(all.subList(0, half), piece, refused);
        halving(all.subList(half, all.size()), piece, refused);
    }

    void write(List<Row> rows, TableSchema schema, boolean replace) throws SQLException {
        List<Object[]> lines = new ArrayList<>(rows.size());
        for (Row row : rows) {
            lines.add(line(row));
        }
        writing.write(connection, table, columns(schema), lines, replace);
    }

    /** Only where no row of the key is there, or it was written by an older change of the same log. */
    void writeUnlessNewer(Row row) throws SQLException {
        Image image = row.image();
        String where = target.key().stream().map(name -> words.quote(name) + "=?").collect(Collectors.joining(" and "));
        try (PreparedStatement statement = connection.prepareStatement(locks.alone("select " + OwnColumns.LOG + "," + OwnColumns.OFFSET
                + " from " + words.quote(table.name()) + " where " + where))) {
            setKey(statement, 1, image);
            try (ResultSet there = statement.executeQuery()) {
                if (there.next() && (there.getLong(1) != log(row) || there.getLong(2) >= row.version().offset())) {
                    return;
                }
            }
        }
        write(List.of(row), image.schema(), true);
    }

    private static TableSchema schemaOf(Row row) {
        return row.image() == null ? null : row.image().schema();
    }

    private List<WarehouseColumn> columns(TableSchema schema) {
        return columns.computeIfAbsent(schema, s -> {
            List<WarehouseColumn> all = new ArrayList<>();
            if (s != null) {
                for (Column column : s.columns()) {
                    all.add(new WarehouseColumn(column.name(), column.type()));
                }
            }
            if (target.keepDeleted()) {
                all.add(new WarehouseColumn(Target.DELETED_AT, OwnColumns.MOMENT));
            }
            if (target.bag()) {
                all.add(new WarehouseColumn(OwnColumns.HASH, OwnColumns.HASH_TYPE));
            }
            if (target.mode() == Mode.APPEND) {
                all.add(new WarehouseColumn(OwnColumns.OPERATION, OwnColumns.OPERATION_TYPE));
                all.add(new WarehouseColumn(OwnColumns.COMMITTED_AT, OwnColumns.MOMENT));
            }
            all.add(new WarehouseColumn(OwnColumns.LOG, OwnColumns.NUMBER));
            all.add(new WarehouseColumn(OwnColumns.OFFSET, OwnColumns.NUMBER));
            return all;
        });
    }

    private Object[] line(Row row) {
        Image image = row.image();
        int size = image == null ? 0 : image.size();
        Object[] line = Arrays.copyOf(NOTHING, columns(schemaOf(row)).size());
        int place = 0;
        for (; place < size; place++) {
            line[place] = image.value(place);
        }
        if (target.keepDeleted()) {
            line[place++] = row.meaning() == Row.Meaning.DELETE ? row.at().toString() : null;
        }
        if (target.bag()) {
            line[place++] = hash(image);
        }
        if (target.mode() == Mode.APPEND) {
            line[place++] = row.change().operation().word();
            line[place++] = row.at().toString();
        }
        line[place++] = (long) log(row);
        line[place] = row.version().offset();
        return line;
    }

    /** Equal rows have equal hashes, also when a column that is NULL in them was added in between. */
    public static byte[] hash(Image image) {
        MessageDigest digest = ShortHash.begin();
        for (int i = 0; i < image.size(); i++) {
            Object value = image.value(i);
            if (value != null) {
                digest.update(image.schema().column(i).name().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                byte[] bytes = value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
                digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
                digest.update((byte) 0);
                digest.update(bytes);
            }
        }
        return ShortHash.end(digest);
    }

    /** Deletes by key; with {@code unlessNewer} only rows that the same log wrote earlier. */
    void delete(List<Row> rows, boolean unlessNewer) throws SQLException {
        int atOnce = unlessNewer ? 1 : KEYS_A_STATEMENT;
        for (int from = 0; from < rows.size(); from += atOnce) {
            List<Row> some = rows.subList(from, Math.min(rows.size(), from + atOnce));
            String sql = "delete from " + words.quote(table.name()) + " where " + keyIn(some.size())
                    + (unlessNewer ? " and " + OwnColumns.LOG + "=? and " + OwnColumns.OFFSET + "<?" : "");
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int place = 1;
                for (Row row : some) {
                    place = setKey(statement, place, row.image());
                }
                if (unlessNewer) {
                    statement.setInt(place++, log(some.get(0)));
                    statement.setLong(place, some.get(0).version().offset());
                }
                statement.executeUpdate();
            }
        }
    }

    /** Every row that came from that row's log goes, or is marked as gone; of a sweep those that are older. */
    void clear(Row row, boolean unlessNewer) throws SQLException {
        boolean older = unlessNewer || row.change().operation() == Operation.SWEEP;
        String which = " where " + OwnColumns.LOG + "=?" + (older ? " and " + OwnColumns.OFFSET + "<?" : "");
        String sql = target.keepDeleted()
                ? "update " + words.quote(table.name()) + " set " + Target.DELETED_AT + "=?, " + OwnColumns.OFFSET + "=?" + which
                        + " and " + Target.DELETED_AT + " is null"
                : "delete from " + words.quote(table.name()) + which;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            if (target.keepDeleted()) {
                statement.setObject(place++, values.parameter(row.at().toString(), OwnColumns.MOMENT));
                statement.setLong(place++, row.version().offset());
            }
            statement.setInt(place++, log(row));
            if (older) {
                statement.setLong(place, row.change().older());
            }
            statement.executeUpdate();
        }
    }
}
