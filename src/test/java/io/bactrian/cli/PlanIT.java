package io.bactrian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.MySqlSourceUnderTest;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import io.bactrian.testing.SourceUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code bactrian plan} tells comes true, and it changes nothing. */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
class PlanIT {

    private static final String NOTHING = "plan: no statements, no tables to read, no columns that would lose values as they are, "
            + "no tables that would be down";

    @Parameter
    private SourceUnderTest kind;
    private Scenario scenario;

    static Stream<SourceUnderTest> kinds() {
        return SourceUnderTest.kinds();
    }

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared(), kind);
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private void kamelet(String name) {
        try {
            scenario.write("kamelets/" + name + ".kamelet.yaml",
                    Files.readString(Path.of("routes", "kamelets", name + ".kamelet.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Commands.Ended plan() {
        scenario.write("application.properties", scenario.settings().entrySet().stream().map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("\n")));
        return Commands.execute("plan", "--config", scenario.folder.resolve("application.properties").toString());
    }

    private List<String> tables() {
        return scenario.rows("select table_name from information_schema.tables where table_schema = 'NAME' order by table_name");
    }

    private String lines(Commands.Ended plan) {
        assertThat(plan.err()).isEmpty();
        return plan.out().replace(scenario.name, "NAME");
    }

    @Test
    void beforeTheFirstStartItShowsTheTablesThatWillBeMadeAndMakesNone() {
        scenario.source("create table t (id int primary key, v varchar(5) not null, amount decimal(10,2))",
                "create table nobody (id int primary key, n bigint)", "insert into t values (1, 'one', 1.25)");
        scenario.mirror("t");
        scenario.mirror("nobody");
        scenario.route("t", "warehouse:log?mode=append");
        kamelet("keep-columns");
        scenario.route("t", "warehouse:sums?mode=add&key=v", "- to: kamelet:keep-columns?columns=v,amount");
        Commands.Ended plan = plan();
        assertThat(lines(plan)).contains("source NAME was never captured: the first snapshot reads ")
                .contains("pipeline NAME\n",
                        "  NAME-t-mode-mirror: NAME.t -> t (mirror, key id, 3 columns)\n      create table if not exists `t`")
                .contains("-> nobody (mirror, key id, 2 columns)\n      create table if not exists `nobody`")
                .contains("-> log (append, no key, 3 columns)\n      create table if not exists `log`")
                .contains("-> sums (add, key v, 2 columns)\n      create table if not exists `sums_parts`").contains(" view `sums`");
        assertThat(plan.exitCode()).isEqualTo(1);
        assertThat(tables()).isEmpty();

        scenario.start();
        scenario.drain();
        scenario.stop();
        assertThat(tables()).contains("t", "log", "sums", "sums_parts");
        // What it showed is what ran: nothing is left of it but the table that no row came to.
        scenario.source("insert into nobody values (1, 1)");
        scenario.start();
        scenario.drain();
        scenario.stop();
        Commands.Ended after = plan();
        assertThat(lines(after)).contains("-> t (mirror, key id, 3 columns): as it is\n").endsWith(NOTHING + "\n");
        assertThat(after.exitCode()).isZero();
    }

    @Test
    void afterAnAlterItShowsTheAlterThatRunsWhenTheNextRowComes() {
        scenario.source("create table t (id int primary key, v varchar(5))", "insert into t values (1, 'one')");
        scenario.mirror("t");
        scenario.start();
        scenario.drain();
        scenario.stop();
        assertThat(lines(plan())).endsWith(NOTHING + "\n");
        scenario.source("alter table t add column n int", kind.retype("t", "v", "varchar(50)"));
        Commands.Ended plan = plan();
        assertThat(lines(plan))
                .contains("      would be lost: column v is varchar(5), and the rows bring string(50); the statement below comes "
                        + "first\n")
                .contains("      alter table `t` add column `n` int\n").contains("varchar(50)")
                .contains(
                        "plan: 2 statements, no tables to read, 1 column that would lose values as it is, no tables that would be down\n");
        if (kind instanceof MySqlSourceUnderTest) {
            assertThat(lines(plan)).contains("source NAME: NAME.t has changed: column v is string(50) and was string(5); column n came. "
                    + "What the log tells of the statement decides whether the table is read again\n");
        }
        assertThat(plan.exitCode()).isEqualTo(1);
        assertThat(scenario.rows("select column_name from information_schema.columns where table_schema = 'NAME' and table_name = 't'"))
                .doesNotContain("n");

        scenario.source("insert into t values (2, 'longer than five', 7)");
        scenario.start();
        scenario.drain();
        scenario.stop();
        assertThat(scenario.rows("select id, v, n from NAME.t order by id")).containsExactly("1|one|null", "2|longer than five|7");
        assertThat(lines(plan())).endsWith(NOTHING + "\n");
    }

    @Test
    void aColumnThatSomebodyHasNarrowedIsALossAndAKeyThatChangedIsDown() {
        scenario.source(
                "create table t (id int primary key, at_ " + (kind instanceof MySqlSourceUnderTest ? "datetime(6)" : "timestamp(6)") + ")",
                "create table k (id int primary key, region varchar(5) not null)",
                "insert into t values (1, '2026-11-10 10:00:01.123456')", "insert into k values (1, 'north')");
        scenario.mirror("t");
        scenario.mirror("k");
        scenario.start();
        scenario.drain();
        scenario.stop();
        scenario.warehouse("alter table t modify at_ datetime(0)");
        scenario.source(kind instanceof MySqlSourceUnderTest
                ? "alter table k drop primary key, add primary key (id, region)"
                : "alter table k drop constraint k_pkey, add primary key (id, region)");
        Commands.Ended plan = plan();
        assertThat(lines(plan)).contains("would be lost: column at_ is datetime, and the rows bring ").contains("`at_` datetime(6)")
                .contains("      DOWN: warehouse main: table k has the primary key (id), and the route writes it by (id, region), as the "
                        + "source's table has it now. The rows that need it wait, everything else goes on. Drop the table "
                        + "(drop table k) and run: bactrian reread NAME.k\n")
                .contains("1 column that would lose values as it is, 1 table that would be down");
        assertThat(plan.exitCode()).isEqualTo(1);
    }

    @Test
    void whatOnlyRowsTellIsNamedAsSuch() {
        scenario.source("create table t (id int primary key, v varchar(5) not null)", "insert into t values (1, 'one')");
        kamelet("only-if");
        scenario.route("t", "warehouse:some", "- to: kamelet:only-if?condition=v = 'two'");
        Commands.Ended plan = plan();
        assertThat(lines(plan)).contains("-some: NAME.t: which tables it writes is not told: it makes nothing of what was looked at "
                + "(1 row)\n").contains("; of 1 route it cannot be told");
    }
}
