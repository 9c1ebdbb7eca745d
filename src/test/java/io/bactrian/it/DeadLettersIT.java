package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.SettleDeadLetters.Ending;
import io.bactrian.cli.Commands.Ended;
import io.bactrian.cli.Commands;
import io.bactrian.domain.DeadLetter;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bactrian dead-letters} on letters that a real warehouse caused, while the pipeline runs on. */
class DeadLettersIT {

    private Scenario scenario;

    @BeforeEach
    void open() {
        scenario = new Scenario(Servers.shared());
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    /** The warehouse takes only some of the rows that come. */
    private void startWithAConstraint(String... statements) {
        scenario.source("create table t (id int primary key, v varchar(20))", "insert into t values (1, 'read'), (2, 'read')");
        scenario.warehouse(
                "create table t (id int primary key, v varchar(20), constraint narrow check (char_length(v) <= 5), "
                        + "bactrian_log int unsigned not null, bactrian_offset bigint not null)");
        scenario.mirror("t");
        scenario.start();
        scenario.drain();
        scenario.source(statements);
        scenario.drain();
    }

    private void mend() {
        scenario.warehouse("alter table t drop constraint narrow");
    }

    private Ended deadLetters(String... arguments) {
        StringBuilder properties = new StringBuilder();
        scenario.settings().forEach((key, value) -> properties.append(key).append('=').append(value).append('\n'));
        scenario.write("application.properties", properties.toString());
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", scenario.folder.resolve("application.properties").toString()));
        return Commands.execute(all.toArray(new String[0]));
    }

    private String onlyLetter() {
        assertThat(scenario.deadLetters()).hasSize(1);
        return scenario.deadLetters().get(0).id();
    }

    private List<String> rows() {
        return scenario.rows("select id, v from NAME.t order by id");
    }

    @Test
    void listNamesEachLetterAndShowTellsAllAboutOne() {
        startWithAConstraint("update t set v = 'much too long' where id = 1");
        String id = onlyLetter();
        assertThat(id).matches("\\Q" + scenario.topic("t") + "\\E-\\d@\\d+/\\Q" + scenario.name + "\\E-t-mode-mirror");
        Ended list = deadLetters("list");
        assertThat(list.exitCode()).isZero();
        assertThat(list.out().lines()).singleElement().asString().contains(id, "warehouse table t refuses the row",
                "Check constraint 'narrow' is violated");
        Ended show = deadLetters("show", id);
        assertThat(show.exitCode()).isZero();
        assertThat(show.out()).contains("id:        " + id, "pipeline:  " + scenario.name, "Check constraint", "key:       {\"id\":1}",
                "\"before\":{\"id\":1,\"v\":\"read\"}", "\"after\":{\"id\":1,\"v\":\"much too long\"}");
    }

    @Test
    void replayAfterMendingAppliesTheRowAndForgetsTheLetter() {
        startWithAConstraint("insert into t values (3, 'much too long')", "insert into t values (4, 'fits')");
        String id = onlyLetter();
        mend();
        Ended replay = deadLetters("replay", id);
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(replay.out()).isEqualTo(id + ": replayed\n");
        assertThat(scenario.differences()).isEmpty();
        assertThat(scenario.deadLetters()).isEmpty();
        assertThat(scenario.rows("select state from NAME.bactrian_dead_letters")).containsExactly("replayed");
        assertThat(deadLetters("list").out()).isEmpty();
    }

    @Test
    void replayingTwiceAppliesOnce() {
        scenario.source("create table t (id int primary key, v varchar(20))");
        scenario.warehouse(
                "create table log (bactrian_row bigint unsigned not null auto_increment primary key, id int, v "
                        + "varchar(20), constraint narrow check (char_length(v) <= 5), bactrian_operation varchar(8), "
                        + "bactrian_committed_at timestamp(6) null, bactrian_log int unsigned not null, bactrian_offset bigint not null)");
        scenario.route("t", "warehouse:log?mode=append");
        scenario.start();
        scenario.drain();
        scenario.source("insert into t values (1, 'much too long'), (2, 'fits')");
        scenario.drain();
        String id = onlyLetter();
        DeadLetter letter = scenario.deadLetters().get(0);
        scenario.warehouse("alter table log drop constraint narrow");
        // All at once, as from several shells.
        List<CompletableFuture<Ending>> replays = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(
                () -> scenario.bactrian().settling(scenario.name).replay(letter).ending())).toList();
        List<Ending> endings = replays.stream().map(CompletableFuture::join).toList();
        assertThat(endings).containsExactlyInAnyOrder(Ending.REPLAYED, Ending.SETTLED_BEFORE, Ending.SETTLED_BEFORE, Ending.SETTLED_BEFORE);
        Ended again = deadLetters("replay", id);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(scenario.rows("select id, v from NAME.log order by id")).containsExactly("1|much too long", "2|fits");
    }

    @Test
    void replayNeverOverwritesANewerRow() {
        startWithAConstraint("update t set v = 'much too long' where id = 1");
        String id = onlyLetter();
        // In a batch of its own: together with the one before it the row that does not fit would never be tried.
        scenario.source("update t set v = 'newer' where id = 1");
        scenario.drain();
        mend();
        Ended replay = deadLetters("replay", id);
        assertThat(replay.exitCode()).isZero();
        assertThat(replay.out()).startsWith(id + ": superseded");
        assertThat(rows()).containsExactly("1|newer", "2|read");
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void replayNeverBringsADeletedRowBack() {
        startWithAConstraint("update t set v = 'much too long' where id = 1", "insert into t values (3, 'much too long')");
        scenario.source("delete from t where id = 1", "update t set id = 33 where id = 3");
        scenario.drain();
        mend();
        Ended replay = deadLetters("replay", "--all");
        assertThat(replay.exitCode()).as(replay.out()).isZero();
        assertThat(rows()).isEqualTo(scenario.sourceRows("select id, v from NAME.t order by id")).containsExactly("2|read",
                "33|much too long");
        assertThat(scenario.deadLetters()).isEmpty();
    }

    @Test
    void replayNeverBringsARowOfATruncatedTableBack() {
        startWithAConstraint("update t set v = 'much too long' where id = 1",
                "insert into t values (3, 'much too long'), (4, 'much too long'), (5, 'much too long')");
        assertThat(scenario.deadLetters()).hasSize(4);
        scenario.source("truncate table t", "insert into t values (5, 'after')");
        scenario.drain();
        mend();
        Ended replay = deadLetters("replay", "--all");
        assertThat(replay.exitCode()).isZero();
        assertThat(replay.out().lines()).hasSize(4).allMatch(line -> line.contains(": superseded"));
        assertThat(rows()).containsExactly("5|after");
    }

    @Test
    void ofTwoLettersOfOneKeyTheNewerOneStandsInWhateverOrderTheyAreReplayed() {
        startWithAConstraint("update t set v = 'too long, first' where id = 1", "update t set v = 'too long, second' where id = 1");
        List<String> ids = scenario.deadLetters().stream().map(DeadLetter::id).toList();
        assertThat(ids).hasSize(2);
        mend();
        assertThat(deadLetters("replay", ids.get(1), ids.get(0)).exitCode()).isZero();
        assertThat(rows()).containsExactly("1|too long, second", "2|read");
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void aDiscardedLetterIsGoneForGood() {
        startWithAConstraint("insert into t values (3, 'much too long')", "insert into t values (4, 'much too long')");
        List<String> ids = scenario.deadLetters().stream().map(DeadLetter::id).toList();
        Ended discard = deadLetters("discard", ids.get(0));
        assertThat(discard.exitCode()).isZero();
        assertThat(discard.out()).isEqualTo(ids.get(0) + ": discarded\n");
        mend();
        assertThat(onlyLetter()).isEqualTo(ids.get(1));
        assertThat(deadLetters("replay", "--all").exitCode()).isZero();
        assertThat(rows()).hasSize(3);
        assertThat(scenario.rows("select state from NAME.bactrian_dead_letters order by kafka_offset, state"))
                .containsExactlyInAnyOrder("discarded", "replayed");
    }

    @Test
    void aLetterThatFailsAgainStaysAndTheExitCodeSaysSo() {
        startWithAConstraint("insert into t values (3, 'much too long')");
        String id = onlyLetter();
        Ended replay = deadLetters("replay", id);
        assertThat(replay.exitCode()).isEqualTo(1);
        assertThat(replay.out()).contains(id + ": failed again; it stays: ", "Check constraint 'narrow' is violated");
        assertThat(onlyLetter()).isEqualTo(id);
        mend();
        assertThat(deadLetters("replay", id).exitCode()).isZero();
        assertThat(scenario.differences()).isEmpty();
    }

    @Test
    void anIdThatIsNotThereIsAnErrorThatSaysWhereTheIdsAre() {
        startWithAConstraint("insert into t values (3, 'much too long')");
        for (String command : List.of("show", "replay", "discard")) {
            Ended ended = deadLetters(command, "shop.store.customers-0@1/no-such");
            assertThat(ended.exitCode()).as(command).isEqualTo(2);
            assertThat(ended.err()).contains("there is no dead letter 'shop.store.customers-0@1/no-such'", "dead-letters list")
                    .doesNotContain("\tat ");
        }
        Ended neither = deadLetters("replay");
        assertThat(neither.exitCode()).isEqualTo(2);
        assertThat(neither.err()).contains("one or more ids, or --all");
        assertThat(scenario.deadLetters()).hasSize(1);
    }
}
