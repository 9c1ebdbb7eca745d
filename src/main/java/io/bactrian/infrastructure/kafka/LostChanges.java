package io.bactrian.infrastructure.kafka;

import io.bactrian.application.Reread.State;
import io.bactrian.application.Reread;
import io.bactrian.application.Rereads;
import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Partition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of changes that a pipeline has not had and Kafka no longer has: whether a re-read of the table makes up
 * for them, and what to do when none does.
 */
final class LostChanges {

    private final Rereads rereads;
    private final SourceCatalog sources;

    LostChanges(Rereads rereads, SourceCatalog sources) {
        this.rereads = rereads;
        this.sources = sources;
    }

    /** The re-reads as they are now: each source's are read once, when they are asked for. */
    Look look() {
        return new Look();
    }

    /** As routes and {@code bactrian reread} name it; empty for a topic that is no source's table. */
    Optional<String> table(String topic) {
        return sources.sourceOf(topic).map(source -> SourceCatalog.table(source, topic));
    }

    /** For one look at the positions of several partitions. */
    final class Look {

        private final Map<String, List<Reread>> known = new HashMap<>();

        /**
         * The table's re-read that began when the partition had come as far as that offset, or further. It brings each
         * row as it was then or later, and removes those that were gone: whatever happened before that offset, nobody
         * needs to know it for a mirror that equals the source. One of some rows proves nothing of the others.
         */
        Optional<Reread> madeUp(Partition partition, long offset) {
            return sources.sourceOf(partition.topic())
                    .flatMap(source -> known.computeIfAbsent(source, rereads::of).stream()
                            .filter(one -> SourceCatalog.topic(source, one.asked().table()).equals(partition.topic()))
                            .filter(one -> makesUp(one, partition, offset)).findFirst());
        }
    }

    private static boolean makesUp(Reread reread, Partition partition, long offset) {
        Reread.Progress progress = reread.progress();
        return reread.asked().where().isEmpty() && progress != null
                && (progress.state() == State.READING || progress.state() == State.DONE)
                && progress.older().getOrDefault(partition.number(), -1L) >= offset;
    }
}
