package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.DeadLetter;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import org.junit.jupiter.api.Test;

/** What a column of PostgreSQL may hold and no warehouse does. */
class PostgresTypesIT {

    @Test
    void whatNoWarehouseHoldsIsADeadLetterThatSaysWhy() {
        try (Scenario scenario = new Scenario(Servers.shared(), new PostgresSourceUnderTest())) {
            scenario.source(
                    "create table t (id int primary key, n numeric, n2 numeric(10,2), f float8, d date, ts timestamp, tsz timestamptz)",
                    "insert into t (id, n) values (1, 'NaN')", "insert into t (id, n) values (100, 1)");
            scenario.mirror("t").start();
            scenario.drain();
            scenario.source("insert into t (id, n2) values (2, 'NaN')", "insert into t (id, f) values (3, 'Infinity')",
                    "insert into t (id, f) values (4, 'NaN')", "insert into t (id, d) values (5, 'infinity')",
                    "insert into t (id, d) values (6, '-infinity')", "insert into t (id, ts) values (7, 'infinity')",
                    "insert into t (id, tsz) values (8, '-infinity')", "insert into t (id, tsz) values (9, 'infinity')",
                    "insert into t (id, n) values (10, 1e40)", "insert into t (id, ts) values (11, '-infinity')",
                    "insert into t (id, n) values (101, 2)");
            scenario.drain();
            assertThat(scenario.deadLetters()).extracting(DeadLetter::reason).allSatisfy(reason -> assertThat(reason).isNotBlank());
            assertThat(scenario.rows("select id from NAME.t order by id")).containsExactly("100", "101");
            assertThat(scenario.deadLetters()).hasSize(11);
        }
    }
}
