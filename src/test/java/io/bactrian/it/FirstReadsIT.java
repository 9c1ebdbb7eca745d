package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.Reread.Asked;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.testing.EverySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables are read for the first time while others write to them, and whatever counts changes counts each of them once.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.SourceUnderTest#kinds")
class FirstReadsIT extends EverySource {

    private final AtomicBoolean enough = new AtomicBoolean();

    /** Writes to both tables until it is enough, in transactions of several statements. */
    private void write() {
        try (Connection connection = scenario.connectToSource(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; !enough.get(); i++) {
                statement.executeUpdate("insert into t (g, n) values (" + i % 5 + ", 1), (" + i % 7 + ", 2)");
                statement.executeUpdate("update t set n = n + 1 where id % 997 = " + i % 997);
                statement.executeUpdate("delete from t where id % 1009 = " + i % 1009);
                statement.executeUpdate("insert into b (v) values ('" + i % 3 + "')");
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin() {
        scenario.source("create table t (id serial primary key, g int, n int)", "create table b (v varchar(10))",
                "create table nothing (id int primary key)", "insert into b values ('one'), ('two'), ('two')",
                "insert into t (g, n) values (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 9), (10, 10)");
        if (!kind.toString().startsWith("MySQL")) {
            scenario.source("alter table t replica identity full", "alter table b replica identity full");
        }
        for (int rows = 10; rows < 30_000; rows *= 2) {
            scenario.source("insert into t (g, n) select g, n from t");
        }
        scenario.mirror("t").mirror("b").mirror("nothing").route("t", "warehouse:log?mode=append")
                .route("t", "warehouse:sums?mode=add&key=g").route("t", "warehouse:h?mode=history&key=id");
    }

    private void assertExact() {
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select g, n + 0 from NAME.sums where id <> 0 order by g"))
                .isEqualTo(scenario.sourceRows("select g, sum(n) from NAME.t group by g order by g"));
        // Each row came once, and went once if it went.
        assertThat(scenario.rows("select id from NAME.log group by id having sum(case bactrian_operation when 'read' then 1 "
                + "when 'insert' then 1 when 'delete' then -1 else 0 end) not in (0, 1)")).isEmpty();
        assertThat(scenario.rows("select sum(case bactrian_operation when 'read' then 1 when 'insert' then 1 when 'delete' then -1 "
                + "else 0 end) from NAME.log")).isEqualTo(scenario.sourceRows("select count(*) from NAME.t"));
        assertThat(scenario.rows("select count(*) from NAME.h where is_current = 1"))
                .isEqualTo(scenario.sourceRows("select count(*) from NAME.t"));
        assertThat(scenario.bactrian().historyViolations()).isEmpty();
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void whatIsWrittenMeanwhileCountsOnce() {
        begin();
        CompletableFuture<Void> writes = CompletableFuture.runAsync(this::write);
        try {
            scenario.start();
            until(() -> scenario.bactrian().captures().of(scenario.name).rereads.isEmpty() && scenario.captured("t") > 31_000);
        } finally {
            enough.set(true);
            writes.join();
        }
        assertExact();
    }

    @Test
    void whatIsStoppedInTheMiddleOfIsWithdrawnAndReadAgain() {
        begin();
        scenario.capture(Stumble.step("afterTheFirst"), "- to: bean:changeLog");
        Stumble.FAILED.set(0);
        // The rows of the small table, and some of the large one's.
        Stumble.PASSES_LEFT.set(2);
        CompletableFuture<Void> writes = CompletableFuture.runAsync(this::write);
        try {
            scenario.start();
            until(() -> Stumble.FAILED.get() > 1);
            RereadTopic rereads = new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1));
            Asked asked = new Asked(scenario.name, scenario.name + ".t", "an id", "a test", "", 0, 0, true);
            assertThatThrownBy(() -> rereads.ask(asked)).hasMessageContaining("is being read for the first time");
            scenario.stop();
            Stumble.PASSES_LEFT.set(Integer.MAX_VALUE);
            scenario.start();
            until(() -> scenario.captured("t") > 31_000);
        } finally {
            Stumble.PASSES_LEFT.set(Integer.MAX_VALUE);
            enough.set(true);
            writes.join();
        }
        assertExact();
    }

    /** Which tables are read, and that they are, is noted with the position: nobody has to ask for what is missing. */
    @Test
    void aTableIsReadThatCameBetweenTwoLives() {
        begin();
        scenario.start();
        scenario.drain();
        scenario.stop();
        scenario.source("create table later (id int primary key)", "insert into later values (1), (2)");
        scenario.mirror("later").start();
        scenario.drain();
        until(() -> scenario.rows("select count(*) from NAME.later").equals(List.of("2")));
        assertThat(scenario.differences()).isEmpty();
    }
}
