package io.bactrian.application;

import static io.bactrian.testing.Deliveries.delivery;
import static io.bactrian.testing.Given.at;
import static io.bactrian.testing.RoutesInMemory.appended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.ApplyBatch.Span;
import io.bactrian.application.SettleDeadLetters.Ending;
import io.bactrian.application.SettleDeadLetters.Settled;
import io.bactrian.application.LetterEntry.Cleared;
import io.bactrian.domain.DeadLetter;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Row;
import io.bactrian.domain.Target;
import io.bactrian.domain.Tracking;
import io.bactrian.testing.DeadLettersInMemory;
import io.bactrian.testing.Deliveries;
import io.bactrian.testing.FailingWarehouse.AwayException;
import io.bactrian.testing.FailingWarehouse.Commit;
import io.bactrian.testing.Given;
import io.bactrian.testing.IdempotentWarehouseInMemory;
import io.bactrian.testing.RoutesInMemory;
import io.bactrian.testing.WarehouseInMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettleDeadLettersTest {

    private static final Partition PARTITION = new Partition(Given.TOPIC, 0);

    private final List<String> calls = new ArrayList<>();
    private final WarehouseInMemory warehouse = new WarehouseInMemory(calls);
    private final DeadLettersInMemory deadLetters = new DeadLettersInMemory(calls);
    private final RoutesInMemory routes = new RoutesInMemory();
    private final SettleDeadLetters settling = new SettleDeadLetters(routes, new Deliveries(), warehouse, deadLetters);

    @BeforeEach
    void theWarehouseRefusesEve() {
        warehouse.mark(PARTITION, 0);
        routes.mirroring("mirror", "customers");
        warehouse.refusing = row -> "Eve".equals(row.image().get("name")) ? "too evil" : null;
    }

    @Test
    void aReplayWritesTheRowsAndForgetsTheLetterAfterTheCommit() {
        DeadLetter letter = refused("insert 1 Eve");
        warehouse.refusing = row -> null;
        calls.clear();
        Settled settled = settling.replay(letter);

        assertThat(settled).isEqualTo(new Settled(letter, Ending.REPLAYED, ""));
        assertThat(warehouse.mirror("customers")).containsOnlyKeys(1L);
        assertThat(warehouse.entries().get(letter.id()).state()).isEqualTo("replayed");
        assertThat(deadLetters.letters).isEmpty();
        assertThat(calls).containsExactly("prepare", "begin", "lock", "claim", "write unless newer 1", "refresh", "settle replayed",
                "commit", "close", "forget");
    }

    @Test
    void aReplayRunsOnlyTheRouteThatFailed() {
        DeadLetter letter = refused("insert 1 Eve");
        warehouse.refusing = row -> null;
        routes.appending("log", "customers_log");
        settling.replay(letter);

        assertThat(warehouse.mirror("customers")).hasSize(1);
        assertThat(warehouse.appended("customers_log")).isEmpty();
    }

    @Test
    void aLetterThatCouldNotBeReadRunsAllRoutes() {
        DeadLetter letter = letter("insert 1 Ada", DeadLetter.UNREADABLE);
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));
        routes.appending("log", "customers_log");

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.REPLAYED);
        assertThat(warehouse.mirror("customers")).hasSize(1);
        assertThat(warehouse.appended("customers_log")).hasSize(1);
    }

    @Test
    void aLetterWhoseRouteDoesNotWantItAnyMoreIsReplayedWithoutRows() {
        DeadLetter letter = letter("insert 1 Ada", "inserts");
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));
        routes.with("inserts", change -> false, change -> List.of(appended("t", change.row(), change, "inserts")));

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.REPLAYED);
        assertThat(warehouse.appended("t")).isEmpty();
    }

    @Test
    void aLetterThatANewerChangeOfItsKeyFollowedOverwritesNothing() {
        DeadLetter letter = refused("insert 1 Eve", "update 1 Ida");
        warehouse.refusing = row -> null;
        Settled settled = settling.replay(letter);

        assertThat(settled.ending()).isEqualTo(Ending.SUPERSEDED);
        assertThat(warehouse.mirror("customers").get(1L).image().get("name")).isEqualTo("Ida");
        assertThat(warehouse.entries().get(letter.id()).state()).isEqualTo("replayed");
        assertThat(deadLetters.letters).isEmpty();
    }

    @Test
    void aDeletedRowIsNotBroughtBack() {
        DeadLetter letter = refused("insert 1 Eve", "delete 1");
        warehouse.refusing = row -> null;

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.SUPERSEDED);
        assertThat(warehouse.mirror("customers")).isEmpty();
    }

    @Test
    void ofASupersededLetterTheAppendedRowsAreStillWritten() {
        DeadLetter letter = letter("insert 1 Ada", DeadLetter.UNREADABLE);
        warehouse.letter(new LetterEntry(letter.id(), "open", 99));
        routes.appending("log", "customers_log");

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.SUPERSEDED);
        assertThat(warehouse.appended("customers_log")).hasSize(1);
        assertThat(warehouse.mirror("customers")).isEmpty();
    }

    @Test
    void aSupersededLetterOfAnAppendingRouteIsReplayedInFull() {
        DeadLetter letter = letter("insert 1 Ada", "log");
        warehouse.letter(new LetterEntry(letter.id(), "open", 99));
        routes.appending("log", "customers_log");

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.REPLAYED);
        assertThat(warehouse.appended("customers_log")).hasSize(1);
    }

    /** A sum needs every change; what was cleared with all others must not come back. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "APPEND | NO         | true", "APPEND | TRUNCATED | true", "APPEND | READ_AGAIN | false",
        "ADD    | NO         | true", "ADD | TRUNCATED | false", "ADD | READ_AGAIN | false",
        "MIRROR | NO         | false", "HISTORY | NO | false"})
    void whatASupersededLetterStillWritesDependsOnTheModeAndOnWhatCame(Mode mode, Cleared cleared, boolean writes) {
        DeadLetter letter = letter("insert 1 Ada", "other");
        warehouse.letter(new LetterEntry(letter.id(), "open", 99, cleared));
        Target target = new Target("t", mode, List.of("id"), false, mode == Mode.HISTORY ? new Tracking("sk", List.of()) : null);
        routes.with("other", change -> List.of(new Row(target, Row.Meaning.WRITE, change.row(), change, "other")));

        assertThat(settling.replay(letter).ending()).isEqualTo(writes ? Ending.REPLAYED : Ending.SUPERSEDED);
        assertThat(warehouse.mirror("t").size() + warehouse.appended("t").size()).isEqualTo(writes ? 1 : 0);
    }

    @Test
    void aLetterThatWasSettledBeforeIsOnlyForgotten() {
        for (String state : List.of("replayed", "discarded")) {
            DeadLetter letter = letter("insert 1 Ada", "mirror");
            deadLetters.keep(List.of(letter));
            warehouse.letter(new LetterEntry(letter.id(), state, -1));
            calls.clear();

            assertThat(settling.replay(letter).ending()).isEqualTo(Ending.SETTLED_BEFORE);
            assertThat(settling.discard(letter).ending()).isEqualTo(Ending.SETTLED_BEFORE);
            assertThat(warehouse.mirror("customers")).isEmpty();
            assertThat(warehouse.entries().get(letter.id()).state()).isEqualTo(state);
            assertThat(deadLetters.letters).isEmpty();
            assertThat(calls).doesNotContain("commit");
        }
    }

    @Test
    void aReplayWhoseCommitWasNotAnsweredCountsOnceWhenItIsRepeated() {
        DeadLetter letter = letter("insert 1 Ada", "log");
        deadLetters.keep(List.of(letter));
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));
        routes.appending("log", "customers_log");
        warehouse.nextCommit = Commit.ANSWER_IS_LOST;

        assertThatThrownBy(() -> settling.replay(letter)).isInstanceOf(AwayException.class);
        assertThat(deadLetters.letters).hasSize(1);
        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.SETTLED_BEFORE);
        assertThat(warehouse.appended("customers_log")).hasSize(1);
        assertThat(deadLetters.letters).isEmpty();
    }

    @Test
    void aLetterWhoseBatchIsNotCommittedYetStays() {
        DeadLetter letter = letter("insert 1 Ada", "mirror");
        deadLetters.keep(List.of(letter));

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.NOT_YET);
        assertThat(settling.discard(letter).ending()).isEqualTo(Ending.NOT_YET);
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(deadLetters.letters).hasSize(1);
    }

    @Test
    void aLetterThatIsRefusedAgainStays() {
        DeadLetter letter = refused("insert 1 Eve");

        assertThat(settling.replay(letter)).isEqualTo(new Settled(letter, Ending.FAILED_AGAIN, "too evil"));
        assertStays(letter);
    }

    @Test
    void aLetterWhoseRouteThrowsAgainStays() {
        DeadLetter letter = letter("insert 1 Ada", "failing");
        deadLetters.keep(List.of(letter));
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));
        routes.with("failing", change -> {
            throw new IllegalStateException("still\nbroken");
        });

        assertThat(settling.replay(letter)).isEqualTo(new Settled(letter, Ending.FAILED_AGAIN, "IllegalStateException: still broken"));
        assertStays(letter);
    }

    @Test
    void aLetterThatStillCanNotBeReadStays() {
        DeadLetter letter = letter("rubbish", DeadLetter.UNREADABLE);
        deadLetters.keep(List.of(letter));
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));

        assertThat(settling.replay(letter).ending()).isEqualTo(Ending.FAILED_AGAIN);
        assertStays(letter);
    }

    @Test
    void aLetterWhoseRouteIsGoneStaysAndTheRoutesThatAreThereAreNamed() {
        DeadLetter letter = letter("insert 1 Ada", "gone");
        deadLetters.keep(List.of(letter));
        warehouse.letter(new LetterEntry(letter.id(), "open", -1));
        Settled settled = settling.replay(letter);

        assertThat(settled.ending()).isEqualTo(Ending.FAILED_AGAIN);
        assertThat(settled.reason())
                .contains("there is no route 'gone' in pipeline bookstore any more; the routes for shop.store.customers are [mirror]");
        assertStays(letter);
    }

    @Test
    void aReplayWhileTheWarehouseIsAwayChangesNothing() {
        DeadLetter letter = refused("insert 1 Eve");
        warehouse.failing = "begin";

        assertThatThrownBy(() -> settling.replay(letter)).isInstanceOf(AwayException.class);
        assertStays(letter);
    }

    @Test
    void aDiscardedLetterWritesNothing() {
        DeadLetter letter = refused("insert 1 Eve");
        warehouse.refusing = row -> null;

        assertThat(settling.discard(letter)).isEqualTo(new Settled(letter, Ending.DISCARDED, ""));
        assertThat(warehouse.mirror("customers")).isEmpty();
        assertThat(warehouse.entries().get(letter.id()).state()).isEqualTo("discarded");
        assertThat(deadLetters.letters).isEmpty();
    }

    /** There the letter in Kafka is all there is. */
    @Test
    void whereNoEntriesAreKeptALetterIsDiscardedAndAReplayIsRejectedBeforeAnythingIsDone() {
        DeadLetter letter = letter("insert 1 Ada", "mirror");
        deadLetters.keep(List.of(letter));
        calls.clear();
        SettleDeadLetters withoutEntries = new SettleDeadLetters(routes, new Deliveries(), new IdempotentWarehouseInMemory(calls),
                deadLetters);

        assertThat(withoutEntries.replay(letter)).isEqualTo(new Settled(letter, Ending.NOT_REPLAYABLE,
                "pipeline bookstore writes versions, where nobody knows whether a newer change of the row has passed since; its dead "
                        + "letters can be discarded, not replayed. Repair the route and change the row in the source once more"));
        assertThat(calls).isEmpty();
        assertThat(deadLetters.letters).containsKey(letter.id());

        assertThat(withoutEntries.discard(letter)).isEqualTo(new Settled(letter, Ending.DISCARDED, ""));
        assertThat(calls).containsExactly("forget");
        assertThat(deadLetters.letters).isEmpty();
    }

    @Test
    void anEndingStaysOrTheLetterIsGone() {
        assertThat(Ending.values()).filteredOn(Ending::stays).containsExactly(Ending.NOT_YET, Ending.FAILED_AGAIN, Ending.NOT_REPLAYABLE);
    }

    @Test
    void everyEndingSaysWhatItMeans() {
        assertThat(Ending.values()).allSatisfy(ending -> assertThat(ending.sentence()).isNotBlank()).extracting(Ending::sentence)
                .doesNotHaveDuplicates();
    }

    private void assertStays(DeadLetter letter) {
        assertThat(deadLetters.letters).containsKey(letter.id());
        assertThat(warehouse.entries().get(letter.id()).state()).isEqualTo("open");
        assertThat(warehouse.mirror("customers")).isEmpty();
    }

    /** The only dead letter of a batch of these changes. */
    private DeadLetter refused(String... changes) {
        List<Delivery> deliveries = new ArrayList<>();
        for (String change : changes) {
            deliveries.add(delivery(deliveries.size(), change));
        }
        ApplyBatch applyBatch = new ApplyBatch("bookstore", routes, new Deliveries(), warehouse, deadLetters, new Counters());
        applyBatch.apply(applyBatch.route(deliveries, Map.of(PARTITION, new Span(0, changes.length))));
        assertThat(deadLetters.letters).hasSize(1);
        return deadLetters.letters.values().iterator().next();
    }

    private static DeadLetter letter(String words, String route) {
        Delivery delivery = delivery(5, words);
        return new DeadLetter("bookstore", at(5), route, "", "", Given.COMMITTED, delivery.key(), delivery.value(), null);
    }
}
