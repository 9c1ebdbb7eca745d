package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model.Touch;
import io.bactrian.domain.Model.TouchByQuery;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.Placeholders;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings the models up to date with what one transaction writes: looks at the rows of each table that a model reads
 * before and after the writing, asks each model which of its keys the rows that differ touch, and replaces the rows of
 * those keys.
 *
 * <p>It looks at the warehouse's own rows, not at what the changes say was there: so a model equals its SELECT also
 * when a change became a dead letter, was replayed out of turn, or when a route writes something else than the source's
 * row.
 */
public final class ModelRefresh {

    /** Past this many keys, rebuilding all costs less than one by one, and memory stays bounded. */
    private static final int KEYS_WORTH_ALL = 200_000;

    private final Connection connection;
    private final Dialect dialect;
    private final SqlWords words;
    private final ModelStatements statements;
    private final ModelCatalog.Active models;
    /** The tables that are written in this transaction and that a model reads. */
    private final Map<String, Watched> watched = new HashMap<>();

    /** @param models as they are for the whole of the connection's transaction, which has locked them against change */
    public ModelRefresh(Connection connection, Dialect dialect, ModelCatalog.Active models) {
        this.connection = connection;
        this.dialect = dialect;
        this.words = dialect.words();
        this.statements = new ModelStatements(connection, dialect);
        this.models = models;
    }

    /** A model cannot be refreshed, whatever the batch: its SELECT does not fit the tables or their values. */
    public static final class ModelFault extends SQLException {
        private final transient Model model;

        ModelFault(Model model, String said, SQLException cause) {
            super("model " + model.name() + " (" + model.file() + "): " + said, cause.getSQLState(), cause.getErrorCode(), cause);
            this.model = model;
        }

        public Model model() {
            return model;
        }
    }

    /** What happens to one table in this transaction. */
    private final class Watched {
        private final String table;
        private final List<String> columns;
        private List<String> lookupColumns = List.of();
        private final Set<List<Object>> lookups = new LinkedHashSet<>();
        /** How often each row is there after the transaction's writing, less how often it was before. */
        private final Map<List<Object>, Integer> balance = new HashMap<>();
        /** What differs, by the columns that somebody has asked for. */
        private final Map<List<String>, Collection<List<Object>>> changes = new HashMap<>();
        /** Every row seen, before or after, when others may write the same rows at the same time; else null. */
        private Set<List<Object>> seen;
        private boolean everything;
        private boolean weighed;

        Watched(String table) {
            this.table = table;
            this.columns = models.columnsRead(table);
        }

        public void before(List<String> names, Collection<List<Object>> keys, boolean shared) throws SQLException {
            if (everything) {
                return;
            }
            if (shared && seen == null) {
                seen = new HashSet<>(balance.keySet());
            }
            if (!lookupColumns.isEmpty() && !lookupColumns.equals(names)) {
                // Two routes write the table under different keys: rows could be counted twice.
                everything = true;
                return;
            }
            lookupColumns = names;
            List<List<Object>> fresh = keys.stream().filter(lookups::add).toList();
            if (lookups.size() > KEYS_WORTH_ALL) {
                everything = true;
                return;
            }
            weigh(fresh, -1);
        }

        private void weigh(List<List<Object>> some, int weight) throws SQLException {
            String list = words.quoted(models.columnsSpelt(table));
            statements.each(some, lookupColumns.stream().map(words::quote).toList(),
                    in -> "select " + list + " from " + words.quote(table) + " where " + in,
                    row -> {
                        balance.merge(row, weight, Integer::sum);
                        if (seen != null) {
                            seen.add(row);
                        }
                    });
        }

        /** The rows that differ, as they were and as they are, in those columns. */
        private Collection<List<Object>> changed(List<String> names) throws SQLException {
            if (!weighed) {
                weigh(List.copyOf(lookups), 1);
                balance.values().removeIf(count -> count == 0);
                weighed = true;
            }
            Collection<List<Object>> known = changes.get(names);
            if (known == null) {
                known = project(names);
                changes.put(names, known);
            }
            return known;
        }

        private Collection<List<Object>> project(List<String> names) {
            int[] places = names.stream().mapToInt(columns::indexOf).toArray();
            if (seen != null) {
                // What one transaction adds another may take away between the two looks, and both would see no
                // difference.
                return seen.stream().map(row -> pick(row, places)).collect(Collectors.toSet());
            }
            Map<List<Object>, Integer> projected = new HashMap<>();
            balance.forEach((row, count) -> projected.merge(pick(row, places), count, Integer::sum));
            projected.values().removeIf(count -> count == 0);
            return projected.keySet();
        }

        private static List<Object> pick(List<Object> row, int[] places) {
            List<Object> some = new ArrayList<>(places.length);
            for (int place : places) {
                some.add(row.get(place));
            }
            return some;
        }
    }

    public boolean watches(String table) {
        return models.isRead(table);
    }

    /**
     * To be called before rows of a table are written, with what tells them apart.
     *
     * @param shared whether transactions of other partitions may write the same rows meanwhile
     */
    public void before(String table, List<String> lookupColumns, Collection<List<Object>> lookups, boolean shared) throws SQLException {
        if (watches(table)) {
            watched.computeIfAbsent(table, Watched::new).before(lookupColumns, lookups, shared);
        }
    }

    /** To be called before a table loses rows that nobody has listed. */
    public void everythingIn(String table) {
        if (watches(table)) {
            watched.computeIfAbsent(table, Watched::new).everything = true;
        }
    }

    /** After the last row is written: refreshes what is touched, in dependency order. */
    public void refresh() throws SQLException {
        List<ModelCatalog.Entry> reached = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (ModelCatalog.Entry entry : models.inOrder()) {
            about(entry, () -> {
                if (touched(entry) || entry.model().inputs().stream().anyMatch(input -> names.contains(input.table()))) {
                    reached.add(entry);
                    names.add(entry.model().name());
                }
            });
        }
        if (reached.isEmpty()) {
            return;
        }
        // Before the first refresh, and held to the commit: whoever comes next sees all that was committed before, and
        // so two batches that each bring half of what a row needs cannot both miss the other's half.
        lock(names);
        for (ModelCatalog.Entry entry : reached) {
            about(entry, () -> {
                Keys keys = keys(entry);
                if (keys.all) {
                    refreshAll(entry);
                } else if (!keys.values.isEmpty()) {
                    refreshKeys(entry, keys.values);
                }
            });
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void about(ModelCatalog.Entry entry, Work work) throws SQLException {
        try {
            work.run();
        } catch (SQLException e) {
            if (dialect.errors().isStatementFault(e) || dialect.errors().refusesRow(e)) {
                throw new ModelFault(entry.model(), dialect.errors().reason(e), e);
            }
            throw e;
        }
    }

    private boolean touched(ModelCatalog.Entry entry) throws SQLException {
        for (Input input : entry.model().inputs()) {
            Watched table = watched.get(input.table());
            if (table != null && (table.everything || !table.changed(entry.columnsOf(input)).isEmpty())) {
                return true;
            }
        }
        return false;
    }

    /** One after the other, in an order that is everybody's. */
    private void lock(Set<String> names) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement(dialect.locks().lockEach("name", "bactrian_model_locks", List.of("name"), names.size()))) {
            int place = 1;
            for (String name : names) {
                statement.setString(place++, name);
            }
            statement.executeQuery().close();
        }
    }

    private static final class Keys {
        private final Set<List<Object>> values = new LinkedHashSet<>();
        private boolean all;
    }

    private Keys keys(ModelCatalog.Entry entry) throws SQLException {
        Keys keys = new Keys();
        for (Input input : entry.model().inputs()) {
            Watched table = watched.get(input.table());
            if (table == null) {
                continue;
            }
            if (table.everything) {
                keys.all = true;
                return keys;
            }
            List<String> columns = entry.columnsOf(input);
            Collection<List<Object>> changed = table.changed(columns);
            if (changed.isEmpty()) {
                continue;
            }
            for (Touch touch : input.touches()) {
                int[] places = touch.columns().stream().mapToInt(columns::indexOf).toArray();
                if (touch instanceof TouchByQuery query) {
                    Set<List<Object>> asked = new LinkedHashSet<>();
                    changed.forEach(row -> addKnown(asked, row, places));
                    ask(query, List.copyOf(asked), keys.values);
                } else {
                    changed.forEach(row -> addKnown(keys.values, row, places));
                }
            }
            if (keys.values.size() > KEYS_WORTH_ALL) {
                keys.all = true;
                return keys;
            }
        }
        return keys;
    }

    /** No model has a row whose key is NULL, and nothing equals NULL. */
    private static void addKnown(Set<List<Object>> to, List<Object> row, int[] places) {
        List<Object> key = new ArrayList<>(places.length);
        for (int place : places) {
            Object value = row.get(place);
            if (value == null) {
                return;
            }
            key.add(value);
        }
        to.add(key);
    }

    private void ask(TouchByQuery query, List<List<Object>> asked, Set<List<Object>> keys) throws SQLException {
        for (List<List<Object>> some : ModelStatements.pieces(asked)) {
            StringBuilder sql = new StringBuilder(query.pieces().get(0));
            List<Object> parameters = new ArrayList<>();
            for (int i = 0; i < query.parameters().size(); i++) {
                sql.append('(').append(Placeholders.keys(query.columns().size(), some.size())).append(')')
                        .append(query.pieces().get(i + 1));
                some.forEach(parameters::addAll);
            }
            statements.read(words.ownWords(sql.toString()), parameters, key -> {
                if (!key.contains(null)) {
                    keys.add(key);
                }
            });
        }
    }

    /** The query with lists that nothing is in, to see whether it can be asked. */
    static String askingForNothing(TouchByQuery query) {
        StringBuilder sql = new StringBuilder(query.pieces().get(0));
        String none = query.columns().size() == 1 ? "null" : "(" + "null,".repeat(query.columns().size() - 1) + "null)";
        for (int i = 0; i < query.parameters().size(); i++) {
            sql.append('(').append(none).append(')').append(query.pieces().get(i + 1));
        }
        return sql.toString();
    }

    private void refreshKeys(ModelCatalog.Entry entry, Set<List<Object>> keys) throws SQLException {
        List<List<Object>> all = List.copyOf(keys);
        if (entry.building()) {
            note(entry.model(), all);
            return;
        }
        String table = entry.model().name();
        before(table, entry.model().key(), all, false);
        statements.refreshKeys(table, entry.model(), all);
    }

    private void refreshAll(ModelCatalog.Entry entry) throws SQLException {
        Model model = entry.model();
        if (entry.building()) {
            statements.write("insert into " + words.quote(ModelCatalog.touched(model)) + " (" + words.quote(model.key().get(0))
                    + ") values (null)", List.of());
            return;
        }
        everythingIn(model.name());
        statements.write("delete from " + words.quote(model.name()), List.of());
        statements.fill(model.name(), model);
    }

    /** A model that is being made in the background learns afterwards what was touched meanwhile. */
    private void note(Model model, List<List<Object>> keys) throws SQLException {
        String names = words.quoted(model.key());
        for (List<List<Object>> some : ModelStatements.pieces(keys)) {
            statements.write("insert into " + words.quote(ModelCatalog.touched(model)) + " (" + names + ") values "
                    + Placeholders.rows(model.key().size(), some.size()), ModelStatements.flat(some));
        }
    }
}
