package io.bactrian.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A SELECT whose result the warehouse keeps as a table of the same name, refreshed only for the keys that a batch
 * touched.
 *
 * <p>A table may have several {@code reads}: all of the keys that they tell are touched.
 *
 * <p>Its file says, before the SELECT, in comments: <pre> -- One row per book in an order. -- key: order_id,
 * line_number -- index: book_id -- reads store_order_items: order_id, line_number -- reads store_orders: select
 * order_id, line_number from store_order_items where order_id in (:order_id) -- index on store_orders: customer_id
 * </pre> {@code reads} says for each table which keys of the model a changed row of it touches: columns of the row that
 * are the key, or a query for the keys whose parameters are columns of the changed rows. In the SELECT,
 * {@code where true /* keys:
 * i.order_id, i.line_number *}{@code /} marks where a refresh puts its condition, so that it reads no more than it
 * needs.
 *
 * @param text the file as it is: whoever has it has the model
 */
public record Model(String name, String file, String text, String description, List<String> key, List<List<String>> indexes,
        List<Input> inputs, String select) {

    /** A database's names have at most 64 letters, and the longest that stands beside a model has 9 more. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,54}");
    private static final Pattern ENDING_OF_OTHERS = Pattern.compile(".*__(new|old|touched)");
    private static final Pattern DIRECTIVE = Pattern.compile("--\\s*(key|index|index on\\s+(\\S+)|reads\\s+(\\S+?))\\s*:\\s*(.*)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CONTINUED = Pattern.compile("--\\s{3,}(\\S.*)");
    private static final Pattern KEYS = Pattern.compile("/\\*\\s*keys\\s*:(.*?)\\*/", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final Pattern RENAMED = Pattern.compile("(?is)(.*\\S)\\s+as\\s+(\\w+)");
    private static final Pattern PARAMETERS = Pattern.compile("\\(\\s*:\\w+(?:\\s*,\\s*:\\w+)*\\s*\\)");
    private static final Pattern PARAMETER = Pattern.compile(":(\\w+)");

    /** What a changed row of a table touches. */
    public sealed interface Touch {
        /** Columns of a changed row that matter to it. */
        List<String> columns();
    }

    /** Those columns of the row are the model's key, in its order. */
    public record TouchByColumns(List<String> columns) implements Touch {
    }

    /**
     * A query gives the keys. The pieces stand around lists of the changed rows' values: piece, list, piece.
     *
     * @param parameters for each list the columns that it is made of
     */
    public record TouchByQuery(List<String> pieces, List<List<String>> parameters) implements Touch {
        @Override
        public List<String> columns() {
            return parameters.get(0);
        }
    }

    /** @param indexes that the model needs on the table */
    public record Input(String table, List<Touch> touches, List<List<String>> indexes, int line) {

        /** Columns of a changed row that its touches are made of. */
        public List<String> columnsAsked() {
            return touches.stream().flatMap(touch -> touch.columns().stream()).distinct().toList();
        }
    }

    /**
     * Where a refresh restricts the SELECT. @param keyPlaces for each expression the place of the key column that it
     * equals
     */
    public record Restriction(int begin, int end, List<String> expressions, List<Integer> keyPlaces) {
    }

    /** @param model null when there are faults; each fault names file and line */
    public record Parsed(Model model, List<String> faults) {
    }

    public static Parsed parse(String name, String file, String text) {
        return new Reading(name, file, text).run();
    }

    /** Tells two versions of a model apart. */
    public String hash() {
        return HexFormat.of().formatHex(ShortHash.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    public List<Restriction> restrictions() {
        List<Restriction> all = new ArrayList<>();
        Matcher marker = KEYS.matcher(select);
        while (marker.find()) {
            List<String> expressions = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (String part : splitAtCommas(marker.group(1))) {
                Matcher renamed = RENAMED.matcher(part);
                String expression = renamed.matches() ? renamed.group(1) : part;
                String column = renamed.matches() ? renamed.group(2) : part.substring(part.lastIndexOf('.') + 1);
                expressions.add(expression);
                places.add(key.indexOf(column.toLowerCase(Locale.ROOT)));
            }
            all.add(new Restriction(marker.start(), marker.end(), expressions, places));
        }
        return all;
    }

    /** Those of a table's columns whose change can change the result. When in doubt a column is among them. */
    public Set<String> columnsUsed(List<String> columns) {
        SqlText own = new SqlText(select, 1);
        Set<String> words = own.words();
        boolean all = own.takesAllColumns();
        return columns.stream().filter(column -> all || words.contains(column.toLowerCase(Locale.ROOT)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<String> splitAtCommas(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i <= list.length(); i++) {
            char c = i == list.length() ? ',' : list.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == list.length())) {
                String part = list.substring(begin, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                begin = i + 1;
            }
        }
        return parts;
    }

    /**
     * The models in the order in which they are refreshed: each after those that it reads.
     *
     * @param faults takes one for each model that is part of a circle; those are left out
     */
    public static List<Model> inOrder(List<Model> models, List<String> faults) {
        Map<String, Model> rest = new TreeMap<>();
        models.forEach(model -> rest.put(model.name(), model));
        List<Model> ordered = new ArrayList<>();
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Model model : List.copyOf(rest.values())) {
                if (model.inputs().stream().noneMatch(input -> rest.containsKey(input.table()))) {
                    ordered.add(rest.remove(model.name()));
                    moved = true;
                }
            }
        }
        for (Model model : rest.values()) {
            for (Input input : model.inputs()) {
                if (rest.containsKey(input.table())) {
                    faults.add(model.file() + ":" + input.line() + ": " + model.name() + " reads " + input.table() + ", which reads "
                            + model.name()
                            + " itself or another model of that circle " + rest.keySet()
                            + "; a model can only read what is ready before it");
                    break;
                }
            }
        }
        return ordered;
    }

    /** Reads one file. */
    private static final class Reading {
        /** Of an input that is a fault already. */
        private static final Touch NOTHING = new TouchByColumns(List.of());

        private final String name;
        private final String file;
        private final String text;
        private final List<String> faults = new ArrayList<>();
        private final StringBuilder description = new StringBuilder();
        private List<String> key = List.of();
        private final List<List<String>> indexes = new ArrayList<>();
        private final Map<String, Input> inputs = new LinkedHashMap<>();
        private final Map<String, List<List<String>>> inputIndexes = new LinkedHashMap<>();
        private final Map<String, Integer> indexLines = new LinkedHashMap<>();

        Reading(String name, String file, String text) {
            this.name = name;
            this.file = file;
            this.text = text;
        }

        private void fault(int line, String what) {
            faults.add(file + ":" + line + ": " + what);
        }

        private record Directive(Matcher parts, StringBuilder value, int line) {
        }

        Parsed run() {
            if (!NAME.matcher(name).matches()) {
                fault(1, "'" + name
                        + "' is to name a table; expected lower-case letters, digits and underscores, at most 55, beginning with a letter");
            } else if (ENDING_OF_OTHERS.matcher(name).matches()) {
                fault(1, "'" + name
                        + "' ends like the tables that exist beside a model while it is built; expected a name that "
                        + "does not end in __new, __old or __touched");
            }
            String[] lines = text.split("\n", -1);
            List<Directive> directives = new ArrayList<>();
            int at = 0;
            for (; at < lines.length; at++) {
                String line = lines[at].strip();
                Matcher directive = DIRECTIVE.matcher(line);
                Matcher continued = CONTINUED.matcher(line);
                if (directive.matches()) {
                    directives.add(new Directive(directive, new StringBuilder(directive.group(4)), at + 1));
                } else if (!directives.isEmpty() && continued.matches()) {
                    directives.get(directives.size() - 1).value().append(' ').append(continued.group(1));
                } else if (line.startsWith("--")) {
                    if (directives.isEmpty() && line.length() > 2) {
                        description.append(description.isEmpty() ? "" : " ").append(line.substring(2).strip());
                    } else if (line.length() > 2) {
                        fault(at + 1, "'" + line + "' is none of '-- key:', '-- index:', '-- reads <table>:' and '-- index on <table>:'; "
                                + "what the model is about stands before them, and a longer line goes on with three "
                                + "spaces after the dashes");
                    }
                } else if (!line.isEmpty()) {
                    break;
                }
            }
            String select = String.join("\n", List.of(lines).subList(at, lines.length)).strip();
            if (select.endsWith(";")) {
                select = select.substring(0, select.length() - 1).strip();
            }
            directives.forEach(this::take);
            indexLines.forEach((table, line) -> {
                if (!inputs.containsKey(table)) {
                    fault(line, "an index on " + table + ", which no '-- reads " + table + ":' names");
                }
            });
            check(select, at + 1);
            List<Input> all = inputs.values().stream()
                    .map(i -> new Input(i.table(), i.touches(), inputIndexes.getOrDefault(i.table(), List.of()), i.line())).toList();
            Model model = new Model(name, file, text, description.toString(), key, List.copyOf(indexes), all, select);
            checkRestrictions(model, at + 1);
            return new Parsed(faults.isEmpty() ? model : null, List.copyOf(faults));
        }

        private void take(Directive directive) {
            String word = directive.parts().group(1).toLowerCase(Locale.ROOT);
            String value = directive.value().toString().strip();
            if (word.startsWith("reads")) {
                reads(directive.parts().group(3).toLowerCase(Locale.ROOT), value, directive.line());
                return;
            }
            List<String> columns = names(value);
            if (columns.isEmpty()) {
                fault(directive.line(), "'" + word + "' names no column; expected names separated by commas");
            } else if (word.equals("key")) {
                if (!key.isEmpty()) {
                    fault(directive.line(), "a second key; expected one");
                }
                key = columns;
            } else if (word.equals("index")) {
                indexes.add(columns);
            } else {
                String table = directive.parts().group(2).toLowerCase(Locale.ROOT);
                inputIndexes.computeIfAbsent(table, t -> new ArrayList<>()).add(columns);
                indexLines.putIfAbsent(table, directive.line());
            }
        }

        private static List<String> names(String list) {
            return splitAtCommas(list).stream().map(part -> part.toLowerCase(Locale.ROOT)).toList();
        }

        private void reads(String table, String value, int line) {
            Touch touch;
            if (value.toLowerCase(Locale.ROOT).startsWith("select ") || value.toLowerCase(Locale.ROOT).startsWith("with ")) {
                touch = query(value, line);
            } else {
                touch = new TouchByColumns(names(value));
                if (names(value).isEmpty()) {
                    fault(line, "'reads " + table + "' does not say which keys a changed row touches; expected columns of " + table
                            + " or a query with parameters such as :order_id");
                }
            }
            inputs.merge(table, new Input(table, List.of(touch), List.of(), line), (first, second) -> {
                List<Touch> both = new ArrayList<>(first.touches());
                both.addAll(second.touches());
                return new Input(table, List.copyOf(both), List.of(), first.line());
            });
        }

        private Touch query(String value, int line) {
            List<String> pieces = new ArrayList<>();
            List<List<String>> parameters = new ArrayList<>();
            Matcher list = PARAMETERS.matcher(value);
            int end = 0;
            while (list.find()) {
                pieces.add(value.substring(end, list.start()));
                List<String> names = new ArrayList<>();
                Matcher parameter = PARAMETER.matcher(list.group());
                while (parameter.find()) {
                    names.add(parameter.group(1).toLowerCase(Locale.ROOT));
                }
                parameters.add(names);
                end = list.end();
            }
            pieces.add(value.substring(end));
            if (parameters.isEmpty() || pieces.stream().anyMatch(piece -> PARAMETER.matcher(piece.replaceAll("'[^']*'", "")).find())) {
                fault(line,
                        "the query for the touched keys needs its parameters in parentheses after IN, such as "
                                + "order_id in (:order_id) or (a, b) in (:a, :b)");
                return NOTHING;
            }
            if (new HashSet<>(parameters).size() > 1) {
                fault(line, "the query for the touched keys asks with " + parameters
                        + "; expected the same columns each time, since they come from one row");
                return NOTHING;
            }
            return new TouchByQuery(pieces, parameters);
        }

        private void check(String select, int line) {
            SqlText sql = new SqlText(select, line);
            if (!sql.begins("select", "with")) {
                fault(line, "expected one SELECT after the comments" + (select.isEmpty() ? ", found the end of the file" : ""));
                return;
            }
            if (key.isEmpty()) {
                fault(1, "no '-- key:'; expected the columns of the SELECT that tell its rows apart");
            }
            if (!sql.isOneStatement()) {
                fault(line, "more than one statement; expected one SELECT");
            }
            Map<String, Integer> read = sql.tables();
            read.forEach((table, where) -> {
                if (table.contains(".")) {
                    fault(where, "reads " + table + "; expected a table of the warehouse's own database, without the database's name");
                } else if (!inputs.containsKey(table)) {
                    fault(where, "reads " + table + ", and no '-- reads " + table
                            + ":' says which keys a changed row of it touches; the model would go stale");
                }
            });
            inputs.values().forEach(input -> {
                if (!read.containsKey(input.table())) {
                    fault(input.line(), "'reads " + input.table() + "', but the SELECT does not; it reads " + read.keySet());
                }
                for (Touch touch : input.touches()) {
                    // What is empty is a fault already.
                    if (touch instanceof TouchByColumns by && !by.columns().isEmpty() && !key.isEmpty()
                            && by.columns().size() != key.size()) {
                        fault(input.line(),
                                "'reads " + input.table() + "' names " + by.columns().size() + " columns " + by.columns() + ", the key has "
                                        + key.size() + " " + key + "; expected one for each, in that order");
                    }
                    if (touch instanceof TouchByQuery query) {
                        checkQuery(input, query);
                    }
                }
            });
        }

        /**
         * A query reads what the SELECT reads: that is there, and as it is to be, when the query runs. The model itself
         * is neither.
         */
        private void checkQuery(Input input, TouchByQuery query) {
            for (String asked : new SqlText(String.join("(1)", query.pieces()), input.line()).tables().keySet()) {
                if (asked.equals(name)) {
                    fault(input.line(),
                            "the query for the touched keys reads " + name
                                    + " itself, which does not exist when it is built for the first time; "
                                    + "a row that is removed is found by a second '-- reads " + input.table() + ":' with its columns");
                } else if (!inputs.containsKey(asked)) {
                    fault(input.line(), "the query for the touched keys reads " + asked + ", which the SELECT does not; expected some of "
                            + inputs.keySet());
                }
            }
        }

        private void checkRestrictions(Model model, int line) {
            for (Restriction restriction : model.restrictions()) {
                int where = line + (int) model.select().substring(0, restriction.begin()).chars().filter(c -> c == '\n').count();
                if (restriction.expressions().isEmpty() || restriction.keyPlaces().contains(-1)) {
                    fault(where,
                            "'" + model.select().substring(restriction.begin(), restriction.end()) + "' names what is no column of the key "
                                    + model.key()
                                    + "; expected expressions that end in the key column's name, or 'expression as <key column>'");
                }
                Set<Integer> once = new HashSet<>(restriction.keyPlaces());
                if (once.size() < restriction.keyPlaces().size()) {
                    fault(where, "a key column twice in one 'keys:'");
                }
            }
        }
    }
}
