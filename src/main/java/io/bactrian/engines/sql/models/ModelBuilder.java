package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model.Touch;
import io.bactrian.domain.Model.TouchByQuery;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.SqlWarehouse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the table of a model anew while everything else goes on: beside the old one, which readers and batches keep
 * until the new one takes its place. Batches note which keys they touch meanwhile; those are made again before the
 * change of places.
 */
final class ModelBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(ModelBuilder.class);
    private static final int KEYS_AT_ONCE = 2_048;
    private static final Executor DIRECTLY = Runnable::run;
    private static final Pattern QUOTED = Pattern.compile("['\"]([^'\"]+)['\"]|(?:column|function) ([\\w.]+)");

    private final SqlWarehouse warehouse;
    private final Dialect dialect;
    private final AtomicReference<Connection> underWay = new AtomicReference<>();

    ModelBuilder(SqlWarehouse warehouse) {
        this.warehouse = warehouse;
        this.dialect = warehouse.dialect();
    }

    /** A row of bactrian_models. @param definition null before the first time */
    record Row(String name, String file, String definition, String hash, String buildingHash, boolean stale, String reason, String madeAt) {
    }

    Map<String, Row> rows() throws SQLException {
        Map<String, Row> rows = new TreeMap<>();
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select name, file, definition, hash, building_hash, stale, reason, made_at from bactrian_models")) {
            while (found.next()) {
                if (!found.getString(1).equals(ModelCatalog.GATE)) {
                    rows.put(found.getString(1), new Row(found.getString(1), found.getString(2), found.getString(3), found.getString(4),
                            found.getString(5), found.getInt(6) != 0, found.getString(7), found.getString(8)));
                }
            }
        }
        return rows;
    }

    /** The model's definition does not fit the warehouse. The message names file and line. */
    static final class ModelRefusedException extends Exception {
        ModelRefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** How the attempt to make a model ended. */
    enum Ending {
        MADE,
        /** Another instance is making models. */
        BUSY,
        /** A table that it reads is not there yet: no row has come for it. */
        WAITING
    }

    /** What a table that is read and not there yet may still become. */
    interface Expected {
        boolean comes(String table);
    }

    /**
     * Makes the model's table by that definition and lets it be refreshed from then on. Can be broken off at any moment
     * and repeated.
     *
     * @throws ModelRefusedException when the definition is wrong
     * @throws SQLException when the warehouse can do nothing at all now
     */
    Ending make(Model model, Expected expected) throws SQLException, ModelRefusedException {
        try (Connection guard = warehouse.connect(); Connection connection = warehouse.connect()) {
            guard.setAutoCommit(false);
            // A large model takes longer than any statement of a batch may.
            int patience = connection.getNetworkTimeout();
            connection.setNetworkTimeout(DIRECTLY, 0);
            underWay.set(connection);
            try {
                if (!alone(guard)) {
                    return Ending.BUSY;
                }
                if (!ready(connection, model, expected)) {
                    return Ending.WAITING;
                }
                checkQueries(connection, model);
                checkCircle(model);
                long begin = System.nanoTime();
                prepare(connection, model);
                long rows = fillAndFollow(connection, model);
                takePlace(guard, connection, model);
                LOG.info("warehouse {}: made model {}, {} rows, in {} ms", warehouse.name(), model.name(), rows,
                        (System.nanoTime() - begin) / 1_000_000);
                return Ending.MADE;
            } catch (SQLException e) {
                if (dialect.isStatementFault(e) || dialect.refusesRow(e)) {
                    // It may hold the gate, which noting the refusal closes too.
                    guard.rollback();
                    refused(connection, model, e);
                }
                throw e;
            } finally {
                underWay.set(null);
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(DIRECTLY, patience);
                }
                guard.rollback();
                guard.setAutoCommit(true);
            }
        }
    }

    /** Breaks off what is being made; it is begun anew another time. */
    void breakOff() throws SQLException {
        Connection connection = underWay.get();
        if (connection != null) {
            connection.abort(DIRECTLY);
        }
    }

    private boolean alone(Connection guard) throws SQLException {
        try (Statement statement = guard.createStatement();
                ResultSet row = statement.executeQuery("select name from bactrian_model_locks where name='' for update skip locked")) {
            return row.next();
        }
    }

    private boolean ready(Connection connection, Model model, Expected expected) throws SQLException, ModelRefusedException {
        List<String> waiting = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Input input : model.inputs()) {
            List<String> columns = dialect.columns(connection, input.table()).stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
            String where = model.file() + ":" + input.line() + ": ";
            if (columns.isEmpty() && !expected.comes(input.table())) {
                faults.add(where + model.name() + " reads " + input.table() + ", which is no table of warehouse " + warehouse.name()
                        + ", no model, and no target of a route");
            } else if (columns.isEmpty()) {
                waiting.add(input.table());
            } else {
                for (String column : input.columnsAsked()) {
                    if (!columns.contains(column)) {
                        faults.add(where + "'reads " + input.table() + "' names the column " + column
                                + ", which it has not; its columns are " + columns);
                    }
                }
                Set<String> wanted = model.columnsUsed(columns);
                wanted.addAll(input.columnsAsked());
                String alike = ModelCatalog.alike(columns, wanted);
                if (alike != null) {
                    faults.add(where + input.table() + " " + alike);
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new ModelRefusedException(String.join("; ", faults), null);
        }
        return waiting.isEmpty();
    }

    /** A query for touched keys runs in batches, which must not be the first to find out that it is wrong. */
    private void checkQueries(Connection connection, Model model) throws SQLException, ModelRefusedException {
        for (Input input : model.inputs()) {
            for (Touch touch : input.touches()) {
                if (touch instanceof TouchByQuery query) {
                    checkQuery(connection, model, query, model.file() + ":" + input.line() + ": the query for the touched keys");
                }
            }
        }
    }

    private void checkQuery(Connection connection, Model model, TouchByQuery query, String where)
            throws SQLException, ModelRefusedException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.ownWords(ModelRefresh.askingForNothing(query)))) {
            int columns = rows.getMetaData().getColumnCount();
            if (columns != model.key().size()) {
                throw new ModelRefusedException(
                        where + " gives " + columns + " columns, the key has " + model.key().size() + " " + model.key()
                                + "; expected one for each, in that order",
                        null);
            }
        } catch (SQLException e) {
            if (dialect.isStatementFault(e)) {
                throw new ModelRefusedException(where + ": " + dialect.reason(e), e);
            }
            throw e;
        }
    }

    /**
     * The files may have no circle while the definitions that are refreshed have one: where another file's edit was
     * refused.
     */
    private void checkCircle(Model model) throws SQLException, ModelRefusedException {
        List<Model> all = new ArrayList<>(List.of(model));
        for (Row row : rows().values()) {
            if (row.hash() != null && !row.name().equals(model.name())) {
                Model.Parsed parsed = Model.parse(row.name(), row.file(), row.definition());
                if (parsed.model() != null) {
                    all.add(parsed.model());
                }
            }
        }
        List<String> faults = new ArrayList<>();
        if (!Model.inOrder(all, faults).contains(model)) {
            throw new ModelRefusedException(
                    faults.stream().filter(fault -> fault.startsWith(model.file() + ":")).findFirst().orElse(faults.get(0))
                            + ". The others' files may have changed, but could not be made yet",
                    null);
        }
    }

    /** Everything that a batch needs to note what it touches, and then, that it does so. */
    private void prepare(Connection connection, Model model) throws SQLException, ModelRefusedException {
        String shadow = dialect.quote(ModelCatalog.shadow(model));
        String touched = dialect.quote(ModelCatalog.touched(model));
        insertMissing(connection, model);
        // First nobody writes to what is left of an attempt that was broken off.
        change(connection, "update bactrian_models set building=null, building_hash=null where name=?", model.name());
        run(connection, "drop table if exists " + shadow, "drop table if exists " + touched);
        run(connection, "create table " + shadow + " as select * from (" + dialect.ownWords(model.select()) + "\n) m where 1=0");
        List<String> columns = dialect.columns(connection, ModelCatalog.shadow(model)).stream().map(c -> c.toLowerCase(Locale.ROOT))
                .toList();
        for (List<String> names : indexesAndKey(model)) {
            for (String name : names) {
                if (!columns.contains(name)) {
                    throw new ModelRefusedException(model.file() + ":1: the key or an index names the column " + name
                            + ", which the SELECT does not give; it gives "
                            + columns, null);
                }
            }
        }
        run(connection, "alter table " + shadow + " add primary key (" + list(model.key()) + ")");
        for (List<String> index : model.indexes()) {
            run(connection, dialect.createIndex(ModelCatalog.shadow(model), index));
        }
        // NULL in the key means that everything was touched.
        run(connection, "create table " + touched + " as select " + model.key().stream()
                .map(name -> "case when 1=1 then " + dialect.quote(name) + " end as " + dialect.quote(name))
                .collect(Collectors.joining(","))
                + " from " + shadow + " where 1=0");
        run(connection, "alter table " + touched + " add column " + dialect.rowNumber(SqlWarehouse.ROW));
        for (Input input : model.inputs()) {
            List<List<String>> indexes = new ArrayList<>(input.indexes());
            if (dialect.columns(connection, input.table())
                    .containsAll(List.of(SqlWarehouse.OPERATION, SqlWarehouse.LOG_COLUMN, SqlWarehouse.OFFSET))) {
                // By these a batch finds what it wrote to a table that keeps every change; else it would read all of it
                // each time.
                indexes.add(List.of(SqlWarehouse.LOG_COLUMN, SqlWarehouse.OFFSET));
            }
            for (List<String> index : indexes) {
                if (!dialect.isView(connection, input.table()) && !dialect.hasIndex(connection, input.table(), index)) {
                    run(connection,
                            dialect.createIndex(input.table(), ModelCatalog.spelt(dialect.columns(connection, input.table()), index)));
                }
            }
        }
        change(connection, "update bactrian_models set building=?, building_hash=?, file=? where name=?", model.text(), model.hash(),
                model.file(), model.name());
    }

    private static List<List<String>> indexesAndKey(Model model) {
        List<List<String>> all = new ArrayList<>(model.indexes());
        all.add(model.key());
        return all;
    }

    private String list(List<String> columns) {
        return columns.stream().map(dialect::quote).collect(Collectors.joining(","));
    }

    private static void insertMissing(Connection connection, Model model) throws SQLException {
        insertMissing(connection, "bactrian_model_locks", "(name) select ?", model);
        insertMissing(connection, "bactrian_models", "(name, file, stale) select ?, '', 1", model);
    }

    private static void insertMissing(Connection connection, String table, String row, Model model) throws SQLException {
        update(connection,
                "insert into " + table + " " + row + " from (select 1 as one) o where not exists (select 1 from " + table
                        + " t where t.name=?)",
                model.name(), model.name());
    }

    /**
     * Changes a definition while no batch is between looking at the definitions and its commit: those that are wait for
     * it, and from then on all see it.
     */
    private void change(Connection connection, String sql, String... parameters) throws SQLException {
        connection.setAutoCommit(false);
        try {
            closeGate(connection);
            update(connection, sql, parameters);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    static void closeGate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select name from bactrian_models where name='' for update").close();
        }
    }

    private static void update(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    private long fillAndFollow(Connection connection, Model model) throws SQLException {
        ModelRefresh refresh = new ModelRefresh(connection, dialect, ModelCatalog.Active.NONE);
        refresh.fill(ModelCatalog.shadow(model), model);
        // What is left when this ends is little, and is made with the gate closed.
        while (follow(connection, model, refresh) >= KEYS_AT_ONCE) {
            LOG.debug("warehouse {}: model {} follows the batches", warehouse.name(), model.name());
        }
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from " + dialect.quote(ModelCatalog.shadow(model)))) {
            count.next();
            return count.getLong(1);
        }
    }

    /** Makes some of the touched keys again; how many. */
    private int follow(Connection connection, Model model, ModelRefresh refresh) throws SQLException {
        List<List<Object>> keys = new ArrayList<>();
        List<List<Object>> numbers = new ArrayList<>();
        String touched = dialect.quote(ModelCatalog.touched(model));
        refresh.read(
                "select " + SqlWarehouse.ROW + "," + list(model.key()) + " from " + touched + " order by " + SqlWarehouse.ROW + " limit "
                        + KEYS_AT_ONCE,
                List.of(),
                row -> {
                    numbers.add(List.of(row.get(0)));
                    keys.add(row.subList(1, row.size()));
                });
        if (keys.isEmpty()) {
            return 0;
        }
        connection.setAutoCommit(false);
        try {
            // First the notes: what is touched from here on is noted anew.
            refresh.delete(touched, SqlWarehouse.ROW, numbers);
            if (keys.stream().anyMatch(key -> key.contains(null))) {
                refresh.write("delete from " + dialect.quote(ModelCatalog.shadow(model)), List.of());
                refresh.fill(ModelCatalog.shadow(model), model);
            } else {
                refresh.refreshKeys(ModelCatalog.shadow(model), model, keys.stream().distinct().toList());
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return keys.size();
    }

    private void takePlace(Connection guard, Connection connection, Model model) throws SQLException, ModelRefusedException {
        closeGate(guard);
        // Only now nobody changes it: no batch is between looking at the definitions and its commit.
        Row before = rows().get(model.name());
        if (before == null || !model.hash().equals(before.buildingHash())) {
            // Batches found it impossible to follow, or somebody else made another one of it; nothing is broken, it is
            // to be made again.
            throw new ModelRefusedException(before == null || before.reason() == null
                    ? model.file() + ":1: " + model.name() + " was changed by another instance meanwhile"
                    : before.reason(), null);
        }
        if (before.definition() == null && !dialect.columns(connection, model.name()).isEmpty()) {
            throw new ModelRefusedException(model.file() + ":1: the warehouse has a table " + model.name()
                    + " that no model has made, and it stays as it is. Rename or drop it, or name the model's file otherwise", null);
        }
        ModelRefresh refresh = new ModelRefresh(connection, dialect, ModelCatalog.Active.NONE);
        while (follow(connection, model, refresh) > 0) {
            LOG.debug("warehouse {}: model {} makes the last touched keys", warehouse.name(), model.name());
        }
        swap(connection, model, before);
        update(guard, "update bactrian_models set definition=?, hash=?, building=null, building_hash=null, stale=0, reason=null, "
                + "made_at=current_timestamp(6) where name=?", model.text(), model.hash(), model.name());
        for (String reader : readers(model.name())) {
            update(guard, "update bactrian_models set stale=1 where name=?", reader);
        }
        guard.commit();
        warehouse.models().forget();
        run(connection, "drop table if exists " + dialect.quote(ModelCatalog.touched(model)));
    }

    /**
     * The change of places commits on its own. Should everything end right after it, nobody must refresh the new table
     * by the old definition: so that one is out of force before, and back when the new table did not take its place. A
     * definition is there from before the first table on, else that would look like somebody else's.
     */
    private void swap(Connection connection, Model model, Row before) throws SQLException {
        update(connection, "update bactrian_models set hash=null, definition=coalesce(definition, ?) where name=?", model.text(),
                model.name());
        try {
            dialect.swap(connection, model.name(), ModelCatalog.shadow(model), ModelCatalog.retired(model));
        } catch (SQLException e) {
            if (!dialect.columns(connection, ModelCatalog.shadow(model)).isEmpty()) {
                update(connection, "update bactrian_models set hash=?, definition=? where name=?", before.hash(), before.definition(),
                        model.name());
            }
            throw e;
        }
    }

    /** The models that read this one: every row of it may be another now. */
    private List<String> readers(String name) throws SQLException {
        List<String> readers = new ArrayList<>();
        for (Row row : rows().values()) {
            if (row.definition() != null) {
                Model.Parsed parsed = Model.parse(row.name(), row.file(), row.definition());
                if (parsed.model() != null && parsed.model().inputs().stream().anyMatch(input -> input.table().equals(name))) {
                    readers.add(row.name());
                }
            }
        }
        return readers;
    }

    private void refused(Connection connection, Model model, SQLException e) throws SQLException, ModelRefusedException {
        String said = where(model, dialect.reason(e)) + dialect.reason(e);
        change(connection, "update bactrian_models set building=null, building_hash=null where name=?", model.name());
        run(connection, "drop table if exists " + dialect.quote(ModelCatalog.shadow(model)),
                "drop table if exists " + dialect.quote(ModelCatalog.touched(model)));
        throw new ModelRefusedException(said, e);
    }

    /** The line that holds what the database put in quotes, as far as it can be found. */
    private static String where(Model model, String said) {
        Matcher quoted = QUOTED.matcher(said);
        String[] lines = model.text().split("\n", -1);
        while (quoted.find()) {
            String word = quoted.group(1) == null ? quoted.group(2) : quoted.group(1);
            String name = word.contains(".") ? word.replaceFirst("^.*?(\\w+\\.\\w+)$", "$1") : word;
            for (String looked : List.of(name, name.substring(name.lastIndexOf('.') + 1))) {
                for (int i = 0; i < lines.length; i++) {
                    if (!lines[i].strip().startsWith("--") && lines[i].contains(looked)) {
                        return model.file() + ":" + (i + 1) + ": ";
                    }
                }
            }
        }
        return model.file() + ":1: ";
    }

    /**
     * Stops refreshing a model whose file is gone; its table stays as it is. That a model has made it stays known, so
     * that the file can come back.
     */
    void retire(String name) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            change(connection, "update bactrian_models set hash=null, building=null, building_hash=null, stale=1, reason=null where name=?",
                    name);
            run(connection, "drop table if exists " + dialect.quote(name + "__new"),
                    "drop table if exists " + dialect.quote(name + "__touched"));
            LOG.warn("warehouse {}: the file of model {} is gone, so its table is not refreshed any more; drop it when nobody reads it",
                    warehouse.name(), name);
        }
        warehouse.models().forget();
    }

    void broken(Model model, String reason) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            update(connection, "update bactrian_models set reason=?, stale=1 where name=? and hash=?",
                    reason.substring(0, Math.min(2_000, reason.length())),
                    model.name(), model.hash());
        }
    }

    void makeStale(String name) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            update(connection, "update bactrian_models set stale=1 where name=?", name);
        }
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static Set<String> names(List<Model> models) {
        return models.stream().map(Model::name).collect(Collectors.toSet());
    }
}
