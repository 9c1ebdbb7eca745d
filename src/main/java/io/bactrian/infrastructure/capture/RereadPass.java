package io.bactrian.infrastructure.capture;

import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread.Progress;
import io.bactrian.application.Reread.State;
import io.bactrian.engines.CaptureProgress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One re-read of a table under way: the pieces that wait to be written, and how far it has come. Whoever touches it
 * holds the capture's lock, but for what only the reader touches.
 */
final class RereadPass {

    final Asked asked;
    final String topic;
    /** Where each partition ended when it began. */
    Map<Integer, Long> older;
    byte[] after;
    long rows;
    long estimate;
    long began;
    final Deque<Piece> pieces = new ArrayDeque<>();
    /** Something happened to the whole table: what waits may be wrong, and is read once more. */
    boolean spoiled;
    boolean done;

    RereadPass(Asked asked, String topic) {
        this.asked = asked;
        this.topic = topic;
    }

    /** One look at a part of the table. */
    static final class Piece {
        /** Keys that the log told of since before the look. */
        final Set<ByteBuffer> passed;
        /** What had passed when the look was begun, as {@link CaptureProgress#taken} tells it. */
        final String taken;
        /** Null while it is being read. */
        List<CapturedChange> rows;
        byte[] after;
        boolean last;
        String position;

        Piece(Set<ByteBuffer> passed, String taken) {
            this.passed = passed;
            this.taken = taken;
        }
    }

    void resume(Progress before) {
        older = new TreeMap<>(before.older());
        after = before.after().getBytes(StandardCharsets.UTF_8);
        rows = before.rows();
        began = before.began();
    }

    void passes(CapturedChange change) {
        if (!topic.equals(change.topic())) {
            return;
        }
        if (change.everyPartition() || change.key() == null) {
            spoiled = true;
        } else {
            ByteBuffer key = ByteBuffer.wrap(change.key());
            pieces.forEach(piece -> piece.passed.add(key));
        }
    }

    /** Whether the log has come as far as the look at the first piece may have seen. */
    boolean isReached(CaptureProgress progress) {
        Piece first = pieces.peek();
        return first != null && first.rows != null && progress.hasReached(first.position);
    }

    /** The rows of the first piece, but for those that a change has passed; behind the last one the sweep. */
    void write(List<CapturedChange> changes) {
        Piece piece = pieces.remove();
        for (CapturedChange row : piece.rows) {
            if (!piece.passed.contains(ByteBuffer.wrap(row.key()))) {
                changes.add(row);
            }
        }
        after = piece.after == null ? after : piece.after;
        rows += piece.rows.size();
        done = piece.last;
        // Of some rows nobody can tell which of the others are gone.
        if (done && asked.where().isEmpty()) {
            sweep(changes);
        }
    }

    void sweep(List<CapturedChange> changes) {
        long now = System.currentTimeMillis();
        older.forEach((partition, offset) -> changes.add(new CapturedChange(topic, null,
                RereadRows.sweep(asked.source(), asked.table(), offset, now), new byte[0], now, false, partition)));
    }

    Progress progress(State state, String fault, String covered) {
        return new Progress(asked.source(), asked.table(), asked.id(), state,
                after == null ? null : new String(after, StandardCharsets.UTF_8),
                rows, Math.max(rows, estimate), older == null ? Map.of() : older, began, System.currentTimeMillis(), fault, covered);
    }
}
