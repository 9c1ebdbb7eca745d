package io.bactrian.it;

import io.bactrian.testing.SourceUnderTest;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Something that happens to a source's table. In the statements {@code T} stands for the table, {@code T_x} for another
 * one of the same event; what is between two {@code ;} of one statement is done in one session.
 *
 * @param before makes the table, with a key, and its first rows
 * @param others further tables that have routes, by what follows {@code T_}
 * @param step of the route into sums, so that only numbers are added up
 * @param sums columns that are added up
 * @param told what the sums by g are; empty if they are the source's. Sums hear of rows only what the log tells
 * @param down what health says of the table; empty if warehouse and source end equal
 * @param newKey what a mirror and a history are written by now, the beginning of {@code by (id, g)}; they are DOWN
 * until they were dropped and the table was read again. Empty if the key stays
 * @param keyless what happens to a table without a key instead; empty if it is the same
 */
record TableEvent(String name, List<String> before, List<String> statements, List<String> others, String step, List<String> sums,
        List<String> told, String down, String newKey, List<String> keyless) {

    private static final String KEEP = "keep-columns?columns=g,";

    /** As in a database: without the words that carry nothing. */
    String table() {
        return name.toLowerCase(Locale.ROOT).replaceAll("\\b(a|an|the|with|which|that|its|and|of)\\b", "").trim().replaceAll("\\W+", "_");
    }

    boolean isGone() {
        return name.equals("dropped") && down.isEmpty();
    }

    private static TableEvent event(String name, List<String> before, String... statements) {
        return new TableEvent(name, before, List.of(statements), List.of(), KEEP + "id,n", List.of("id", "n"), List.of(), "", "",
                List.of());
    }

    private TableEvent and(String... tables) {
        return new TableEvent(name, before, statements, List.of(tables), step, sums, told, down, newKey, keyless);
    }

    private TableEvent down(String reason) {
        return new TableEvent(name, before, statements, others, step, sums, told, reason, newKey, keyless);
    }

    /** Of the columns that are there before and after. */
    private TableEvent sum(String... columns) {
        return new TableEvent(name, before, statements, others, KEEP + String.join(",", columns), List.of(columns), told, down, newKey,
                keyless);
    }

    /** Of a column that comes, too. */
    private TableEvent sumAll(String... columns) {
        return new TableEvent(name, before, statements, others, "drop-columns?columns=v,d", List.of(columns), told, down, newKey, keyless);
    }

    private TableEvent told(String... byG) {
        return new TableEvent(name, before, statements, others, step, sums, List.of(byG), down, newKey, keyless);
    }

    private TableEvent newKey(String by, String... ofKeyless) {
        return new TableEvent(name, before, statements, others, step, sums, told, down, by, List.of(ofKeyless));
    }

    static List<TableEvent> of(SourceUnderTest kind) {
        return kind.toString().startsWith("MySQL") ? mySql().toList() : postgreSql().toList();
    }

    private static final String ROWS = "insert into T values (1, 'a', 'one', 1, '2026-01-01 10:00:00'), (2, 'a', 'two', 2, null), "
            + "(3, 'b', 'three', 3, '2026-01-01 11:00:00')";
    private static final List<String> M = List.of("create table T (id int primary key, g varchar(10), v varchar(10), n int, d datetime)",
            ROWS);
    private static final List<String> TWO = List.of("create table T (id int primary key, g varchar(10))",
            "create table T_other (id int primary key, g varchar(10))", "insert into T values (1, 't'), (2, 't')",
            "insert into T_other values (2, 'o'), (3, 'o')");
    private static final List<String> PARTITIONED = List.of(
            "create table T (id int primary key, g varchar(10)) partition by range (id) "
                    + "(partition a values less than (10), partition b values less than (20), partition c values less than maxvalue)",
            "create table T_x (id int primary key, g varchar(10))", "insert into T values (1, 'a'), (11, 'b'), (12, 'b'), (21, 'c')",
            "insert into T_x values (5, 'x')");

    private static Stream<TableEvent> mySql() {
        return Stream.of(
                event("a column with a default", M, "alter table T add column f int not null default 7",
                        "insert into T (id, g, f) values (4, 'b', 8)", "update T set f = 9 where id = 1", "delete from T where id = 2")
                        .sumAll("id", "n", "f").told("a|1|1|-5", "b|7|3|8"),
                event("a column first, without a default", M, "alter table T add column f int first", "update T set f = 1 where id = 2")
                        .sumAll("id", "n", "f"),
                event("a column behind another, which no row uses", M, "alter table T add column f varchar(5) after v"),
                event("a computed column", M, "alter table T add column f int as (n + 1) stored", "update T set n = 9 where id = 2"),
                event("a column renamed", M, "alter table T rename column v to w", "update T set w = 'new' where id = 2"),
                event("a number renamed", M, "alter table T rename column n to m", "update T set m = 9 where id = 2").sumAll("id", "m")
                        .told("a|3|7", "b|3|0"),
                event("a name given to another column", M, "alter table T rename column v to w, add column v int",
                        "insert into T (id, g, w, v) values (4, 'b', 'w', 4)"),
                event("a column dropped", M, "alter table T drop column n", "insert into T (id, g, v) values (4, 'b', 'four')").sum("id"),
                event("a column dropped and added", M, "alter table T drop column n", "alter table T add column n int default 5")
                        .told("a|3|3", "b|3|3"),
                event("a text widened", M, "alter table T modify v varchar(50)", "update T set v = repeat('x', 50) where id = 1"),
                event("a number widened", M, "alter table T modify n bigint", "update T set n = 5000000000 where id = 1"),
                event("a moment made finer", M, "alter table T modify d datetime(6)",
                        "update T set d = '2026-02-02 02:02:02.123456' where id = 1"),
                event("a number made unsigned", M, "alter table T modify n int unsigned", "update T set n = 4000000000 where id = 1"),
                event("a number converted to a text", M, "alter table T modify n varchar(20)", "update T set n = 'many' where id = 1")
                        .sum("id"),
                event("a fraction cut to a whole number", List.of("create table T (id int primary key, g varchar(10), n decimal(10,2))",
                        "insert into T values (1, 'a', 1.50), (2, 'b', 2.25)"), "alter table T modify n int").told("a|1|1.50", "b|2|2.25"),
                event("a moment cut to a day", M, "alter table T modify d date"),
                event("a text that no longer takes NULL", M, "update T set v = null where id = 2",
                        "set sql_mode = ''; alter table T modify v varchar(10) not null"),
                event("an enumeration gets a value", List.of("create table T (id int primary key, g varchar(10), e enum('a','b'))",
                        "insert into T values (1, 'a', 'a'), (2, 'b', 'b')"), "alter table T modify e enum('a','b','c')",
                        "insert into T values (3, 'b', 'c')").sum("id"),
                event("rows between several statements", M, "insert into T (id, g) values (10, 'b'), (11, 'b')",
                        "alter table T add column f int not null default 1", "update T set f = 2 where id = 10",
                        "alter table T add column h int", "update T set h = 3 where id = 11", "alter table T drop column f",
                        "insert into T (id, g, h) values (12, 'a', 12)").sumAll("id", "n", "h"),
                event("dropped and made again", M, "drop table T", "create table T (id int primary key, g varchar(10), w int)",
                        "insert into T values (2, 'c', 22)").sum("id"),
                event("dropped", M, "drop table T"),
                event("truncated", M, "truncate table T", "insert into T (id, g, n) values (3, 'c', 5)"),
                event("swapped with another", TWO, "rename table T_other to T_tmp, T to T_other, T_tmp to T",
                        "insert into T values (9, 'o')", "insert into T_other values (9, 't')").and("other").sum("id")
                        .told("o|9", "t|3"),
                event("replaced by a copy, as online changes do", M,
                        "create table T_new like T; alter table T_new add column f int not null default 5; "
                                + "insert into T_new (id, g, v, n, d) select id, g, v, n, d from T; rename table T to T_old, T_new to T",
                        "insert into T (id, g, n, f) values (4, 'b', 4, 6)", "drop table T_old"),
                event("a partition truncated", PARTITIONED, "alter table T truncate partition b", "insert into T values (13, 'b')")
                        .sum("id").told("a|1", "b|36", "c|21"),
                event("a partition dropped", PARTITIONED, "alter table T drop partition a").sum("id").told("a|1", "b|23", "c|21"),
                event("a partition exchanged", PARTITIONED, "alter table T exchange partition a with table T_x").and("x").sum("id")
                        .told("a|1", "b|23", "c|21"),
                event("partitions reorganised", PARTITIONED,
                        "alter table T reorganize partition a, b into (partition ab values less than (20))").sum("id"),
                event("what changes no row", M, "create index i on T (v)", "alter table T comment 'x'", "drop index i on T",
                        "alter table T engine = innodb", "analyze table T"),
                event("another key", M, "alter table T drop primary key, add primary key (id, g)", "insert into T (id, g) values (4, 'b')",
                        "insert into T (id, g) values (4, 'c')").newKey("by (id, g", "delete from T where id = 2",
                                "alter table T add primary key (id)", "insert into T (id, g) values (4, 'b')"),
                event("renamed away", M, "rename table T to T_elsewhere").down("has another name since: rename table"));
    }

    private static final List<String> P = List
            .of("create table T (id int primary key, g varchar(10), v varchar(10), n int, d timestamp(0))", ROWS);
    private static final List<String> PARTS = List.of(
            "create table T (id int primary key, g varchar(10)) partition by range (id)",
            "create table T_a partition of T for values from (0) to (10)", "create table T_b partition of T for values from (10) to (20)",
            "create table T_x (id int primary key, g varchar(10))", "insert into T values (1, 'a'), (2, 'a'), (11, 'b')",
            "insert into T_x values (25, 'x')");

    /** Its log tells of rows only: the catalogue is looked at. */
    private static Stream<TableEvent> postgreSql() {
        return Stream.of(
                event("a column with a default", P, "alter table T add column f int not null default 7",
                        "insert into T (id, g, f) values (4, 'b', 8)", "update T set f = 9 where id = 1", "delete from T where id = 2")
                        .sumAll("id", "n", "f").told("a|1|1|-5", "b|7|3|8"),
                event("a column without a default", P, "alter table T add column f int", "update T set f = 1 where id = 2")
                        .sumAll("id", "n", "f"),
                event("a column renamed", P, "alter table T rename column v to w", "update T set w = 'new' where id = 2"),
                event("a column renamed, and no row changed", P, "alter table T rename column v to w"),
                event("a number renamed", P, "alter table T rename column n to m", "update T set m = 9 where id = 2").sumAll("id", "m")
                        .told("a|3|7", "b|3|0"),
                event("a column dropped", P, "alter table T drop column n", "insert into T (id, g, v) values (4, 'b', 'four')").sum("id"),
                event("a text widened", P, "alter table T alter v type varchar(50)", "update T set v = repeat('x', 50) where id = 1"),
                event("a number widened", P, "alter table T alter n type bigint", "update T set n = 5000000000 where id = 1"),
                event("a moment made finer", P, "alter table T alter d type timestamp(6)",
                        "update T set d = '2026-02-02 02:02:02.123456' where id = 1"),
                event("a number converted to a text", P, "alter table T alter n type varchar(20)", "update T set n = 'many' where id = 1")
                        .sum("id"),
                event("a fraction cut to a whole number", List.of("create table T (id int primary key, g varchar(10), n decimal(10,2))",
                        "insert into T values (1, 'a', 1.50), (2, 'b', 2.25)"), "alter table T alter n type int")
                        .told("a|1|1.50", "b|2|2.25"),
                event("truncated", P, "truncate table T", "insert into T (id, g, n) values (3, 'c', 5)"),
                event("swapped with another", TWO, "begin; alter table T_other rename to T_tmp; alter table T rename to T_other; "
                        + "alter table T_tmp rename to T; commit", "insert into T values (9, 'o')", "insert into T_other values (9, 't')")
                        .and("other").sum("id").told("o|9", "t|3"),
                event("a partition detached", PARTS, "alter table T detach partition T_a").sum("id").told("a|3", "b|11"),
                event("a partition dropped", PARTS, "drop table T_b").sum("id").told("a|3", "b|11"),
                event("a partition attached with rows", PARTS, "alter table T attach partition T_x for values from (20) to (30)")
                        .sum("id").told("a|3", "b|11"),
                event("a new partition", PARTS, "create table T_c partition of T for values from (20) to (30)",
                        "insert into T values (21, 'c')").sum("id"),
                event("what changes no row", P, "create index on T (v)", "comment on table T is 'x'", "vacuum full T", "analyze T"),
                event("another key", P, "alter table T drop constraint T_pkey, add primary key (id, g)",
                        "insert into T (id, g) values (4, 'b')", "insert into T (id, g) values (4, 'c')").newKey("by (id, g",
                                "delete from T where id = 2", "alter table T add primary key (id)",
                                "insert into T (id, g) values (4, 'b')"),
                event("renamed away", P, "alter table T rename to T_elsewhere").down("is no longer among those that the capture of"),
                event("dropped", P, "drop table T").down("is no longer among those that the capture of"));
    }
}
