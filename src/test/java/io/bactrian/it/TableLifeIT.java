package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.application.Health;
import io.bactrian.application.Reread;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.SourceUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What happens to a table in its life: afterwards the warehouse equals the source, or the table is DOWN with the
 * reason. Each event comes while the capture runs, and once more while it does not.
 */
class TableLifeIT {

    private Scenario scenario;

    /** @param down what health says; empty if warehouse and source are to be equal */
    private record Event(String name, List<String> before, List<String> event, String down) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Event equal(String name, List<String> before, String... event) {
        return new Event(name, before, List.of(event), "");
    }

    private static final List<String> T = List.of("create table t (id int primary key, v varchar(10), n int, d datetime)",
            "insert into t values (1, 'one', 1, '2026-01-01 10:00:00'), (2, 'two', 2, null), (3, 'three', 3, '2026-01-01 11:00:00')");
    private static final List<String> KEYLESS = List.of("create table t (id int not null, v varchar(10), j json)",
            "insert into t values (1, 'one', '{\"a\":1}'), (2, 'two', null), (2, 'two', null)");
    private static final List<String> PARTITIONED = List.of("create table t (id int primary key, v varchar(10)) partition by range (id) "
            + "(partition a values less than (10), partition b values less than (20), partition c values less than maxvalue)",
            "create table x (id int primary key, v varchar(10))", "insert into t values (1, 'a'), (11, 'b'), (12, 'b'), (21, 'c')",
            "insert into x values (5, 'x')");

    private static Stream<Event> mySql() {
        List<Event> all = new ArrayList<>();
        all.add(equal("a column with a default", T, "alter table t add column f int not null default 7",
                "insert into t (id, f) values (4, 8)"));
        all.add(equal("a column first, without a default", T, "alter table t add column f int first", "update t set f = 1 where id = 2"));
        all.add(equal("a column behind another, which no row uses", T, "alter table t add column f varchar(5) after v"));
        all.add(equal("a computed column", T, "alter table t add column f int as (n + 1) stored", "update t set n = 9 where id = 2"));
        all.add(equal("a column renamed", T, "alter table t rename column v to w", "update t set w = 'new' where id = 2"));
        all.add(equal("a column renamed and its name given to another", T, "alter table t rename column v to w, add column v int",
                "insert into t (id, w, v) values (4, 'w', 4)"));
        all.add(equal("a column dropped", T, "alter table t drop column n", "insert into t (id, v) values (4, 'four')"));
        all.add(equal("a column dropped and added", T, "alter table t drop column n", "alter table t add column n int default 5"));
        all.add(equal("a text widened", T, "alter table t modify v varchar(50)", "update t set v = repeat('x', 50) where id = 1"));
        all.add(equal("a number widened", T, "alter table t modify n bigint", "update t set n = 5000000000 where id = 1"));
        all.add(equal("a moment made finer", T, "alter table t modify d datetime(6)",
                "update t set d = '2026-02-02 02:02:02.123456' where id = 1"));
        all.add(equal("a number made unsigned", T, "alter table t modify n int unsigned", "update t set n = 4000000000 where id = 1"));
        all.add(equal("a number converted to a text", T, "alter table t modify n varchar(20)", "update t set n = 'many' where id = 1"));
        all.add(equal("a moment cut to a day", T, "alter table t modify d date"));
        all.add(equal("a text that no longer takes NULL", T, "set sql_mode = ''", "update t set v = null where id = 2",
                "update t set v = '' where id = 2", "alter table t modify v varchar(10) not null"));
        all.add(equal("an enumeration gets a value", List.of("create table t (id int primary key, e enum('a','b'))",
                "insert into t values (1, 'a'), (2, 'b')"), "alter table t modify e enum('a','b','c')", "insert into t values (3, 'c')"));
        all.add(equal("several statements in one batch, rows between them", T, "insert into t (id) values (10), (11)",
                "alter table t add column f int not null default 1", "update t set f = 2 where id = 10", "alter table t add column g int",
                "update t set g = 3 where id = 11", "alter table t drop column f", "insert into t (id, g) values (12, 12)"));
        all.add(equal("dropped and made again", T, "drop table t", "create table t (id int primary key, w int)",
                "insert into t values (2, 22)"));
        all.add(equal("dropped", T, "drop table t"));
        all.add(equal("truncated", T, "truncate table t", "insert into t (id) values (3)"));
        all.add(equal("swapped with another", List.of("create table t (id int primary key, v varchar(10))",
                "create table a (id int primary key, v varchar(10))", "insert into t values (1, 't'), (2, 't')",
                "insert into a values (2, 'a'), (3, 'a')"), "rename table a to tmp, t to a, tmp to t", "insert into t values (9, 'new t')",
                "insert into a values (9, 'new a')"));
        all.add(equal("replaced by a copy, as tools for online changes do", T, "create table _t_new like t",
                "alter table _t_new add column f int not null default 5", "insert into _t_new (id, v, n, d) select id, v, n, d from t",
                "rename table t to _t_old, _t_new to t", "insert into t (id, f) values (4, 6)", "drop table _t_old"));
        all.add(equal("a partition truncated", PARTITIONED, "alter table t truncate partition b", "insert into t values (13, 'new')"));
        all.add(equal("a partition dropped", PARTITIONED, "alter table t drop partition a"));
        all.add(equal("a partition exchanged", PARTITIONED, "alter table t exchange partition a with table x"));
        all.add(equal("partitions reorganised", PARTITIONED,
                "alter table t reorganize partition a, b into (partition ab values less than (20))"));
        all.add(equal("a keyless table gets a column", KEYLESS, "alter table t add column f int not null default 3",
                "delete from t where id = 2 limit 1"));
        all.add(equal("what changes no row", T, "create index i on t (v)", "alter table t comment 'x'", "drop index i on t",
                "alter table t engine = innodb", "analyze table t"));
        all.add(new Event("renamed away", T, List.of("rename table t to elsewhere"), "has another name since: rename table"));
        return all.stream();
    }

    private static final List<String> P = List.of("create table t (id int primary key, v varchar(10), n int, d timestamp(0))",
            "insert into t values (1, 'one', 1, '2026-01-01 10:00:00'), (2, 'two', 2, null), (3, 'three', 3, '2026-01-01 11:00:00')");
    private static final List<String> PARTS = List.of("create table t (id int primary key, v varchar(10)) partition by range (id)",
            "create table t_a partition of t for values from (0) to (10)", "create table t_b partition of t for values from (10) to (20)",
            "create table x (id int primary key, v varchar(10))", "insert into t values (1, 'a'), (2, 'a'), (11, 'b')",
            "insert into x values (25, 'x')");

    /** Its log tells of rows only: the catalogue is looked at. */
    private static Stream<Event> postgres() {
        List<Event> all = new ArrayList<>();
        all.add(equal("a column with a default", P, "alter table t add column f int not null default 7",
                "insert into t (id, f) values (4, 8)"));
        all.add(equal("a column without a default", P, "alter table t add column f int", "update t set f = 1 where id = 2"));
        all.add(equal("a column renamed", P, "alter table t rename column v to w", "update t set w = 'new' where id = 2"));
        all.add(equal("a column renamed, and no row changed", P, "alter table t rename column v to w"));
        all.add(equal("a column dropped", P, "alter table t drop column n", "insert into t (id, v) values (4, 'four')"));
        all.add(equal("a text widened", P, "alter table t alter v type varchar(50)", "update t set v = repeat('x', 50) where id = 1"));
        all.add(equal("a number widened", P, "alter table t alter n type bigint", "update t set n = 5000000000 where id = 1"));
        all.add(equal("a moment made finer", P, "alter table t alter d type timestamp(6)",
                "update t set d = '2026-02-02 02:02:02.123456' where id = 1"));
        all.add(equal("a number converted to a text", P, "alter table t alter n type varchar(20)",
                "update t set n = 'many' where id = 1"));
        all.add(equal("truncated", P, "truncate table t", "insert into t (id) values (3)"));
        all.add(equal("swapped with another", List.of("create table t (id int primary key, v varchar(10))",
                "create table a (id int primary key, v varchar(10))", "insert into t values (1, 't'), (2, 't')",
                "insert into a values (2, 'a'), (3, 'a')"), "alter table a rename to tmp", "alter table t rename to a",
                "alter table tmp rename to t", "insert into t values (9, 'new t')", "insert into a values (9, 'new a')"));
        all.add(equal("a partition detached", PARTS, "alter table t detach partition t_a"));
        all.add(equal("a partition dropped", PARTS, "drop table t_b"));
        all.add(equal("a partition attached with rows", PARTS, "alter table t attach partition x for values from (20) to (30)"));
        all.add(equal("a new partition", PARTS, "create table t_c partition of t for values from (20) to (30)",
                "insert into t values (21, 'c')"));
        all.add(equal("what changes no row", P, "create index on t (v)", "comment on table t is 'x'", "vacuum full t", "analyze t"));
        all.add(new Event("renamed away", P, List.of("alter table t rename to elsewhere"),
                "is no longer among those that the capture of"));
        all.add(new Event("dropped", P, List.of("drop table t"), "is no longer among those that the capture of"));
        return all.stream();
    }

    private static Stream<Arguments> inEachState() {
        return SourceUnderTest.kinds().flatMap(kind -> (kind.toString().toLowerCase(Locale.ROOT).startsWith("mysql") ? mySql() : postgres())
                .flatMap(event -> Stream.of(Arguments.of(kind, event, true), Arguments.of(kind, event, false))));
    }

    @AfterEach
    void close() {
        if (scenario != null) {
            scenario.close();
        }
    }

    @ParameterizedTest(name = "{0}: {1}, running: {2}")
    @MethodSource("inEachState")
    void endsEqualOrDown(SourceUnderTest kind, Event event, boolean running) {
        scenario = new Scenario(Servers.shared(), kind);
        event.before().forEach(scenario::source);
        scenario.mirror("t");
        if (event.name().startsWith("swapped")) {
            scenario.mirror("a");
        }
        if (event.name().contains("exchanged")) {
            scenario.mirror("x");
        }
        scenario.start();
        scenario.drain();
        if (!running) {
            scenario.stop();
        }
        event.event().forEach(scenario::source);
        if (!running) {
            scenario.start();
        }
        scenario.drainCapture();
        if (event.down().isEmpty()) {
            await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(100))
                    .until(() -> rereads().stream().noneMatch(this::isUnderWay));
            scenario.drain();
            if (!event.name().equals("dropped")) {
                // Where the catalogue is looked at now and then, the re-read may not have been asked for yet.
                await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                        .untilAsserted(() -> assertThat(scenario.differences()).isEmpty());
            } else {
                assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("0");
            }
            assertThat(down()).isEmpty();
            assertThat(scenario.bactrian().deadLetters().list(scenario.name)).isEmpty();
        } else {
            await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> !down().isEmpty());
            assertThat(down()).hasSize(1).allSatisfy((part, state) -> assertThat(state.reason()).contains(event.down()));
        }
    }

    private boolean isUnderWay(Reread reread) {
        return reread.isOpen() && scenario.bactrian().routes().topics(scenario.name).contains(scenario.name + "." + reread.asked().table());
    }

    private List<Reread> rereads() {
        return new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1)).of(scenario.name);
    }

    private Map<String, Health.State> down() {
        Map<String, Health.State> parts = new java.util.TreeMap<>(scenario.bactrian().health().parts());
        parts.values().removeIf(Health.State::up);
        return parts;
    }
}
