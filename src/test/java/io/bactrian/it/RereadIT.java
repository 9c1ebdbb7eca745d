package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Health;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.testing.EverySource;
import io.bactrian.testing.Servers;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A table is read again while it changes, and afterwards the warehouse equals the source. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.SourceUnderTest#kinds")
class RereadIT extends EverySource {

    private RereadTopic rereads() {
        return new RereadTopic(new KafkaSettings(scenario.servers.kafka.bootstrapServers(), 3, (short) 1));
    }

    private Asked ask(String table, String where, long rowsPerSecond) {
        Asked asked = new Asked(scenario.name, scenario.name + "." + table, UUID.randomUUID().toString(), "a test", where, rowsPerSecond,
                System.currentTimeMillis(), true);
        rereads().ask(asked);
        return asked;
    }

    private Optional<Progress> progress(Asked asked) {
        return rereads().of(scenario.name).stream().filter(one -> one.asked().id().equals(asked.id())).map(Reread::progress)
                .filter(progress -> progress != null).findFirst();
    }

    private Progress reread(String table, String where) {
        Asked asked = ask(table, where, 0);
        until(() -> progress(asked).filter(progress -> progress.state() != State.READING).isPresent());
        Progress progress = progress(asked).orElseThrow();
        assertThat(progress.fault()).isEmpty();
        assertThat(progress.state()).isEqualTo(State.DONE);
        return progress;
    }

    private void fill(int rows) {
        scenario.source("create table t (id serial primary key, v varchar(40), n int)");
        for (int from = 0; from < rows; from += 1_000) {
            scenario.insert("t", Math.min(1_000, rows - from));
        }
    }

    /** What no change of the source tells of. */
    private void meddle() {
        scenario.warehouse("delete from t where id % 7 = 0", "update t set v = 'not from the source' where id % 7 = 1",
                "insert into t (id, v, bactrian_log, bactrian_offset) select id + 100000, 'ghost', bactrian_log, bactrian_offset from t "
                        + "where id % 7 = 2");
        assertThat(scenario.differences()).isNotEmpty();
    }

    @Test
    void bringsBackWhatIsMissingAndTakesWhatIsGoneWhileTheTableChanges() throws Exception {
        fill(12_000);
        scenario.mirror("t").start();
        scenario.drain();
        meddle();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int round = 0;
            while (!enough.get()) {
                round++;
                scenario.source("update t set v = 'round " + round + "' where id % 97 = " + round % 97,
                        "delete from t where id % 89 = " + round % 89 + " and id < 8000",
                        "insert into t (v) values ('new " + round + "'), ('newer " + round + "')",
                        "update t set id = id + 1000000 * " + round + " where id = " + (9_000 + round));
            }
            return round;
        });
        Progress progress = reread("t", "");
        enough.set(true);
        assertThat(writer.get()).as("rounds of changes meanwhile").isGreaterThan(1);
        assertThat(progress.rows()).isGreaterThan(9_000);
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select count(*) from NAME.t where v = 'ghost'")).containsExactly("0");
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void goesOnWhereItWasAfterARestart() {
        fill(6_000);
        scenario.mirror("t").start();
        scenario.drain();
        meddle();
        Asked asked = ask("t", "", 500);
        until(() -> progress(asked).filter(progress -> progress.rows() > 1_000).isPresent());
        scenario.stop();
        Progress half = progress(asked).orElseThrow();
        assertThat(half.state()).isEqualTo(State.READING);
        scenario.source("update t set v = 'while nobody captured' where id % 5 = 0");
        scenario.start();
        until(() -> progress(asked).orElseThrow().state() == State.DONE);
        Progress whole = progress(asked).orElseThrow();
        assertThat(whole.began()).isEqualTo(half.began());
        assertThat(whole.rows()).isEqualTo(6_000);
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void readsSomeRowsAndLeavesTheOthersAlone() {
        fill(500);
        scenario.mirror("t").start();
        scenario.drain();
        scenario.warehouse("update t set v = 'wrong' where id in (10, 400)");
        Progress progress = reread("t", "id > 300");
        assertThat(progress.rows()).isEqualTo(200);
        scenario.drain();
        assertThat(scenario.rows("select v from NAME.t where id in (10, 400) order by id")).containsExactly("wrong", "row 399");
        assertThat(scenario.rows("select count(*) from NAME.t")).containsExactly("500");
    }

    @Test
    void keysOfTextAndOfSeveralColumnsAreReadInPieces() {
        scenario.source("create table t (a varchar(20), b int, v varchar(40), primary key (a, b))");
        for (int i = 0; i < 700; i++) {
            // Letters in both cases and with accents: an order of the source's own.
            scenario.source("insert into t values ('" + "aAbBäzÉ'".charAt(i % 7) + i % 13 + "', " + i + ", 'row " + i + "')");
        }
        scenario.mirror("t").start();
        scenario.drain();
        scenario.warehouse("delete from t where b % 3 = 0",
                "insert into t (a, b, v, bactrian_log, bactrian_offset) select a, b + 9000, v, bactrian_log, 0 from t where b % 3 = 1");
        assertThat(reread("t", "").rows()).isEqualTo(700);
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void keysThatAreNoOrderAreReadInOneGo() {
        scenario.source("create table t (f double precision primary key, v varchar(40))");
        for (int i = 0; i < 400; i++) {
            scenario.source("insert into t values (" + i + ".1, 'row " + i + "')");
        }
        scenario.mirror("t").start();
        scenario.drain();
        scenario.warehouse("delete from t where f > 100 and f < 200",
                "insert into t (f, v, bactrian_log, bactrian_offset) select f + 10000, v, bactrian_log, 0 from t where f < 50");
        assertThat(reread("t", "").rows()).isEqualTo(400);
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void aTruncationMeanwhileCounts() {
        fill(3_000);
        scenario.mirror("t").start();
        scenario.drain();
        Asked asked = ask("t", "", 1_000);
        until(() -> progress(asked).filter(progress -> progress.rows() > 200).isPresent());
        scenario.source("truncate table t", "insert into t (v) values ('after')");
        until(() -> progress(asked).orElseThrow().state() == State.DONE);
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select v from NAME.t")).containsExactly("after");
    }

    @Test
    void aHistoryGetsAVersionWhereARowDiffersAndEndsWhatIsGone() {
        fill(300);
        scenario.route("t", "warehouse:t?mode=history").start();
        scenario.drain();
        scenario.warehouse("update t set v = 'wrong' where id = 7", "insert into t (id, v, version, valid_from, valid_to, is_current, "
                + "bactrian_log, bactrian_offset) select id + 5000, v, version, valid_from, valid_to, is_current, bactrian_log, 0 from t "
                + "where id = 8");
        reread("t", "");
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select concat(id, ' ', v, ' ', is_current) from NAME.t where id in (7, 9, 5008) order by id, version"))
                .containsExactly("7 wrong 0", "7 row 6 1", "9 row 8 1", "5008 row 7 0");
        assertThat(scenario.bactrian().historyViolations()).isEmpty();
    }

    @Test
    void sumsAndListsOfChangesStayAsTheyAre() {
        fill(200);
        scenario.source("update t set n = id");
        scenario.route("t", "warehouse:log?mode=append")
                .route("t", "warehouse:sums?mode=add&key=v", "- to: kamelet:drop-columns?columns=id")
                .start();
        scenario.drain();
        reread("t", "");
        scenario.drain();
        assertThat(scenario.rows("select count(*) from NAME.log")).containsExactly("200");
        assertThat(scenario.rows("select sum(n) from NAME.sums")).containsExactly("20100");
    }

    @Test
    void aTableThatIsNotThereIsAFailureThatSaysSo() {
        fill(1);
        scenario.mirror("t").start();
        Asked asked = ask("nothing", "", 0);
        until(() -> progress(asked).isPresent());
        assertThat(progress(asked).orElseThrow().state()).isEqualTo(State.GONE);
        assertThat(progress(asked).orElseThrow().fault()).startsWith("there is no table " + scenario.name + ".nothing in the source");
    }

    @Test
    void aTableWithoutAKeyIsReadExactlyWhileItChanges() throws Exception {
        scenario.source("create table t (id int, v varchar(40))");
        if (kind.toString().startsWith("Postgre")) {
            // Of a row without a key the log has nothing else by which it could be told.
            scenario.source("alter table t replica identity full");
        }
        for (int i = 0; i < 3_000; i++) {
            if (i % 500 == 0) {
                scenario.source("insert into t values " + rowsFrom(i, 500));
            }
        }
        scenario.mirror("t").start();
        scenario.drain();
        scenario.warehouse("delete from t where id % 7 = 0", "insert into t (id, v, bactrian_hash, bactrian_log, bactrian_offset) "
                + "select id, v, bactrian_hash, bactrian_log, bactrian_offset from t where id % 7 = 1");
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int round = 0;
            while (!enough.get()) {
                round++;
                scenario.source("update t set v = 'round " + round + "' where id % 97 = " + round % 97,
                        "delete from t where id % 89 = " + round % 89, "insert into t values (" + round % 9 + ", 'new'), (" + round % 9
                                + ", 'new')");
            }
            return round;
        });
        reread("t", "");
        enough.set(true);
        assertThat(writer.get()).isPositive();
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
    }

    private static String rowsFrom(int first, int count) {
        StringBuilder rows = new StringBuilder();
        for (int i = first; i < first + count; i++) {
            rows.append(i == first ? "" : ",").append("(").append(i % 1_000).append(", 'row ").append(i % 1_000).append("')");
        }
        return rows.toString();
    }

    @Test
    void whenTheLogIsGoneEverythingIsReadAgain() {
        fill(500);
        scenario.source("create table u (id int primary key, v varchar(40))", "insert into u values (1, 'one'), (2, 'two')");
        scenario.mirror("t").mirror("u").start();
        scenario.drain();
        scenario.stop();
        scenario.source("delete from t where id < 100", "update t set v = 'while nobody captured' where id > 400", "delete from u",
                "insert into u values (3, 'three')");
        loseTheLog();
        scenario.start();
        until(() -> reason().contains("bactrian reread --everything"));
        rereads().ask(new Asked(scenario.name, Reread.EVERYTHING, UUID.randomUUID().toString(), "a test", "", 0,
                System.currentTimeMillis(), true));
        until(() -> reason().isEmpty() && rereads().of(scenario.name).stream().noneMatch(this::isUnderWay));
        scenario.drain();
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.rows("select v from NAME.u")).containsExactly("three");
    }

    private boolean isUnderWay(Reread reread) {
        String topic = scenario.name + "." + reread.asked().table();
        return reread.isOpen() && (reread.asked().byPerson() || scenario.bactrian().routes().topics(scenario.name).contains(topic));
    }

    private String reason() {
        Health.State state = scenario.bactrian().health().parts().get("capture " + scenario.name);
        return state == null ? "not started" : state.reason();
    }

    private void loseTheLog() {
        if (kind.toString().startsWith("MySQL")) {
            Servers.execute(scenario.servers.source, "flush binary logs");
            String now = Servers.query(scenario.servers.source, "select log_name from performance_schema.log_status, json_table(local, "
                    + "'$' columns (log_name varchar(100) path '$.binary_log_file')) as t").get(0);
            Servers.execute(scenario.servers.source, "purge binary logs to '" + now + "'");
        } else {
            scenario.source("select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()");
        }
    }
}
