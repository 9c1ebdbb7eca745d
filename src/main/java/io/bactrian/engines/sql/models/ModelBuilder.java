package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.OwnColumns;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.models.ModelBook.Booked;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the table of a model while everything else goes on: beside the old one, which readers and batches keep until
 * the new one takes its place. Batches note which keys they touch meanwhile; those are made again before the change of
 * places.
 */
final class ModelBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(ModelBuilder.class);
    private static final int KEYS_AT_ONCE = 2_048;
    private static final Executor DIRECTLY = Runnable::run;

    private final ModelledWarehouse warehouse;
    private final Dialect dialect;
    private final SqlWords words;
    private final ModelBook book;
    private final ModelFit fit;
    private final AtomicReference<Connection> underWay = new AtomicReference<>();

    ModelBuilder(ModelledWarehouse warehouse) {
        this.warehouse = warehouse;
        this.dialect = warehouse.dialect();
        this.words = dialect.words();
        this.book = new ModelBook(warehouse);
        this.fit = new ModelFit(warehouse);
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
                if (!book.alone(guard)) {
                    return Ending.BUSY;
                }
                if (!fit.ready(connection, model, expected)) {
                    return Ending.WAITING;
                }
                fit.checkQueries(connection, model);
                ModelFit.checkCircle(book.rows(), model);
                long begin = System.nanoTime();
                prepare(connection, model);
                long rows = fillAndFollow(connection, model);
                takePlace(guard, connection, model);
                LOG.info("warehouse {}: made model {}, {} rows, in {} ms", warehouse.name(), model.name(), rows,
                        (System.nanoTime() - begin) / 1_000_000);
                return Ending.MADE;
            } catch (SQLException e) {
                if (dialect.errors().isStatementFault(e) || dialect.errors().refusesRow(e)) {
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

    /** Breaks off what is being made; it begins again another time. */
    void breakOff() throws SQLException {
        Connection connection = underWay.get();
        if (connection != null) {
            connection.abort(DIRECTLY);
        }
    }

    /** Everything that a batch needs to note what it touches, and then, that it does so. */
    private void prepare(Connection connection, Model model) throws SQLException, ModelRefusedException {
        String shadow = words.quote(ModelCatalog.shadow(model));
        String touched = words.quote(ModelCatalog.touched(model));
        ModelBook.insertMissing(connection, model);
        // First nobody writes to what is left of an attempt that was broken off.
        book.change(connection, "update bactrian_models set building=null, building_hash=null where name=?", model.name());
        run(connection, "drop table if exists " + shadow, "drop table if exists " + touched);
        run(connection, "create table " + shadow + " as select * from (" + words.ownWords(model.select()) + "\n) m where 1=0");
        List<String> columns = dialect.catalogue().columns(connection, ModelCatalog.shadow(model)).stream()
                .map(c -> c.toLowerCase(Locale.ROOT))
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
        run(connection, "alter table " + shadow + " add primary key (" + words.quoted(model.key()) + ")");
        for (List<String> index : model.indexes()) {
            run(connection, words.createIndex(ModelCatalog.shadow(model), index));
        }
        // NULL in the key means that everything was touched.
        run(connection, "create table " + touched + " as select " + model.key().stream()
                .map(name -> "case when 1=1 then " + words.quote(name) + " end as " + words.quote(name))
                .collect(Collectors.joining(","))
                + " from " + shadow + " where 1=0");
        run(connection, "alter table " + touched + " add column " + words.rowNumber(OwnColumns.ROW));
        for (Input input : model.inputs()) {
            List<List<String>> indexes = new ArrayList<>(input.indexes());
            if (dialect.catalogue().columns(connection, input.table())
                    .containsAll(List.of(OwnColumns.OPERATION, OwnColumns.LOG, OwnColumns.OFFSET))) {
                // By these a batch finds what it wrote to a table that keeps every change; else it would read all of it
                // each time.
                indexes.add(List.of(OwnColumns.LOG, OwnColumns.OFFSET));
            }
            for (List<String> index : indexes) {
                if (!dialect.catalogue().isView(connection, input.table())
                        && !dialect.catalogue().hasIndex(connection, input.table(), index)) {
                    run(connection,
                            words.createIndex(input.table(),
                                    ModelCatalog.spelt(dialect.catalogue().columns(connection, input.table()), index)));
                }
            }
        }
        book.change(connection, "update bactrian_models set building=?, building_hash=?, file=? where name=?", model.text(), model.hash(),
                model.file(), model.name());
    }

    private static List<List<String>> indexesAndKey(Model model) {
        List<List<String>> all = new ArrayList<>(model.indexes());
        all.add(model.key());
        return all;
    }

    private long fillAndFollow(Connection connection, Model model) throws SQLException {
        ModelStatements statements = new ModelStatements(connection, dialect);
        statements.fill(ModelCatalog.shadow(model), model);
        // What is left when this ends is little, and is made with the gate closed.
        while (follow(connection, model, statements) >= KEYS_AT_ONCE) {
            LOG.debug("warehouse {}: model {} follows the batches", warehouse.name(), model.name());
        }
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from " + words.quote(ModelCatalog.shadow(model)))) {
            count.next();
            return count.getLong(1);
        }
    }

    /** Makes some of the touched keys again; how many. */
    private int follow(Connection connection, Model model, ModelStatements statements) throws SQLException {
        List<List<Object>> keys = new ArrayList<>();
        List<List<Object>> numbers = new ArrayList<>();
        String touched = words.quote(ModelCatalog.touched(model));
        statements.read(
                "select " + OwnColumns.ROW + "," + words.quoted(model.key()) + " from " + touched + " order by " + OwnColumns.ROW
                        + " limit "
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
            // First the notes: what is touched from here on is noted again.
            statements.delete(touched, OwnColumns.ROW, numbers);
            if (keys.stream().anyMatch(key -> key.contains(null))) {
                statements.write("delete from " + words.quote(ModelCatalog.shadow(model)), List.of());
                statements.fill(ModelCatalog.shadow(model), model);
            } else {
                statements.refreshKeys(ModelCatalog.shadow(model), model, keys.stream().distinct().toList());
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return keys.size();
    }

    private void takePlace(Connection guard, Connection connection, Model model) throws SQLException, ModelRefusedException {
        book.closeGate(guard);
        // Only now nobody changes it: no batch is between looking at the definitions and its commit.
        Booked before = book.rows().get(model.name());
        if (before == null || !model.hash().equals(before.buildingHash())) {
            // Batches found it impossible to follow, or somebody else made another one of it; nothing is broken, it is
            // to be made again.
            throw new ModelRefusedException(before == null || before.reason() == null
                    ? model.file() + ":1: " + model.name() + " was changed by another instance meanwhile"
                    : before.reason(), null);
        }
        if (before.definition() == null && !dialect.catalogue().columns(connection, model.name()).isEmpty()) {
            throw new ModelRefusedException(model.file() + ":1: the warehouse has a table " + model.name()
                    + " that no model has made, and it stays as it is. Rename or drop it, or name the model's file otherwise", null);
        }
        ModelStatements statements = new ModelStatements(connection, dialect);
        while (follow(connection, model, statements) > 0) {
            LOG.debug("warehouse {}: model {} makes the last touched keys", warehouse.name(), model.name());
        }
        swap(connection, model, before);
        ModelBook.update(guard, "update bactrian_models set definition=?, hash=?, building=null, building_hash=null, stale=0, reason=null, "
                + "made_at=current_timestamp(6) where name=?", model.text(), model.hash(), model.name());
        for (String reader : book.readers(model.name())) {
            ModelBook.update(guard, "update bactrian_models set stale=1 where name=?", reader);
        }
        guard.commit();
        warehouse.models().forget();
        run(connection, "drop table if exists " + words.quote(ModelCatalog.touched(model)));
    }

    /**
     * The change of places commits on its own. Should everything end right after it, nobody must refresh the new table
     * by the old definition: so that one is out of force before, and back when the new table did not take its place. A
     * definition is there from before the first table on, else that would look like somebody else's.
     */
    private void swap(Connection connection, Model model, Booked before) throws SQLException {
        ModelBook.update(connection, "update bactrian_models set hash=null, definition=coalesce(definition, ?) where name=?", model.text(),
                model.name());
        try {
            dialect.catalogue().swap(connection, model.name(), ModelCatalog.shadow(model), ModelCatalog.retired(model));
        } catch (SQLException e) {
            if (!dialect.catalogue().columns(connection, ModelCatalog.shadow(model)).isEmpty()) {
                ModelBook.update(connection, "update bactrian_models set hash=?, definition=? where name=?", before.hash(),
                        before.definition(),
                        model.name());
            }
            throw e;
        }
    }

    private void refused(Connection connection, Model model, SQLException e) throws SQLException, ModelRefusedException {
        String said = ModelFit.where(model, dialect.errors().reason(e)) + dialect.errors().reason(e);
        book.change(connection, "update bactrian_models set building=null, building_hash=null where name=?", model.name());
        run(connection, "drop table if exists " + words.quote(ModelCatalog.shadow(model)),
                "drop table if exists " + words.quote(ModelCatalog.touched(model)));
        throw new ModelRefusedException(said, e);
    }

    /**
     * Stops refreshing a model whose file is gone; its table stays as it is. That a model has made it stays known, so
     * that the file can come back.
     */
    void retire(String name) throws SQLException {
        try (Connection connection = warehouse.connect()) {
            book.change(connection,
                    "update bactrian_models set hash=null, building=null, building_hash=null, stale=1, reason=null where name=?",
                    name);
            run(connection, "drop table if exists " + words.quote(name + "__new"),
                    "drop table if exists " + words.quote(name + "__touched"));
            LOG.warn("warehouse {}: the file of model {} is gone, so its table is not refreshed any more; drop it when nobody reads it",
                    warehouse.name(), name);
        }
        warehouse.models().forget();
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
