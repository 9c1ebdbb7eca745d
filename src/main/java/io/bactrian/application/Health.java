package io.bactrian.application;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is up and what is down, and why. The log gets one line for a change of state, not one for a try: during an outage of
 * an hour it says two things.
 */
public final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    public record State(boolean up, String reason, Instant since) {
    }

    private final Map<String, State> parts = new ConcurrentSkipListMap<>();

    public void up(String part) {
        parts.compute(part, (name, state) -> {
            if (state != null && state.up()) {
                return state;
            }
            if (state != null) {
                LOG.info("{}: up again, after {} s", name, Instant.now().getEpochSecond() - state.since().getEpochSecond());
            }
            return new State(true, "", Instant.now());
        });
    }

    /** @param reason what is wrong, what follows from it, the way out */
    public void down(String part, String reason) {
        parts.compute(part, (name, state) -> {
            if (state != null && !state.up()) {
                return new State(false, reason, state.since());
            }
            LOG.error("{}: DOWN: {}", name, reason);
            return new State(false, reason, Instant.now());
        });
    }

    /** The part is not there any more. */
    public void gone(String part) {
        parts.remove(part);
    }

    public Map<String, State> parts() {
        return Map.copyOf(parts);
    }
}
