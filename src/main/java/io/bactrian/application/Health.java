package io.bactrian.application;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is up and what is down, and why. The log gets one line for a change of state, not one for a try: during an
 * outage of an hour it says two things.
 */
public final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    public record State(boolean up, String reason, Instant since) {
    }

    private final Map<String, State> parts = new ConcurrentSkipListMap<>();
    private final Map<String, Trouble> troubles = new ConcurrentSkipListMap<>();

    /**
     * The last time that a part was down.
     *
     * @param until when it was up again or gone; null while it is down
     */
    public record Trouble(String part, String reason, Instant since, Instant until) {
    }

    public void up(String part) {
        parts.compute(part, (name, state) -> {
            if (state != null && state.up()) {
                return state;
            }
            if (state != null) {
                over(name);
                LOG.info("{}: up again, after {} s", name, Instant.now().getEpochSecond() - state.since().getEpochSecond());
            }
            return new State(true, "", Instant.now());
        });
    }

    /** @param reason what is wrong, what follows from it, the way out */
    public void down(String part, String reason) {
        parts.compute(part, (name, state) -> {
            Instant since = state != null && !state.up() ? state.since() : Instant.now();
            troubles.put(name, new Trouble(name, reason, since, null));
            if (state == null || state.up()) {
                LOG.error("{}: DOWN: {}", name, reason);
            }
            return new State(false, reason, since);
        });
    }

    /** The part is not there any more. */
    public void gone(String part) {
        parts.remove(part);
        over(part);
    }

    private void over(String part) {
        troubles.computeIfPresent(part,
                (name, trouble) -> trouble.until() == null ? new Trouble(name, trouble.reason(), trouble.since(), Instant.now()) : trouble);
    }

    /** The last trouble of each part that ever had one, the newest first. */
    public List<Trouble> troubles() {
        return troubles.values().stream().sorted(Comparator.comparing(Trouble::since).reversed()).toList();
    }

    public Map<String, State> parts() {
        return Map.copyOf(parts);
    }
}
