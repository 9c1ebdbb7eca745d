package io.bactrian.engines.postgresql;

import com.zaxxer.hikari.HikariConfig;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.SqlWarehouse;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * PostgreSQL 14 and newer. Its errors end a transaction: what may fail alone is asked behind a savepoint, or without a
 * transaction.
 */
public final class PostgresDialect implements Dialect {

    private static final int BYTES_A_NAME = 63;
    /**
     * Whoever makes tables holds it until they are there: without it two instances that make the same one meet in the
     * catalog, and one fails.
     */
    private static final String ONE_MAKES_TABLES = "select pg_advisory_xact_lock(4711003); ";
    /**
     * What models have in MySQL's words, since there is no form that both databases know: a name in backticks, and the
     * beginning of one call. Or a text, a quoted name or a comment, in which it is neither.
     */
    private static final Pattern WORDS_OF_MODELS = Pattern.compile(
            "'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\\*.*?\\*/|`([^`]+)`|\\btimestampdiff\\s*\\(\\s*(\\w+)\\s*,",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final PostgresWriting writing = new PostgresWriting(this);

    @Override
    public void configure(HikariConfig config) {
        // A time in a text is compared with a date as a date, and a number in one is written as the column's type reads
        // it.
        config.addDataSourceProperty("stringtype", "unspecified");
        // Texts alone: what the driver makes of a binary moment is in the JVM's zone.
        config.addDataSourceProperty("binaryTransfer", "false");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", "300");
        config.addDataSourceProperty("ApplicationName", "bactrian");
        config.addDataSourceProperty("preparedStatementCacheQueries", "400");
        // Never what the JVM's zone, a database's or a role's settings make of it.
        config.setConnectionInitSql("set time zone 'UTC'; set intervalstyle = 'postgres'; set client_min_messages = 'error'");
    }

    @Override
    public String quote(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_A_NAME) {
            // PostgreSQL would cut it, and two names may be one then.
            throw new IllegalStateException("the name " + name + " has " + bytes + " bytes, and PostgreSQL takes " + BYTES_A_NAME
                    + "; give the table or the column a shorter name in the route");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String typeFor(ColumnType type, boolean inKey) {
        return PostgresValues.typeFor(type);
    }

    @Override
    public Map<String, String> typesFor(List<WarehouseColumn> columns, List<String> key, int ours) {
        Map<String, String> types = new LinkedHashMap<>();
        columns.forEach(column -> types.put(column.name(), PostgresValues.typeFor(column.type())));
        return types;
    }

    @Override
    public String typeOutsideRow(ColumnType type) {
        return PostgresValues.typeFor(type);
    }

    /** Long values go out of the row by themselves. */
    @Override
    public boolean isRowTooLong(SQLException failure) {
        return false;
    }

    @Override
    public List<String> createTable(String name, List<String> definitions, List<Index> indexes) {
        List<String> parts = new ArrayList<>(definitions);
        StringBuilder more = new StringBuilder();
        for (Index index : indexes) {
            String columns = " (" + index.columns().stream().map(this::quote).collect(Collectors.joining(",")) + ")";
            if (index.unique()) {
                parts.add("unique" + columns);
            } else {
                more.append("; create index if not exists ").append(quote(nameOf(name, index.name()))).append(" on ").append(quote(name))
                        .append(columns);
            }
        }
        // One text is one transaction.
        return List.of(ONE_MAKES_TABLES + "create table if not exists " + quote(name) + " (" + String.join(", ", parts) + ")" + more);
    }

    /** The names of a schema's indexes are apart from each other, whatever their tables. */
    private static String nameOf(String table, String index) {
        String whole = table + "_" + index;
        return whole.getBytes(StandardCharsets.UTF_8).length <= BYTES_A_NAME ? whole : index + "_" + Integer.toHexString(whole.hashCode());
    }

    @Override
    public String createView(String name, String select) {
        return ONE_MAKES_TABLES + "create or replace view " + quote(name) + " as " + select;
    }

    @Override
    public String createIndex(String table, List<String> columns) {
        return "create index on " + quote(table) + " (" + columns.stream().map(this::quote).collect(Collectors.joining(",")) + ")";
    }

    @Override
    public Map<String, List<List<String>>> uniqueIndexes(Connection connection) throws SQLException {
        return PostgresCatalog.uniqueIndexes(connection);
    }

    @Override
    public List<String> bookkeeping() {
        return List.of(ONE_MAKES_TABLES
                + """
                        create table if not exists bactrian_watermarks (
                          id integer generated by default as identity primary key,
                          pipeline text not null,
                          topic text not null,
                          kafka_partition integer not null,
                          next_offset bigint not null,
                          unique (pipeline, topic, kafka_partition)
                        ) with (fillfactor = 50);
                        create table if not exists bactrian_dead_letters (
                          pipeline text not null,
                          id text not null,
                          log integer not null,
                          kafka_offset bigint not null,
                          key_hash bytea null,
                          state text not null,
                          superseded_by bigint not null default -1,
                          cleared text not null default 'no',
                          opened_at timestamptz not null default current_timestamp,
                          settled_at timestamptz null,
                          primary key (pipeline, id)
                        );
                        create index if not exists bactrian_dead_letters_of_a_log on bactrian_dead_letters (log, state, key_hash);
                        create table if not exists bactrian_models (
                          name text not null primary key,
                          file text not null,
                          definition text null,
                          hash text null,
                          building text null,
                          building_hash text null,
                          stale smallint not null,
                          reason text null,
                          made_at timestamptz null
                        );
                        create table if not exists bactrian_model_locks (
                          name text not null primary key
                        );
                        create table if not exists bactrian_calendar (
                          day date not null primary key,
                          year smallint not null,
                          quarter smallint not null,
                          month smallint not null,
                          month_name text not null,
                          day_of_month smallint not null,
                          day_of_week smallint not null,
                          day_name text not null,
                          iso_year smallint not null,
                          iso_week smallint not null,
                          is_weekend smallint not null,
                          begun smallint not null
                        );
                        create or replace function bactrian_timestampdiff(unit text, since timestamptz, until timestamptz) \
                        returns bigint language sql stable as $$
                          select case lower(unit)
                            when 'second' then trunc(extract(epoch from until - since))
                            when 'minute' then trunc(extract(epoch from until - since) / 60)
                            when 'hour' then trunc(extract(epoch from until - since) / 3600)
                            when 'day' then trunc(extract(epoch from until - since) / 86400)
                            when 'week' then trunc(extract(epoch from until - since) / 604800)
                            when 'month' then extract(year from age(until, since)) * 12 + extract(month from age(until, since))
                            when 'year' then extract(year from age(until, since))
                            end::bigint
                        $$;
                        comment on table bactrian_watermarks is 'Bactrian: what has been applied; id names it in bactrian_log of each row';
                        comment on table bactrian_dead_letters is 'Bactrian: dead letters; their contents are in Kafka';
                        comment on table bactrian_models is 'Bactrian: the models';
                        comment on table bactrian_model_locks is 'Bactrian: locked while a model is refreshed';
                        comment on table bactrian_calendar is 'Bactrian: the days';
                        insert into bactrian_models (name, file, stale) values ('', '', 0) on conflict do nothing;
                        insert into bactrian_model_locks (name) values ('') on conflict do nothing""");
    }

    @Override
    public String rowNumber(String name) {
        return quote(name) + " bigint generated by default as identity primary key";
    }

    @Override
    public List<String> columns(Connection connection, String table) throws SQLException {
        return PostgresCatalog.columns(connection, table);
    }

    @Override
    public TableSchema schema(Connection connection, String table) throws SQLException {
        return PostgresCatalog.schema(connection, table);
    }

    @Override
    public boolean hasIndex(Connection connection, String table, List<String> columns) throws SQLException {
        return PostgresCatalog.hasIndex(connection, table, columns);
    }

    @Override
    public boolean isView(Connection connection, String table) throws SQLException {
        return PostgresCatalog.isView(connection, table);
    }

    @Override
    public boolean isDuplicateColumn(SQLException failure) {
        return PostgresErrors.duplicateColumn(failure);
    }

    @Override
    public boolean isUnknownTable(SQLException failure) {
        return PostgresErrors.unknownTable(failure);
    }

    @Override
    public boolean isDuplicateKey(SQLException failure) {
        return PostgresErrors.duplicateKey(failure);
    }

    @Override
    public boolean refusesRow(SQLException failure) {
        return PostgresErrors.refusesRow(failure);
    }

    @Override
    public boolean gaveWay(SQLException failure) {
        return Dialect.super.gaveWay(failure) || "40P01".equals(failure.getSQLState());
    }

    @Override
    public boolean isStatementFault(SQLException failure) {
        return PostgresErrors.statementFault(failure);
    }

    @Override
    public String reason(SQLException failure) {
        return PostgresErrors.reason(failure);
    }

    @Override
    public void write(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, boolean replace)
            throws SQLException {
        writing.write(connection, table, columns, lines, replace);
    }

    @Override
    public void add(Connection connection, Table table, List<WarehouseColumn> columns, List<Object[]> lines, List<String> sums)
            throws SQLException {
        String there = quote(table.name()) + ".";
        List<String> sets = new ArrayList<>();
        sums.forEach(sum -> sets.add(quote(sum) + "=" + there + quote(sum) + "+excluded." + quote(sum)));
        sets.add(SqlWarehouse.OFFSET + "=greatest(" + there + SqlWarehouse.OFFSET + ",excluded." + SqlWarehouse.OFFSET + ")");
        List<String> key = new ArrayList<>(table.key());
        key.add(SqlWarehouse.LOG_COLUMN);
        // A sum of 2.0 is a whole number, and a column of whole numbers does not read it.
        lines.forEach(line -> Arrays.setAll(line,
                i -> line[i] instanceof BigDecimal sum ? new BigDecimal(sum.stripTrailingZeros().toPlainString()) : line[i]));
        writing.add(connection, table, columns, lines, onDuplicate(key, String.join(",", sets)));
    }

    @Override
    public String onDuplicate(List<String> key, String sets) {
        return " on conflict (" + key.stream().map(this::quote).collect(Collectors.joining(",")) + ") do update set " + sets;
    }

    /** In the order of the key: the rows are locked one after the other as the sorting gives them. */
    @Override
    public String lockEach(String columns, String table, List<String> key, int count) {
        String names = key.stream().map(this::quote).collect(Collectors.joining(","));
        String one = key.size() == 1 ? "?" : "(" + "?,".repeat(key.size() - 1) + "?)";
        return "select " + columns + " from " + table + " where " + (key.size() == 1 ? names : "(" + names + ")") + " in ("
                + (one + ",").repeat(count - 1) + one
                + ") order by " + names + " for update";
    }

    @Override
    public String deleteSome(String table, String where, String order) {
        return "delete from " + quote(table) + " where ctid = any (array(select ctid from " + quote(table) + " where " + where
                + " order by " + order + " limit ? for update))";
    }

    /**
     * A statement sees what was committed when it began, not what its locks have waited for: the one that waits must
     * not be the one that reads.
     */
    @Override
    public void hold(Connection connection, String select) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(select + " for share").close();
        }
    }

    @Override
    public String ownWords(String sql) {
        return WORDS_OF_MODELS.matcher(sql).replaceAll(found -> Matcher.quoteReplacement(found.group(1) != null
                ? quote(found.group(1))
                : found.group(2) != null ? "bactrian_timestampdiff('" + found.group(2).toLowerCase(Locale.ROOT) + "'," : found.group()));
    }

    /**
     * None of them rounds but a number with a fixed number of digits, which somebody else than Bactrian has made, and a
     * whole one.
     */
    @Override
    public Map<String, Integer> digits(Connection connection, String table) throws SQLException {
        Map<String, Integer> digits = new HashMap<>();
        for (io.bactrian.domain.Column column : schema(connection, table).columns()) {
            switch (column.type().kind()) {
                case INT16, INT32, INT64 -> digits.put(column.name(), 0);
                case DECIMAL -> {
                    if (column.type().length() != PostgresCatalog.ANY_NUMBER.length()) {
                        digits.put(column.name(), column.type().scale());
                    }
                }
                case INT8, INT24, UINT8, UINT16, UINT24, UINT32, UINT64, FLOAT, DOUBLE, STRING, TEXT, BYTES, BLOB, DATE, TIME, DATETIME,
                        INSTANT, YEAR,
                        JSON, BITS, GEOMETRY -> {
                    // None of what a sum is kept in here.
                }
            }
        }
        return digits;
    }

    @Override
    public void swap(Connection connection, String table, String shadow, String retired) throws SQLException {
        boolean there = !columns(connection, table).isEmpty();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Who reads the old one holds it; without a limit its next reader would wait for the change of names, and
            // that for ever.
            statement.execute("set local lock_timeout = '20s'; drop table if exists " + quote(retired)
                    + (there ? "; alter table " + quote(table) + " rename to " + quote(retired) : "")
                    + "; alter table " + quote(shadow) + " rename to " + quote(table) + "; drop table if exists " + quote(retired));
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public Object parameter(Object value, ColumnType type) {
        return PostgresValues.parameter(value, type);
    }

    @Override
    public Object read(ResultSet row, int place, ColumnType type) throws SQLException {
        return PostgresValues.read(row, place, type);
    }

    @Override
    public Object plain(ResultSet row, int place, int jdbcType) throws SQLException {
        return PostgresValues.plain(row, place, jdbcType);
    }

    @Override
    public Object bound(Object plain) {
        return plain instanceof ByteBuffer bytes ? bytes.array() : plain;
    }
}
