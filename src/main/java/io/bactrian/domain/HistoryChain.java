package io.bactrian.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The end of one key's chain of versions: the last version that is there, and what a batch's changes make of it.
 * Versions of a key are numbered without holes and follow each other without a gap, but for a gap after a delete; at
 * most the last one is open. A source's clock that is set back makes a version short, never the chain wrong.
 *
 * <p>What a truncation, or a snapshot that begins again, does to all keys at once is the warehouse's: it ends the open
 * versions, a truncation with the time of deletion, a snapshot without.
 */
public final class HistoryChain {

    private final Version stored;
    /** The stored version as it became. */
    private Version storedNow;
    private Version last;
    private final List<Version> opened = new ArrayList<>();

    /** @param stored the last version that is there; null for a key without any */
    public HistoryChain(Version stored) {
        this.stored = stored;
        this.storedNow = stored;
        this.last = stored;
    }

    /** The version that was there, as it is now; null when nothing about it changed. */
    public Version changed() {
        return storedNow == stored ? null : storedNow;
    }

    /** New versions, in order. */
    public List<Version> opened() {
        return Collections.unmodifiableList(opened);
    }

    /** @param log names the log of the row's change */
    public void apply(Row row, long log) {
        if (last != null && last.log() == log && row.version().offset() <= last.offset()) {
            // A repeated change, or one that comes late: what is there is newer.
            return;
        }
        switch (row.meaning()) {
            case WRITE -> write(row, log);
            case DELETE -> {
                if (last != null && last.current()) {
                    replaceLast(last.deleted(later(at(row), last.validFrom()), log, row.version().offset()));
                }
            }
            case CLEAR -> throw new IllegalArgumentException("a truncation concerns all keys, not the chain of one");
        }
    }

    private void write(Row row, long log) {
        long offset = row.version().offset();
        if (last == null) {
            open(1, row, hasAlwaysBeen(row.change()) ? Version.BEGINNING : at(row), log);
        } else if (last.deletedAt() != null) {
            open(last.number() + 1, row, later(at(row), last.validTo()), log);
        } else if (differs(row.image(), row.target().tracking(), true)) {
            Instant from = later(at(row), last.validFrom());
            replaceLast(last.followed(from, log, offset));
            open(last.number() + 1, row, from, log);
        } else if (!last.current() || row.change().again() || differs(row.image(), row.target().tracking(), false)) {
            // One that a re-read came across has its offset from then on, or the sweep that follows would end it.
            replaceLast(last.continued(overwritten(last.image(), row.image()), log, offset));
        }
    }

    /** As far as anybody can tell. A row that only a re-read found came at a time that nobody noticed. */
    private static boolean hasAlwaysBeen(Change change) {
        return change.operation() == Operation.READ && !change.again();
    }

    private void open(int number, Row row, Instant from, long log) {
        last = Version.open(number, row.image(), from, log, row.version().offset());
        opened.add(last);
    }

    private void replaceLast(Version version) {
        last = version;
        if (opened.isEmpty()) {
            storedNow = version;
        } else {
            opened.set(opened.size() - 1, version);
        }
    }

    private boolean differs(Image image, Tracking tracking, boolean tracked) {
        for (int i = 0; i < image.size(); i++) {
            Column column = image.schema().column(i);
            if (tracking.tracks(column.name()) == tracked
                    && !Image.sameValue(column.type(), last.image().get(column.name()), image.value(i))) {
                return true;
            }
        }
        return false;
    }

    /** A column that the new row no longer has keeps its value. */
    private static Image overwritten(Image old, Image values) {
        if (old.schema().equals(values.schema())) {
            return values;
        }
        Image image = old;
        for (int i = 0; i < values.size(); i++) {
            image = image.with(values.schema().column(i), values.value(i));
        }
        return image;
    }

    /** No warehouse keeps a moment finer than this; rounding one up would put it after its successor. */
    private static Instant at(Row row) {
        return row.at().truncatedTo(ChronoUnit.MICROS);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
