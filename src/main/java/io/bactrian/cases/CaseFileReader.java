package io.bactrian.cases;

import io.bactrian.cases.GoldenCase.Event;
import io.bactrian.cases.GoldenCase.ExpectedLetter;
import io.bactrian.cases.GoldenCase.ExpectedRow;
import io.bactrian.cases.GoldenCase.ExpectedTable;
import io.bactrian.cases.GoldenCase.Garbage;
import io.bactrian.cases.GoldenCase.Sql;
import io.bactrian.cases.GoldenCase.Step;
import io.bactrian.cases.GoldenCase.Transaction;
import io.bactrian.cases.GoldenCase.Truncation;
import io.bactrian.domain.OneLine;
import io.bactrian.domain.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads one case file and notes everything that is wrong with it. It reads YAML's nodes and not its values: only they
 * know their lines, and a value must stay as it was written, 12.50 and not 12.5.
 */
final class CaseFileReader {

    static final Path USUAL_SOURCE = Path.of("sql", "source");

    private static final List<String> FILE_KEYS = List.of("source", "cases");
    private static final List<String> CASE_KEYS = List.of("name", "given", "when", "then", "dead-letters");
    private static final List<String> LETTER_KEYS = List.of("table", "route", "reason");
    /** What a list item of {@code when} may be, with the keys that belong to it. */
    private static final Map<String, List<String>> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("truncate", List.of());
        EVENTS.put("read", List.of("row"));
        EVENTS.put("insert", List.of("row"));
        EVENTS.put("update", List.of("before", "after"));
        EVENTS.put("delete", List.of("row"));
        EVENTS.put("garbage", List.of("value"));
    }

    private static final String AT = "at";
    private static final String SQL = "sql";
    /** Between a table and the condition of the rows that are meant. */
    private static final Pattern WHERE = Pattern.compile("\\s+where\\s+", Pattern.CASE_INSENSITIVE);
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final Path file;
    private final List<String> faults;

    private CaseFileReader(Path file, List<String> faults) {
        this.file = file;
        this.faults = faults;
    }

    /**
     * @param pipeline whose routes the cases are for
     * @param faults where faults are added to; after one the cases are not to be run
     */
    static CaseFile read(Path file, String pipeline, List<String> faults) {
        try {
            return read(file, pipeline, Files.readString(file), faults);
        } catch (IOException e) {
            faults.add(file + ": cannot be read: " + e);
            return new CaseFile(file, pipeline, List.of(), List.of());
        }
    }

    static CaseFile read(Path file, String pipeline, String text, List<String> faults) {
        return new CaseFileReader(file, faults).file(pipeline, text);
    }

    private CaseFile file(String pipeline, String text) {
        Map<String, Node> parts = Map.of();
        try {
            Optional<Node> root = new Compose(LoadSettings.builder().setLabel(file.toString()).build()).composeString(text);
            if (root.isPresent()) {
                parts = map(root.get(), "the file", FILE_KEYS);
            }
            if (!parts.containsKey("cases")) {
                fault(1, "there are no cases; expected a list of them under 'cases:'");
            }
        } catch (MarkedYamlEngineException e) {
            fault(e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1), "this is no YAML: " + oneLine(e.getProblem()));
        } catch (YamlEngineException e) {
            fault(1, "this is no YAML: " + oneLine(e.getMessage()));
        }
        List<GoldenCase> cases = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        for (Node node : list(parts.get("cases"), "cases", "a list of cases")) {
            GoldenCase one = goldenCase(node);
            Integer before = names.putIfAbsent(one.name(), line(node));
            if (before != null && !one.name().isEmpty()) {
                fault(line(node), "there is a case '" + one.name() + "' in line " + before
                        + " already; expected another name, so that both can be told apart");
            }
            cases.add(one);
        }
        return new CaseFile(file, pipeline, source(parts.get("source")), cases);
    }

    // ---- the source's tables

    private List<Path> source(Node node) {
        List<Path> files = new ArrayList<>();
        if (node == null) {
            addSource(files, USUAL_SOURCE, 1);
        } else if (node instanceof SequenceNode several) {
            several.getValue().forEach(one -> addSource(files, Path.of(text(one, "source")), line(one)));
        } else {
            addSource(files, Path.of(text(node, "source")), line(node));
        }
        return files;
    }

    private void addSource(List<Path> files, Path path, int line) {
        if (Files.isDirectory(path)) {
            try (Stream<Path> inside = Files.list(path)) {
                List<Path> sql = inside.filter(each -> each.toString().endsWith(".sql")).sorted().toList();
                if (sql.isEmpty()) {
                    fault(line, "source: " + path + " holds no *.sql file; expected the files that make the source tables");
                }
                files.addAll(sql);
            } catch (IOException e) {
                fault(line, "source: " + path + " cannot be read: " + e);
            }
        } else if (Files.isRegularFile(path)) {
            files.add(path);
        } else {
            fault(line,
                    "source: there is no " + path + " (" + path.toAbsolutePath()
                            + "); expected the folder or the files of SQL that make the source tables, "
                            + "relative to the working directory");
        }
    }

    // ---- a case

    private GoldenCase goldenCase(Node node) {
        Map<String, Node> parts = map(node, "a case", CASE_KEYS);
        String name = parts.containsKey("name") ? text(parts.get("name"), "name") : "";
        if (parts.isEmpty()) {
            return new GoldenCase("", place(node), List.of(), List.of(), List.of(), List.of());
        }
        if (name.isBlank()) {
            fault(line(node), "this case has no name; expected name: and a sentence that says what is so");
        }
        if (!parts.containsKey("given") && !parts.containsKey("when")) {
            fault(line(node), "nothing happens in this case; expected given: or when:");
        }
        if (!parts.containsKey("then") && !parts.containsKey("dead-letters")) {
            fault(line(node), "nothing is expected of this case; expected then: or dead-letters:");
        }
        List<Transaction> when = new ArrayList<>();
        if (parts.get("when") instanceof ScalarNode one) {
            when.add(new Transaction(Optional.empty(), new Sql(sql(one))));
        } else {
            list(parts.get("when"), "when", "SQL or a list of SQL and events").forEach(item -> transaction(item).ifPresent(when::add));
        }
        return new GoldenCase(name, place(node), parts.containsKey("given") ? sql(parts.get("given")) : List.of(), when,
                tables(parts.get("then")), letters(parts.get("dead-letters")));
    }

    private List<SqlStatement> sql(Node node) {
        String sql = text(node, "SQL");
        // The text of a block begins in the line after its | or >.
        boolean block = node instanceof ScalarNode scalar
                && (scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED);
        List<SqlStatement> statements = SqlStatement.of(sql, place(node).down(block ? 1 : 0));
        if (statements.isEmpty() && node instanceof ScalarNode) {
            fault(line(node), "there is no SQL; expected one or more statements, separated by semicolons");
        }
        for (SqlStatement statement : statements) {
            if (statement.isTransactionControl()) {
                faults.add(statement.place() + ": '" + SqlFailure.shortened(statement.text())
                        + "' begins or ends a transaction; expected only what is done in one: "
                        + "each list item of when: is a transaction by itself, and is committed");
            }
        }
        return statements;
    }

    private Optional<Transaction> transaction(Node node) {
        if (node instanceof ScalarNode) {
            return Optional.of(new Transaction(Optional.empty(), new Sql(sql(node))));
        }
        if (!(node instanceof MappingNode mapping)) {
            fault(line(node), "this is a list; expected SQL as text, or an event such as {truncate: store.customers}");
            return Optional.empty();
        }
        Optional<Instant> at = mapping.getValue().stream().filter(entry -> text(entry.getKeyNode(), "a key").equals(AT)).findFirst()
                .flatMap(entry -> moment(entry.getValueNode()));
        return step(mapping).map(step -> new Transaction(at, step));
    }

    private Optional<Instant> moment(Node node) {
        String text = text(node, AT);
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            fault(line(node), "at is '" + text + "'; expected a moment in UTC, such as 2026-01-02T10:00:00Z");
            return Optional.empty();
        }
    }

    private Optional<Step> step(MappingNode node) {
        if (keys(node).contains(SQL)) {
            return Optional.of(new Sql(sql(map(node, "a transaction", List.of(AT, SQL)).get(SQL))));
        }
        for (Map.Entry<String, List<String>> event : EVENTS.entrySet()) {
            if (keys(node).contains(event.getKey())) {
                return event(event.getKey(), event.getValue(), node);
            }
        }
        fault(line(node), "this is no event; expected one of " + EVENTS.keySet() + " with a table, such as {truncate: store.customers}");
        return Optional.empty();
    }

    private Optional<Step> event(String kind, List<String> own, Node node) {
        List<String> keys = new ArrayList<>(own);
        keys.add(0, kind);
        keys.add(AT);
        int before = faults.size();
        Map<String, Node> parts = map(node, "the event " + kind, keys);
        for (String key : own) {
            if (!parts.containsKey(key)) {
                fault(line(node), "the event " + kind + " has no " + key + "; expected " + keys.subList(0, keys.size() - 1));
            }
        }
        String table = text(parts.get(kind), kind);
        if (!table.matches("[^.]+\\.[^.]+")) {
            fault(line(node), "'" + table + "' names no source table; expected its database and its name, such as store.customers");
        }
        if (faults.size() > before) {
            return Optional.empty();
        }
        CaseLocation place = place(node);
        return Optional.of(switch (kind) {
            case "truncate" -> new Truncation(place, table);
            case "garbage" -> new Garbage(place, table, text(parts.get("value"), "value"));
            case "update" ->
                new Event(place, Operation.UPDATE, table, cells(parts.get("before"), "before"), cells(parts.get("after"), "after"));
            case "delete" -> new Event(place, Operation.DELETE, table, cells(parts.get("row"), "row"), null);
            default -> new Event(place, Operation.valueOf(kind.toUpperCase(Locale.ROOT)), table, null, cells(parts.get("row"), "row"));
        });
    }

    private List<ExpectedTable> tables(Node node) {
        List<ExpectedTable> tables = new ArrayList<>();
        if (node == null) {
            return tables;
        }
        Map<String, Node> named = map(node, "then", null);
        Map<String, CaseLocation> places = new HashMap<>();
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(entry -> places.put(text(entry.getKeyNode(), "a key"), place(entry.getKeyNode())));
        }
        named.forEach((table, rows) -> {
            List<ExpectedRow> expected = new ArrayList<>();
            for (Node row : list(rows, table, "a list of rows, [] for none")) {
                expected.add(new ExpectedRow(place(row), cells(row, "a row of " + table)));
            }
            String[] parts = WHERE.split(table, 2);
            tables.add(
                    new ExpectedTable(places.get(table), parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(), expected));
        });
        return tables;
    }

    private Map<String, Cell> cells(Node node, String what) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        map(node, what, null).forEach((column, value) -> cells.put(column, cell(value, column)));
        if (cells.isEmpty() && node instanceof MappingNode) {
            fault(line(node), what + " names no column; expected at least one, such as {customer_id: 1}");
        }
        return cells;
    }

    private Cell cell(Node node, String column) {
        if (node instanceof ScalarNode scalar) {
            boolean isNull = scalar.getScalarStyle() == ScalarStyle.PLAIN && NULLS.contains(scalar.getValue());
            return new Cell(place(node), isNull ? null : scalar.getValue());
        }
        fault(line(node), column + " is " + kind(node) + "; expected one value. A JSON document goes into quotes: '{\"a\": 1}'");
        return new Cell(place(node), null);
    }

    private List<ExpectedLetter> letters(Node node) {
        List<ExpectedLetter> letters = new ArrayList<>();
        for (Node one : list(node, "dead-letters", "a list of dead letters")) {
            Map<String, Node> parts = map(one, "a dead letter", LETTER_KEYS);
            if (!parts.containsKey("table")) {
                fault(line(one), "this dead letter has no table; expected the source table, such as table: store.customers");
                continue;
            }
            letters.add(new ExpectedLetter(place(one), text(parts.get("table"), "table"),
                    Optional.ofNullable(parts.get("route")).map(part -> text(part, "route")),
                    Optional.ofNullable(parts.get("reason")).map(part -> text(part, "reason"))));
        }
        return letters;
    }

    // ---- YAML

    /** @param known the keys that it may have; null when they are names of the user's */
    private Map<String, Node> map(Node node, String what, List<String> known) {
        Map<String, Node> parts = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            fault(line(node),
                    what + " is " + kind(node) + "; expected " + (known == null ? "names with values" : "a map with some of " + known));
            return parts;
        }
        for (NodeTuple entry : mapping.getValue()) {
            String key = text(entry.getKeyNode(), "a key");
            if (known != null && !known.contains(key)) {
                fault(line(entry.getKeyNode()),
                        "'" + key + "' is no key of " + what + "; expected " + (known.size() == 1 ? known.get(0) : "some of " + known));
            } else if (parts.put(key, entry.getValueNode()) != null) {
                fault(line(entry.getKeyNode()), "'" + key + "' is there twice; expected it once, since one of them would be forgotten");
            }
        }
        return parts;
    }

    private static List<String> keys(MappingNode node) {
        return node.getValue().stream().map(NodeTuple::getKeyNode).filter(ScalarNode.class::isInstance)
                .map(key -> ((ScalarNode) key).getValue()).toList();
    }

    private List<Node> list(Node node, String what, String expected) {
        if (node == null) {
            return List.of();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        fault(line(node), what + " is " + kind(node) + "; expected " + expected);
        return List.of();
    }

    private String text(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        fault(line(node), what + " is " + kind(node) + "; expected text");
        return "";
    }

    private static String kind(Node node) {
        return node instanceof SequenceNode
                ? "a list"
                : node instanceof MappingNode
                        ? "a map"
                        : ((ScalarNode) node).getValue().isEmpty() ? "empty" : "'" + oneLine(((ScalarNode) node).getValue()) + "'";
    }

    private static String oneLine(String text) {
        return OneLine.of(text.strip());
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private CaseLocation place(Node node) {
        return new CaseLocation(file, line(node));
    }

    private void fault(int line, String what) {
        faults.add(new CaseLocation(file, line) + ": " + what);
    }
}
