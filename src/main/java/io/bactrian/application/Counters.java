package io.bactrian.application;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a pipeline has done since it started. */
public final class Counters {
    public final LongAdder changes = new LongAdder();
    public final LongAdder filtered = new LongAdder();
    /** Changes whose failure a route handled itself, so that no dead letter was made of it. */
    public final LongAdder handled = new LongAdder();
    public final LongAdder rows = new LongAdder();
    public final LongAdder deadLetters = new LongAdder();
    public final LongAdder batches = new LongAdder();
    /** Tries that failed for all and were repeated. */
    public final LongAdder retries = new LongAdder();
    /** Rows that a route looked up in a reference table in vain. */
    public final LongAdder lookupMisses = new LongAdder();
    /** Batches that were found applied already, or begun elsewhere, and so were not applied again. */
    public final LongAdder rewinds = new LongAdder();
    /** Time of commit, in the source, of the newest change applied; milliseconds since 1970. */
    public final AtomicLong newestCommit = new AtomicLong();
    /** Changes applied, by topic. */
    public final ConcurrentMap<String, LongAdder> tables = new ConcurrentHashMap<>();

    public LongAdder table(String topic) {
        return tables.computeIfAbsent(topic, name -> new LongAdder());
    }
}
