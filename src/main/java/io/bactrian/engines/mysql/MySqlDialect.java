package io.bactrian.engines.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcStatement;
import com.zaxxer.hikari.HikariConfig;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.SqlWarehouse;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MySQL 8.0.19 and newer. */
public final class MySqlDialect implements Dialect {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlDialect.class);

    /** Below this many rows one INSERT is cheaper than the extra round trip of LOAD DATA. */
    private static final int ROWS_WORTH_A_LOAD = 64;
    private static final int ROWS_A_STATEMENT = 500;
    /** The protocol's limit for placeholders of one statement. */
    private static final int PARAMETERS_A_STATEMENT = 65_000;

    private static final Set<Integer> LOAD_NOT_ALLOWED = Set.of(1148, 3948, 2068);

    private volatile boolean loadAllowed = true;

    @Override
    public void configure(HikariConfig config) {
        config.addDataSourceProperty("allowLoadLocalInfile", "true");
        config.addDataSourceProperty("characterEncoding", "utf-8");
        config.addDataSourceProperty("connectionTimeZone", "UTC");
        config.addDataSourceProperty("forceConnectionTimeZoneToSession", "true");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5000");
        config.addDataSourceProperty("socketTimeout", "300000");
        // Else the driver asks the server before each write whether it may.
        config.addDataSourceProperty("readOnlyPropagatesToServer", "false");
        config.addDataSourceProperty("yearIsDateType", "false");
        config.addDataSourceProperty("tinyInt1isBit", "false");
        config.addDataSourceProperty("useCursorFetch", "true");
        // The statements of a batch are the same each time.
        config.addDataSourceProperty("cachePrepStmts", "true");
        config.addDataSourceProperty("prepStmtCacheSize", "400");
        config.addDataSourceProperty("prepStmtCacheSqlLimit", "16384");
        // Never what a server's administrator chose: a value must fit as it is or be refused.
        config.addDataSourceProperty("sessionVariables",
                "sql_mode='ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'");
    }

    @Override
    public String quote(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    @Override
    public String typeFor(ColumnType type, boolean inKey) {
        return MySqlColumns.typeFor(type, inKey);
    }

    @Override
    public Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours) {
        return MySqlColumns.typesFor(columns, key, ours);
    }

    @Override
    public String typeOutsideRow(ColumnType type) {
        return MySqlColumns.typeOutsideRow(type);
    }

    @Override
    public boolean isRowTooLong(SQLException failure) {
        return MySqlErrors.isRowTooLong(failure);
    }

    @Override
    public boolean isDuplicateColumn(SQLException failure) {
        return MySqlErrors.isDuplicateColumn(failure);
    }

    @Override
    public boolean isUnknownTable(SQLException failure) {
        return MySqlErrors.isUnknownTable(failure);
    }

    @Override
    public boolean isDuplicateKey(SQLException failure) {
        return MySqlErrors.isDuplicateKey(failure);
    }

    @Override
    public boolean refusesRow(SQLException failure) {
        return MySqlErrors.refusesRow(failure);
    }

    @Override
    public String reason(SQLException failure) {
        return MySqlErrors.reason(failure);
    }

    @Override
    public boolean isStatementFault(SQLException failure) {
        return MySqlErrors.isStatementFault(failure);
    }

    @Override
    public List<String> createTable(String name, List<String> definitions, List<Index> indexes) {
        List<String> parts = new ArrayList<>(definitions);
        for (Index index : indexes) {
            parts.add((index.unique() ? "unique key " : "key ") + quote(index.name()) + " ("
                    + index.columns().stream().map(this::quote).collect(Collectors.joining(",")) + ")");
        }
        return List.of("create table if not exists " + quote(name) + " (" + String.join(", ", parts) + ")");
    }

    @Override
    public String createView(String name, String select) {
        return "create or replace view " + quote(name) + " as " + select;
    }

    @Override
    public String createIndex(String table, List<String> columns) {
        return "create index " + quote("by_" + String.join("_", columns)) + " on " + quote(table) + " ("
                + columns.stream().map(this::quote).collect(Collectors.joining(",")) + ")";
    }

    @Override
    public Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException {
        Map<String, Map<String, List<String>>> found = new LinkedHashMap<>();
        try (PreparedStatement statement = connection
                .prepareStatement("select table_name, index_name, column_name from information_schema.statistics "
                        + "where table_schema = database() and non_unique = 0 and column_name is not null order by "
                        + "table_name, index_name, seq_in_index");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.computeIfAbsent(rows.getString(1), table -> new LinkedHashMap<>())
                        .computeIfAbsent(rows.getString(2), index -> new ArrayList<>()).add(rows.getString(3));
            }
        }
        Map<String, List<List<String>>> indexes = new LinkedHashMap<>();
        found.forEach((table, of) -> indexes.put(table, List.copyOf(of.values())));
        return indexes;
    }

    @Override
    public List<String> bookkeeping() {
        return List.of("""
                create table if not exists bactrian_watermarks (
                  id int unsigned not null auto_increment primary key comment 'named by bactrian_log of each row',
                  pipeline varchar(100) character set utf8mb4 collate utf8mb4_0900_bin not null,
                  topic varchar(249) character set utf8mb4 collate utf8mb4_0900_bin not null,
                  kafka_partition int not null,
                  next_offset bigint not null comment 'all changes before it are in the warehouse',
                  moved_at timestamp(6) not null default current_timestamp(6) on update current_timestamp(6),
                  unique key one_a_partition (pipeline, topic, kafka_partition)
                ) comment 'Bactrian: what has been applied'""", """
                create table if not exists bactrian_dead_letters (
                  pipeline varchar(100) character set utf8mb4 collate utf8mb4_0900_bin not null,
                  id varchar(500) character set utf8mb4 collate utf8mb4_0900_bin not null,
                  log int unsigned not null,
                  kafka_offset bigint not null,
                  key_hash binary(16) null,
                  state varchar(60) not null,
                  superseded_by bigint not null default -1 comment 'offset of a newer change of the same key',
                  cleared varchar(10) not null default 'no' comment 'truncated or read_again: what became of the whole log since',
                  opened_at timestamp(6) not null default current_timestamp(6),
                  settled_at timestamp(6) null,
                  primary key (pipeline, id),
                  key of_a_log (log, state, key_hash)
                ) comment 'Bactrian: dead letters; their contents are in Kafka'""", """
                create table if not exists bactrian_models (
                  name varchar(64) character set utf8mb4 collate utf8mb4_0900_bin not null primary key,
                  file varchar(500) not null,
                  definition mediumtext null comment 'the file that the table was made by; NULL before the first time',
                  hash char(32) null,
                  building mediumtext null comment 'the file that it is being made by',
                  building_hash char(32) null,
                  stale tinyint not null comment '1: is to be made anew',
                  reason varchar(2000) null comment 'why it is not refreshed; NULL when all is well',
                  made_at timestamp(6) null
                ) comment 'Bactrian: the models'""", """
                create table if not exists bactrian_model_locks (
                  name varchar(64) character set utf8mb4 collate utf8mb4_0900_bin not null primary key
                ) comment 'Bactrian: locked while a model is refreshed'""", """
                create table if not exists bactrian_calendar (
                  day date not null primary key,
                  year smallint not null,
                  quarter tinyint not null,
                  month tinyint not null,
                  month_name varchar(9) not null,
                  day_of_month tinyint not null,
                  day_of_week tinyint not null comment '1 is Monday',
                  day_name varchar(9) not null,
                  iso_year smallint not null,
                  iso_week tinyint not null,
                  is_weekend tinyint not null,
                  begun tinyint not null comment '1 from the first second of the day on, UTC'
                ) comment 'Bactrian: the days'""",
                // Without touching a row that is there, since somebody may hold it for long.
                "insert into bactrian_models (name, file, stale) select '', '', 0 from (select 1 as one) o where not "
                        + "exists (select 1 from bactrian_models m where m.name = '')",
                "insert into bactrian_model_locks (name) select '' from (select 1 as one) o where not exists (select "
                        + "1 from bactrian_model_locks m where m.name = '')");
    }

    @Override
    public String rowNumber(String name) {
        return quote(name) + " bigint unsigned not null auto_increment primary key";
    }

    @Override
    public List<String> columns(Connection connection, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name from information_schema.columns "
                + "where table_schema = database() and table_name = ? and extra not like '% GENERATED%' order by ordinal_position")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    columns.add(found.getString(1));
                }
            }
        }
        return columns;
    }

    @Override
    public TableSchema schema(Connection connection, String table) throws SQLException {
        return MySqlSource.schema(connection, connection.getCatalog(), table);
    }

    @Override
    public void write(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        // REPLACE makes a row anew: with columns that we do not write it would reset them, which an upsert does not.
        boolean wholeRows = columns.size() == table.columns().size();
        if (loadAllowed && lines.size() >= ROWS_WORTH_A_LOAD && (wholeRows || !replace)) {
            try {
                load(connection, table, columns, lines, replace);
                return;
            } catch (SQLException e) {
                if (!LOAD_NOT_ALLOWED.contains(e.getErrorCode())) {
                    throw e;
                }
                loadAllowed = false;
                LOG.info("warehouse: LOAD DATA LOCAL is not allowed here ({}); writing with multi-row INSERT, about half as fast. "
                        + "To allow it: SET PERSIST local_infile = ON", e.getMessage());
            }
        }
        int atOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, PARAMETERS_A_STATEMENT / columns.size()));
        for (int from = 0; from < lines.size(); from += atOnce) {
            insert(connection, table, columns, lines.subList(from, Math.min(lines.size(), from + atOnce)),
                    replace ? replacing(columns) : "");
        }
    }

    private String replacing(List<WarehouseColumn> columns) {
        return " as new on duplicate key update " + columns.stream()
                .map(c -> quote(c.name()) + "=new." + quote(c.name())).collect(Collectors.joining(","));
    }

    @Override
    public void add(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException {
        String there = quote(table.name()) + ".";
        List<String> sets = new ArrayList<>();
        sums.forEach(sum -> sets.add(quote(sum) + "=" + there + quote(sum) + "+new." + quote(sum)));
        sets.add(SqlWarehouse.OFFSET + "=greatest(" + there + SqlWarehouse.OFFSET + ",new." + SqlWarehouse.OFFSET + ")");
        int atOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, PARAMETERS_A_STATEMENT / columns.size()));
        for (int from = 0; from < lines.size(); from += atOnce) {
            insert(connection, table, columns, lines.subList(from, Math.min(lines.size(), from + atOnce)),
                    " as new on duplicate key update " + String.join(",", sets));
        }
    }

    private void load(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        String fields = columns.stream().map(c -> viaVariable(c) ? variable(columns, c) : quote(c.name())).collect(Collectors.joining(","));
        String sets = columns.stream().filter(MySqlDialect::viaVariable)
                .map(c -> quote(c.name()) + "=" + fromVariable(c, variable(columns, c))).collect(Collectors.joining(","));
        String sql = "load data local infile 'rows' " + (replace ? "replace " : "") + "into table " + quote(table.name())
                + " character set utf8mb4 fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (" + fields + ")"
                + (sets.isEmpty() ? "" : " set " + sets);
        LoadText text = new LoadText("");
        for (Object[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                text.field(parameter(line[i], columns.get(i).type()), i == line.length - 1);
            }
        }
        try (Statement statement = connection.createStatement()) {
            JdbcStatement mysql = statement.unwrap(JdbcStatement.class);
            mysql.setLocalInfileInputStream(new ByteArrayInputStream(text.bytes(), 0, text.length()));
            try {
                statement.execute(sql);
                failOnWarning(statement);
            } finally {
                mysql.setLocalInfileInputStream(null);
            }
        }
    }

    private static boolean viaVariable(WarehouseColumn column) {
        return switch (column.type().kind()) {
            case BYTES, BLOB, GEOMETRY, BITS -> true;
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, STRING, TEXT,
                    DATE, TIME, DATETIME, INSTANT, YEAR, JSON ->
                false;
        };
    }

    private static String variable(List<WarehouseColumn> columns, WarehouseColumn column) {
        return "@b" + columns.indexOf(column);
    }

    private static String fromVariable(WarehouseColumn column, String variable) {
        return column.type().kind() == ColumnType.Kind.BITS ? "cast(" + variable + " as unsigned)" : "unhex(" + variable + ")";
    }

    private void insert(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, String onDuplicate)
            throws SQLException {
        String names = columns.stream().map(c -> quote(c.name())).collect(Collectors.joining(","));
        String one = "(" + "?,".repeat(columns.size() - 1) + "?)";
        StringBuilder sql = new StringBuilder("insert into ").append(quote(table.name())).append(" (").append(names).append(") values ");
        for (int i = 0; i < lines.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(one);
        }
        sql.append(onDuplicate);
        // As many texts as numbers of rows: preparing each on the server would be one more round trip, and seldom serve
        // again.
        try (PreparedStatement statement = connection.unwrap(JdbcConnection.class).clientPrepareStatement(sql.toString())) {
            int place = 1;
            for (Object[] line : lines) {
                for (int i = 0; i < line.length; i++) {
                    if (line[i] instanceof String text && !isWellFormed(text)) {
                        throw new SQLException("column " + columns.get(i).name() + " has half of a character, which is no UTF-8", "22000",
                                MySqlErrors.NO_UTF8);
                    }
                    statement.setObject(place++, parameter(line[i], columns.get(i).type()));
                }
            }
            statement.execute();
            failOnWarning(statement);
        }
    }

    /** Where MySQL would refuse it, Connector/J writes a question mark for it. */
    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String onDuplicate(List<String> key, String sets) {
        return " as new on duplicate key update " + sets;
    }

    /**
     * One lookup for each: with a list of them the server may choose to read, and lock, all rows.
     */
    @Override
    public String lockEach(String columns, String table, List<String> key, int count) {
        String one = "(select " + columns + " from " + table + " where "
                + key.stream().map(name -> quote(name) + "=?").collect(Collectors.joining(" and ")) + " for update)";
        return (one + " union all ").repeat(count - 1) + one;
    }

    @Override
    public String deleteSome(String table, String where, String order) {
        return "delete from " + quote(table) + " where " + where + " order by " + order + " limit ?";
    }

    /** A query that locks reads each row as it is when it has its lock. */
    @Override
    public void hold(Connection connection, String select) {
        // Nothing to hold.
    }

    @Override
    public String ownWords(String sql) {
        return sql;
    }

    @Override
    public Map<String, Integer> digits(Connection connection, String table) throws SQLException {
        Map<String, Integer> digits = new HashMap<>();
        // Not a prepared one: the driver keeps those, and with them how many columns there were.
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from " + quote(table) + " where 1=0")) {
            for (int i = 1; i <= none.getMetaData().getColumnCount(); i++) {
                int type = none.getMetaData().getColumnType(i);
                if (type != Types.DOUBLE && type != Types.FLOAT && type != Types.REAL) {
                    digits.put(none.getMetaData().getColumnName(i), none.getMetaData().getScale(i));
                }
            }
        }
        return digits;
    }

    /**
     * LOAD DATA LOCAL turns every refused value into a warning and cuts it to fit, and a strict INSERT rounds decimals
     * with no more than a note: both are refusals here, since a value that was changed on the way is not the source's
     * value.
     */
    private static void failOnWarning(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            String state = warning.getSQLState();
            if (MySqlErrors.VALUE_FAULTS.contains(warning.getErrorCode())
                    || state != null && (state.startsWith("22") || state.startsWith("23"))) {
                throw new SQLException(warning.getMessage(), "22000", warning.getErrorCode());
            }
            if (warning.getErrorCode() == 1062 || warning.getErrorCode() == 1261 || warning.getErrorCode() == 1262) {
                throw new SQLException(warning.getMessage(), "23000", warning.getErrorCode());
            }
        }
    }

    @Override
    public Object parameter(Object value, ColumnType type) {
        if (value instanceof String text && type.kind() == ColumnType.Kind.INSTANT && text.endsWith("Z")) {
            // The session's time zone is UTC, and MySQL does not know the letter.
            return text.substring(0, text.length() - 1);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value;
    }

    @Override
    public Object plain(ResultSet row, int place, int jdbcType) throws SQLException {
        return switch (jdbcType) {
            // As text: no Java class in between shifts it by somebody's time zone.
            case Types.DATE, Types.TIME, Types.TIMESTAMP, Types.TIME_WITH_TIMEZONE, Types.TIMESTAMP_WITH_TIMEZONE -> row.getString(place);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BIT, Types.BLOB -> {
                byte[] bytes = row.getBytes(place);
                yield bytes == null ? null : ByteBuffer.wrap(bytes);
            }
            default -> row.getObject(place);
        };
    }

    @Override
    public Object bound(Object plain) {
        return plain instanceof ByteBuffer bytes ? bytes.array() : plain;
    }

    @Override
    public boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("select index_name, column_name from information_schema.statistics "
                + "where table_schema = database() and table_name = ? order by index_name, seq_in_index")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    indexes.computeIfAbsent(found.getString(1), name -> new ArrayList<>()).add(found.getString(2).toLowerCase(Locale.ROOT));
                }
            }
        }
        return indexes.values().stream()
                .anyMatch(index -> index.size() >= columns.size() && index.subList(0, columns.size()).equals(columns));
    }

    @Override
    public boolean isView(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select 1 from information_schema.views where table_schema = database() and table_name = ?")) {
            statement.setString(1, table);
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }

    @Override
    public void swap(Connection connection, String table, String shadow, String retired) throws SQLException {
        boolean there = !columns(connection, table).isEmpty();
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + quote(retired));
            // Who reads the old one holds it; without a limit its next reader would wait for the rename, and that for
            // ever.
            statement.execute("set session lock_wait_timeout = 20");
            try {
                statement.execute("rename table " + (there ? quote(table) + " to " + quote(retired) + ", " : "") + quote(shadow) + " to "
                        + quote(table));
            } finally {
                statement.execute("set session lock_wait_timeout = default");
            }
            statement.execute("drop table if exists " + quote(retired));
        }
    }

    @Override
    public Object read(ResultSet row, int place, ColumnType type) throws SQLException {
        return switch (type.kind()) {
            case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, YEAR -> orNull(row, row.getLong(place));
            case UINT64, BITS -> unsigned(row, place, type);
            case DECIMAL -> row.getBigDecimal(place);
            case FLOAT -> orNull(row, row.getFloat(place));
            case DOUBLE -> orNull(row, row.getDouble(place));
            case BYTES, BLOB, GEOMETRY -> row.getBytes(place);
            case STRING, TEXT, JSON, DATE, TIME -> trimmed(row.getString(place), type);
            case DATETIME -> moment(row.getString(place), "");
            case INSTANT -> moment(row.getString(place), "Z");
        };
    }

    private static Object unsigned(ResultSet row, int place, ColumnType type) throws SQLException {
        if (type.kind() == ColumnType.Kind.BITS) {
            byte[] bytes = row.getBytes(place);
            return bytes == null ? null : small(new java.math.BigInteger(1, bytes));
        }
        BigDecimal value = row.getBigDecimal(place);
        return value == null ? null : small(value.toBigIntegerExact());
    }

    private static Object small(java.math.BigInteger value) {
        return value.bitLength() < 64 ? (Object) value.longValueExact() : value;
    }

    private static Object orNull(ResultSet row, Object value) throws SQLException {
        return row.wasNull() ? null : value;
    }

    private static String trimmed(String text, ColumnType type) {
        return text == null || type.kind() != ColumnType.Kind.TIME ? text : withoutZeros(text);
    }

    private static String moment(String text, String zone) {
        return text == null ? null : withoutZeros(text.replace(' ', 'T')) + zone;
    }

    private static String withoutZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
