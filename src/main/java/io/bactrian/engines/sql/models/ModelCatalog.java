package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models as the warehouse knows them: the table bactrian_models holds the definition that each model's table was
 * made by, so that every instance refreshes it by that one, whatever its own files say.
 */
public final class ModelCatalog {

    /** The row that everybody locks: batches to share, whoever changes a definition alone. It is no model. */
    static final String GATE = "";

    private final Dialect dialect;
    private final Map<String, Model> byHash = new ConcurrentHashMap<>();
    private volatile Known last = new Known(List.of(), Active.NONE);

    public ModelCatalog(Dialect dialect) {
        this.dialect = dialect;
    }

    /** A row of bactrian_models, without the texts. */
    private record State(String name, String hash, String building, boolean broken) {
    }

    private record Known(List<State> states, Active active) {
    }

    /** @param columns for each table read those that matter to the model */
    record Entry(Model model, boolean building, Map<String, List<String>> columns) {
        List<String> columnsOf(Input input) {
            return columns.get(input.table());
        }
    }

    /**
     * The models that a batch has to care for.
     *
     * @param read in small letters, as models name them
     * @param spelt the same columns as the table has them
     */
    record Active(List<Entry> inOrder, Map<String, List<String>> read, Map<String, List<String>> spelt) {

        static final Active NONE = new Active(List.of(), Map.of(), Map.of());

        boolean isRead(String table) {
            return read.containsKey(table);
        }

        /** The columns of a table that any model has to do with. */
        List<String> columnsRead(String table) {
            return read.get(table);
        }

        /** The same, in the same order, with the letters that the table has. */
        List<String> columnsSpelt(String table) {
            return spelt.get(table);
        }
    }

    static String shadow(Model model) {
        return model.name() + "__new";
    }

    static String retired(Model model) {
        return model.name() + "__old";
    }

    /** Where a batch notes the keys that it touched while the model is being made in the background. */
    static String touched(Model model) {
        return model.name() + "__touched";
    }

    /** The models, none of which changes its definition before the connection's transaction has ended. */
    public Active lock(Connection connection) throws SQLException {
        List<State> states = new ArrayList<>();
        dialect.locks().hold(connection, "select name from bactrian_models where name=''");
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.locks()
                        .shared("select name, hash, building_hash, reason is not null from bactrian_models order by name"))) {
            while (rows.next()) {
                if (!rows.getString(1).equals(GATE)) {
                    states.add(new State(rows.getString(1), rows.getString(2), rows.getString(3), rows.getBoolean(4)));
                }
            }
        }
        Known known = last;
        if (!known.states().equals(states)) {
            known = new Known(states, states.isEmpty() ? Active.NONE : activate(connection, states));
            last = known;
        }
        return known.active();
    }

    /** What was learnt about tables is forgotten. */
    public void forget() {
        last = new Known(List.of(), Active.NONE);
    }

    /**
     * The models that read a table, themselves or by another model, are to be rebuilt: a column of the table holds more
     * than it did, and theirs does not.
     */
    public void outdate(Connection connection, String table) throws SQLException {
        Map<String, Model> all = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select name, file, definition from bactrian_models where hash is not null")) {
            while (rows.next()) {
                Model model = Model.parse(rows.getString(1), rows.getString(2), rows.getString(3)).model();
                if (model != null) {
                    all.put(model.name(), model);
                }
            }
        }
        Set<String> changed = new LinkedHashSet<>(List.of(table));
        boolean more = true;
        while (more) {
            more = false;
            for (Model model : all.values()) {
                more |= model.inputs().stream().anyMatch(input -> changed.contains(input.table())) && changed.add(model.name());
            }
        }
        changed.remove(table);
        for (String name : changed) {
            ModelBook.update(connection, "update bactrian_models set stale=1, building=null, building_hash=null where name=?", name);
        }
    }

    private Active activate(Connection connection, List<State> states) throws SQLException {
        List<Model> live = new ArrayList<>();
        List<Model> building = new ArrayList<>();
        for (State state : states) {
            if (state.hash() != null && !state.broken()) {
                live.add(model(connection, state.name(), "definition", state.hash()));
            }
            if (state.building() != null) {
                building.add(model(connection, state.name(), "building", state.building()));
            }
        }
        List<Entry> entries = new ArrayList<>();
        Map<String, List<String>> columns = new HashMap<>();
        for (Model model : Model.inOrder(live, new ArrayList<>())) {
            entries.add(entry(connection, model, false, columns));
        }
        // After all that are refreshed, since they may read any of those.
        for (Model model : building) {
            entries.add(entry(connection, model, true, columns));
        }
        Map<String, Set<String>> read = new TreeMap<>();
        entries.forEach(
                entry -> entry.columns().forEach((table, some) -> read.computeIfAbsent(table, t -> new LinkedHashSet<>()).addAll(some)));
        Map<String, List<String>> lists = new HashMap<>();
        Map<String, List<String>> spelt = new HashMap<>();
        read.forEach((table, some) -> {
            lists.put(table, List.copyOf(some));
            spelt.put(table, spelt(columns.get(table), List.copyOf(some)));
        });
        return new Active(entries, lists, spelt);
    }

    private Entry entry(Connection connection, Model model, boolean building, Map<String, List<String>> known) throws SQLException {
        Map<String, List<String>> used = new HashMap<>();
        for (Input input : model.inputs()) {
            if (!known.containsKey(input.table())) {
                known.put(input.table(), dialect.catalogue().columns(connection, input.table()));
            }
            List<String> all = known.get(input.table()).stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
            List<String> asked = input.columnsAsked();
            for (String column : asked) {
                if (!all.contains(column)) {
                    throw new ModelRefresh.ModelFault(model, all.isEmpty()
                            ? "there is no table " + input.table() + " any more"
                            : "table " + input.table() + " has no column " + column + " any more", new SQLException("", "42000"));
                }
            }
            Set<String> wanted = model.columnsUsed(all);
            wanted.addAll(asked);
            String alike = alike(all, wanted);
            if (alike != null) {
                throw new ModelRefresh.ModelFault(model, "table " + input.table() + " " + alike, new SQLException("", "42000"));
            }
            used.put(input.table(), List.copyOf(wanted));
        }
        return new Entry(model, building, used);
    }

    /** The columns of a table that a model names in small letters. */
    static List<String> spelt(List<String> columns, List<String> small) {
        return small.stream()
                .map(name -> columns.stream().filter(column -> column.toLowerCase(Locale.ROOT).equals(name)).findFirst().orElse(name))
                .toList();
    }

    /** Why a model cannot tell columns apart that it wants; null when it can. */
    static String alike(List<String> small, Set<String> wanted) {
        return wanted.stream().filter(name -> Collections.frequency(small, name) > 1).findFirst()
                .map(name -> "has two columns whose names are '" + name
                        + "' in small letters, which a model cannot tell apart; give one of them another name in the route")
                .orElse(null);
    }

    /** The model of that definition, from the warehouse where it is not known yet. */
    private Model model(Connection connection, String name, String column, String hash) throws SQLException {
        Model model = byHash.get(name + hash);
        if (model == null) {
            try (PreparedStatement statement = connection
                    .prepareStatement("select file, " + column + " from bactrian_models where name=?")) {
                statement.setString(1, name);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    Model.Parsed parsed = Model.parse(name, row.getString(1), row.getString(2));
                    if (parsed.model() == null) {
                        throw new IllegalStateException(
                                "bactrian_models: the definition of " + name + " cannot be read, though a Bactrian has written it: "
                                        + parsed.faults() + ". Was it a newer one?");
                    }
                    model = parsed.model();
                }
            }
            byHash.put(name + hash, model);
        }
        return model;
    }
}
