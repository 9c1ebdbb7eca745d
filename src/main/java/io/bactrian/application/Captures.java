package io.bactrian.application;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the captures have done since the process started, by source. */
public final class Captures {

    public static final class Capture {
        public final LongAdder changes = new LongAdder();
        public final LongAdder batches = new LongAdder();
        public final LongAdder restarts = new LongAdder();
        /** Time of commit, in the source, of the newest change in Kafka; milliseconds since 1970. */
        public final AtomicLong newestCommit = new AtomicLong();
        /**
         * When a batch came, or a heartbeat, which an idle source sends too; milliseconds since 1970, 0 before the
         * first.
         */
        public final AtomicLong heard = new AtomicLong();
        public volatile boolean snapshot;
        /** Re-reads that are asked for or under way. */
        public volatile List<Reread> rereads = List.of();
    }

    private final Map<String, Capture> captures = new ConcurrentSkipListMap<>();

    public Capture of(String source) {
        return captures.computeIfAbsent(source, name -> new Capture());
    }

    public Map<String, Capture> all() {
        return Map.copyOf(captures);
    }
}
