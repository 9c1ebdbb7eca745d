package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model.Touch;
import io.bactrian.domain.Model.TouchByQuery;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.Catalogue;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.models.ModelBook.Booked;
import io.bactrian.engines.sql.models.ModelBuilder.Expected;
import io.bactrian.engines.sql.models.ModelBuilder.ModelRefusedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a model's definition fits the warehouse's tables and the other models. Every check throws a
 * {@link ModelRefusedException} with file and line if it does not.
 */
final class ModelFit {

    private static final Pattern QUOTED = Pattern.compile("['\"]([^'\"]+)['\"]|(?:column|function) ([\\w.]+)");

    private final ModelledWarehouse warehouse;
    private final SqlWords words;
    private final Catalogue catalogue;
    private final SqlErrors errors;

    ModelFit(ModelledWarehouse warehouse) {
        this.warehouse = warehouse;
        this.words = warehouse.dialect().words();
        this.catalogue = warehouse.dialect().catalogue();
        this.errors = warehouse.dialect().errors();
    }

    /**
     * Whether all tables that the model reads are there, with the columns that it asks for; false if some are still to
     * come.
     */
    boolean ready(Connection connection, Model model, Expected expected) throws SQLException, ModelRefusedException {
        List<String> waiting = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Input input : model.inputs()) {
            List<String> columns = catalogue.columns(connection, input.table()).stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
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
    void checkQueries(Connection connection, Model model) throws SQLException, ModelRefusedException {
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
                ResultSet rows = statement.executeQuery(words.ownWords(ModelRefresh.askingForNothing(query)))) {
            int columns = rows.getMetaData().getColumnCount();
            if (columns != model.key().size()) {
                throw new ModelRefusedException(
                        where + " gives " + columns + " columns, the key has " + model.key().size() + " " + model.key()
                                + "; expected one for each, in that order",
                        null);
            }
        } catch (SQLException e) {
            if (errors.isStatementFault(e)) {
                throw new ModelRefusedException(where + ": " + errors.reason(e), e);
            }
            throw e;
        }
    }

    /**
     * The files may have no circle while the definitions that are refreshed have one: where another file's edit was
     * refused.
     */
    static void checkCircle(Map<String, Booked> booked, Model model) throws ModelRefusedException {
        List<Model> all = new ArrayList<>(List.of(model));
        for (Booked row : booked.values()) {
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

    /** The line that holds what the database put in quotes, as far as it can be found. */
    static String where(Model model, String said) {
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
}
