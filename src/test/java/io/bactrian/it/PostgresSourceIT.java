package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.DeadLetter;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL's log has that MySQL's has not, and the other way round. */
class PostgresSourceIT {

    private static final String LARGE = "(select string_agg(md5(i::text || 'SALT'), '') from generate_series(1, 400) i)";

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared(), new PostgresSourceUnderTest());
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    @Test
    void aLargeValueThatAnUpdateDidNotChangeStaysWhateverTheLogHoldsOfTheRowBefore() {
        for (String table : List.of("by_key", "whole")) {
            scenario.source(
                    "create table " + table
                            + " (id int primary key, small int, large text, doc jsonb, bytes bytea, list text[], num numeric)",
                    "alter table " + table
                            + " alter large set storage external, alter doc set storage external, alter bytes set "
                            + "storage external, alter list set storage external, alter num set storage external",
                    "insert into " + table + " select i, 0, " + LARGE.replace("SALT", "a") + ", jsonb_build_object('x', " + LARGE + "), "
                            + LARGE + "::bytea, array[" + LARGE + ", 'b'], "
                            + "('1' || repeat('1234567890', 3))::numeric from generate_series(1, 5) i");
        }
        scenario.source("alter table whole replica identity full");
        scenario.mirror("by_key").mirror("whole").route("by_key", "warehouse:versions?mode=history").start();
        scenario.drain();
        for (String table : List.of("by_key", "whole")) {
            scenario.source("update " + table + " set small = 1 where id = 1",
                    // In one batch: a new row, its large value changed, then left alone; all of one key.
                    "begin", "insert into " + table + " select 6, 0, " + LARGE.replace("SALT", "six") + "," + "null, null, null, null",
                    "update " + table + " set large = " + LARGE.replace("SALT", "seven") + " where id = 6",
                    "update " + table + " set small = 2 where id = 6", "commit",
                    "update " + table + " set large = null, small = 3 where id = 2", "update " + table + " set small = 4 where id = 2",
                    "delete from " + table + " where id = 3");
        }
        scenario.source("update whole set id = 40 where id = 4");
        scenario.drain();
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select count(*) from NAME.by_key where length(large) = 12800 or large is null and id = 2"))
                .containsExactly("5");
        assertThat(scenario.rows("select id, version, small, length(large) from NAME.versions where id in (1, 2) order by 1, 2"))
                .containsExactly("1|1|0|12800", "1|2|1|12800", "2|1|0|12800", "2|2|3|null", "2|3|4|null");
    }

    @Test
    void whatNeedsTheRowBeforeSaysSoAndIsADeadLetterNeverANull() {
        scenario.source("create table t (id int primary key, status varchar(10), n int)",
                "insert into t values (1, 'paid', 5), (2, 'paid', 7), (3, 'paid', 1)");
        scenario.route("t", "warehouse:sums?mode=add&key=status", "- to: kamelet:keep-columns?columns=status,n")
                .route("t", "warehouse:log?mode=append").start();
        scenario.drain();
        assertThat(scenario.rows("select status, n from NAME.sums")).containsExactly("paid|13");
        scenario.source("update t set n = 6 where id = 1", "delete from t where id = 3");
        scenario.drain();
        assertThat(scenario.deadLetters()).hasSize(3).extracting(DeadLetter::reason).allSatisfy(reason -> assertThat(reason)
                .contains("the value of column 'status' is needed here").contains("ALTER TABLE … REPLICA IDENTITY FULL"));
        assertThat(scenario.rows("select id, n, bactrian_operation from NAME.log order by 1, 2")).containsExactly("1|5|read", "1|6|update",
                "2|7|read", "3|1|read");
        scenario.source("alter table t replica identity full", "update t set n = 8 where id = 2", "delete from t where id = 2");
        scenario.drain();
        assertThat(scenario.deadLetters()).hasSize(3);
        assertThat(scenario.rows("select status, n from NAME.sums")).containsExactly("paid|6");
        assertThat(scenario.rows("select n, bactrian_operation from NAME.log where id = 2 order by bactrian_offset"))
                .containsExactly("7|read", "8|update", "8|delete");
    }

    @Test
    void oneTruncateEmptiesAllTablesThatItReaches() {
        scenario.source("create table parents (id int primary key)",
                "create table children (id int primary key, parent int references parents)", "create table others (id int primary key)",
                "insert into parents values (1), (2), (3), (4), (5)", "insert into children select id, id from parents",
                "insert into others select id from parents");
        scenario.mirror("parents").mirror("children").mirror("others").start();
        scenario.drain();
        scenario.source("begin", "insert into parents values (6)", "truncate parents, others cascade", "insert into parents values (7)",
                "insert into children values (7, 7)", "commit");
        scenario.drain();
        assertThat(scenario.rows(
                "select (select group_concat(id) from NAME.parents), (select group_concat(id) from NAME.children), "
                        + "(select count(*) from NAME.others)"))
                .containsExactly("7|7|0");
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void schemasPartitionsAndGeneratedColumns() {
        scenario.source(
                "create table sold (id int, day date, amount numeric(10,2), gross numeric(12,4) generated always as "
                        + "(amount * 1.19) stored, primary key (id, day)) partition by range (day)",
                "create table sold_2025 partition of sold for values from ('2025-01-01') to ('2026-01-01')",
                "create table sold_2026 partition of sold for values from ('2026-01-01') to ('2027-01-01')",
                "insert into sold values (1, '2025-06-01', 1.5), (2, '2026-06-01', 2.5)");
        scenario.mirror("sold").start();
        scenario.drain();
        scenario.source("update sold set amount = 3 where id = 1", "update sold set day = '2026-01-02' where id = 1",
                "insert into sold values (3, '2026-12-31', 9.99)", "delete from sold where id = 2");
        scenario.drain();
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(scenario.rows("select id, day, amount from NAME.sold order by id")).containsExactly("1|2026-01-02|3.00",
                "3|2026-12-31|9.99");
        assertThat(scenario.rows("show columns from NAME.sold like 'gross'")).isEmpty();
        assertThat(scenario.differences()).isEmpty();
    }
}
