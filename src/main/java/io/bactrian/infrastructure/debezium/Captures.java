package io.bactrian.infrastructure.debezium;

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
        public volatile boolean snapshot;
    }

    private final Map<String, Capture> captures = new ConcurrentSkipListMap<>();

    public Capture of(String source) {
        return captures.computeIfAbsent(source, name -> new Capture());
    }

    public Map<String, Capture> all() {
        return Map.copyOf(captures);
    }
}
