package io.bactrian.domain;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Row.Meaning;
import io.bactrian.testing.Given;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each kind of change makes of the versions of one key. */
class HistoryChainTest {

    private static final int LOG = 7;
    private static final TableSchema SCHEMA = schema("id int64, name string(20) null, visits int64 null", "id");
    private static final Target ALL = Target.history("customers", List.of("id"), new Tracking("surrogate_key", List.of()));
    private static final Target NAME = Target.history("customers", List.of("id"), new Tracking("surrogate_key", List.of("name")));
    private static final Image ADA = image(SCHEMA, 1L, "Ada", 1L);
    private static final Image IDA = image(SCHEMA, 1L, "Ida", 1L);
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private Target target = ALL;

    @Test
    void theFirstWriteOpensTheFirstVersion() {
        HistoryChain chain = chain(null, write(Operation.INSERT, ADA, 1, 0));

        assertThat(chain.changed()).isNull();
        assertThat(chain.opened()).containsExactly(new Version(1, ADA, NOON, Version.OPEN_END, true, null, LOG, 1));
    }

    @Test
    void whatASnapshotFindsCountsFromTheBeginning() {
        assertThat(chain(null, write(Operation.READ, ADA, 1, 0)).opened()).extracting(Version::validFrom)
                .containsExactly(Instant.parse("1000-01-01T00:00:00Z"));
    }

    @Test
    void aTrackedColumnThatChangesEndsTheVersionAndOpensTheNext() {
        HistoryChain chain = chain(version(ADA), write(Operation.UPDATE, IDA, 20, 60));

        assertThat(chain.changed()).isEqualTo(new Version(1, ADA, NOON, NOON.plusSeconds(60), false, null, LOG, 20));
        assertThat(chain.opened()).containsExactly(new Version(2, IDA, NOON.plusSeconds(60), Version.OPEN_END, true, null, LOG, 20));
    }

    @Test
    void aWriteOfTheSameValuesChangesNothing() {
        HistoryChain chain = chain(version(ADA), write(Operation.UPDATE, ADA, 20, 60), write(Operation.READ, ADA, 21, 70));

        assertThat(chain.changed()).isNull();
        assertThat(chain.opened()).isEmpty();
    }

    @Test
    void anUntrackedColumnIsOverwrittenInTheOpenVersion() {
        target = NAME;
        Image visited = image(SCHEMA, 1L, "Ada", 2L);
        HistoryChain chain = chain(version(ADA), write(Operation.UPDATE, visited, 20, 60));

        assertThat(chain.changed()).isEqualTo(new Version(1, visited, NOON, Version.OPEN_END, true, null, LOG, 20));
        assertThat(chain.opened()).isEmpty();
    }

    @Test
    void aColumnThatTheRowNoLongerHasKeepsItsValueInTheOpenVersion() {
        target = NAME;
        Image narrow = image(schema("visits int64 null, id int64, name string(20) null", "id"), 2L, 1L, "Ada");
        TableSchema wide = schema("id int64, name string(20) null, visits int64 null, city text null", "id");
        HistoryChain chain = chain(version(image(wide, 1L, "Ada", 1L, "Bonn")), write(Operation.UPDATE, narrow, 20, 60));

        assertThat(chain.changed().image()).isEqualTo(image(wide, 1L, "Ada", 2L, "Bonn"));
        assertThat(chain.opened()).isEmpty();
    }

    @Test
    void aDeleteEndsTheOpenVersionAndSaysSo() {
        HistoryChain chain = chain(version(ADA), row(Meaning.DELETE, Operation.DELETE, ADA, 20, 60));

        assertThat(chain.changed()).isEqualTo(new Version(1, ADA, NOON, NOON.plusSeconds(60), false, NOON.plusSeconds(60), LOG, 20));
    }

    @Test
    void aDeleteWithoutAnOpenVersionDoesNothing() {
        assertThat(chain(null, row(Meaning.DELETE, Operation.DELETE, ADA, 20, 60)).opened()).isEmpty();
        assertThat(chain(version(ADA).deleted(NOON, LOG, 10), row(Meaning.DELETE, Operation.DELETE, ADA, 20, 60)).changed()).isNull();
    }

    @Test
    void whatIsWrittenAfterADeleteIsANewVersionEvenWithTheSameValues() {
        HistoryChain chain = chain(version(ADA).deleted(NOON.plusSeconds(30), LOG, 11), write(Operation.INSERT, ADA, 20, 60));

        assertThat(chain.changed()).isNull();
        assertThat(chain.opened()).containsExactly(new Version(2, ADA, NOON.plusSeconds(60), Version.OPEN_END, true, null, LOG, 20));
    }

    @Test
    void aSnapshotThatBeginsAgainAndComesAcrossTheSameValuesOpensTheVersionAgain() {
        HistoryChain chain = chain(unseen(ADA), write(Operation.READ, ADA, 20, 60));

        assertThat(chain.changed()).isEqualTo(new Version(1, ADA, NOON, Version.OPEN_END, true, null, LOG, 20));
        assertThat(chain.opened()).isEmpty();
    }

    @Test
    void aSnapshotThatBeginsAgainAndComesAcrossOtherValuesLeavesNoGap() {
        HistoryChain chain = chain(unseen(ADA), write(Operation.READ, IDA, 20, 60));

        assertThat(chain.changed()).isEqualTo(new Version(1, ADA, NOON, NOON.plusSeconds(60), false, null, LOG, 20));
        assertThat(chain.opened()).containsExactly(new Version(2, IDA, NOON.plusSeconds(60), Version.OPEN_END, true, null, LOG, 20));
    }

    @Test
    void aClockThatIsSetBackMakesAVersionShortAndLeavesTheChainWhole() {
        HistoryChain chain = chain(version(ADA), write(Operation.UPDATE, IDA, 20, -3600),
                row(Meaning.DELETE, Operation.DELETE, IDA, 21, -7200), write(Operation.INSERT, ADA, 22, -9000));

        assertThat(chain.changed().validTo()).isEqualTo(NOON);
        assertThat(chain.opened()).extracting(Version::validFrom).containsExactly(NOON, NOON);
        assertThat(chain.opened()).extracting(Version::validTo).containsExactly(NOON, Version.OPEN_END);
    }

    @Test
    void aChangeThatIsNotNewerChangesNothing() {
        assertThat(chain(version(ADA), write(Operation.UPDATE, IDA, 10, 60)).opened()).isEmpty();
        assertThat(chain(version(ADA), write(Operation.UPDATE, IDA, 9, 60)).opened()).isEmpty();
        assertThat(chain(version(ADA), row(Meaning.DELETE, Operation.DELETE, ADA, 9, 60)).changed()).isNull();
    }

    @Test
    void aChangeOfAnotherLogIsNeverOlder() {
        HistoryChain chain = new HistoryChain(version(ADA));
        chain.apply(write(Operation.UPDATE, IDA, 1, 60), LOG + 1);

        assertThat(chain.opened()).extracting(Version::log).containsExactly((long) LOG + 1);
    }

    @Test
    void severalVersionsComeOutOfOneBatch() {
        HistoryChain chain = chain(null, write(Operation.INSERT, ADA, 1, 0), write(Operation.UPDATE, IDA, 2, 1),
                row(Meaning.DELETE, Operation.DELETE, IDA, 3, 2),
                write(Operation.INSERT, ADA, 4, 3));

        assertThat(chain.changed()).isNull();
        assertThat(chain.opened()).extracting(Version::number).containsExactly(1, 2, 3);
        assertThat(chain.opened()).extracting(Version::current).containsExactly(false, false, true);
        assertThat(chain.opened()).extracting(Version::deletedAt).containsExactly(null, NOON.plusSeconds(2), null);
    }

    @Test
    void aColumnThatWasAddedCountsAsNullBefore() {
        Image wider = ADA.with(new Column("city", ColumnType.of(ColumnType.Kind.STRING, 20), true), null);

        assertThat(chain(version(ADA), write(Operation.UPDATE, wider, 20, 60)).opened()).isEmpty();
        assertThat(chain(version(ADA), write(Operation.UPDATE, wider.with(wider.schema().column(3), "Bonn"), 20, 60)).opened()).hasSize(1);
    }

    @Test
    void valuesThatAreWrittenDifferentlyAreTheSame() {
        TableSchema schema = schema("id int64, price decimal(10,2), photo blob, doc json");
        Version before = Version.open(1, image(schema, 1L, new BigDecimal("1.50"), new byte[]{1, 2}, "{\"a b\": [1, 2]}"), NOON, LOG, 10);

        assertThat(chain(before,
                write(Operation.UPDATE, image(schema, 1L, new BigDecimal("1.5"), new byte[]{1, 2}, "{\"a b\":[1,2]}"), 20, 60)).opened())
                .isEmpty();
        assertThat(
                chain(before, write(Operation.UPDATE, image(schema, 1L, new BigDecimal("1.5"), new byte[]{1, 2}, "{\"ab\":[1,2]}"), 20, 60))
                        .opened())
                .hasSize(1);
        assertThat(chain(before,
                write(Operation.UPDATE, image(schema, 1L, new BigDecimal("1.51"), new byte[]{1, 2}, "{\"a b\":[1,2]}"), 20, 60)).opened())
                .hasSize(1);
        assertThat(chain(before,
                write(Operation.UPDATE, image(schema, 1L, new BigDecimal("1.5"), new byte[]{1, 3}, "{\"a b\":[1,2]}"), 20, 60)).opened())
                .hasSize(1);
    }

    @Test
    void aDocumentThatTheWarehouseHasWrittenInItsOwnWayIsTheSame() {
        TableSchema schema = schema("id int64, doc json");
        Version stored = Version.open(1, image(schema, 1L, "{\"a\": 1.5, \"bb\": [true, null]}"), NOON, LOG, 10);

        assertThat(chain(stored, write(Operation.READ, image(schema, 1L, "{\"bb\":[true,null],\"a\":1.50}"), 20, 60)).opened()).isEmpty();
        assertThat(chain(stored, write(Operation.UPDATE, image(schema, 1L, "{\"bb\":[null,true],\"a\":1.50}"), 20, 60)).opened())
                .hasSize(1);
    }

    @Test
    void momentsFinerThanAWarehouseKeepsAreCutAndNotRounded() {
        Row row = new Row(ALL, Meaning.WRITE, ADA,
                new Change("shop", Given.TABLE, Operation.INSERT, null, ADA, Given.at(1), "", NOON.plusNanos(1_999), false), "r");

        assertThat(chain(null, row).opened()).extracting(Version::validFrom).containsExactly(NOON.plusNanos(1_000));
    }

    @Test
    void aTruncationIsNotTheBusinessOfOneKey() {
        Row clear = new Row(ALL, Meaning.CLEAR, null, Given.change(Operation.TRUNCATE, null, null, Given.at(20)), "r");

        assertThatThrownBy(() -> chain(version(ADA), clear)).isInstanceOf(IllegalArgumentException.class);
    }

    private static HistoryChain chain(Version stored, Row... rows) {
        HistoryChain chain = new HistoryChain(stored);
        for (Row row : rows) {
            chain.apply(row, LOG);
        }
        return chain;
    }

    private static Version version(Image image) {
        return Version.open(1, image, NOON, LOG, 10);
    }

    /** A snapshot has begun again and has not come across it. */
    private static Version unseen(Image image) {
        return new Version(1, image, NOON, NOON.plusSeconds(30), false, null, LOG, 11);
    }

    private Row write(Operation operation, Image image, long offset, long seconds) {
        return row(Meaning.WRITE, operation, image, offset, seconds);
    }

    private Row row(Meaning meaning, Operation operation, Image image, long offset, long seconds) {
        Image before = operation == Operation.UPDATE || operation == Operation.DELETE ? image : null;
        Image after = operation == Operation.DELETE ? null : image;
        return new Row(target, meaning, image,
                new Change("shop", Given.TABLE, operation, before, after, Given.at(offset), "", NOON.plusSeconds(seconds), false), "r");
    }
}
