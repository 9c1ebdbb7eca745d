package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bactrian.application.Finding.Level;
import io.bactrian.engines.Survey;
import io.bactrian.engines.SurveyedTable;
import io.bactrian.engines.postgresql.PostgresSurvey;
import io.bactrian.settings.Settings;
import io.bactrian.testing.PostgresSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code bactrian check} says of a PostgreSQL source, before and after the remedies. */
class PostgresCheckIT {

    private static List<String> found(Scenario scenario, Level level) {
        Settings settings = Settings.load(Path.of("no-such.properties"), Map.of(), scenario.settings());
        return settings.engineOf(scenario.name)
                .check(settings.source(scenario.name), Set.of(scenario.name + ".t", scenario.name + ".nowhere"), new Properties())
                .stream()
                .filter(finding -> finding.level() == level).map(finding -> finding.found() + " / " + finding.remedy()).toList();
    }

    @Test
    void eachFaultHasItsRemedyAndIsGoneAfterIt() {
        try (Scenario scenario = new Scenario(Servers.shared(), new PostgresSourceUnderTest())) {
            String name = scenario.name;
            scenario.source("create table t (id int primary key)", "create table keyless (a int)");
            Servers.execute(scenario.servers.postgres(), name, "create table " + name + ".others (id int primary key)",
                    "alter role " + Servers.USER + " noreplication");
            try {
                assertThat(found(scenario, Level.FAULT)).hasSize(5)
                        .anySatisfy(fault -> assertThat(fault).contains("lacks REPLICATION")
                                .contains("ALTER ROLE \"" + Servers.USER + "\" REPLICATION;"))
                        .anySatisfy(fault -> assertThat(fault).contains("lacks SELECT on " + name + ".others")
                                .contains("GRANT SELECT ON ALL TABLES IN SCHEMA"))
                        .anySatisfy(fault -> assertThat(fault).contains(name + ".keyless").contains("REPLICA IDENTITY FULL;"))
                        .anySatisfy(fault -> assertThat(fault).contains("routes read " + name + ".nowhere"))
                        .anySatisfy(
                                fault -> assertThat(fault).contains("it does not own " + name + ".others").contains("CREATE PUBLICATION"));
                Servers.execute(scenario.servers.postgres(), name, "alter role " + Servers.USER + " replication",
                        "grant select on all tables in schema " + name + " to " + Servers.USER,
                        "alter table " + name + ".keyless replica identity full", "create table " + name + ".nowhere (id int primary key)",
                        "grant select on " + name + ".nowhere to " + Servers.USER,
                        "create publication bactrian_" + name + " for table " + name + ".t, " + name + ".keyless, " + name + ".others, "
                                + name + ".nowhere, " + name + ".bactrian_last with (publish_via_partition_root = true)");
                assertThat(found(scenario, Level.FAULT)).isEmpty();
                // The publication is somebody else's, and enough.
                scenario.mirror("t").start();
                scenario.source("insert into t values (1)");
                scenario.drain();
                assertThat(scenario.rows("select id from NAME.t")).containsExactly("1");
            } finally {
                Servers.execute(scenario.servers.postgres(), name, "alter role " + Servers.USER + " replication");
            }
        }
    }

    @Test
    void theSurveyForInitSeesWhatCannotBeCaptured() throws SQLException {
        try (Scenario scenario = new Scenario(Servers.shared(), new PostgresSourceUnderTest())) {
            scenario.source("create table misread (id int primary key, größe int)",
                    "create table partly (id int primary key, spot point, bits varbit[])",
                    "create table odd (span interval, at circle, primary key (span))");

            Survey survey = PostgresSurvey.of("127.0.0.1", scenario.servers.postgres().port(), scenario.name, Servers.USER,
                    Servers.PASSWORD, List.of(scenario.name));

            assertThat(survey.databases()).containsExactly(scenario.name);
            assertThat(survey.tables()).extracting(SurveyedTable::name, SurveyedTable::obstacle).containsExactly(tuple("bactrian_last", ""),
                    tuple("misread", "the log would have other names instead of \"größe\""), tuple("odd", ""), tuple("partly", ""));
            assertThat(survey.tables().get(3).unknown()).containsExactly(new SurveyedTable.Unknown("spot", "point"),
                    new SurveyedTable.Unknown("bits", "varbit[]"));
        }
    }
}
