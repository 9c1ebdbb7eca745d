package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A moment is the same moment in the warehouse, also where the source's own zone has two hours of one name, or the
 * driver does not know it.
 */
class TimeZonesIT {

    private static final String MOMENTS = "insert into t values (ID, '2026-07-01 12:00:00'), (ID + 1, '2026-10-25 "
            + "00:30:00'), (ID + 2, '2026-10-25 01:30:00'), "
            + "(ID + 3, '2026-12-01 12:00:00'), (ID + 4, '2026-03-29 00:30:00'), (ID + 5, '2026-03-29 01:30:00')";

    @BeforeAll
    static void knowZones() {
        Servers.execute(Servers.shared().source, "insert into mysql.time_zone (use_leap_seconds) values ('N')",
                "insert into mysql.time_zone_name (name, time_zone_id) values ('Europe/Berlin', last_insert_id()), "
                        + "('Mars/Phobos', last_insert_id())",
                "insert into mysql.time_zone_transition_type (time_zone_id, transition_type_id, offset, is_dst, abbreviation) "
                        + "values (last_insert_id(), 0, 3600, 0, 'CET'), (last_insert_id(), 1, 7200, 1, 'CEST')",
                "insert into mysql.time_zone_transition (time_zone_id, transition_time, transition_type_id) values "
                        + "(last_insert_id(), unix_timestamp('2020-10-25 01:00:00'), 0), "
                        + "(last_insert_id(), unix_timestamp('2026-03-29 01:00:00'), 1), (last_insert_id(), "
                        + "unix_timestamp('2026-10-25 01:00:00'), 0)",
                "flush tables");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "Mars/Phobos"})
    void keepsMomentsFromTheSnapshotAndFromTheLog(String zone) {
        Servers servers = Servers.shared();
        try (Scenario scenario = new Scenario(servers)) {
            Servers.execute(servers.source, "set global time_zone = '" + zone + "'");
            scenario.source("set session time_zone = '+00:00'", "create table t (id int primary key, at timestamp)",
                    MOMENTS.replace("ID", "1")).mirror("t").start();
            scenario.drain();
            scenario.source("set session time_zone = '+00:00'", MOMENTS.replace("ID", "11"));
            scenario.drain();

            assertThat(scenario.rows("select at from NAME.t where id < 10 order by id"))
                    .containsExactly("2026-07-01 12:00:00", "2026-10-25 00:30:00", "2026-10-25 01:30:00",
                            "2026-12-01 12:00:00", "2026-03-29 00:30:00", "2026-03-29 01:30:00")
                    .isEqualTo(scenario.rows("select at from NAME.t where id > 10 order by id"));
            assertThat(scenario.differences()).isEmpty();
        } finally {
            Servers.execute(servers.source, "set global time_zone = '+00:00'");
        }
    }
}
