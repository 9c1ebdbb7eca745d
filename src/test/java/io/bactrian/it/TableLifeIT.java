package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread;
import io.bactrian.application.VerifyMirrors.Verdict;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.SourceUnderTest;
import io.bactrian.testing.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What happens to a table in its life: afterwards the warehouse equals the source in each mode, or the table is DOWN
 * with the reason. All events come at once, each to tables of its own.
 */
class TableLifeIT {

    private enum State {
        RUNNING, STOPPED, KILLED
    }

    /** KEYLESS is a mirror of a table without a key. */
    private enum Mode {
        MIRROR, HISTORY, APPEND, ADD, KEYLESS
    }

    private record Case(TableEvent event, Mode mode) {
    }

    private static final String KEYLESS = "_keyless";
    /** PostgreSQL's log has the whole row before each change of these; sums and lists of changes need it. */
    private static final String WHOLE = "_whole";
    private static final Pattern CREATED = Pattern.compile("create table (\\w+)");

    /** By source, event and mode: how it ended in each state. */
    private static final Map<String, Map<String, Map<Mode, Map<State, String>>>> ENDS = new LinkedHashMap<>();

    private Scenario scenario;
    private SourceUnderTest source;

    private static Stream<Arguments> inEachState() {
        return SourceUnderTest.kinds().flatMap(kind -> Stream.of(State.values()).map(state -> Arguments.of(kind, state)));
    }

    @AfterEach
    void close() {
        Stumble.fail(0);
        if (scenario != null) {
            scenario.close();
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("inEachState")
    void endsEqualOrDown(SourceUnderTest kind, State state) {
        source = kind;
        scenario = new Scenario(Servers.shared(), kind);
        scenario.capture("- to: bean:changeLog", Stumble.step("onTheFirst"));
        List<TableEvent> events = TableEvent.of(kind);
        events.forEach(this::makeTables);
        events.forEach(this::route);
        scenario.start();
        scenario.drain();
        happen(statements(events), state);
        scenario.drainCapture();
        Map<Case, String> faults = faults(events, one -> one.event().newKey().isEmpty() ? fault(one) : faultUnlessItsKeyIsRefused(one));
        if (faults.isEmpty()) {
            events.stream().filter(event -> !event.newKey().isEmpty()).forEach(this::goTheWayOut);
            until(() -> rereads().of(scenario.name).stream().noneMatch(this::isUnderWay));
            scenario.drain();
            faults = faults(events, this::fault);
        }
        note(events, state, faults.keySet());
        SoftAssertions softly = new SoftAssertions();
        faults.forEach((one, fault) -> softly.fail("%s, %s, %s, %s: %s", kind, state, one.event().name(), one.mode(), fault));
        softly.assertThat(scenario.deadLetters()).isEmpty();
        softly.assertThat(downElsewhere(events)).as("DOWN").isEmpty();
        softly.assertAll();
    }

    private boolean isMySql() {
        return source.toString().startsWith("MySQL");
    }

    private List<String> twins() {
        return isMySql() ? List.of("", KEYLESS) : List.of("", WHOLE, KEYLESS);
    }

    private String twin(Mode mode) {
        return switch (mode) {
            case MIRROR, HISTORY -> "";
            case APPEND, ADD -> isMySql() ? "" : WHOLE;
            case KEYLESS -> KEYLESS;
        };
    }

    private static String target(String table, Mode mode) {
        return table + switch (mode) {
            case MIRROR, KEYLESS -> "";
            case HISTORY -> "_history";
            case APPEND -> "_log";
            case ADD -> "_sums";
        };
    }

    private void makeTables(TableEvent event) {
        for (String twin : twins()) {
            List<String> statements = new ArrayList<>(event.before());
            if (twin.equals(KEYLESS)) {
                // Two rows that nothing tells apart.
                statements.add("insert into T select * from T where id = 2");
            }
            statements.forEach(statement -> execute(statement, event, twin));
        }
    }

    private void execute(String statement, TableEvent event, String twin) {
        String its = statement.replaceAll("\\bT(?=_|\\b)", event.table() + twin);
        List<String> inOneSession = new ArrayList<>(List.of((twin.equals(KEYLESS) ? its.replace("int primary key", "int not null") : its)
                .split("; ")));
        Matcher created = CREATED.matcher(its);
        if (!isMySql() && !twin.isEmpty() && created.find()) {
            inOneSession.add("alter table " + created.group(1) + " replica identity full");
        }
        scenario.source(inOneSession.toArray(String[]::new));
    }

    private void route(TableEvent event) {
        for (Mode mode : Mode.values()) {
            for (String table : tables(new Case(event, mode))) {
                String to = "warehouse:" + target(table, mode);
                switch (mode) {
                    case MIRROR, KEYLESS -> scenario.route(table, to + "?mode=mirror");
                    case HISTORY -> scenario.route(table, to + "?mode=history");
                    case APPEND -> scenario.route(table, to + "?mode=append");
                    case ADD -> scenario.route(table, to + "?mode=add&key=g", "- to: kamelet:" + event.step());
                }
            }
        }
    }

    /** The event's table, and others that have a part in it. */
    private List<String> tables(Case one) {
        String table = one.event().table() + twin(one.mode());
        List<String> tables = new ArrayList<>(List.of(table));
        one.event().others().forEach(other -> tables.add(table + "_" + other));
        return tables;
    }

    /** The first of each event, the second of each, and so on, so that what happens in between comes between them. */
    private List<Runnable> statements(List<TableEvent> events) {
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < events.stream().mapToInt(event -> event.statements().size()).max().orElseThrow(); i++) {
            for (TableEvent event : events) {
                for (String twin : twins()) {
                    List<String> its = twin.equals(KEYLESS) && !event.keyless().isEmpty() ? event.keyless() : event.statements();
                    if (i < its.size()) {
                        String statement = its.get(i);
                        all.add(() -> execute(statement, event, twin));
                    }
                }
            }
        }
        return all;
    }

    private void happen(List<Runnable> statements, State state) {
        switch (state) {
            case RUNNING -> statements.forEach(Runnable::run);
            case STOPPED -> {
                scenario.stop();
                statements.forEach(Runnable::run);
                scenario.start();
            }
            case KILLED -> {
                happenWhileInstancesEnd(statements);
                scenario.start();
            }
        }
    }

    /**
     * Captures that fail behind a batch that was written; another instance, which takes over in the middle of a
     * transaction; and its end while the rest is written.
     */
    private void happenWhileInstancesEnd(List<Runnable> statements) {
        int half = statements.size() / 2;
        AtomicInteger done = new AtomicInteger();
        Stumble.fail(2);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> run(statements.subList(0, half), done));
        until(() -> done.get() > half / 2);
        try (Bactrian another = scenario.startAnother()) {
            scenario.stop();
            first.join();
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> run(statements.subList(half, statements.size()), done));
            until(() -> done.get() > half + half / 2);
            another.close();
            second.join();
        }
    }

    private static void run(List<Runnable> statements, AtomicInteger done) {
        statements.forEach(statement -> {
            statement.run();
            done.incrementAndGet();
        });
    }

    private interface Look {
        String fault(Case one);
    }

    /** Of each case that does not end as it is to. */
    private Map<Case, String> faults(List<TableEvent> events, Look look) {
        Map<Case, String> faults = new LinkedHashMap<>();
        events.forEach(event -> Stream.of(Mode.values()).forEach(mode -> faults.put(new Case(event, mode), "")));
        try {
            // Where the catalogue is looked at now and then, a re-read may not have been asked for yet.
            await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(500)).pollDelay(Duration.ZERO).until(() -> {
                faults.replaceAll((one, before) -> fault(look, one));
                faults.values().removeIf(String::isEmpty);
                return faults.isEmpty() && rereads().of(scenario.name).stream().noneMatch(this::isUnderWay);
            });
        } catch (ConditionTimeoutException e) {
            assertThat(rereads().of(scenario.name)).as("re-reads").noneMatch(this::isUnderWay);
        }
        return faults;
    }

    private static String fault(Look look, Case one) {
        try {
            return look.fault(one);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private String fault(Case one) {
        TableEvent event = one.event();
        String table = event.table() + twin(one.mode());
        if (!event.down().isEmpty()) {
            return unlessDown("table " + scenario.name + "." + table, event.down());
        }
        if (event.isGone()) {
            return switch (one.mode()) {
                case MIRROR, KEYLESS -> unlessEqual(List.of("0"), scenario.rows("select count(*) from NAME." + table));
                case HISTORY -> unlessEqual(List.of("0"), scenario.rows("select sum(is_current) from NAME." + target(table, one.mode())));
                case APPEND -> unlessEqual(changes(table), scenario.appended(target(table, one.mode())));
                case ADD -> unlessEqual(List.of(), sums(one));
            };
        }
        return switch (one.mode()) {
            case MIRROR, HISTORY, KEYLESS -> tables(one).stream().map(each -> differences(each, one.mode())).collect(Collectors.joining());
            case APPEND ->
                tables(one).stream().map(each -> unlessEqual(changes(each), scenario.appended(target(each, one.mode()))))
                        .collect(Collectors.joining());
            case ADD -> {
                List<String> inSource = scenario.sourceRows("select g, " + event.sums().stream().map(column -> "coalesce(sum(" + column
                        + "), 0)").collect(Collectors.joining(", ")) + " from NAME." + table + " group by g order by g");
                yield unlessEqual(event.told().isEmpty() ? inSource : event.told(), sums(one))
                        + (event.told().equals(inSource) ? "the sums are the source's after all" : "");
            }
        };
    }

    private List<String> sums(Case one) {
        return scenario.rows("select g, " + one.event().sums().stream().map(column -> column + " + 0").collect(Collectors.joining(", "))
                + " from NAME." + target(one.event().table() + twin(one.mode()), Mode.ADD) + " where id <> 0 order by g");
    }

    private static String unlessEqual(List<String> expected, List<String> found) {
        return expected.equals(found) ? "" : "expected " + expected + ", found " + found;
    }

    private String differences(String table, Mode mode) {
        List<Verdict> verdicts = scenario.bactrian().verification(scenario.name).verify(scenario.name, scenario.name + "." + scenario.name
                + "." + table).stream().filter(verdict -> verdict.warehouseTable().equals(target(table, mode))).toList();
        List<String> violations = mode == Mode.HISTORY
                ? scenario.bactrian().historyViolations().stream().filter(line -> line.startsWith(target(table, mode) + ":")).toList()
                : List.of();
        return verdicts.size() == 1 && verdicts.get(0).equal() && violations.isEmpty() ? "" : verdicts + " " + violations;
    }

    /** What happened to rows, as partition@offset; a re-read is nothing that happened. */
    private List<String> changes(String table) {
        return scenario.records(table).stream().filter(record -> !TopicReader.text(record.value()).contains("\"again\":true"))
                .sorted(Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                        .thenComparingLong(ConsumerRecord::offset))
                .map(record -> record.partition() + "@" + record.offset()).toList();
    }

    private Map<String, Health.State> down() {
        Map<String, Health.State> parts = new TreeMap<>(scenario.bactrian().health().parts());
        parts.values().removeIf(Health.State::up);
        return parts;
    }

    /** Where no event says so. */
    private Map<String, Health.State> downElsewhere(List<TableEvent> events) {
        Map<String, Health.State> parts = down();
        events.stream().filter(event -> !event.down().isEmpty())
                .forEach(event -> twins().forEach(twin -> parts.remove("table " + scenario.name + "." + event.table() + twin)));
        // What was a partition is a table that nobody has published.
        parts.values().removeIf(state -> state.reason().contains("lacks " + scenario.name + ".partition_detached_a, "));
        return parts;
    }

    private String unlessDown(String part, String... words) {
        List<String> reasons = down().entrySet().stream().filter(one -> one.getKey().endsWith(part)).map(one -> one.getValue().reason())
                .toList();
        // Of a table that the warehouse cannot take, each consumer tells that has rows of it.
        return !reasons.isEmpty() && reasons.stream().allMatch(reason -> Stream.of(words).allMatch(reason::contains))
                ? ""
                : "expected DOWN with " + List.of(words) + ", found " + reasons;
    }

    /** What has rows by the key waits, and with it what else is made of the same changes. */
    private String faultUnlessItsKeyIsRefused(Case one) {
        String target = target(one.event().table() + twin(one.mode()), one.mode());
        return switch (one.mode()) {
            case MIRROR, HISTORY -> unlessDown(" table " + target, "and the route writes it " + one.event().newKey(),
                    "Drop the table (drop table " + target + ") and run: bactrian reread " + scenario.name + "." + one.event().table());
            case KEYLESS -> unlessDown(" table " + target, "and the route writes it by (id)",
                    "Drop the table (drop table " + target + ") and run: bactrian reread " + scenario.name + "." + target);
            case APPEND, ADD -> "";
        };
    }

    private void goTheWayOut(TableEvent event) {
        for (Mode mode : List.of(Mode.MIRROR, Mode.HISTORY, Mode.KEYLESS)) {
            scenario.warehouse("drop table " + target(event.table() + twin(mode), mode));
        }
        for (String twin : List.of("", KEYLESS)) {
            rereads().ask(new Asked(scenario.name, scenario.name + "." + event.table() + twin, UUID.randomUUID().toString(), "a test", "",
                    0, System.currentTimeMillis(), true));
        }
    }

    private RereadTopic rereads() {
        return new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1));
    }

    private boolean isUnderWay(Reread reread) {
        return reread.isOpen() && scenario.bactrian().routes().topics(scenario.name).contains(scenario.name + "." + reread.asked().table());
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private void note(List<TableEvent> events, State state, Set<Case> wrong) {
        for (TableEvent event : events) {
            for (Mode mode : Mode.values()) {
                String end = wrong.contains(new Case(event, mode))
                        ? "WRONG"
                        : !event.down().isEmpty()
                                ? "DOWN"
                                : mode == Mode.ADD && !event.told().isEmpty()
                                        ? "as told"
                                        : event.newKey().isEmpty() || mode == Mode.ADD || mode == Mode.APPEND ? "equal" : "DOWN, equal";
                ENDS.computeIfAbsent(source.toString(), s -> new LinkedHashMap<>()).computeIfAbsent(event.name(), e -> new TreeMap<>())
                        .computeIfAbsent(mode, m -> new TreeMap<>()).put(state, end);
            }
        }
    }

    /** To be quoted. One word stands for all states. */
    @AfterAll
    static void print() {
        Map<String, Integer> counts = new TreeMap<>();
        ENDS.forEach((source, events) -> {
            System.out.printf("%n%-44s%s%n", source, Stream.of(Mode.values()).map(mode -> "%-13s".formatted(mode))
                    .collect(Collectors.joining()));
            events.forEach((event, modes) -> {
                System.out.printf("%-44s", event);
                modes.values().forEach(states -> {
                    states.values().forEach(end -> counts.merge(end, 1, Integer::sum));
                    Set<String> ends = new TreeSet<>(states.values());
                    System.out.printf("%-13s", ends.size() == 1 ? ends.iterator().next() : states.toString());
                });
                System.out.println();
            });
        });
        System.out.printf("%nevents, each while %s: %s%n", List.of(State.values()), counts);
    }
}
