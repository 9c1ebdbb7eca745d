package io.bactrian.demo.bookstore;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** What the writers of one {@link Writing} have done. */
final class Tally {

    private final Map<Kind, LongAdder> committed = new EnumMap<>(Kind.class);
    private final LongAdder rowChanges = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder lostConnections = new LongAdder();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Runnable whenFailed;

    /** {@code whenFailed} stops the other writers: half a bookstore that goes on would hide the failure. */
    Tally(Runnable whenFailed) {
        this.whenFailed = whenFailed;
        for (Kind kind : Kind.values()) {
            committed.put(kind, new LongAdder());
        }
    }

    void committed(Kind kind, int changed) {
        committed.get(kind).increment();
        rowChanges.add(changed);
    }

    void conflicted() {
        conflicts.increment();
    }

    void lostConnection() {
        lostConnections.increment();
    }

    void failed(Throwable first) {
        if (failure.compareAndSet(null, first)) {
            whenFailed.run();
        }
    }

    long transactions() {
        return committed.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long rowChanges() {
        return rowChanges.sum();
    }

    long conflicts() {
        return conflicts.sum();
    }

    long lostConnections() {
        return lostConnections.sum();
    }

    Map<String, Long> byKind() {
        Map<String, Long> byKind = new LinkedHashMap<>();
        committed.forEach((kind, count) -> byKind.put(kind.words(), count.sum()));
        return byKind;
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }
}
